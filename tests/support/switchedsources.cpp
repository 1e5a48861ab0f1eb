// SPDX-License-Identifier: GPL-3.0-or-later
#include "support/switchedsources.h"

namespace outboard {

namespace {

class SwitchedOutbox final : public OutboxStore
{
public:
    SwitchedOutbox(std::unique_ptr<OutboxStore> inner, SwitchedConnection connection)
        : m_inner(std::move(inner))
        , m_connection(std::move(connection))
    {}

    bool isUsable() const override { return m_connection.isWhole() && m_inner->isUsable(); }

    Result<Microseconds> ping() override
    {
        return m_connection.call([&] { return m_inner->ping(); });
    }

    Result<OutboxState> state() override
    {
        return m_connection.call([&] { return m_inner->state(); });
    }

    Result<OutboxPage> page(
        const OutboxFilter& filter, const std::optional<OutboxRowId>& after, qint64 limit) override
    {
        return m_connection.call([&] { return m_inner->page(filter, after, limit); });
    }

    Result<QList<OutboxRow>> rows(std::span<const OutboxRowId> ids) override
    {
        return m_connection.call([&] { return m_inner->rows(ids); });
    }

    Result<QList<OutboxRow>> rowsOfEvents(std::span<const EventId> ids) override
    {
        return m_connection.call([&] { return m_inner->rowsOfEvents(ids); });
    }

    Result<LaterRows> laterOfKeys(const QList<QByteArray>& keys, const OutboxRowId& after) override
    {
        return m_connection.call([&] { return m_inner->laterOfKeys(keys, after); });
    }

    Result<FoundRows> lookUp(const QByteArray& id) override
    {
        return m_connection.call([&] { return m_inner->lookUp(id); });
    }

    Result<TimedRows> rowsOfTime(
        const RowWindow& window, const std::optional<OutboxRowId>& after, qint64 limit) override
    {
        return m_connection.call([&] { return m_inner->rowsOfTime(window, after, limit); });
    }

    Result<Count> countUnpublished(const QList<TopicName>& topics, qint64 cap) override
    {
        return m_connection.call([&] { return m_inner->countUnpublished(topics, cap); });
    }

    Result<RelayChunk> relay(const RelayBatch& batch, const Publish& publish) override
    {
        return m_connection.call([&] { return m_inner->relay(batch, publish); });
    }

    QStringList relaySql(const RelayBatch& batch) const override
    {
        return m_inner->relaySql(batch);
    }

    DeadRows* dead() override { return m_inner->dead(); }

private:
    std::unique_ptr<OutboxStore> m_inner;
    SwitchedConnection m_connection;
};

class SwitchedBroker final : public Broker
{
public:
    SwitchedBroker(std::unique_ptr<Broker> inner, SwitchedConnection connection)
        : m_inner(std::move(inner))
        , m_connection(std::move(connection))
    {}

    bool isUsable() const override { return m_connection.isWhole() && m_inner->isUsable(); }

    Result<Microseconds> ping() override
    {
        return m_connection.call([&] { return m_inner->ping(); });
    }

    BrokerTopic destination(const TopicName& topic) const override
    {
        return m_inner->destination(topic);
    }

    std::optional<TopicName> topicOf(const BrokerTopic& topic) const override
    {
        return m_inner->topicOf(topic);
    }

    Result<BrokerState> state(const QList<TopicName>& topics) override
    {
        return m_connection.call([&] { return m_inner->state(topics); });
    }

    Result<QList<Message>> read(const MessageRange& range) override
    {
        return m_connection.call([&] { return m_inner->read(range); });
    }

    Result<QList<Message>> fetch(const BrokerTopic& topic, std::span<const EntryId> ids) override
    {
        return m_connection.call([&] { return m_inner->fetch(topic, ids); });
    }

    std::vector<Result<EntryId>> publish(
        std::span<const OutgoingMessage> messages, const Durability& durability) override
    {
        using Answers = Result<std::vector<Result<EntryId>>>;
        auto answers =
            m_connection.call([&] { return Answers(m_inner->publish(messages, durability)); });
        if (!answers)
            return std::vector<Result<EntryId>>(messages.size(), answers.error());
        return std::move(*answers);
    }

    QStringList publishCommands(
        const OutgoingMessage& message, const Durability& durability) const override
    {
        return m_inner->publishCommands(message, durability);
    }

    PendingControl* pending() override { return m_inner->pending(); }

    DeadLetterControl* dead() override { return m_inner->dead(); }

private:
    std::unique_ptr<Broker> m_inner;
    SwitchedConnection m_connection;
};

class SwitchedLedger final : public Ledger
{
public:
    SwitchedLedger(std::unique_ptr<Ledger> inner, SwitchedConnection connection)
        : m_inner(std::move(inner))
        , m_connection(std::move(connection))
    {}

    bool isUsable() const override { return m_connection.isWhole() && m_inner->isUsable(); }

    Result<Microseconds> ping() override
    {
        return m_connection.call([&] { return m_inner->ping(); });
    }

    QString name() const override { return m_inner->name(); }

    Result<std::vector<LedgerMark>> find(
        const GroupName& group,
        std::span<const EventId> ids,
        std::span<const std::optional<TimePoint>> createdAt) override
    {
        return m_connection.call([&] { return m_inner->find(group, ids, createdAt); });
    }

    Result<QHash<EventId, TimePoint>> times(
        const GroupName& group, std::span<const EventId> ids) override
    {
        return m_connection.call([&] { return m_inner->times(group, ids); });
    }

    Result<std::vector<EventId>> withMarks(
        const GroupName& group, std::span<const EventId> ids, const Work& work) override
    {
        return m_connection.call([&] { return m_inner->withMarks(group, ids, work); });
    }

    QStringList markSql(const QStringList& work) const override { return m_inner->markSql(work); }

private:
    std::unique_ptr<Ledger> m_inner;
    SwitchedConnection m_connection;
};

} // namespace

std::unique_ptr<OutboxStore> switched(
    std::unique_ptr<OutboxStore> inner, SwitchedConnection connection)
{
    return std::make_unique<SwitchedOutbox>(std::move(inner), std::move(connection));
}

std::unique_ptr<Broker> switched(std::unique_ptr<Broker> inner, SwitchedConnection connection)
{
    return std::make_unique<SwitchedBroker>(std::move(inner), std::move(connection));
}

std::unique_ptr<Ledger> switched(std::unique_ptr<Ledger> inner, SwitchedConnection connection)
{
    return std::make_unique<SwitchedLedger>(std::move(inner), std::move(connection));
}

} // namespace outboard
