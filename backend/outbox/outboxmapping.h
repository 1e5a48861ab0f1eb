// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/result.h"
#include "model/outboxrow.h"
#include "outbox/outboxstore.h"
#include "outbox/pgcatalogue.h"
#include "outbox/pgrows.h"
#include "settings/profile.h"

#include <QByteArray>
#include <QString>

#include <optional>
#include <span>
#include <vector>

namespace outboard {

/// SQL with its parameters ($1, $2, …) as text.
struct SqlStatement
{
    QByteArray sql;
    std::vector<std::optional<QByteArray>> parameters = {};
};

/// Collects the values of a statement while it is built.
struct SqlParameters
{
    std::vector<std::optional<QByteArray>> values;

    /// "$3", the place of this value.
    QByteArray add(QByteArray value)
    {
        values.emplace_back(std::move(value));
        return '$' + QByteArray::number(static_cast<qint64>(values.size()));
    }
};

/// How one outbox table is read and written. The only builder of SQL on it: identifiers are quoted,
/// values are parameters, and the profile's conditions are checked and put in parentheses.
class OutboxMapping
{
public:
    /// `settings` are complete (see withPreset). Error::Missing for a column that does not exist,
    /// Error::Refused for a condition or type that cannot be used.
    static Result<OutboxMapping> make(const OutboxSettings& settings, PgTable table);

    const PgTable& table() const { return m_table; }

    /// As an operator spells it: "orders_outboxevent", "cap.published".
    QString tableName() const;

    bool hasIntegerIds() const { return m_id.kind == PgKind::Integer; }

    bool hasKey() const { return m_key.has_value(); }

    bool hasDead() const { return !m_dead.isEmpty(); }

    /// Whether the table tells which rows wait; what a replication slot sends does not.
    bool knowsUnpublished() const { return !m_unpublished.isEmpty(); }

    /// Whether every row that exists waits: rows are deleted when they were sent.
    bool isQueue() const;

    bool deletesPublished() const { return m_isDeleting; }

    bool canRelay() const { return knowsUnpublished() && (m_isDeleting || !m_mark.isEmpty()); }

    bool hasCreatedAt() const { return m_createdAt.has_value(); }

    bool hasPublishedAt() const { return m_publishedAt.has_value(); }

    const PgColumn& id() const { return m_id; }

    const PgColumn& eventId() const { return m_eventId; }

    /// Only where hasCreatedAt().
    const PgColumn& createdAt() const { return *m_createdAt; }

    /// The profile's condition, as an index's predicate has to be.
    const QByteArray& unpublishedPredicate() const { return m_unpublished; }

    // Monitoring. Columns of the answers are those that PgOutboxMonitor reads.

    /// One row for all (first) and one a topic: is_total, topic, count, oldest, lowest id, now.
    SqlStatement backlog(qint64 cap) const;
    SqlStatement unpublishedEstimate() const;
    SqlStatement deadEstimate() const;
    SqlStatement deadCount(qint64 cap) const;

    enum class Newest { ById, ByCreation, All };

    /// One row for all (first) and one a topic: is_total, topic, count, created in the last minute,
    /// published in it, oldest, last published, waiting, now.
    SqlStatement newest(Newest order, qint64 limit) const;
    SqlStatement highestId() const;
    /// When the rows right below the oldest waiting one were published.
    SqlStatement lastPublishedBelow(qint64 lowestWaitingId) const;
    /// The first waiting row in id order: id, topic, key, xmax, attempts, error (NULL where the
    /// table has no such column).
    SqlStatement head() const;
    /// How many of the first `cap` waiting rows have this key.
    SqlStatement waitingOfKey(const QByteArray& key, qint64 cap) const;

    /// Proves by the planner that the condition and an index's predicate mean the same: two
    /// EXPLAINs that must both end in a constant false.
    std::vector<SqlStatement> equivalenceProof(const QByteArray& indexPredicate) const;
    QString indexAdvice() const;

    // Reading rows.

