// SPDX-License-Identifier: GPL-3.0-or-later
#include "brokers/brokerkinds.h"
#include "contract/brokerworld.h"
#include "support/scratchcluster.h"
#include "support/scratchredis.h"

namespace outboard {

namespace {

class RedisWorld final : public BrokerWorld
{
public:
    explicit RedisWorld(ScratchRedis& server)
        : m_server(server)
    {
        m_server.wipe();
    }

    Result<std::unique_ptr<Broker>> open(Access access, const BrokerSettings& rules) override
    {
        BrokerSettings settings = rules;
        settings.url = m_server.url();
        return openBroker(settings, Thresholds(), access, std::nullopt, {});
    }

    EntryId add(const BrokerTopic& topic, const QList<Field>& fields) override
    {
        RedisClient::Command command{"XADD", topic.bytes(), "*"};
        for (const Field& field : fields)
            command << field.name << field.value;
        return EntryId::parse(m_server.value(command)).value_or(EntryId());
    }

    void remove(const BrokerTopic& topic, const EntryId& id) override
    {
        m_server.value({"XDEL", topic.bytes(), id.bytes()});
    }

    void makeGroup(const BrokerTopic& topic, const GroupName& group) override
    {
        m_server.value({"XGROUP", "CREATE", topic.bytes(), group.bytes(), "0", "MKSTREAM"});
    }

    std::vector<EntryId> deliver(
        const BrokerTopic& topic,
        const GroupName& group,
        const ConsumerName& by,
        qint64 count) override
    {
        const QByteArray limit = QByteArray::number(count);
        const QList<QByteArray> reply = m_server.values(
            {"XREADGROUP",
             "GROUP",
             group.bytes(),
             by.bytes(),
             "COUNT",
             limit,
             "STREAMS",
             topic.bytes(),
             ">"});
        std::vector<EntryId> ids;
        for (const QByteArray& text : reply.mid(1)) {
            const auto id = text.contains('-') ? EntryId::parse(text) : std::nullopt;
            if (id)
                ids.push_back(*id);
        }
        return ids;
    }

    bool acknowledge(const BrokerTopic& topic, const GroupName& group, const EntryId& id) override
    {
        return m_server.value({"XACK", topic.bytes(), group.bytes(), id.bytes()}) == "1";
    }

    void age(const BrokerTopic& topic, const GroupName& group, const PendingEntry& entry) override
    {
        m_server.value(
            {"XCLAIM",
             topic.bytes(),
             group.bytes(),
             entry.consumer.bytes(),
             "0",
             entry.id.bytes(),
             "IDLE",
             QByteArray::number(qint64(entry.idle.count())),
             "RETRYCOUNT",
             QByteArray::number(entry.deliveries),
             "JUSTID"});
    }

    void addToList(const BrokerTopic& list, const QByteArray& element) override
    {
        m_server.value({"RPUSH", list.bytes(), element});
    }

    void addToSortedSet(const BrokerTopic& set, const QByteArray& element, qint64 score) override
    {
        m_server.value({"ZADD", set.bytes(), QByteArray::number(score), element});
    }

    QList<QByteArray> list(const BrokerTopic& list) override
    {
        return m_server.values({"LRANGE", list.bytes(), "0", "-1"});
    }

    qint64 scoreOf(const BrokerTopic& set, const QByteArray& element) override
    {
        const QByteArray score = m_server.value({"ZSCORE", set.bytes(), element});
        return score.isEmpty() ? -1 : score.toLongLong();
    }

    void dropConnections() override { m_server.value({"CLIENT", "KILL", "TYPE", "normal"}); }

private:
    ScratchRedis& m_server;
};

} // namespace

Result<std::unique_ptr<BrokerWorld>> makeRedisWorld(bool isCluster)
{
    if (isCluster) {
        static Result<std::unique_ptr<ScratchCluster>> cluster =
            ScratchCluster::start({.nodes = 1});
        if (!cluster)
            return cluster.error();
        return std::unique_ptr<BrokerWorld>(std::make_unique<RedisWorld>((*cluster)->node(0)));
    }
    static Result<std::unique_ptr<ScratchRedis>> server = ScratchRedis::start();
    if (!server)
        return server.error();
    return std::unique_ptr<BrokerWorld>(std::make_unique<RedisWorld>(**server));
}

} // namespace outboard
