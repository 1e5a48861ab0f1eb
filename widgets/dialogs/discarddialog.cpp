// SPDX-License-Identifier: GPL-3.0-or-later
#include "dialogs/discarddialog.h"

#include "models/deadlettermodel.h"
#include "services/session.h"
#include "text/format.h"

#include <QFormLayout>
#include <QLabel>
#include <QLineEdit>

#include <map>

namespace outboard {

using namespace Qt::StringLiterals;

namespace {

/// "12 in stream order.paid:dlq", one line a place.
QLabel* makePlaces(const std::map<QString, qint64>& places)
{
    QStringList lines;
    for (const auto& [place, count] : places)
        lines << DiscardDialog::tr("%1 in %2").arg(format::number(count), place);
    constexpr qsizetype shown = 6;
    if (lines.size() > shown)
        lines = lines.mid(0, shown)
                << DiscardDialog::tr("and %n more places", nullptr, int(lines.size() - shown));
    auto* label = new QLabel(lines.join(u'\n'));
    label->setObjectName(u"places"_s);
    label->setTextFormat(Qt::PlainText);
    return label;
}

} // namespace

DiscardDialog::DiscardDialog(Session& session, QList<DeadLetter> letters, QWidget* parent)
    : ActionDialog(session, tr("Discard dead letters"), parent)
    , m_letters(std::move(letters))
    , m_reason(new QLineEdit)
{
    setObjectName(u"discardDialog"_s);
    std::map<QString, qint64> places;
    for (const DeadLetter& letter : std::as_const(m_letters))
        ++places[deadPlaceText(letter)];
    m_reason->setObjectName(u"reason"_s);
    m_reason->setPlaceholderText(tr("Why nobody needs them any more, e.g. a ticket"));
    form()->addRow(tr("Where"), makePlaces(places));
    form()->addRow(tr("Reason"), m_reason);
    setHeadline(tr("Discard %n dead letters", nullptr, int(m_letters.size())));
    setEffect(
        tr("Pending entries are acknowledged, everything else is removed: no consumer gets these "
           "events any more. The originals are kept on this machine first, and can be restored "
           "from the list of discarded ones."),
        Tone::Warning);
    setCount(Count::exact(m_letters.size()));
    setVerb(tr("Discard %1").arg(format::number(m_letters.size())));
    setCommandLine(tr("There is no command for this: discarding wants a person who looks."));
    setCommands(session.discardDeadCommands(m_letters));
    connect(m_reason, &QLineEdit::textChanged, this, &DiscardDialog::checkReason);
    checkReason();
    m_reason->setFocus();
}

void DiscardDialog::checkReason()
{
    if (!session().keepsDead())
        setObstacle(tr("Originals cannot be kept on this machine."));
    else
        setObstacle(m_reason->text().trimmed().isEmpty() ? tr("Give a reason.") : QString());
}

void DiscardDialog::run()
{
    session().discardDead(m_letters, m_reason->text().trimmed());
}

RestoreDialog::RestoreDialog(Session& session, QList<DiscardedLetter> rows, QWidget* parent)
    : ActionDialog(session, tr("Restore dead letters"), parent)
    , m_rows(std::move(rows))
{
    setObjectName(u"restoreDialog"_s);
    std::map<QString, qint64> places;
    QList<DeadLetter> letters;
    for (const DiscardedLetter& row : std::as_const(m_rows)) {
        ++places[deadPlaceText(row.letter)];
        letters.append(row.letter);
    }
    form()->addRow(tr("Where"), makePlaces(places));
    setHeadline(tr("Restore %n dead letters", nullptr, int(m_rows.size())));
    setEffect(
        tr("They become dead letters again. Entries of dead-letter streams are added at the end, "
           "under a new id; acknowledged entries become pending again for their consumer, with "
           "their count of deliveries, or, where the stream has lost them, go to its dead-letter "
           "stream; rows are inserted as they were."),
        Tone::Neutral);
    setCount(Count::exact(m_rows.size()));
    setVerb(tr("Restore %1").arg(format::number(m_rows.size())));
    setCommandLine(tr("There is no command for this: the originals are kept on this machine."));
    setCommands(session.restoreDeadCommands(letters));
}

void RestoreDialog::run()
{
    QStringList ids;
    for (const DiscardedLetter& row : std::as_const(m_rows))
        ids << row.id;
    session().restoreDead(ids);
}

} // namespace outboard
