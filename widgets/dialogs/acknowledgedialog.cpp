// SPDX-License-Identifier: GPL-3.0-or-later
#include "dialogs/acknowledgedialog.h"

#include "text/commandline.h"
#include "text/format.h"

#include <QButtonGroup>
#include <QFormLayout>
#include <QRadioButton>
#include <QVBoxLayout>

#include <algorithm>

namespace outboard {

using namespace Qt::StringLiterals;

namespace {

enum Choice { Selected, LedgerDone };

} // namespace

AcknowledgeDialog::AcknowledgeDialog(
    Session& session,
    const BrokerTopic& topic,
    const GroupState& group,
    QList<PendingDetail> selected,
    QWidget* parent)
    : ActionDialog(session, tr("Acknowledge"), parent)
    , m_topic(topic)
    , m_group(group)
    , m_selected(std::move(selected))
    , m_choice(new QButtonGroup(this))
{
    setObjectName(u"acknowledgeDialog"_s);
    auto* choices = new QVBoxLayout;
    auto* exact = new QRadioButton(tr("The %1 selected entries").arg(m_selected.size()));
    exact->setObjectName(u"selected"_s);
    exact->setEnabled(!m_selected.isEmpty());
    exact->setChecked(!m_selected.isEmpty());
    auto* done =
        new QRadioButton(tr("Every pending entry of the group that its ledger says is done"));
    done->setObjectName(u"ledgerDone"_s);
    done->setChecked(m_selected.isEmpty());
    m_choice->addButton(exact, Selected);
    m_choice->addButton(done, LedgerDone);
    choices->addWidget(exact);
    choices->addWidget(done);
    form()->addRow(tr("Which"), choices);
    connect(m_choice, &QButtonGroup::idToggled, this, &AcknowledgeDialog::update);
    update();
}

bool AcknowledgeDialog::isLedgerDone() const
{
    return m_choice->checkedId() == LedgerDone;
}

std::vector<EntryId> AcknowledgeDialog::ids() const
{
    std::vector<EntryId> ids;
    for (const PendingDetail& detail : m_selected)
        ids.push_back(detail.entry.id);
    return ids;
}

void AcknowledgeDialog::describeSelected()
{
    const auto marked = [this](LedgerMark mark) {
        return std::ranges::count(m_selected, mark, &PendingDetail::ledger);
    };
    const qint64 unprocessed = marked(LedgerMark::Unprocessed);
    const qint64 unknown = marked(LedgerMark::Unknown);
    const QString numbers = tr("The ledger says: %1 processed, %2 unprocessed, %3 unknown.")
                                .arg(marked(LedgerMark::Processed))
                                .arg(unprocessed)
                                .arg(unknown);
    if (unprocessed > 0)
        setEffect(
            numbers + u' '
                + tr("An acknowledged entry is never delivered again: the unprocessed events would "
                     "be LOST for this "
                     "group. Replay them instead."),
            Tone::Critical);
    else if (unknown > 0)
        setEffect(
            numbers + u' '
                + tr("An acknowledged entry is never delivered again; whether the unknown ones "
                     "were handled is not known."),
            Tone::Warning);
    else
        setEffect(numbers + u' ' + tr("Nothing is lost by acknowledging them."), Tone::Good);
}

void AcknowledgeDialog::update()
{
    const QString target =
        tr("%1 / %2").arg(format::oneLine(m_topic.bytes()), format::oneLine(m_group.name.bytes()));
    const QString profile = session().profile().name;
    if (isLedgerDone()) {
        setHeadline(tr("Acknowledge what the ledger says is done in %1").arg(target));
        setEffect(
            tr("Reads the whole pending list in chunks, asks the ledger for each event, and "
               "acknowledges only those it "
               "holds. Entries that are unprocessed or unknown stay pending."),
            Tone::Good);
        setCount(m_group.pending.isKnown() ? m_group.pending : Count::unknown({}));
        setVerb(tr("Acknowledge processed"));
        setCommandLine(commandline::acknowledgeProcessed(profile, m_topic, m_group.name));
        setCommands(session().acknowledgeCommands(m_topic, m_group.name, {}));
        return;
    }
    setHeadline(tr("Acknowledge %1 pending entries of %2").arg(m_selected.size()).arg(target));
    describeSelected();
    setCount(Count::exact(m_selected.size()));
    setVerb(tr("Acknowledge %1").arg(m_selected.size()));
    setCommandLine(commandline::acknowledge(profile, m_topic, m_group.name, ids()));
    setCommands(session().acknowledgeCommands(m_topic, m_group.name, ids()));
}

void AcknowledgeDialog::run()
{
    if (isLedgerDone())
        session().acknowledgeProcessed(m_topic, m_group.name);
    else
        session().acknowledge(m_topic, m_group.name, ids());
}

} // namespace outboard
