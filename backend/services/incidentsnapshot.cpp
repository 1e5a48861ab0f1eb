// SPDX-License-Identifier: GPL-3.0-or-later
#include "services/incidentsnapshot.h"

#include "core/count.h"
#include "settings/connectiontext.h"

#include <QCoreApplication>
#include <QJsonArray>

#include <cmath>

namespace outboard {

using namespace Qt::StringLiterals;

namespace {

struct Text
{
    Q_DECLARE_TR_FUNCTIONS(outboard)
};

constexpr qsizetype mostDeeds = 100;

QJsonValue unknown()
{
    return QJsonValue(QJsonValue::Null);
}

QString qualityName(Count::Quality quality)
{
    switch (quality) {
    case Count::Quality::Exact: return u"exact"_s;
    case Count::Quality::AtLeast: return u"at_least"_s;
    case Count::Quality::Estimated: return u"estimated"_s;
    case Count::Quality::Unknown: return u"unknown"_s;
    }
    return u"unknown"_s;
}

QJsonObject countJson(const Count& count)
{
    return {
        {u"value"_s, count.isKnown() ? QJsonValue(count.value) : unknown()},
        {u"quality"_s, qualityName(count.quality)}};
}

template<class Duration>
QJsonValue secondsJson(std::optional<Duration> duration)
{
    return duration ? QJsonValue(std::chrono::duration<double>(*duration).count()) : unknown();
}

QJsonValue numberJson(std::optional<double> value)
{
    return value ? QJsonValue(*value) : unknown();
}

QJsonValue timeJson(std::optional<TimePoint> at)
{
    return at ? QJsonValue(isoText(*at)) : unknown();
}

/// A password that was written without its escapes cannot be told from the rest.
QString safeText(const QString& connection)
{
    return hasUnencodedPassword(connection) ? Text::tr("(not shown)") : withoutPassword(connection);
}

QJsonArray connectionsJson(const Profile& profile)
{
    QJsonArray array;
    const auto add = [&array](const QString& source, const QString& connection) {
        if (!connection.isEmpty())
            array.append(QJsonObject{{u"source"_s, source}, {u"to"_s, safeText(connection)}});
    };
    add(u"outbox"_s, profile.outbox.dsn);
    add(u"outbox (monitoring)"_s, profile.outbox.monitorDsn);
    add(u"broker"_s, profile.broker.url);
    for (const LedgerSettings& ledger : profile.ledgers)
        add(u"ledger "_s + ledger.table, ledger.dsn);
    return array;
}

QJsonArray numbersJson(const IncidentSource& source)
{
    QJsonArray array;
    const auto add = [&](const QString& id,
                         const QString& title,
                         const QString& unit,
                         std::optional<double> value) {
        array.append(QJsonObject{
            {u"id"_s, id},
            {u"title"_s, title},
            {u"unit"_s, unit},
            {u"value"_s, numberJson(value)}});
    };
    const History& live = source.live;
    add(u"backlog"_s, Text::tr("Backlog"), u"rows"_s, live.latest(Series::Backlog));
    add(u"oldest_age"_s, Text::tr("Oldest unpublished"), u"s"_s, live.latest(Series::OldestAge));
    add(u"created"_s, Text::tr("Rows in"), u"rows/s"_s, live.latest(Series::CreatedRate));
    add(u"relayed"_s, Text::tr("Rows relayed"), u"rows/s"_s, live.latest(Series::PublishedRate));
    add(u"drain"_s, Text::tr("Time to drain"), u"s"_s, live.secondsToDrain());
    add(u"pending"_s, Text::tr("Pending"), u"entries"_s, live.latest(Series::Pending));
    add(u"lag"_s, Text::tr("Lag"), u"entries"_s, live.latest(Series::Lag));
    add(u"oldest_idle"_s, Text::tr("Oldest idle"), u"s"_s, live.latest(Series::OldestIdle));
    add(u"dead"_s, Text::tr("Dead"), u"entries"_s, live.latest(Series::Dead));
    return array;
}

QJsonArray findingsJson(const QList<Finding>& findings)
{
    QJsonArray array;
    for (const Finding& finding : findings) {
        array.append(QJsonObject{
            {u"id"_s, finding.id},
            {u"severity"_s, severityName(finding.severity)},
            {u"title"_s, finding.title},
            {u"evidence"_s, finding.evidence},
            {u"explanation"_s, finding.explanation},
            {u"action"_s, finding.remedy.label},
            {u"since"_s, timeJson(finding.since)}});
    }
    return array;
}

/// Without the server's own words, which may quote anything.
QJsonArray sourcesJson(const QList<SourceHealth>& sources)
{
    QJsonArray array;
    for (const SourceHealth& source : sources) {
        array.append(QJsonObject{
            {u"name"_s, source.name},
            {u"ok"_s, source.isOk},
            {u"error"_s, source.error ? QJsonValue(source.error->what) : unknown()},
            {u"round_trip_s"_s, secondsJson(source.roundTrip)},
            {u"failing_since"_s, timeJson(source.failingSince)}});
    }
    return array;
}

QJsonValue outboxJson(const Result<OutboxState>& outbox)
{
    if (!outbox)
        return unknown();
    return QJsonObject{
        {u"table"_s, outbox->table},
        {u"unpublished"_s, countJson(outbox->unpublished)},
        {u"oldest_unpublished_s"_s, secondsJson(outbox->oldestAge)},
        {u"dead"_s, countJson(outbox->dead)},
        {u"last_published_at"_s, timeJson(outbox->lastPublishedAt)},
        {u"has_unpublished_index"_s, outbox->hasUnpublishedIndex},
        {u"is_standby"_s, outbox->standby.has_value()},
        {u"topics_note"_s, outbox->topicsNote}};
}

QJsonValue topicsJson(const Result<OutboxState>& outbox)
{
    if (!outbox)
        return unknown();
    QJsonArray array;
    for (const OutboxTopicState& topic : outbox->topics) {
        array.append(QJsonObject{
            {u"topic"_s, topic.topic.text()},
            {u"unpublished"_s, countJson(topic.unpublished)},
            {u"oldest_s"_s, secondsJson(topic.oldestAge)},
            {u"created_last_minute"_s, countJson(topic.createdLastMinute)},
            {u"published_last_minute"_s, countJson(topic.publishedLastMinute)},
            {u"last_published_at"_s, timeJson(topic.lastPublishedAt)}});
    }
    return array;
}

QJsonObject groupJson(const GroupState& group)
{
    QJsonArray consumers;
    for (const ConsumerState& consumer : group.consumers) {
        consumers.append(QJsonObject{
            {u"consumer"_s, consumer.name.text()},
            {u"pending"_s, countJson(consumer.pending)},
            {u"idle_s"_s, secondsJson(consumer.idle)},
            {u"inactive_s"_s, secondsJson(consumer.inactive)}});
    }
    return {
        {u"group"_s, group.name.text()},
        {u"lag"_s, countJson(group.lag)},
        {u"pending"_s, countJson(group.pending)},
        {u"stuck"_s, countJson(group.stuck)},
        {u"poison"_s, countJson(group.poison)},
        {u"oldest_idle_s"_s, secondsJson(group.oldestIdle)},
        {u"max_deliveries"_s, group.maxDeliveries ? QJsonValue(*group.maxDeliveries) : unknown()},
        {u"consumers"_s, consumers}};
}

QJsonValue streamsJson(const Result<BrokerState>& broker)
{
    if (!broker)
        return unknown();
    QJsonArray array;
    for (const BrokerTopicState& stream : broker->topics) {
        QJsonArray groups;
        for (const GroupState& group : stream.groups)
            groups.append(groupJson(group));
        array.append(QJsonObject{
            {u"stream"_s, stream.name.text()},
            {u"length"_s, countJson(stream.length)},
            {u"dead"_s, countJson(stream.dead)},
            {u"memory_bytes"_s, stream.memoryBytes ? QJsonValue(*stream.memoryBytes) : unknown()},
            {u"problem"_s, stream.problem},
            {u"groups"_s, groups}});
    }
    return array;
}

/// Samples are [milliseconds since 1970, value or null].
QJsonArray chartsJson(const QList<IncidentChart>& charts)
{
    QJsonArray array;
    for (const IncidentChart& chart : charts) {
        QJsonArray curves;
        for (const IncidentCurve& curve : chart.curves) {
            QJsonArray samples;
            for (const Sample& sample : curve.samples) {
                const auto ms = std::chrono::floor<Milliseconds>(sample.at.time_since_epoch());
                samples.append(QJsonArray{qint64(ms.count()), numberJson(sample.value)});
            }
            curves.append(QJsonObject{{u"name"_s, curve.name}, {u"samples"_s, samples}});
        }
        array.append(QJsonObject{
            {u"id"_s, chart.id},
            {u"title"_s, chart.title},
            {u"unit"_s, chart.unit},
            {u"curves"_s, curves}});
    }
    return array;
}

QJsonArray deedsJson(const QList<JournalEntry>& deeds, TimePoint from)
{
    QJsonArray array;
    for (const JournalEntry& deed : deeds) {
        if (deed.at < from || array.size() == mostDeeds)
            continue;
        array.append(QJsonObject{
            {u"at"_s, isoText(deed.at)},
            {u"who"_s, deed.who},
            {u"action"_s, deed.action},
            {u"place"_s, deed.place},
            {u"ids"_s, deed.idCount},
            {u"state"_s, journalStateName(deed.state)},
            {u"result"_s, deed.result}});
    }
    return array;
}

QJsonArray pastJson(const QList<FindingEpisode>& findings)
{
    QJsonArray array;
    for (const FindingEpisode& finding : findings) {
        array.append(QJsonObject{
            {u"id"_s, finding.id},
            {u"severity"_s, severityName(finding.severity)},
            {u"title"_s, finding.title},
            {u"from"_s, isoText(finding.from)},
            {u"last_seen"_s, isoText(finding.lastSeen)}});
    }
    return array;
}

} // namespace

QJsonObject incidentDocument(const IncidentSource& source)
{
    const Snapshot& snapshot = source.snapshot;
    const auto charts =
        incidentCharts(source.live, source.stored, source.from, snapshot.finishedAt);
    return {
        {u"format"_s, u"outboard-incident"_s},
        {u"version"_s, 1},
        {u"profile"_s, source.profile.name},
        {u"environment"_s, environmentName(source.profile.environment)},
        {u"made_by"_s, source.madeBy},
        {u"at"_s, isoText(snapshot.finishedAt)},
        {u"connections"_s, connectionsJson(source.profile)},
        {u"numbers"_s, numbersJson(source)},
        {u"findings"_s, findingsJson(snapshot.findings)},
        {u"sources"_s, sourcesJson(snapshot.sources)},
        {u"outbox"_s, outboxJson(snapshot.outbox)},
        {u"topics"_s, topicsJson(snapshot.outbox)},
        {u"broker"_s, snapshot.broker ? QJsonValue(snapshot.broker->server) : unknown()},
        {u"streams"_s, streamsJson(snapshot.broker)},
        {u"charts_from"_s, isoText(source.from)},
        {u"charts"_s, chartsJson(charts)},
        {u"deeds"_s, deedsJson(source.deeds, source.from)},
        {u"past_findings"_s, pastJson(source.stored.findings)}};
}

} // namespace outboard
