// SPDX-License-Identifier: GPL-3.0-or-later
#include "services/relaypublisher.h"

#include <QHashFunctions>

#include <algorithm>
#include <utility>

namespace outboard {

namespace {

bool mayBeAppended(Error::Kind kind)
{
    return kind == Error::Kind::Unreachable || kind == Error::Kind::Timeout
           || kind == Error::Kind::Conflict;
}

} // namespace

RelayPublisher::RelayPublisher(Broker& broker, Durability durability)
    : m_broker(broker)
    , m_durability(durability)
{}

std::vector<Result<EntryId>> RelayPublisher::publish(std::span<const OutgoingMessage> messages)
{
    if (m_refused.empty())
        return offer(messages);
    std::vector<Result<EntryId>> answers(messages.size(), Result<EntryId>(EntryId{}));
    std::vector<OutgoingMessage> fresh;
    std::vector<size_t> positions;
    for (size_t i = 0; i < messages.size(); ++i) {
        if (const auto it = m_refused.find(keyOf(messages[i])); it != m_refused.end()) {
            answers[i] = it->second;
        } else {
            fresh.push_back(messages[i]);
            positions.push_back(i);
        }
    }
    const auto given = offer(fresh);
    for (size_t i = 0; i < fresh.size(); ++i)
        answers[positions[i]] = given[i];
    return answers;
}

std::vector<Result<EntryId>> RelayPublisher::offer(std::span<const OutgoingMessage> messages)
{
    if (messages.empty())
        return {};
    m_offered += qint64(messages.size());
    auto given = m_broker.publish(messages, m_durability);
    Q_ASSERT(given.size() == messages.size());
    for (size_t i = 0; i < messages.size(); ++i)
        note(messages[i], given[i]);
    return given;
}

qint64 RelayPublisher::fresh(std::span<const OutgoingMessage> messages) const
{
    const auto isFresh = [this](const auto& message) {
        return !m_refused.contains(keyOf(message));
    };
    return m_refused.empty() ? qint64(messages.size()) : std::ranges::count_if(messages, isFresh);
}

void RelayPublisher::beginChunk()
{
    m_offered = 0;
    m_accepted.clear();
    m_appended = 0;
}

size_t RelayPublisher::KeyHash::operator()(const Key& key) const
{
    return qHashMulti(0, std::get<0>(key), std::get<1>(key), std::get<2>(key));
}

RelayPublisher::Key RelayPublisher::keyOf(const OutgoingMessage& message)
{
    return {message.eventId, message.topic, message.createdAt.time_since_epoch().count()};
}

void RelayPublisher::note(const OutgoingMessage& message, const Result<EntryId>& answer)
{
    if (answer) {
        ++m_appended;
        m_accepted.append(message.eventId.bytes());
    } else if (mayBeAppended(answer.error().kind)) {
        ++m_appended;
        m_broken = answer.error();
    } else {
        m_refused.insert_or_assign(keyOf(message), answer.error());
    }
}

} // namespace outboard
