// SPDX-License-Identifier: GPL-3.0-or-later
#include "dialogs/claimdialog.h"

#include "services/claimer.h"
#include "services/session.h"
#include "text/commandline.h"
#include "text/format.h"

#include <QButtonGroup>
#include <QComboBox>
#include <QFormLayout>
#include <QRadioButton>
#include <QSpinBox>
#include <QVBoxLayout>

#include <algorithm>

namespace outboard {

using namespace Qt::StringLiterals;

ClaimDialog::ClaimDialog(
    Session& session,
    const BrokerTopic& topic,
    const GroupState& group,
    std::vector<PendingEntry> entries,
    PlanReplay planReplay,
    QWidget* parent)
    : ActionDialog(session, tr("Claim"), parent)
    , m_topic(topic)
    , m_group(group)
    , m_entries(std::move(entries))
    , m_planReplay(std::move(planReplay))
    , m_effects(new QButtonGroup(this))
    , m_consumer(new QComboBox)
    , m_minIdle(new QSpinBox)
{
    setObjectName(u"claimDialog"_s);
    buildForm();
    update();
}

void ClaimDialog::buildForm()
{
    auto* choices = new QVBoxLayout;
    choices->setSpacing(6);
    const QStringList labels = {
        tr("Take for replay here: handle it now, acknowledge on success"),
        tr("Make available to the next auto-claim of the group"),
        tr("Hand to a consumer"),
    };
    const QList<ClaimEffect> effects = {
        ClaimEffect::TakeForReplay, ClaimEffect::Release, ClaimEffect::HandOver};
    for (int i = 0; i < labels.size(); ++i) {
        auto* button = new QRadioButton(labels.at(i));
        button->setObjectName(u"effect%1"_s.arg(i));
        button->setChecked(i == 0);
        m_effects->addButton(button, static_cast<int>(effects.at(i)));
        choices->addWidget(button);
    }
    m_consumer->setObjectName(u"consumer"_s);
    m_consumer->setAccessibleName(tr("Consumer"));
    m_consumer->setEditable(true);
    for (const ConsumerState& consumer : std::as_const(m_group.consumers))
        m_consumer->addItem(consumer.name.text());
    m_minIdle->setObjectName(u"minIdle"_s);
    m_minIdle->setAccessibleName(tr("Only entries idle for at least"));
    m_minIdle->setRange(1, 7 * 24 * 3600);
    m_minIdle->setSuffix(tr(" s"));
    m_minIdle->setGroupSeparatorShown(true);
    m_minIdle->setMaximumWidth(180);
    const auto threshold =
        std::chrono::ceil<std::chrono::seconds>(session().profile().thresholds.idle);
    m_minIdle->setValue(static_cast<int>(threshold.count()));

    form()->addRow(tr("Effect"), choices);
    form()->addRow(tr("Consumer"), m_consumer);
    form()->addRow(tr("Idle for at least"), m_minIdle);

    connect(m_effects, &QButtonGroup::idToggled, this, &ClaimDialog::update);
    connect(m_consumer, &QComboBox::currentTextChanged, this, &ClaimDialog::update);
    connect(m_minIdle, &QSpinBox::valueChanged, this, &ClaimDialog::update);
}

ClaimEffect ClaimDialog::effect() const
{
    return static_cast<ClaimEffect>(m_effects->checkedId());
}

ClaimRequest ClaimDialog::request() const
{
    ClaimRequest request;
    request.topic = m_topic;
    request.group = m_group.name;
    request.ids.reserve(m_entries.size());
    for (const PendingEntry& entry : m_entries)
        request.ids.push_back(entry.id);
    request.effect = effect();
    request.consumer = effect() == ClaimEffect::TakeForReplay
                           ? replayConsumer()
                           : ConsumerName::fromText(m_consumer->currentText());
    request.minIdle = std::chrono::seconds(m_minIdle->value());
    return request;
}

QString ClaimDialog::consumerActivity() const
{
    const ConsumerName name = ConsumerName::fromText(m_consumer->currentText());
    const auto known = std::ranges::find(m_group.consumers, name, &ConsumerState::name);
    if (known == m_group.consumers.end())
        return tr("No consumer of this name exists: it would be created, and nobody may ever read "
                  "as it.");
    return tr("%1 last asked for entries %2 ago.")
        .arg(format::oneLine(name.bytes()), format::duration(known->idle));
}

void ClaimDialog::describe(const ClaimRequest& request)
{
    const QString count = format::number(static_cast<qint64>(m_entries.size()));
    switch (request.effect) {
    case ClaimEffect::HandOver:
        setEffect(
            consumerActivity() + u' '
                + tr("It sees the entries only when it re-reads its own pending list: a claim "
                     "alone processes nothing."),
            Tone::Warning);
        setVerb(tr("Hand over %1").arg(count));
        break;
    case ClaimEffect::TakeForReplay:
        setEffect(
            tr("Opens Replay with exactly these entries frozen. Each one is checked against the "
               "ledger, claimed, "
               "handled, and acknowledged only after success."),
            Tone::Notice);
        setVerb(tr("Plan replay of %1…").arg(count));
        break;
    case ClaimEffect::Release:
        setEffect(
            tr("Entries stay with their consumers but count as idle for very long, so that the "
               "next XAUTOCLAIM of any "
               "consumer takes them. Delivery counts are kept. Nothing happens if no consumer "
               "auto-claims."),
            Tone::Notice);
        setVerb(tr("Make %1 available").arg(count));
        break;
    }
}

void ClaimDialog::update()
{
    const ClaimRequest wanted = request();
    const qint64 count = static_cast<qint64>(m_entries.size());
    const qint64 tooFresh = std::ranges::count_if(
        m_entries, [&wanted](const PendingEntry& entry) { return entry.idle < wanted.minIdle; });
    m_consumer->setEnabled(wanted.effect == ClaimEffect::HandOver);
    setHeadline(tr("Claim %1 pending entries of %2 / %3")
                    .arg(
                        format::number(count),
                        format::oneLine(m_topic.bytes()),
                        format::oneLine(m_group.name.bytes())));
    describe(wanted);
    setCount(Count::exact(count));
    setCommandLine(commandline::claim(session().profile().name, wanted));
    setCommands(session().claimCommands(wanted));
    if (wanted.effect == ClaimEffect::HandOver && wanted.consumer.isEmpty())
        setObstacle(tr("Name the consumer."));
    else if (tooFresh == count)
        setObstacle(tr(
            "None was idle that long when the list was read: a live consumer may work on them."));
    else
        setObstacle({});
}

void ClaimDialog::run()
{
    const ClaimRequest wanted = request();
    if (wanted.effect != ClaimEffect::TakeForReplay) {
        session().claim(wanted);
        return;
    }
    PlanRequest plan;
    plan.from = PlanRequest::From::Pending;
    plan.topic = m_topic;
    plan.group = m_group.name;
    plan.entries = wanted.ids;
    m_planReplay(plan);
}

} // namespace outboard
