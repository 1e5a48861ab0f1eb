// SPDX-License-Identifier: GPL-3.0-or-later
#include "commands/streamfilter.h"

#include "brokers/broker.h"
#include "context.h"
#include "jsonvalues.h"
#include "survey.h"
#include "text.h"

namespace outboard {

using namespace Qt::StringLiterals;

namespace {

/// Leaves the topics that the profile's mapping sends to the stream.
Result<void> keepTopicsOf(
    Context& context, const BrokerTopic& stream, QList<OutboxTopicState>& topics)
{
    const auto broker = context.openBroker(Access::Monitor);
    if (!broker)
        return broker.error();
    topics.removeIf([&](const OutboxTopicState& topic) {
        return (*broker)->destination(topic.topic) != stream;
    });
    return {};
}

} // namespace

OptionSpec streamOption()
{
    return {u"stream"_s, OptionSpec::Takes::One, u"STREAM"_s, Text::tr("only this stream")};
}

Result<Snapshot> filteredSurvey(Context& context)
{
    const auto whole = survey(context, 1);
    if (!whole)
        return whole.error();
    Snapshot snapshot = **whole;
    const BrokerTopic stream = BrokerTopic::fromText(context.line().value(u"stream"_s));
    if (stream.isEmpty() || !snapshot.broker)
        return snapshot;
    snapshot.broker->topics.removeIf(
        [&stream](const BrokerTopicState& state) { return state.name != stream; });
    if (snapshot.outbox) {
        if (auto kept = keepTopicsOf(context, stream, snapshot.outbox->topics); !kept)
            return kept.error();
    }
    const bool hasTopics = snapshot.outbox && !snapshot.outbox->topics.isEmpty();
    if (snapshot.broker->topics.isEmpty() && !hasTopics) {
        return Error{
            Error::Kind::Missing,
            Text::tr("There is no stream \"%1\". outboard groups lists those that there are.")
                .arg(stream.text()),
            {}};
    }
    return snapshot;
}

QJsonObject stateJson(const Snapshot& snapshot)
{
    const QJsonValue unknown(QJsonValue::Null);
    return {
        {u"topics"_s,
         snapshot.outbox ? QJsonValue(json::topics(snapshot.outbox->topics)) : unknown},
        {u"streams"_s,
         snapshot.broker ? QJsonValue(json::streams(snapshot.broker->topics, true)) : unknown},
    };
}

} // namespace outboard
