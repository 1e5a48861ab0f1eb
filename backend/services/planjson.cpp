// SPDX-License-Identifier: GPL-3.0-or-later
#include "services/planner.h"
#include "services/strictjson.h"

#include <QCoreApplication>
#include <QJsonDocument>

namespace outboard {

using namespace Qt::StringLiterals;

namespace {

constexpr QLatin1StringView formatName("outboard-plan");
constexpr qint64 formatVersion = 1;

qint64 microseconds(TimePoint time)
{
    return time.time_since_epoch().count();
}

QString base64(const QByteArray& bytes)
{
    return QString::fromLatin1(bytes.toBase64());
}

QJsonObject toJson(const EventOrigin& origin)
{
    return {
        {u"stream"_s, bytesToJson(origin.topic.bytes())},
        {u"group"_s, bytesToJson(origin.group.bytes())},
        {u"entry_id"_s, origin.entry.text()},
    };
}

QJsonObject toJson(const HeldEntry& held)
{
    return {
        {u"stream"_s, bytesToJson(held.topic.bytes())},
        {u"entry_id"_s, held.entry.id.text()},
        {u"consumer"_s, bytesToJson(held.entry.consumer.bytes())},
        {u"idle_ms"_s, qint64(held.entry.idle.count())},
        {u"deliveries"_s, held.entry.deliveries},
    };
}

QJsonObject toJson(const GroupVerdict& group)
{
    QJsonObject json{
        {u"group"_s, bytesToJson(group.group.bytes())},
        {u"verdict"_s, verdictName(group.verdict)},
        {u"reason"_s, group.reason},
        {u"ledger"_s, group.ledger},
    };
    if (group.processedAt)
        json.insert(u"processed_at_us"_s, microseconds(*group.processedAt));
    if (group.held)
        json.insert(u"held"_s, toJson(*group.held));
    return json;
}

QJsonObject toJson(const NewerEvent& newer)
{
    return {
        {u"event_id"_s, bytesToJson(newer.id.bytes())},
        {u"created_at_us"_s, microseconds(newer.createdAt)},
        {u"group"_s, bytesToJson(newer.group.bytes())},
    };
}

QJsonObject toJson(const PlanItem& item)
{
    const Event& event = item.event;
    QJsonObject json{
        {u"event_id"_s, bytesToJson(event.id.bytes())},
        {u"verdict"_s, verdictName(item.verdict)},
        {u"reason"_s, item.reason},
        {u"topic"_s, bytesToJson(event.topic.bytes())},
    };
    if (event.payload)
        json.insert(u"payload_base64"_s, base64(*event.payload));
    if (event.createdAt)
        json.insert(u"created_at_us"_s, microseconds(*event.createdAt));
    if (event.row)
        json.insert(u"row_id"_s, bytesToJson(event.row->bytes()));
    if (event.origin)
        json.insert(u"origin"_s, toJson(*event.origin));
    if (event.key)
        json.insert(u"key_base64"_s, base64(*event.key));
    QJsonArray groups;
    for (const GroupVerdict& group : item.groups)
        groups.append(toJson(group));
    if (!groups.isEmpty())
        json.insert(u"groups"_s, groups);
    if (item.newer)
        json.insert(u"newer"_s, toJson(*item.newer));
    return json;
}

Result<EntryId> entryId(StrictJson& fields)
{
    const auto entry = EntryId::parse(fields.text(u"entry_id"_s).toLatin1());
    if (!entry)
        fields.refuse(u"entry_id"_s);
    if (const auto done = fields.finish(); !done)
        return done.error();
    return *entry;
}

Verdict verdictIn(StrictJson& fields)
{
    const auto verdict = verdictFromName(fields.text(u"verdict"_s));
    if (!verdict)
        fields.refuse(u"verdict"_s);
    return verdict.value_or(Verdict::Unknown);
}

Result<EventOrigin> originFromJson(const QJsonValue& json, const QString& path)
{
    StrictJson fields(json, path);
    EventOrigin origin;
    origin.topic = BrokerTopic(fields.bytes(u"stream"_s));
    origin.group = GroupName(fields.bytes(u"group"_s));
    const auto entry = entryId(fields);
    if (!entry)
        return entry.error();
    origin.entry = *entry;
    return origin;
}

Result<HeldEntry> heldFromJson(const QJsonValue& json, const QString& path)
{
    StrictJson fields(json, path);
    HeldEntry held;
    held.topic = BrokerTopic(fields.bytes(u"stream"_s));
    held.entry.consumer = ConsumerName(fields.bytes(u"consumer"_s));
    held.entry.idle = Milliseconds(fields.integer(u"idle_ms"_s));
    held.entry.deliveries = fields.integer(u"deliveries"_s);
    const auto entry = entryId(fields);
    if (!entry)
        return entry.error();
    held.entry.id = *entry;
    return held;
}

Result<GroupVerdict> groupFromJson(const QJsonValue& json, const QString& path)
{
    StrictJson fields(json, path);
    GroupVerdict group;
    group.group = GroupName(fields.bytes(u"group"_s));
    group.verdict = verdictIn(fields);
    group.reason = fields.text(u"reason"_s);
    group.ledger = fields.text(u"ledger"_s);
    if (const auto at = fields.optionalInteger(u"processed_at_us"_s))
        group.processedAt = TimePoint(Microseconds(*at));
    if (const auto held = fields.optionalValue(u"held"_s)) {
        auto read = heldFromJson(*held, path + u"held.");
        if (!read)
            return read.error();
        group.held = *read;
    }
    if (const auto done = fields.finish(); !done)
        return done.error();
    return group;
}

Result<NewerEvent> newerFromJson(const QJsonValue& json, const QString& path)
{
    StrictJson fields(json, path);
    NewerEvent newer;
    newer.id = EventId(fields.bytes(u"event_id"_s));
    newer.createdAt = TimePoint(Microseconds(fields.integer(u"created_at_us"_s)));
    newer.group = GroupName(fields.bytes(u"group"_s));
    if (const auto done = fields.finish(); !done)
        return done.error();
    return newer;
}

/// What the verdict rests on.
Result<void> readEvidence(StrictJson& fields, PlanItem& item, const QString& path)
{
    const QJsonArray groups = fields.optionalArray(u"groups"_s);
    for (qsizetype i = 0; i < groups.size(); ++i) {
        auto group = groupFromJson(groups[i], path + u"groups[%1]."_s.arg(i));
        if (!group)
            return group.error();
        item.groups.append(std::move(*group));
    }
    if (const auto newer = fields.optionalValue(u"newer"_s)) {
        auto read = newerFromJson(*newer, path + u"newer.");
        if (!read)
            return read.error();
        item.newer = *read;
    }
    return {};
}

Result<PlanItem> itemFromJson(const QJsonValue& json, const QString& path)
{
    StrictJson fields(json, path);
    PlanItem item;
    item.event.id = EventId(fields.bytes(u"event_id"_s));
    item.verdict = verdictIn(fields);
    item.reason = fields.text(u"reason"_s);
    item.event.topic = TopicName(fields.bytes(u"topic"_s));
    item.event.payload = fields.optionalBase64(u"payload_base64"_s);
    if (const auto at = fields.optionalInteger(u"created_at_us"_s))
        item.event.createdAt = TimePoint(Microseconds(*at));
    if (fields.optionalValue(u"row_id"_s))
        item.event.row = OutboxRowId(fields.bytes(u"row_id"_s));
    item.event.key = fields.optionalBase64(u"key_base64"_s);
    if (const auto origin = fields.optionalValue(u"origin"_s)) {
        auto read = originFromJson(*origin, path + u"origin.");
        if (!read)
            return read.error();
        item.event.origin = *read;
    }
    if (const auto read = readEvidence(fields, item, path); !read)
        return read.error();
    if (const auto done = fields.finish(); !done)
        return done.error();
    return item;
}

Error notAPlan(const QString& detail)
{
    return {
        Error::Kind::Refused,
        QCoreApplication::translate(
            "outboard", "This is not a plan file. Write one with \"outboard plan --out FILE\"."),
        detail};
}

Error newerPlan()
{
    return {
        Error::Kind::Refused,
        QCoreApplication::translate(
            "outboard",
            "The key \"version\" of this plan file is not 1: another Outboard wrote it. Make the "
            "plan again with this one."),
        {}};
}

} // namespace

QByteArray planToJson(const Plan& plan)
{
    QJsonArray events;
    for (const PlanItem& item : plan.items)
        events.append(toJson(item));
    QJsonObject json{
        {u"format"_s, formatName},
        {u"version"_s, formatVersion},
        {u"plan_id"_s, plan.id},
        {u"profile"_s, plan.profile},
        {u"handler"_s, plan.handler},
        {u"group"_s, bytesToJson(plan.group.bytes())},
        {u"source"_s, plan.source},
        {u"made_at_us"_s, microseconds(plan.madeAt)},
        {u"events"_s, events},
    };
    if (plan.judgedAt)
        json.insert(u"judged_at_us"_s, microseconds(*plan.judgedAt));
    if (!plan.fromRun.isEmpty())
        json.insert(u"from_run"_s, plan.fromRun);
    if (!plan.note.isEmpty())
        json.insert(u"note"_s, plan.note);
    return QJsonDocument(json).toJson(QJsonDocument::Compact);
}

Result<Plan> planFromJson(const QByteArray& json)
{
    QJsonParseError problem;
    const auto document = QJsonDocument::fromJson(json, &problem);
    if (!document.isObject() || document.object().value(u"format") != QString(formatName))
        return notAPlan(problem.errorString());
    StrictJson fields(document.object(), QString());
    fields.text(u"format"_s);
    if (fields.integer(u"version"_s) != formatVersion)
        return newerPlan();
    Plan plan;
    plan.id = fields.text(u"plan_id"_s);
    plan.profile = fields.text(u"profile"_s);
    plan.handler = fields.text(u"handler"_s);
    plan.group = GroupName(fields.bytes(u"group"_s));
    plan.source = fields.text(u"source"_s);
    plan.madeAt = TimePoint(Microseconds(fields.integer(u"made_at_us"_s)));
    if (const auto at = fields.optionalInteger(u"judged_at_us"_s))
        plan.judgedAt = TimePoint(Microseconds(*at));
    plan.fromRun = fields.optionalText(u"from_run"_s).value_or(QString());
    plan.note = fields.optionalText(u"note"_s).value_or(QString());
    fields.optionalText(u"payloads"_s); // planFromFile() puts them in.
    const QJsonArray events = fields.array(u"events"_s);
    if (const auto done = fields.finish(); !done)
        return done.error();
    plan.items.reserve(events.size());
    for (qsizetype i = 0; i < events.size(); ++i) {
        auto item = itemFromJson(events[i], u"events[%1]."_s.arg(i));
        if (!item)
            return item.error();
        plan.items.append(std::move(*item));
    }
    return plan;
}

} // namespace outboard
