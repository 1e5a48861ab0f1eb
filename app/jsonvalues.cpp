// SPDX-License-Identifier: GPL-3.0-or-later
#include "jsonvalues.h"

#include <QStringDecoder>

namespace outboard::json {

using namespace Qt::StringLiterals;

namespace {

QJsonObject consumer(const ConsumerState& state)
{
    return {
        {u"name"_s, state.name.text()},
        {u"pending"_s, count(state.pending)},
        {u"idle_ms"_s, milliseconds(state.idle)},
        {u"inactive_ms"_s, milliseconds(state.inactive)},
    };
}

QJsonObject group(const GroupState& state, bool withConsumers)
{
    QJsonArray consumers;
    for (const ConsumerState& each : state.consumers)
        consumers.append(consumer(each));
    return {
        {u"group"_s, state.name.text()},
        {u"lag"_s, count(state.lag)},
        {u"pending"_s, count(state.pending)},
        {u"oldest_idle_ms"_s, milliseconds(state.oldestIdle)},
        {u"max_deliveries"_s, number(state.maxDeliveries)},
        {u"consumers"_s, withConsumers ? QJsonValue(consumers) : QJsonValue(consumers.size())},
    };
}

} // namespace

QJsonValue count(const Count& count)
{
    return number(count.known());
}

QJsonValue number(std::optional<qint64> number)
{
    return number ? QJsonValue(*number) : QJsonValue(QJsonValue::Null);
}

QJsonValue seconds(std::optional<Milliseconds> duration)
{
    return duration ? QJsonValue(static_cast<double>(duration->count()) / 1000)
                    : QJsonValue(QJsonValue::Null);
}

QJsonValue milliseconds(std::optional<Milliseconds> duration)
{
    return duration ? QJsonValue(static_cast<qint64>(duration->count()))
                    : QJsonValue(QJsonValue::Null);
}

QJsonValue milliseconds(std::optional<Microseconds> duration)
{
    return duration ? QJsonValue(static_cast<double>(duration->count()) / 1000)
                    : QJsonValue(QJsonValue::Null);
}

QJsonValue textOrNull(const QString& text)
{
    return text.isEmpty() ? QJsonValue(QJsonValue::Null) : QJsonValue(text);
}

QJsonValue bytes(const QByteArray& bytes)
{
    QStringDecoder decoder(QStringDecoder::Utf8, QStringConverter::Flag::Stateless);
    const QString text = decoder.decode(bytes);
    if (!decoder.hasError())
        return text;
    return QJsonObject{{u"base64"_s, QString::fromLatin1(bytes.toBase64())}};
}

QJsonArray ids(const std::vector<EntryId>& ids)
{
    QJsonArray array;
    for (const EntryId& id : ids)
        array.append(id.text());
    return array;
}

QJsonArray topics(const QList<OutboxTopicState>& topics)
{
    QJsonArray array;
    for (const OutboxTopicState& state : topics)
        array.append(topic(state));
    return array;
}

QJsonArray streams(const QList<BrokerTopicState>& streams, bool withConsumers)
{
    QJsonArray array;
    for (const BrokerTopicState& state : streams)
        array.append(stream(state, withConsumers));
    return array;
}

QJsonObject stream(const BrokerTopicState& stream, bool withConsumers)
{
    QJsonArray groups;
    for (const GroupState& state : stream.groups)
        groups.append(group(state, withConsumers));
    return {
        {u"stream"_s, stream.name.text()},
        {u"length"_s, count(stream.length)},
        {u"groups"_s, groups},
    };
}

QJsonObject topic(const OutboxTopicState& topic)
{
    return {
        {u"topic"_s, topic.topic.text()},
        {u"unpublished"_s, count(topic.unpublished)},
        {u"oldest_s"_s, seconds(topic.oldestAge)},
    };
}

} // namespace outboard::json
