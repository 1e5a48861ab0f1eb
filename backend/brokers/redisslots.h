// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "brokers/redisreply.h"
#include "brokers/redisurl.h"
#include "core/result.h"

#include <QByteArrayView>

#include <optional>
#include <vector>

namespace outboard {

/// The slot of a key in a cluster, 0…16383: CRC16 of the key, or of what stands in its first braces
/// where they hold anything.
quint16 redisSlot(QByteArrayView key);

/// Which node of a cluster serves which slot.
class RedisSlotMap
{
public:
    /// A CLUSTER SLOTS reply; `asked` stands in for a node that does not know its own address.
    /// Error::Missing where no slot is served at all.
    static Result<RedisSlotMap> parse(const RedisReply& reply, const RedisAddress& asked);

    /// Absent: nobody serves it.
    std::optional<RedisAddress> ownerOf(quint16 slot) const;

    /// Every master that serves slots, once, in the order of the addresses.
    const std::vector<RedisAddress>& masters() const { return m_masters; }

    /// What a MOVED reply told.
    void move(quint16 slot, const RedisAddress& to);

private:
    RedisSlotMap();
    quint16 indexOf(const RedisAddress& address);

    std::vector<RedisAddress> m_nodes;
    std::vector<RedisAddress> m_masters; ///< Sorted.
    std::vector<quint16> m_owners;       ///< Of each slot, in m_nodes.
};

/// A node's word that a command belongs to another one.
struct RedisRedirect
{
    bool isAsk = false; ///< For this command alone; otherwise the slot moved for good.
    quint16 slot = 0;
    RedisAddress to;
};

/// Reads MOVED and ASK replies of the node at `from`; absent for every other error.
std::optional<RedisRedirect> redirectOf(const Error& error, const RedisAddress& from);

} // namespace outboard
