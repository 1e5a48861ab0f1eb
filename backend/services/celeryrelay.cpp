// SPDX-License-Identifier: GPL-3.0-or-later
#include "services/celeryrelay.h"

#include "brokers/redisopen.h"
#include "brokers/redisurl.h"
#include "net/sshroutes.h"

#include <QCoreApplication>
#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QUuid>

namespace outboard {

using namespace Qt::StringLiterals;

namespace {

const QJsonValue none(QJsonValue::Null);

QString newId()
{
    return QUuid::createUuid().toString(QUuid::WithoutBraces);
}

QByteArray compact(const QJsonArray& array)
{
    return QJsonDocument(array).toJson(QJsonDocument::Compact);
}

/// Arguments, keyword arguments, and what is to follow the task.
QByteArray messageBody()
{
    const QJsonObject embed{
        {u"callbacks"_s, none}, {u"errbacks"_s, none}, {u"chain"_s, none}, {u"chord"_s, none}};
    return compact({QJsonArray(), QJsonObject(), embed});
}

QJsonObject messageHeaders(const QString& task, const QString& taskId, const QString& origin)
{
    return {
        {u"lang"_s, u"py"_s},
        {u"task"_s, task},
        {u"id"_s, taskId},
        {u"root_id"_s, taskId},
        {u"parent_id"_s, none},
        {u"group"_s, none},
        {u"group_index"_s, none},
        {u"shadow"_s, none},
        {u"eta"_s, none},
        {u"expires"_s, none},
        {u"retries"_s, 0},
        {u"timelimit"_s, QJsonArray{none, none}},
        {u"argsrepr"_s, u"()"_s},
        {u"kwargsrepr"_s, u"{}"_s},
        {u"ignore_result"_s, true},
        {u"origin"_s, origin},
    };
}

QJsonObject messageProperties(const QString& queue, const QString& taskId)
{
    return {
        {u"correlation_id"_s, taskId},
        {u"reply_to"_s, newId()},
        {u"delivery_mode"_s, 2},
        {u"delivery_info"_s, QJsonObject{{u"exchange"_s, QString()}, {u"routing_key"_s, queue}}},
        {u"priority"_s, 0},
        {u"body_encoding"_s, u"base64"_s},
        {u"delivery_tag"_s, newId()},
    };
}

Error noCelery()
{
    return {
        Error::Kind::Refused,
        QCoreApplication::translate(
            "outboard",
            "The profile has no \"celery\" section. Add one with url, queue and task, or relay "
            "directly."),
        {}};
}

Error noQueue(const CelerySettings& settings, const Error& refusal)
{
    return {
        Error::Kind::Refused,
        QCoreApplication::translate(
            "outboard",
            "Key \"%1\" holds something else than a Celery queue. Correct \"celery.queue\" or "
            "\"celery.url\" in the profile.")
            .arg(settings.queue),
        refusal.detail};
}

} // namespace

QByteArray celeryMessage(
    const QString& task, const QString& queue, const QString& taskId, const QString& origin)
{
    const QJsonObject message{
        {u"body"_s, QString::fromLatin1(messageBody().toBase64())},
        {u"content-encoding"_s, u"utf-8"_s},
        {u"content-type"_s, u"application/json"_s},
        {u"headers"_s, messageHeaders(task, taskId, origin)},
        {u"properties"_s, messageProperties(queue, taskId)},
    };
    return QJsonDocument(message).toJson(QJsonDocument::Compact);
}

Result<CeleryReceipt> enqueueRelayTask(
    const CelerySettings& settings,
    const std::optional<QString>& password,
    const QString& origin,
    std::stop_token stop)
{
    if (settings.url.isEmpty())
        return noCelery();
    auto endpoint = parseRedisUrl(settings.url);
    if (!endpoint)
        return endpoint.error();
    if (!endpoint->password)
        endpoint->password = password;
    const SshRoutes routes(settings.ssh);
    RedisConnection::Options options;
    options.access = Access::Operate;
    if (!settings.ssh.host.isEmpty())
        options.route = [&routes, stop](const NetPlace& server) { return routes.to(server, stop); };
    options.stop = std::move(stop);
    const auto session = openRedis(*endpoint, options);
    if (!session)
        return session.error();
    CeleryReceipt receipt;
    receipt.taskId = newId();
    const auto pushed = (*session)->run(
        {"LPUSH",
         settings.queue.toUtf8(),
         celeryMessage(settings.task, settings.queue, receipt.taskId, origin)});
    if (!pushed)
        return pushed.error().detail.startsWith(u"WRONGTYPE") ? noQueue(settings, pushed.error())
                                                              : pushed.error();
    receipt.waiting = pushed->number().value_or(0);
    return receipt;
}

QString enqueueCommand(const CelerySettings& settings)
{
    return u"LPUSH %1 {\"headers\": {\"task\": \"%2\", ...}, ...}"_s.arg(
        settings.queue, settings.task);
}

} // namespace outboard