    /// `until`: the id at which to stop looking (inclusive), for bounded searches.
    SqlStatement page(
        const OutboxFilter& filter,
        const std::optional<OutboxRowId>& after,
        const std::optional<QByteArray>& until,
        qint64 limit) const;
    /// The id of the row `rows` away from `after` in this direction; no row when there are fewer.
    SqlStatement windowEnd(
        bool newestFirst, const std::optional<OutboxRowId>& after, qint64 rows) const;
    SqlStatement rowsById(const std::vector<QByteArray>& ids) const;
    /// `from`: only rows with this id and above, for bounded searches.
    SqlStatement rowsByEvent(
        const std::vector<QByteArray>& ids, const std::optional<QByteArray>& from = {}) const;
    /// Id, event id, key and creation of the rows between `after` and `until` (inclusive; absent:
    /// to the end) whose key is one of these.
    SqlStatement laterOfKeys(
        const QList<QByteArray>& keys,
        const OutboxRowId& after,
        const std::optional<QByteArray>& until,
        qint64 limit) const;
    SqlStatement count(const QList<TopicName>& topics, qint64 cap) const;

    // Rows of a time; only along ids that have an index.

    SqlStatement idBounds() const;
    /// Creation of the first row with this id or above.
    SqlStatement createdFrom(qint64 id) const;
    /// Of the next `limit` rows those of the window, and in any case the last one: row, eventId,
    /// topic, created, published, state, is in the window, rows looked at, created of the earliest.
    SqlStatement timedRows(
        const RowWindow& window, const std::optional<OutboxRowId>& after, qint64 limit) const;
    TimedRow timedRow(const PgRows& rows, qsizetype index) const;

    /// One row of page(), rowsById() or rowsByEvent(); `payloadBytes` cuts, 0 keeps all.
    OutboxRow row(const PgRows& rows, qsizetype index, qint64 payloadBytes) const;

    // Relaying.

    SqlStatement lockBatch(const RelayBatch& batch) const;
    SqlStatement mark(const std::vector<QByteArray>& ids) const;
    /// One row of lockBatch().
    OutgoingMessage message(const PgRows& rows, qsizetype index) const;
    /// What relay() runs, values written out, for people to read.
    QStringList relayScript(const RelayBatch& batch, qint64 lockKey) const;

    /// What monitoring and reading run, for people to read.
    QStringList readScript() const;

private:
    explicit OutboxMapping(PgTable table);

    Result<void> setColumns(const OutboxColumns& columns);
    Result<void> setTime(const QString& createdAt);
    Result<void> setMark(const QString& markPublished);
    Result<void> setConditions(const OutboxSettings& settings);

    QByteArray waiting() const;
    QByteArray rowColumns(qint64 payloadBytes) const;
    QByteArray topicCondition(QByteArray array) const;
    QByteArray stateCondition(RowState state) const;
    QByteArray stateNumber() const;
    static RowState stateOf(qint64 number);
    QByteArray idCondition(SqlParameters& parameters, const QString& text) const;
    QByteArray payloadCondition(SqlParameters& parameters, const QString& text) const;
    QByteArray idBound(
        SqlParameters& parameters, const QByteArray& comparison, const QByteArray& value) const;
    QByteArray orderById() const;
    QByteArray createdText() const;
    QByteArray markSql() const;
    QByteArray payloadText() const;
    QByteArray payload(QByteArray bytes) const;
    QByteArray idArray(const PgColumn& column, int parameter) const;

    PgTable m_table;
    PgColumn m_id;
    PgColumn m_eventId;
    PgColumn m_topic;
    PgColumn m_payload;
    std::optional<PgColumn> m_createdAt;
    std::optional<PgColumn> m_key;
    std::optional<PgColumn> m_publishedAt;
    QByteArray m_unpublished;
    QByteArray m_inFlight;
    QByteArray m_published;
    QByteArray m_mark;
    QByteArray m_dead;
    bool m_isDeleting = false;
};

} // namespace outboard
