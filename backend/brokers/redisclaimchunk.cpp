// SPDX-License-Identifier: GPL-3.0-or-later
#include "brokers/redisclaimchunk.h"

#include "brokers/rediserrors.h"
#include "brokers/redisrecords.h"

#include <algorithm>
#include <iterator>

namespace outboard {

namespace {

constexpr size_t idsPerPipeline = 100;

} // namespace

RedisCommand claimCommand(
    const ClaimRequest& request, const ConsumerName& to, std::span<const EntryId> ids)
{
    RedisCommand command{
        "XCLAIM",
        request.topic.bytes(),
        request.group.bytes(),
        to.bytes(),
        QByteArray::number(qint64(request.minIdle.count()))};
    for (const EntryId& id : ids)
        command.push_back(id.bytes());
    if (request.effect == ClaimEffect::Release)
        command.insert(command.end(), {"IDLE", QByteArray::number(qint64(releasedIdle.count()))});
    command.push_back("JUSTID"); // Also keeps the delivery count.
    return command;
}

RedisClaimChunk::RedisClaimChunk(
    RedisConnection& session, const ClaimRequest& request, std::span<const EntryId> ids)
    : m_session(session)
    , m_request(request)
    , m_ids(ids)
{
    for (const EntryId& id : ids)
        m_verdicts[id] = Verdict::NotTried;
}

Result<void> RedisClaimChunk::run()
{
    auto candidates = present(m_ids);
    if (!candidates)
        return candidates.error();
    Ids absent;
    for (const EntryId& id : m_ids) {
        if (std::find(candidates->begin(), candidates->end(), id) == candidates->end())
            absent.push_back(id);
    }
    const auto waiting = pending(absent);
    if (!waiting)
        return waiting.error();
    for (const EntryId& id : absent)
        m_verdicts[id] = waiting->contains(id) ? Verdict::Gone : Verdict::NotPending;
    const auto commands = claimCommands(*candidates);
    if (!commands)
        return commands.error();
    if (auto claimed = claim(*commands, *candidates); !claimed)
        return claimed;
    return explainUnclaimed(*candidates);
}

/// Ids whose entries are in the stream. Most are settled by the stream's bounds: what was pending
/// and lies between its first entry and its end, above the highest deleted id, must still be there.
Result<RedisClaimChunk::Ids> RedisClaimChunk::present(std::span<const EntryId> ids)
{
    const auto info = m_session.run({"XINFO", "STREAM", m_request.topic.bytes()});
    if (!info && !m_session.isUsable())
        return info.error();
    if (!info && !hasRedisCode(info.error(), "NOPERM"))
        return info.error();
    Ids found;
    Ids doubtful;
    const StreamBounds bounds = info ? boundsOf(*info) : StreamBounds();
    for (const EntryId& id : ids) {
        const bool isOutside =
            info && (!bounds.first || !bounds.last || id < *bounds.first || id > *bounds.last);
        const bool isInside = info && bounds.highestDeleted && id > *bounds.highestDeleted;
        if (!isOutside)
            (isInside ? found : doubtful).push_back(id);
    }
    const auto probed = probe(doubtful);
    if (!probed)
        return probed.error();
    found.insert(found.end(), probed->begin(), probed->end());
    std::sort(found.begin(), found.end());
    return found;
}

Result<std::set<EntryId>> RedisClaimChunk::probe(const Ids& ids)
{
    std::set<EntryId> found;
    for (size_t begin = 0; begin < ids.size(); begin += idsPerPipeline) {
        const auto part =
            std::span(ids).subspan(begin, std::min(idsPerPipeline, ids.size() - begin));
        std::vector<RedisCommand> commands;
        for (const EntryId& id : part)
            commands.push_back({"XRANGE", m_request.topic.bytes(), id.bytes(), id.bytes()});
        const auto replies = m_session.pipeline(commands);
        for (size_t index = 0; index < replies.size(); ++index) {
            if (!replies[index])
                return replies[index].error();
            if (!replies[index]->items.empty())
                found.insert(part[index]);
        }
    }
    return found;
}

/// The owners of those that are pending.
Result<RedisClaimChunk::Pending> RedisClaimChunk::pending(const Ids& ids)
{
    const QByteArray& topic = m_request.topic.bytes();
    const QByteArray& group = m_request.group.bytes();
    std::vector<RedisCommand> commands;
    for (const EntryId& id : ids)
        commands.push_back({"XPENDING", topic, group, id.bytes(), id.bytes(), "1"});
    const auto replies = m_session.pipeline(commands);
    Pending found;
    for (size_t index = 0; index < replies.size(); ++index) {
        if (!replies[index])
            return replies[index].error();
        if (!replies[index]->items.empty())
            found[ids[index]] = ConsumerName(replies[index]->at(0).at(1).bytes);
    }
    return found;
}

/// One XCLAIM, or for Release one for each owner; candidates that are not pending then drop out.
Result<std::vector<RedisCommand>> RedisClaimChunk::claimCommands(Ids& candidates)
{
    if (candidates.empty())
        return std::vector<RedisCommand>();
    if (m_request.effect != ClaimEffect::Release)
        return std::vector<RedisCommand>{claimCommand(m_request, m_request.consumer, candidates)};
    const auto owners = pending(candidates);
    if (!owners)
        return owners.error();
    std::map<ConsumerName, Ids> byOwner;
    for (const EntryId& id : candidates) {
        if (const auto owner = owners->find(id); owner != owners->end())
            byOwner[owner->second].push_back(id);
        else
            m_verdicts[id] = Verdict::NotPending;
    }
    candidates = withVerdict(candidates, Verdict::NotTried);
    std::vector<RedisCommand> commands;
    for (const auto& [owner, ids] : byOwner)
        commands.push_back(claimCommand(m_request, owner, ids));
    return commands;
}

Result<void> RedisClaimChunk::claim(
    const std::vector<RedisCommand>& commands, const Ids& candidates)
{
    const auto replies = m_session.pipeline(commands);
    for (const auto& reply : replies) {
        for (const RedisReply& id : reply ? reply->items : std::vector<RedisReply>()) {
            if (const auto claimed = EntryId::parse(id.bytes))
                m_verdicts[*claimed] = Verdict::Claimed;
        }
    }
    for (const auto& reply : replies) {
        if (reply)
            continue;
        for (const EntryId& id : withVerdict(candidates, Verdict::NotTried))
            m_verdicts[id] = m_session.isUsable() ? Verdict::NotTried : Verdict::Unknown;
        return reply.error();
    }
    return {};
}

Result<void> RedisClaimChunk::explainUnclaimed(const Ids& candidates)
{
    const Ids unclaimed = withVerdict(candidates, Verdict::NotTried);
    for (const EntryId& id : unclaimed)
        m_verdicts[id] = Verdict::Unknown; // Until the answers are there.
    const auto waiting = pending(unclaimed);
    if (!waiting)
        return waiting.error();
    Ids dropped;
    for (const EntryId& id : unclaimed) {
        if (waiting->contains(id))
            m_verdicts[id] = Verdict::Taken;
        else
            dropped.push_back(id);
    }
    // Acknowledged meanwhile, unless its entry vanished in the same moment.
    const auto probed = probe(dropped);
    if (!probed)
        return probed.error();
    for (const EntryId& id : dropped)
        m_verdicts[id] = probed->contains(id) ? Verdict::NotPending : Verdict::Gone;
    return {};
}

RedisClaimChunk::Ids RedisClaimChunk::withVerdict(const Ids& ids, Verdict verdict) const
{
    Ids kept;
    std::copy_if(ids.begin(), ids.end(), std::back_inserter(kept), [&](const EntryId& id) {
        return m_verdicts.at(id) == verdict;
    });
    return kept;
}

} // namespace outboard
