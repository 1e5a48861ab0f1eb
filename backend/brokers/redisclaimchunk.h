// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "brokers/redisconnection.h"
#include "model/pending.h"

#include <map>
#include <set>
#include <span>
#include <vector>

namespace outboard {

/// One chunk of a claim. Which entries are gone from the stream is found out before XCLAIM is sent,
/// because Redis 7 silently drops those from the pending list; they are reported and left alone.
class RedisClaimChunk
{
public:
    enum class Verdict { NotTried, Claimed, Taken, NotPending, Gone, Unknown };

    RedisClaimChunk(
        RedisConnection& session, const ClaimRequest& request, std::span<const EntryId> ids);

    /// Claims; an error is why some ids are NotTried or Unknown. It is the server's own, and the
    /// session usable, when nothing was changed.
    Result<void> run();

    /// After run(), in any case; each id has one.
    const std::map<EntryId, Verdict>& verdicts() const { return m_verdicts; }

private:
    using Ids = std::vector<EntryId>;
    using Pending = std::map<EntryId, ConsumerName>;

    Result<Ids> present(std::span<const EntryId> ids);
    Result<std::set<EntryId>> probe(const Ids& ids);
    Result<Pending> pending(const Ids& ids);
    Result<std::vector<RedisCommand>> claimCommands(Ids& candidates);
    Result<void> claim(const std::vector<RedisCommand>& commands, const Ids& candidates);
    Result<void> explainUnclaimed(const Ids& candidates);
    Ids withVerdict(const Ids& ids, Verdict verdict) const;

    RedisConnection& m_session;
    const ClaimRequest& m_request;
    std::span<const EntryId> m_ids;
    std::map<EntryId, Verdict> m_verdicts;
};

/// How long a released entry looks idle: longer than any consumer's auto-claim threshold.
constexpr Milliseconds releasedIdle{86'400'000};

/// XCLAIM for these ids to this consumer, with what the request's effect needs.
RedisCommand claimCommand(
    const ClaimRequest& request, const ConsumerName& to, std::span<const EntryId> ids);

} // namespace outboard
