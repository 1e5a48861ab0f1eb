// SPDX-License-Identifier: GPL-3.0-or-later
#include "handlers/republishhandler.h"

#include <QCoreApplication>

namespace outboard {

using namespace Qt::StringLiterals;

namespace {

Error elsewhere(const BrokerTopic& from, const BrokerTopic& to)
{
    return {
        Error::Kind::Refused,
        QCoreApplication::translate(
            "outboard",
            "The event came from %1, but the profile's stream mapping sends it to %2. Correct the "
            "mapping, or use another handler.")
            .arg(from.text(), to.text()),
        {}};
}

Error withoutPayload(const EventId& id)
{
    return {
        Error::Kind::Refused,
        QCoreApplication::translate("outboard", "Event %1 has no payload to send.").arg(id.text()),
        {}};
}

} // namespace

RepublishHandler::RepublishHandler(Broker& broker, QString name, Clock clock, Durability durability)
    : m_broker(broker)
    , m_name(std::move(name))
    , m_clock(std::move(clock))
    , m_durability(durability)
{}

QString RepublishHandler::name() const
{
    return m_name;
}

Handler::Guard RepublishHandler::guard() const
{
    return Guard::Consumers;
}

bool RepublishHandler::isTransactional() const
{
    return false;
}

Result<void> RepublishHandler::apply(std::span<const Event> events, SqlTransaction*)
{
    for (const Event& event : events) {
        const auto message = messageFor(event);
        if (!message)
            return message.error();
        const auto answers = m_broker.publish(std::span(&*message, 1), m_durability);
        Q_ASSERT(answers.size() == 1);
        if (!answers.front())
            return answers.front().error();
    }
    return {};
}

Result<OutgoingMessage> RepublishHandler::messageFor(const Event& event) const
{
    const BrokerTopic to = m_broker.destination(event.topic);
    if (event.origin && event.origin->topic != to)
        return elsewhere(event.origin->topic, to);
    if (!event.payload)
        return withoutPayload(event.id);
    OutgoingMessage message;
    message.eventId = event.id;
    message.topic = event.topic;
    message.payload = *event.payload;
    message.createdAt = event.createdAt ? *event.createdAt : m_clock();
    message.key = event.key;
    return message;
}

QStringList RepublishHandler::commands() const
{
    OutgoingMessage example;
    example.eventId = EventId("EVENT-ID");
    example.topic = TopicName("TOPIC");
    example.payload = "PAYLOAD";
    example.createdAt = m_clock();
    return m_broker.publishCommands(example, m_durability);
}

} // namespace outboard
