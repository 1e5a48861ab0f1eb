// SPDX-License-Identifier: GPL-3.0-or-later
#include "services/doctor/rules.h"

#include <algorithm>

namespace outboard::doctor {

using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

namespace {

constexpr Microseconds tolerance = 5s;

/// How far a server's clock is ahead of the desktop's; 0 while the answer fits into the round.
Microseconds ahead(const Snapshot& snapshot, TimePoint server)
{
    if (server < snapshot.startedAt)
        return server - snapshot.startedAt;
    return std::max<Microseconds>(0s, server - snapshot.finishedAt);
}

QString offsetText(const QString& name, Microseconds offset)
{
    const QString by = elapsed(std::chrono::abs(offset));
    if (offset == 0s)
        return Text::tr("%1 agrees with this desktop").arg(name);
    return offset > 0s ? Text::tr("%1 is %2 ahead of this desktop").arg(name, by)
                       : Text::tr("%1 is %2 behind this desktop").arg(name, by);
}

} // namespace

QList<Finding> clocks(const Case& patient)
{
    const Snapshot& snapshot = patient.snapshot;
    if (!snapshot.outbox || !snapshot.broker)
        return {};
    const Microseconds database = ahead(snapshot, snapshot.outbox->at);
    const Microseconds broker = ahead(snapshot, snapshot.broker->at);
    const bool isServers = std::chrono::abs(database - broker) > tolerance;
    const bool isDesktop =
        std::chrono::abs(database) > tolerance || std::chrono::abs(broker) > tolerance;
    if (!isServers && !isDesktop)
        return {};
    Finding finding;
    finding.id = isServers ? u"clocks:servers"_s : u"clocks:desktop"_s;
    finding.severity = isServers ? Severity::Warning : Severity::Notice;
    finding.title = isServers ? Text::tr("The clocks of database and broker disagree by %1")
                                    .arg(elapsed(std::chrono::abs(database - broker)))
                              : Text::tr("This desktop's clock is wrong, or both servers' are");
    finding.evidence = offsetText(Text::tr("The database"), database) + u"; "_s
                       + offsetText(Text::tr("the broker"), broker) + u'.';
    finding.explanation =
        isServers
            ? Text::tr("Entry ids and idle times follow the broker's clock, created_at and "
                       "published_at the database's: what is compared across them is off by "
                       "as much. Check NTP on both servers.")
            : Text::tr("Ages are computed by the servers' clocks and are right; \"since\" and "
                       "the journal follow this desktop's. Check its time.");
    return {finding};
}

} // namespace outboard::doctor
