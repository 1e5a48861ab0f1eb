// SPDX-License-Identifier: GPL-3.0-or-later
#include "contract/brokerworld.h"
#include "support/fakebroker.h"

namespace outboard {

namespace {

class FakeWorld final : public BrokerWorld
{
public:
    Result<std::unique_ptr<Broker>> open(Access access, const BrokerSettings& rules) override
    {
        auto opened = FakeBroker::open(m_streams, {access, rules, Thresholds()});
        if (!opened)
            return opened.error();
        return std::unique_ptr<Broker>(std::move(*opened));
    }

    EntryId add(const BrokerTopic& topic, const QList<Field>& fields) override
    {
        return m_streams->add(topic, fields);
    }

    void remove(const BrokerTopic& topic, const EntryId& id) override
    {
        m_streams->remove(topic, id);
    }

    void makeGroup(const BrokerTopic& topic, const GroupName& group) override
    {
        m_streams->makeGroup(topic, group);
    }

    std::vector<EntryId> deliver(
        const BrokerTopic& topic,
        const GroupName& group,
        const ConsumerName& by,
        qint64 count) override
    {
        return m_streams->deliver(topic, group, by, count);
    }

    bool acknowledge(const BrokerTopic& topic, const GroupName& group, const EntryId& id) override
    {
        return m_streams->acknowledge(topic, group, id);
    }

    void age(const BrokerTopic& topic, const GroupName& group, const PendingEntry& entry) override
    {
        const std::lock_guard lock(m_streams->mutex());
        m_streams->streams()[topic].groups[group].pending[entry.id] =
            FakeStreams::Pending{entry.consumer, m_streams->now() - entry.idle, entry.deliveries};
    }

    void addToList(const BrokerTopic& list, const QByteArray& element) override
    {
        m_streams->addToList(list, element);
    }

    void addToSortedSet(const BrokerTopic& set, const QByteArray& element, qint64 score) override
    {
        m_streams->addToSortedSet(set, element, score);
    }

    QList<QByteArray> list(const BrokerTopic& list) override { return m_streams->lists()[list]; }

    qint64 scoreOf(const BrokerTopic& set, const QByteArray& element) override
    {
        const auto& scores = m_streams->sortedSets()[set];
        const auto found = scores.find(element);
        return found == scores.end() ? -1 : found->second;
    }

    void dropConnections() override { m_streams->dropConnections(); }

private:
    std::shared_ptr<FakeStreams> m_streams = std::make_shared<FakeStreams>();
};

} // namespace

std::unique_ptr<BrokerWorld> makeFakeWorld()
{
    return std::make_unique<FakeWorld>();
}

} // namespace outboard
