// SPDX-License-Identifier: GPL-3.0-or-later
#include "text/commandline.h"

#include <QRegularExpression>

namespace outboard::commandline {

using namespace Qt::StringLiterals;

namespace {

QStringList start(const QString& profile, const QString& command)
{
    return {u"outboard"_s, u"--profile"_s, profile, command};
}

QStringList pendingTarget(const BrokerTopic& topic, const GroupName& group)
{
    return {u"--stream"_s, topic.text(), u"--group"_s, group.text()};
}

QStringList idOptions(const std::vector<EntryId>& ids)
{
    QStringList options;
    for (const EntryId& id : ids)
        options << u"--id"_s << id.text();
    return options;
}

QString durabilityOption(const Durability& durability)
{
    switch (durability.kind) {
    case Durability::Kind::Reply: return {};
    case Durability::Kind::Replicas: return u"wait:%1"_s.arg(durability.replicas);
    case Durability::Kind::Disk: return u"waitaof"_s;
    }
    return {};
}

QString sourceName(PlanRequest::From from)
{
    switch (from) {
    case PlanRequest::From::Pending: return u"pending"_s;
    case PlanRequest::From::Dead: return u"dead"_s;
    case PlanRequest::From::Outbox: return u"outbox"_s;
    case PlanRequest::From::Ids: return u"ids"_s;
    }
    return {};
}

} // namespace

QString quoted(const QString& argument)
{
    static const QRegularExpression harmless(u"^[A-Za-z0-9_@%+=:,./-]+$"_s);
    if (harmless.match(argument).hasMatch())
        return argument;
    return u'\'' + QString(argument).replace(u"'"_s, u"'\\''"_s) + u'\'';
}

QString join(const QStringList& arguments)
{
    QStringList words;
    for (const QString& argument : arguments)
        words << quoted(argument);
    return words.join(u' ');
}

QString relay(const QString& profile, const RelayRequest& request)
{
    QStringList words = start(profile, u"relay"_s);
    for (const TopicName& topic : request.topics)
        words << u"--topic"_s << topic.text();
    words << u"--batch"_s << QString::number(request.batch);
    if (request.max)
        words << u"--max"_s << QString::number(*request.max);
    if (const QString durability = durabilityOption(request.durability); !durability.isEmpty())
        words << u"--durability"_s << durability;
    return join(words);
}

QString claim(const QString& profile, const ClaimRequest& request)
{
    QStringList words = start(profile, u"claim"_s);
    words << pendingTarget(request.topic, request.group) << idOptions(request.ids);
    if (request.effect == ClaimEffect::Release)
        words << u"--release"_s;
    else
        words << u"--to"_s << request.consumer.text();
    words << u"--min-idle"_s << durationText(request.minIdle);
    return join(words);
}

QString acknowledge(
    const QString& profile,
    const BrokerTopic& topic,
    const GroupName& group,
    const std::vector<EntryId>& ids)
{
    return join(start(profile, u"ack"_s) + pendingTarget(topic, group) + idOptions(ids));
}

QString acknowledgeProcessed(
    const QString& profile, const BrokerTopic& topic, const GroupName& group)
{
    return join(
        start(profile, u"ack"_s) + pendingTarget(topic, group) + QStringList{u"--ledger-done"_s});
}

QString plan(const QString& profile, const PlanRequest& request, const QString& file)
{
    QStringList words = start(profile, u"plan"_s);
    words << u"--from"_s << sourceName(request.from);
    if (request.topic)
        words << u"--stream"_s << request.topic->text();
    if (!request.group.isEmpty())
        words << u"--group"_s << request.group.text();
    words << idOptions(request.entries);
    for (const OutboxRowId& row : request.rows)
        words << u"--id"_s << row.text();
    for (const EventId& id : request.ids)
        words << u"--id"_s << id.text();
    words << u"--handler"_s << request.handler << u"--out"_s << file;
    return join(words);
}

QString replay(const QString& profile, const QString& file, const ReplayOptions& options)
{
    QStringList words = start(profile, u"replay"_s);
    words << file;
    QStringList steps;
    for (const qint64 step : options.canary)
        steps << QString::number(step);
    if (!steps.isEmpty())
        words << u"--canary"_s << steps.join(u',');
    if (options.eventsPerSecond)
        words << u"--rate"_s << QString::number(*options.eventsPerSecond);
    if (options.stopAfterFailures)
        words << u"--stop-after"_s << QString::number(*options.stopAfterFailures);
    if (options.includeUnknown)
        words << u"--include-unknown"_s;
    return join(words);
}

QString resume(const QString& profile, const QString& runId, bool repeatInDoubt)
{
    QStringList words = start(profile, u"replay"_s);
    words << u"--resume"_s << runId;
    if (repeatInDoubt)
        words << u"--include-unknown"_s;
    return join(words);
}

} // namespace outboard::commandline
