// SPDX-License-Identifier: GPL-3.0-or-later
#include "services/planreasons.h"

#include <QCoreApplication>
#include <QStringList>

#include <algorithm>

namespace outboard::planReasons {

using namespace Qt::StringLiterals;

Verdict together(const QList<GroupVerdict>& groups)
{
    const auto any = [&groups](Verdict verdict) {
        return std::ranges::any_of(
            groups, [verdict](const GroupVerdict& group) { return group.verdict == verdict; });
    };
    // In this order: what must not run now, then what has to, then what nobody knows.
    for (const Verdict verdict :
         {Verdict::InFlight, Verdict::PayloadMissing, Verdict::Run, Verdict::Unknown}) {
        if (any(verdict))
            return verdict;
    }
    return groups.isEmpty() ? Verdict::Unknown : Verdict::Processed;
}

QString together(const QList<GroupVerdict>& groups, Verdict verdict)
{
    const bool isOne =
        groups.size() == 1 || std::ranges::all_of(groups, [&](const GroupVerdict& group) {
            return group.verdict == verdict && group.reason == groups.first().reason;
        });
    if (isOne)
        return groups.first().reason;
    QStringList clauses;
    for (const GroupVerdict& group : groups)
        clauses << u"%1: %2"_s.arg(group.group.text(), group.reason);
    return clauses.join(u' ');
}

QString withoutId(const Event& event)
{
    if (event.row) {
        return QCoreApplication::translate("outboard", "No event id: outbox row %1 is gone.")
            .arg(event.row->text());
    }
    return QCoreApplication::translate(
        "outboard",
        "No event id: the entry is gone from the stream, or holds none where the profile looks. "
        "Without one nothing keeps the event from being applied twice.");
}

QString withoutPayload()
{
    return QCoreApplication::translate(
        "outboard",
        "Its payload was found neither in the outbox nor in the broker. Name the stream to "
        "search there.");
}

QString holds(const QString& ledger, const std::optional<TimePoint>& since)
{
    if (!since)
        return QCoreApplication::translate("outboard", "Ledger %1 holds it.").arg(ledger);
    return QCoreApplication::translate("outboard", "Ledger %1 holds it since %2.")
        .arg(ledger, isoText(*since));
}

QString doesNotHold(const QString& ledger)
{
    return QCoreApplication::translate("outboard", "Ledger %1 does not hold it.").arg(ledger);
}

QString unknown(const QString& ledger, const GroupName& group)
{
    if (!ledger.isEmpty()) {
        return QCoreApplication::translate(
                   "outboard",
                   "Ledger %1 cannot tell: it does not record this group, or keeps less than the "
                   "event's age.")
            .arg(ledger);
    }
    if (group.isEmpty()) {
        return QCoreApplication::translate(
            "outboard", "No group was named, so no ledger can tell whether it was handled.");
    }
    return QCoreApplication::translate(
               "outboard", "The profile has no ledger for group %1, so nobody can tell.")
        .arg(group.text());
}

QString heldBy(const PendingEntry& entry, Milliseconds threshold)
{
    const auto idle = std::chrono::floor<std::chrono::seconds>(entry.idle);
    return QCoreApplication::translate(
               "outboard",
               "%1 got it %2 ago and may be working on it; it counts as stuck after %3.")
        .arg(entry.consumer.text(), durationText(idle), durationText(threshold));
}

QString noLongerPending()
{
    return QCoreApplication::translate(
        "outboard", "No longer pending: it was acknowledged since it was selected.");
}

Error stopped()
{
    return {
        Error::Kind::Cancelled,
        QCoreApplication::translate("outboard", "Stopped before all events were judged."),
        {}};
}

} // namespace outboard::planReasons
