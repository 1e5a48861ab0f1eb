// SPDX-License-Identifier: GPL-3.0-or-later
#include "brokers/deadfacts.h"

#include <QDateTime>

#include <algorithm>
#include <cmath>
#include <initializer_list>

namespace outboard {

namespace {

using Names = std::initializer_list<const char*>;

const Names streamNames = {
    "dead_lettered_from",
    "original_stream",
    "source_stream",
    "origin_stream",
    "original_topic",
    "x-original-topic",
    "stream"};
const Names entryNames = {
    "orig_id", "original_id", "original_message_id", "message_id", "entry_id"};
const Names groupNames = {"group", "consumer_group", "group_name"};
const Names consumerNames = {"consumer", "consumer_name"};
const Names errorNames = {
    "error",
    "exception",
    "reason",
    "error_message",
    "failure_reason",
    "last_error",
    "exception_message",
    "traceback"};
const Names countNames = {
    "delivery_count", "deliveries", "times_delivered", "retry_count", "attempts", "retries"};
const Names timeNames = {"failed_at", "dead_lettered_at", "died_at", "dead_at", "last_failed_at"};

/// Those of the above that a message of its own could not have.
const Names onlyOfDeath = {
    "dead_lettered_from",
    "original_stream",
    "source_stream",
    "origin_stream",
    "original_topic",
    "x-original-topic",
    "orig_id",
    "original_id",
    "original_message_id",
    "exception",
    "error",
    "reason",
    "error_message",
    "failure_reason",
    "last_error",
    "exception_message",
    "traceback",
    "delivery_count",
    "times_delivered",
    "retry_count",
    "failed_at",
    "dead_lettered_at",
    "died_at",
    "dead_at",
    "last_failed_at",
    "_dlq"};

std::optional<QByteArray> firstOf(const QList<Field>& fields, const Names& names)
{
    for (const char* name : names) {
        const auto found = std::ranges::find_if(fields, [name](const Field& field) {
            return field.name.compare(name, Qt::CaseInsensitive) == 0 && !field.value.isEmpty()
                   && field.value != "null";
        });
        if (found != fields.end())
            return found->value;
    }
    return std::nullopt;
}

std::optional<qint64> countOf(const std::optional<QByteArray>& text)
{
    bool isNumber = false;
    const qint64 value = text ? text->trimmed().toLongLong(&isNumber) : 0;
    return isNumber && value >= 0 ? std::optional(value) : std::nullopt;
}

/// Between 2001 and 2286 there is only one unit in which a number makes sense.
std::optional<TimePoint> sinceEpoch(double value)
{
    if (!std::isfinite(value) || value < 1e9)
        return std::nullopt;
    for (const double unit : {1e6, 1e3, 1.0}) {
        if (value * unit < 1e16)
            return TimePoint(Microseconds(std::llround(value * unit)));
    }
    return std::nullopt;
}

} // namespace

std::optional<TimePoint> deadTimeOf(const QByteArray& text)
{
    bool isNumber = false;
    const double value = text.trimmed().toDouble(&isNumber);
    if (isNumber)
        return sinceEpoch(value);
    QString written = QString::fromUtf8(text.trimmed());
    // Python separates date and time by a blank.
    if (written.size() > 10 && written.at(10) == u' ')
        written[10] = u'T';
    const auto time = QDateTime::fromString(written, Qt::ISODateWithMs);
    if (!time.isValid() || time.timeSpec() == Qt::LocalTime)
        return std::nullopt;
    return TimePoint(Milliseconds(time.toMSecsSinceEpoch()));
}

DeadFacts deadFactsOf(const QList<Field>& fields)
{
    DeadFacts facts;
    facts.stream = BrokerTopic(firstOf(fields, streamNames).value_or(QByteArray()));
    facts.entryText = firstOf(fields, entryNames).value_or(QByteArray());
    if (facts.entryText.contains('-'))
        facts.entry = EntryId::parse(facts.entryText);
    facts.group = GroupName(firstOf(fields, groupNames).value_or(QByteArray()));
    facts.consumer = ConsumerName(firstOf(fields, consumerNames).value_or(QByteArray()));
    facts.error = QString::fromUtf8(firstOf(fields, errorNames).value_or(QByteArray()));
    facts.deliveries = countOf(firstOf(fields, countNames));
    if (const auto time = firstOf(fields, timeNames))
        facts.diedAt = deadTimeOf(*time);
    return facts;
}

bool isDeadFact(const QByteArray& name)
{
    return std::ranges::any_of(onlyOfDeath, [&name](const char* known) {
        return name.compare(known, Qt::CaseInsensitive) == 0;
    });
}

void completeFacts(DeadFacts& facts, const DeadFacts& inner)
{
    const auto take = [](auto& mine, const auto& other) {
        if (mine.isEmpty())
            mine = other;
    };
    take(facts.stream, inner.stream);
    take(facts.group, inner.group);
    take(facts.consumer, inner.consumer);
    take(facts.error, inner.error);
    if (facts.entryText.isEmpty()) {
        facts.entryText = inner.entryText;
        facts.entry = inner.entry;
    }
    if (!facts.deliveries)
        facts.deliveries = inner.deliveries;
    if (!facts.diedAt)
        facts.diedAt = inner.diedAt;
}

bool hasFacts(const DeadFacts& facts)
{
    return facts != DeadFacts();
}

} // namespace outboard
