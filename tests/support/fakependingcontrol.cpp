// SPDX-License-Identifier: GPL-3.0-or-later
#include "support/fakebroker.h"

#include <algorithm>
#include <set>

namespace outboard {

using namespace Qt::StringLiterals;

namespace {

constexpr Milliseconds releasedIdle{86'400'000};

/// Each id once, in the order asked for.
std::vector<EntryId> unique(std::span<const EntryId> ids)
{
    std::set<EntryId> seen;
    std::vector<EntryId> kept;
    for (const EntryId& id : ids) {
        if (seen.insert(id).second)
            kept.push_back(id);
    }
    return kept;
}

} // namespace

PendingControl* FakeBroker::pending()
{
    return m_streams->faults.withoutPending ? nullptr : this;
}

Result<FakeStreams::Group*> FakeBroker::group(const BrokerTopic& topic, const GroupName& name)
{
    const auto stream = m_streams->streams().find(topic);
    if (stream != m_streams->streams().end()) {
        const auto found = stream->second.groups.find(name);
        if (found != stream->second.groups.end())
            return &found->second;
    }
    return Error{Error::Kind::Missing, u"The fake broker has no such group."_s, {}};
}

Result<void> FakeBroker::checkGroup(const BrokerTopic& topic, const GroupName& name)
{
    if (!m_usable)
        return {}; // Then the report says so, because chunks before may have been done.
    const std::lock_guard lock(m_streams->mutex());
    const auto found = group(topic, name);
    return found ? Result<void>() : found.error();
}

Result<PendingPage> FakeBroker::page(const PendingQuery& query)
{
    if (auto entered = enter("page"); !entered)
        return entered.error();
    const std::lock_guard lock(m_streams->mutex());
    const auto found = group(query.topic, query.group);
    if (!found)
        return found.error();
    PendingPage page;
    qint64 looked = 0;
    const auto& list = (*found)->pending;
    for (auto entry = list.lower_bound(query.from); entry != list.end(); ++entry) {
        const auto& [id, pending] = *entry;
        if (query.consumer && pending.consumer != *query.consumer)
            continue;
        const auto idle = std::chrono::floor<Milliseconds>(m_streams->now() - pending.deliveredAt);
        if (idle >= query.minIdle && pending.deliveries >= query.minDeliveries)
            page.entries.push_back({id, pending.consumer, idle, pending.deliveries});
        if (++looked == std::clamp<qint64>(query.limit, 1, 2000)) {
            page.next = id.next();
            break;
        }
    }
    return page;
}

void FakeBroker::claimOne(const ClaimRequest& request, const EntryId& id, ClaimReport& report)
{
    const auto of = group(request.topic, request.group);
    const auto entry = of ? (*of)->pending.find(id) : decltype((*of)->pending.find(id))();
    if (!of || entry == (*of)->pending.end()) {
        report.notPending.push_back(id);
        return;
    }
    FakeStreams::Pending& pending = entry->second;
    if (!m_streams->streams()[request.topic].entries.contains(id)) {
        report.gone.push_back(id);
    } else if (
        std::chrono::floor<Milliseconds>(m_streams->now() - pending.deliveredAt)
        < request.minIdle) {
        report.taken.push_back(id);
    } else {
        const bool release = request.effect == ClaimEffect::Release;
        pending.deliveredAt = release ? m_streams->now() - releasedIdle : m_streams->now();
        if (!release) {
            pending.consumer = request.consumer;
            (*of)->consumers[request.consumer] = m_streams->now();
        }
        report.claimed.push_back(id);
    }
}

Result<void> FakeBroker::inChunks(
    const char* call,
    std::span<const EntryId> ids,
    size_t chunkSize,
    const std::stop_token& stop,
    ChunkedReport report,
    const std::function<void(const EntryId& id, bool answered)>& work)
{
    for (size_t begin = 0; begin < ids.size(); begin += chunkSize) {
        const auto chunk = ids.subspan(begin, std::min(chunkSize, ids.size() - begin));
        if (!*report.error && stop.stop_requested())
            *report.error = Error{Error::Kind::Cancelled, u"Stopped."_s, {}};
        if (!*report.error) {
            const auto entered = enterWriting(call);
            if (!entered && begin == 0 && m_usable)
                return entered.error();
            if (!entered)
                *report.error = entered.error();
        }
        if (*report.error) {
            report.notTried->insert(report.notTried->end(), chunk.begin(), chunk.end());
            continue;
        }
        const std::lock_guard lock(m_streams->mutex());
        for (const EntryId& id : chunk) {
            const bool answered = answer();
            if (answered || m_streams->faults.unansweredAreDone)
                work(id, answered);
            if (answered)
                continue;
            *report.error = Error{Error::Kind::Unreachable, u"The connection broke."_s, {}};
            report.unknown->push_back(id);
        }
    }
    return {};
}

Result<ClaimReport> FakeBroker::claim(const ClaimRequest& request, const std::stop_token& stop)
{
    if (auto found = checkGroup(request.topic, request.group); !found)
        return found.error();
    ClaimReport report;
    ClaimReport unseen; // What happened without an answer.
    const std::vector<EntryId> ids = unique(request.ids);
    const auto done = inChunks(
        "claim",
        ids,
        500,
        stop,
        {&report.notTried, &report.unknown, &report.error},
        [&](const EntryId& id, bool answered) {
            claimOne(request, id, answered ? report : unseen);
        });
    return done ? Result<ClaimReport>(report) : done.error();
}

Result<AckReport> FakeBroker::acknowledge(
    const BrokerTopic& topic,
    const GroupName& name,
    std::span<const EntryId> wanted,
    const std::stop_token& stop)
{
    if (auto found = checkGroup(topic, name); !found)
        return found.error();
    AckReport report;
    const std::vector<EntryId> ids = unique(wanted);
    const auto done = inChunks(
        "acknowledge",
        ids,
        1000,
        stop,
        {&report.notTried, &report.unknown, &report.error},
        [&](const EntryId& id, bool answered) {
            if (m_streams->faults.refusedEntries.contains(id)) {
                report.refused.push_back(id);
                return;
            }
            const bool was = m_streams->acknowledge(topic, name, id);
            if (answered)
                (was ? report.acknowledged : report.notPending).push_back(id);
        });
    return done ? Result<AckReport>(report) : done.error();
}

QStringList FakeBroker::claimCommands(const ClaimRequest& request) const
{
    return {u"CLAIM %1 %2 (%3)"_s.arg(request.topic.text(), request.group.text())
                .arg(request.ids.size())};
}

QStringList FakeBroker::acknowledgeCommands(
    const BrokerTopic& topic, const GroupName& name, std::span<const EntryId> ids) const
{
    return {u"ACKNOWLEDGE %1 %2 (%3)"_s.arg(topic.text(), name.text()).arg(ids.size())};
}

} // namespace outboard
