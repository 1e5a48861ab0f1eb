// SPDX-License-Identifier: GPL-3.0-or-later
#include "panels/overviewnumbers.h"
#include "services/findingmutes.h"
#include "text/format.h"
#include "text/sourcetext.h"

#include <QCoreApplication>
#include <QStringList>

#include <algorithm>

namespace outboard {

using namespace Qt::StringLiterals;

namespace {

struct Text
{
    Q_DECLARE_TR_FUNCTIONS(outboard)
};

std::optional<TimePoint> earliest(const QList<Finding>& findings, Severity severity)
{
    std::optional<TimePoint> since;
    for (const Finding& finding : findings) {
        if (finding.severity == severity && finding.since && (!since || *finding.since < *since))
            since = finding.since;
    }
    return since;
}

QString sinceText(const QString& what, std::optional<TimePoint> since, TimePoint now)
{
    if (!since || now - *since < std::chrono::seconds(1))
        return what;
    const auto elapsed = std::chrono::floor<std::chrono::seconds>(now - *since);
    return Text::tr("%1 since %2 (%3)")
        .arg(what, format::time(since, now), format::duration(Milliseconds(elapsed)));
}

QString findingsText(const QList<Finding>& findings)
{
    const auto count = [&](Severity severity) {
        return int(std::ranges::count(findings, severity, &Finding::severity));
    };
    QStringList parts;
    if (const int n = count(Severity::Critical))
        parts << Text::tr("%n critical", nullptr, n);
    if (const int n = count(Severity::Warning))
        parts << (n == 1 ? Text::tr("1 warning") : Text::tr("%n warnings", nullptr, n));
    if (const int n = count(Severity::Notice))
        parts << (n == 1 ? Text::tr("1 notice") : Text::tr("%n notices", nullptr, n));
    return parts.join(u", "_s);
}

QStringList silentSources(const Snapshot& snapshot)
{
    QStringList silent;
    for (const SourceHealth& source : snapshot.sources) {
        if (!source.isOk)
            silent << sourceTitle(source.name);
    }
    return silent;
}

/// What the rules look at and this round could not tell.
QStringList unknowns(const Snapshot& snapshot)
{
    QStringList unknown;
    const OutboxState& outbox = *snapshot.outbox;
    if (!outbox.unpublished.isKnown())
        unknown << Text::tr("the backlog");
    if (!outbox.oldestAge && outbox.unpublished != Count::exact(0))
        unknown << Text::tr("how long the oldest row waits");
    const ServerHealth& health = snapshot.health;
    if (health.outbox && !health.outbox->unknown.isEmpty())
        unknown << Text::tr("locks and sessions of the database (%1)")
                       .arg(format::oneLine(health.outbox->unknown, 120));
    if (health.broker && !health.broker->unknown.isEmpty())
        unknown << Text::tr("memory, persistence and replicas of the broker (%1)")
                       .arg(format::oneLine(health.broker->unknown, 120));
    QStringList groups;
    for (const BrokerTopicState& topic : snapshot.broker->topics) {
        for (const GroupState& group : topic.groups) {
            if (!group.lag.isKnown() || !group.stuck.isKnown() || !group.poison.isKnown())
                groups << format::oneLine(topic.name.text() + u" / " + group.name.text(), 60);
        }
    }
    if (groups.size() > 3)
        unknown << Text::tr("lag or pending entries of %1 groups").arg(groups.size());
    else if (!groups.isEmpty())
        unknown << Text::tr("lag or pending entries of %1").arg(groups.join(u", "_s));
    return unknown;
}

QString whatWasAsked(const Snapshot& snapshot, const Profile& profile)
{
    qsizetype groups = 0;
    for (const BrokerTopicState& topic : snapshot.broker->topics)
        groups += topic.groups.size();
    return Text::tr("Checked %1, %2 streams with %3 groups, %4 ledgers")
        .arg(format::oneLine(snapshot.outbox->table, 60))
        .arg(snapshot.broker->topics.size())
        .arg(groups)
        .arg(profile.ledgers.size());
}

/// What "all clear" rests on.
QString checkedText(const Snapshot& snapshot, const Profile& profile)
{
    const Thresholds& limits = profile.thresholds;
    return whatWasAsked(snapshot, profile) + u": "
           + Text::tr("no row waits longer than %1, nothing is pending longer than %2, nothing was "
                      "delivered %3 times or more.")
                 .arg(format::duration(limits.oldestUnpublished), format::duration(limits.idle))
                 .arg(limits.maxDeliveries);
}

Headline quietHeadline(const Snapshot& snapshot, const Profile& profile)
{
    const QList<Finding> findings = unmuted(snapshot.findings);
    QString notices = findings.isEmpty() ? QString() : findingsText(findings) + u". ";
    if (const qsizetype muted = snapshot.findings.size() - findings.size())
        notices += Text::tr("%1 muted. ").arg(muted);
    const QStringList unknown = unknowns(snapshot);
    if (!unknown.isEmpty())
        return {
            Text::tr("Nothing found, but not all is known"),
            notices + whatWasAsked(snapshot, profile) + u". "
                + Text::tr("Not known: %1.").arg(unknown.join(u", "_s)),
            u"notice"_s,
            Tone::Notice};
    return {
        Text::tr("All clear"), notices + checkedText(snapshot, profile), u"check"_s, Tone::Good};
}

} // namespace

Headline overviewHeadline(const SnapshotPtr& snapshot, const Profile& profile, TimePoint now)
{
    if (!snapshot)
        return {Text::tr("Asking the servers…"), {}, u"clock"_s, Tone::Muted};
    const QList<Finding> findings = unmuted(snapshot->findings);
    const auto worst = std::ranges::max_element(findings, {}, &Finding::severity);
    const QStringList silent = silentSources(*snapshot);
    if (worst != findings.end() && worst->severity != Severity::Notice) {
        const bool isCritical = worst->severity == Severity::Critical;
        const QString what = isCritical ? Text::tr("Broken") : Text::tr("Needs attention");
        return {
            sinceText(what, earliest(findings, worst->severity), now),
            findingsText(findings),
            isCritical ? u"critical"_s : u"warning"_s,
            toneOf(worst->severity)};
    }
    if (!silent.isEmpty() || !snapshot->outbox || !snapshot->broker)
        return {
            Text::tr("Cannot tell"),
            Text::tr("No answer from: %1").arg(silent.join(u", "_s)),
            u"unplugged"_s,
            Tone::Critical};
    return quietHeadline(*snapshot, profile);
}

} // namespace outboard
