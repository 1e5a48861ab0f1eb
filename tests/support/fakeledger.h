// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ledger/ledger.h"

#include <QHash>
#include <QSet>

#include <condition_variable>
#include <functional>
#include <memory>
#include <mutex>

namespace outboard {

/// A statement that a committed transaction ran.
struct FakeStatement
{
    QByteArray sql;
    std::vector<std::optional<QByteArray>> parameters;
};

/// A ledger table in memory, with the statements that were committed together with its rows.
/// Several ledgers can share one, from any thread.
class FakeLedgerTable
{
public:
    /// How the transaction of one withMarks() call ends.
    enum class Ending {
        Committed,
        InDoubtCommitted,  ///< Committed, but the answer got lost: Error::Conflict.
        InDoubtRolledBack, ///< Not committed: Error::Conflict, as after a deadlock.
        Broken,            ///< The connection broke before the commit: Error::Unreachable.
    };

    /// Groups whose events it records; empty: all. Others get LedgerMark::Unknown.
    void setGroups(QSet<GroupName> groups);
    /// `at`: when its row was written; absent where the ledger has no time column.
    void insert(const EventId& id, std::optional<TimePoint> at = std::nullopt);
    void remove(const EventId& id);
    bool contains(const EventId& id) const;
    qint64 size() const;

    /// Events created before this may have been swept: Unknown unless their row is there.
    void setSweptBefore(std::optional<TimePoint> time);

    /// Every call answers Error::Unreachable and the ledger is unusable, until it is taken back.
    void setUnreachable(bool unreachable);

    /// How the `call`-th withMarks() call from now (0: the next) ends. In doubt leaves the
    /// connection usable unless `breaks`.
    void endMarks(qint64 call, Ending ending, bool breaks = false);

    /// Called before each withMarks() and before each find(): what another operator does meanwhile.
    void onMarks(std::function<void()> hook);
    void onFind(std::function<void()> hook);

    /// Statements of committed transactions, in order.
    std::vector<FakeStatement> executed() const;
    qint64 transactions() const;

private:
    friend class FakeLedger;

    struct End
    {
        Ending ending = Ending::Committed;
        bool breaks = false;
    };

    bool serves(const GroupName& group) const;

    mutable std::mutex m_mutex;
    QSet<GroupName> m_groups;
    QSet<EventId> m_ids;
    QHash<EventId, TimePoint> m_times;
    QSet<EventId> m_beingInserted; ///< By transactions that are open.
    std::condition_variable m_ended;
    std::optional<TimePoint> m_sweptBefore;
    bool m_isUnreachable = false;
    QHash<qint64, End> m_endings;
    std::function<void()> m_onMarks;
    std::function<void()> m_onFind;
    std::vector<FakeStatement> m_executed;
    qint64 m_calls = 0;
    qint64 m_commits = 0;
};

class FakeLedger final : public Ledger
{
public:
    explicit FakeLedger(
        std::shared_ptr<FakeLedgerTable> table,
        QString name = QStringLiteral("billing_processedevent"));

    bool isUsable() const override;
    Result<Microseconds> ping() override;
    QString name() const override;
    Result<std::vector<LedgerMark>> find(
        const GroupName& group,
        std::span<const EventId> ids,
        std::span<const std::optional<TimePoint>> createdAt) override;
    Result<QHash<EventId, TimePoint>> times(
        const GroupName& group, std::span<const EventId> ids) override;
    Result<std::vector<EventId>> withMarks(
        const GroupName& group, std::span<const EventId> ids, const Work& work) override;
    QStringList markSql(const QStringList& work) const override;

private:
    std::shared_ptr<FakeLedgerTable> m_table;
    QString m_name;
    bool m_isBroken = false;
};

} // namespace outboard
