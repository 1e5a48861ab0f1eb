// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "outbox/outboxstore.h"
#include "support/fakedeadrows.h"

#include <QSet>

#include <functional>
#include <memory>
#include <mutex>

namespace outboard {

/// An outbox table in memory with numeric ids. Several stores can share one, from any thread.
class FakeOutboxTable
{
public:
    /// What happens to the transaction of a relay chunk after its messages were published.
    enum class Ending {
        Committed,
        InDoubtCommitted,  ///< Committed, but the answer got lost: Error::Conflict.
        InDoubtRolledBack, ///< Not committed, and the answer got lost: Error::Conflict.
        Broken,            ///< The connection broke before the commit: Error::Unreachable.
    };

    /// Adds an unpublished row; the event id is the row id unless it is named. Returns the row's
    /// id.
    OutboxRowId insert(
        qint64 id,
        const QByteArray& topic = "order.paid",
        const QByteArray& payload = R"({"order_id": 1})",
        const QByteArray& eventId = {});
    void insert(OutboxRow row);
    void remove(const OutboxRowId& id);
    void setState(const OutboxRowId& id, RowState state);

    /// Rows that another session has locked are skipped by relay().
    void setLocked(const OutboxRowId& id, bool locked);

    /// The database's now(); only tests move it.
    void setNow(TimePoint now);

    /// Rows are deleted once they are sent, so that a missing one says nothing.
    void setKeepsPublished(bool keeps);

    /// Every call answers this and the store is unusable, until it is taken back.
    void setUnreachable(bool unreachable);

    /// Every call answers this error; the connection stays usable.
    void setFailure(std::optional<Error> error);

    /// How the transaction of the `chunk`-th relay chunk from now (0: the next) ends.
    void endChunk(qint64 chunk, Ending ending);

    /// Called at the start of every relay chunk, with its number from 0.
    void onChunk(std::function<void(qint64 chunk)> hook);

    QList<OutboxRow> rows() const;
    QList<OutboxRowId> unpublished() const;
    qint64 chunks() const;

private:
    friend class FakeOutboxStore;

    OutboxRow* find(const OutboxRowId& id);
    std::optional<Error> problem() const;
    std::vector<OutboxRow> selectForRelay(const RelayBatch& batch) const;
    Ending beginChunk();
    RelayChunk mark(
        const std::vector<OutboxRow>& selected,
        const std::vector<Result<EntryId>>& answers,
        bool isCommitted);

    mutable std::mutex m_mutex;
    std::vector<OutboxRow> m_rows; ///< In id order.
    QSet<OutboxRowId> m_locked;
    TimePoint m_now{std::chrono::seconds(1'700'000'000)};
    bool m_keepsPublished = true;
    bool m_isUnreachable = false;
    std::optional<Error> m_failure;
    std::vector<std::pair<qint64, Ending>> m_endings;
    std::function<void(qint64)> m_onChunk;
    qint64 m_chunks = 0;
};

class FakeOutboxStore final : public OutboxStore
{
public:
    explicit FakeOutboxStore(std::shared_ptr<FakeOutboxTable> table);

    bool isUsable() const override;
    Result<Microseconds> ping() override;
    Result<OutboxState> state() override;
    Result<OutboxPage> page(
        const OutboxFilter& filter, const std::optional<OutboxRowId>& after, qint64 limit) override;
    Result<QList<OutboxRow>> rows(std::span<const OutboxRowId> ids) override;
    Result<QList<OutboxRow>> rowsOfEvents(std::span<const EventId> ids) override;
    Result<LaterRows> laterOfKeys(const QList<QByteArray>& keys, const OutboxRowId& after) override;
    Result<FoundRows> lookUp(const QByteArray& id) override;
    Result<TimedRows> rowsOfTime(
        const RowWindow& window, const std::optional<OutboxRowId>& after, qint64 limit) override;
    Result<Count> countUnpublished(const QList<TopicName>& topics, qint64 cap) override;
    Result<RelayChunk> relay(const RelayBatch& batch, const Publish& publish) override;
    QStringList relaySql(const RelayBatch& batch) const override;

    DeadRows* dead() override { return &m_dead; }

private:
    std::shared_ptr<FakeOutboxTable> m_table;
    FakeDeadRows m_dead;
    bool m_isBroken = false;
};

} // namespace outboard
