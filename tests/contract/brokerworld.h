// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "brokers/broker.h"
#include "core/access.h"
#include "settings/profile.h"

#include <memory>
#include <vector>

namespace outboard {

/// A broker's server as its producers and consumers use it, so that the same contract cases run
/// against the fake and the real ones. Starts empty.
class BrokerWorld
{
public:
    virtual ~BrokerWorld() = default;

    /// A connection of Outboard's, with these mapping rules.
    virtual Result<std::unique_ptr<Broker>> open(Access access, const BrokerSettings& rules) = 0;

    Result<std::unique_ptr<Broker>> open() { return open(Access::Operate, BrokerSettings()); }

    virtual EntryId add(const BrokerTopic& topic, const QList<Field>& fields) = 0;
    virtual void remove(const BrokerTopic& topic, const EntryId& id) = 0;
    virtual void makeGroup(const BrokerTopic& topic, const GroupName& group) = 0;
    virtual std::vector<EntryId> deliver(
        const BrokerTopic& topic, const GroupName& group, const ConsumerName& by, qint64 count) = 0;
    virtual bool acknowledge(
        const BrokerTopic& topic, const GroupName& group, const EntryId& id) = 0;

    /// Makes a pending entry look as if it had been delivered so long ago, for the nth time.
    virtual void age(
        const BrokerTopic& topic, const GroupName& group, const PendingEntry& entry) = 0;

    // Keys that are no streams.
    virtual void addToList(const BrokerTopic& list, const QByteArray& element) = 0;
    virtual void addToSortedSet(
        const BrokerTopic& set, const QByteArray& element, qint64 score) = 0;
    virtual QList<QByteArray> list(const BrokerTopic& list) = 0;
    virtual qint64 scoreOf(const BrokerTopic& set, const QByteArray& element) = 0;

    /// The server closes every connection that is open now.
    virtual void dropConnections() = 0;
};

/// In memory; always there.
std::unique_ptr<BrokerWorld> makeFakeWorld();

/// A private Redis that lives as long as the test program; emptied for each world. As a cluster it
/// is one node with all slots, so that whatever the cases do goes through the cluster's connection.
Result<std::unique_ptr<BrokerWorld>> makeRedisWorld(bool isCluster);

} // namespace outboard
