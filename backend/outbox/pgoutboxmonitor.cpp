// SPDX-License-Identifier: GPL-3.0-or-later
#include "outbox/pgoutboxmonitor.h"

#include "outbox/pgconnection.h"
#include "outbox/sqltext.h"

#include <QCoreApplication>
#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>

#include <algorithm>

namespace outboard {

using namespace Qt::StringLiterals;

namespace {

QString cappedReason()
{
    return QCoreApplication::translate("outboard", "Counting stops at 10 000 rows a round.");
}

QString sampleReason()
{
    return QCoreApplication::translate("outboard", "Only the newest 10 000 rows were looked at.");
}

QString estimateReason()
{
    return QCoreApplication::translate(
        "outboard",
        "The planner's estimate: the table has no index on exactly the unpublished rows.");
}

QString noPublishedTimeReason(const OutboxMapping& mapping)
{
    if (mapping.deletesPublished())
        return QCoreApplication::translate("outboard", "Rows are deleted when they were sent.");
    return QCoreApplication::translate(
        "outboard", "The mapping sets no timestamp when a row is published.");
}

QString unorderedReason()
{
    return QCoreApplication::translate(
        "outboard", "The newest rows cannot be found without an index on the creation time.");
}

QString lateReason(const Error& error)
{
    return QCoreApplication::translate("outboard", "Not counted in time: %1").arg(error.what);
}

Count capped(qint64 count, bool isComplete, const QString& reason)
{
    return isComplete ? Count::exact(count) : Count::atLeast(count, reason);
}

std::optional<TimePoint> later(std::optional<TimePoint> a, std::optional<TimePoint> b)
{
    return a && b ? std::max(a, b) : (a ? a : b);
}

Milliseconds age(TimePoint now, TimePoint then)
{
    return std::max(Milliseconds(0), std::chrono::floor<Milliseconds>(now - then));
}

} // namespace

PgOutboxMonitor::PgOutboxMonitor(PgConnection& connection, const OutboxMapping& mapping)
    : m_connection(connection)
    , m_mapping(mapping)
{}

Result<PgRows> PgOutboxMonitor::run(const SqlStatement& statement)
{
    return m_connection.query(statement.sql, statement.parameters);
}

Result<PgOutboxMonitor::Facts> PgOutboxMonitor::facts()
{
    const auto rows = m_connection.query(
        "SELECT coalesce((SELECT sum(pg_relation_size(relid)) FROM pg_partition_tree(t.oid)),"
        " pg_relation_size(t.oid))::bigint, a.attname, pg_get_expr(i.indpred, i.indrelid),"
        " (extract(epoch from now()) * 1000000)::bigint"
        " FROM (SELECT $1::oid AS oid) AS t LEFT JOIN (pg_index i"
        " JOIN pg_class c ON c.oid = i.indexrelid JOIN pg_am am ON am.oid = c.relam AND am.amname "
        "= 'btree'"
        " JOIN pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = i.indkey[0])"
        " ON i.indrelid = t.oid AND i.indisvalid AND i.indisready",
        {QByteArray::number(m_mapping.table().oid)});
    if (!rows)
        return rows.error();
    Facts facts;
    facts.now = rows->time(0, 3);
    const bool isStored = m_mapping.table().type == "r" || m_mapping.table().type == "p";
    facts.isSmall = isStored && rows->integer(0, 0) <= smallTableBytes;
    for (qsizetype row = 0; row < rows->size(); ++row) {
        const bool isOnId = rows->text(row, 1) == m_mapping.id().name;
        if (rows->isNull(row, 2)) {
            facts.hasIdIndex = facts.hasIdIndex || isOnId;
            facts.hasEventIndex = facts.hasEventIndex
                                  || (m_mapping.eventId().expression.isEmpty()
                                      && rows->text(row, 1) == m_mapping.eventId().name);
            facts.hasCreatedIndex =
                facts.hasCreatedIndex
                || (m_mapping.hasCreatedAt() && rows->text(row, 1) == m_mapping.createdAt().name);
        } else if (isOnId && m_mapping.knowsUnpublished()) {
            const auto covers = coversUnpublished(rows->value(row, 2));
            if (!covers)
                return covers.error();
            facts.hasUnpublishedIndex = facts.hasUnpublishedIndex || *covers;
        }
    }
    // Where every row waits, the index on the ids is that of those that wait.
    facts.hasUnpublishedIndex =
        facts.hasUnpublishedIndex || (facts.hasIdIndex && m_mapping.isQueue());
    return facts;
}

/// Asks the planner whether the two conditions contradict each other's opposite, which is cheaper
/// and surer than comparing SQL texts. Proved once for each predicate.
Result<bool> PgOutboxMonitor::coversUnpublished(const QByteArray& indexPredicate)
{
    if (const auto known = m_proofs.constFind(indexPredicate); known != m_proofs.constEnd())
        return *known;
    auto transaction = m_connection.begin(PgConnection::Mode::ReadOnly);
    if (!transaction)
        return transaction.error();
    if (auto set = transaction->query("SET LOCAL constraint_exclusion = on"); !set)
        return set.error();
    bool isEquivalent = true;
    for (const SqlStatement& statement : m_mapping.equivalenceProof(indexPredicate)) {
        const auto plan = transaction->query(statement.sql);
        if (!plan)
            return plan.error();
        bool isEmpty = false;
        for (qsizetype row = 0; row < plan->size(); ++row)
            isEmpty = isEmpty || plan->value(row, 0).contains("One-Time Filter: false");
        isEquivalent = isEquivalent && isEmpty;
    }
    m_proofs.insert(indexPredicate, isEquivalent);
    return isEquivalent;
}

Result<OutboxState> PgOutboxMonitor::state()
{
    const auto known = facts();
    if (!known)
        return known.error();
    Round round;
    round.state.at = known->now;
    round.state.table = m_mapping.tableName();
    round.state.hasUnpublishedIndex = known->hasUnpublishedIndex;
    if (!known->hasUnpublishedIndex && m_mapping.table().type != "v"
        && m_mapping.knowsUnpublished())
        round.state.indexAdvice = m_mapping.indexAdvice();
    if (auto added = addStandby(round); !added)
        return added.error();
    const bool isCounted = known->hasUnpublishedIndex || known->isSmall;
    if (auto added = !m_mapping.knowsUnpublished() ? addSlots(round)
                     : isCounted                   ? addBacklog(round)
                                                   : addEstimate(round);
        !added)
        return added.error();
    if (auto added = addNewest(round, *known); !added)
        return added.error();
    if (auto added = addIds(round, *known); !added)
        return added.error();
    if (auto added = addDead(round, *known); !added)
        return added.error();
    if (auto added = addDeadTable(round); !added)
        return added.error();
    for (const OutboxTopicState& topic : std::as_const(round.topics))
        round.state.topics << topic;
    std::sort(
        round.state.topics.begin(),
        round.state.topics.end(),
        [](const OutboxTopicState& a, const OutboxTopicState& b) { return a.topic < b.topic; });
    return round.state;
}

/// The age of the newest change is how far a standby is behind only while more has arrived: an idle
/// primary makes it grow, too.
Result<void> PgOutboxMonitor::addStandby(Round& round)
{
    const auto rows = m_connection.query(
        "SELECT coalesce(pg_last_wal_receive_lsn() > pg_last_wal_replay_lsn(), false), "
        + sqltext::micros("pg_last_xact_replay_timestamp()") + " WHERE pg_is_in_recovery()");
    if (!rows)
        return rows.error();
    if (rows->isEmpty())
        return {};
    StandbyState standby;
    standby.lastReplayed = rows->optionalTime(0, 1);
    if (rows->boolean(0, 0) && standby.lastReplayed)
        standby.behind = age(round.state.at, *standby.lastReplayed);
    round.state.standby = standby;
    return {};
}

Result<void> PgOutboxMonitor::addBacklog(Round& round)
{
    const auto rows = run(m_mapping.backlog(cap));
    if (!rows)
        return rows.error();
    OutboxState& state = round.state;
    state.at = rows->time(0, 5);
    const bool isComplete = rows->integer(0, 2) <= cap;
    state.unpublished = capped(std::min(rows->integer(0, 2), cap), isComplete, cappedReason());
    round.lowestWaitingId = rows->optionalInteger(0, 4);
    // Beyond the cap, only ids that grow with time make the first rows the oldest ones.
    const bool isOldestKnown = isComplete || m_mapping.hasIntegerIds();
    if (isOldestKnown)
        state.oldestUnpublishedAt = rows->optionalTime(0, 3);
    if (state.oldestUnpublishedAt)
        state.oldestAge = age(state.at, *state.oldestUnpublishedAt);
    if (!isComplete) {
        state.topicsNote = QCoreApplication::translate(
            "outboard", "Topics of the first 10 000 waiting rows and of the newest ones.");
    }
    for (qsizetype row = 1; row < rows->size(); ++row) {
        OutboxTopicState topic;
        topic.topic = TopicName(rows->value(row, 1));
        topic.unpublished = capped(rows->integer(row, 2), isComplete, cappedReason());
        if (const auto oldest = rows->optionalTime(row, 3); oldest && isOldestKnown)
            topic.oldestAge = age(state.at, *oldest);
        round.topics.insert(topic.topic, topic);
    }
    return {};
}

/// What a replication slot sends is not counted anywhere: how far it is behind is all there is.
Result<void> PgOutboxMonitor::addSlots(Round& round)
{
    const auto rows =
        run({"SELECT slot_name, pg_size_pretty(pg_wal_lsn_diff(CASE WHEN pg_is_in_recovery() THEN"
             " pg_last_wal_receive_lsn() ELSE pg_current_wal_lsn() END, confirmed_flush_lsn))"
             " FROM pg_replication_slots WHERE slot_type = 'logical'"
             " AND database = current_database() ORDER BY 1 LIMIT 8"});
    if (!rows)
        return rows.error();
    QStringList behind;
    for (qsizetype row = 0; row < rows->size(); ++row) {
        behind << QCoreApplication::translate("outboard", "slot %1 is %2 behind")
                      .arg(rows->text(row, 0), rows->text(row, 1));
    }
    round.state.unpublished = Count::unknown(
        QCoreApplication::translate(
            "outboard",
            "The table does not tell which rows were sent; a replication slot does: %1.")
            .arg(
                behind.isEmpty()
                    ? QCoreApplication::translate("outboard", "this database has no logical one")
                    : behind.join(u", "_s)));
    return {};
}

Result<qint64> PgOutboxMonitor::estimate(const SqlStatement& explain)
{
    const auto rows = run(explain);
    if (!rows)
        return rows.error();
    const QJsonDocument plan = QJsonDocument::fromJson(rows->value(0, 0));
    const QJsonValue count =
        plan.array().at(0).toObject().value(u"Plan"_s).toObject().value(u"Plan Rows"_s);
    if (!count.isDouble()) {
        return Error{
            Error::Kind::Protocol,
            QCoreApplication::translate("outboard", "PostgreSQL's EXPLAIN gave no row count."),
            {}};
    }
    return static_cast<qint64>(count.toDouble());
}

Result<void> PgOutboxMonitor::addEstimate(Round& round)
{
    const auto count = estimate(m_mapping.unpublishedEstimate());
    if (!count)
        return count.error();
    round.state.unpublished = Count::estimated(*count, estimateReason());
    round.state.topicsNote = QCoreApplication::translate(
        "outboard", "Topics of the newest 10 000 rows: without an index the rest is not known.");
    return {};
}

Result<void> PgOutboxMonitor::addNewest(Round& round, const Facts& facts)
{
    using Newest = OutboxMapping::Newest;
    OutboxState& state = round.state;
    const bool isById = facts.hasIdIndex && m_mapping.hasIntegerIds();
    if (!isById && !facts.hasCreatedIndex && !facts.isSmall) {
        for (OutboxTopicState& topic : round.topics)
            topic.createdLastMinute = topic.publishedLastMinute = Count::unknown(unorderedReason());
        return {};
    }
    const Newest order = isById                  ? Newest::ById
                         : facts.hasCreatedIndex ? Newest::ByCreation
                                                 : Newest::All;
    // A row takes more than a byte, so that this many are all of them.
    const qint64 limit = order == Newest::All ? smallTableBytes : cap;
    const auto rows = run(m_mapping.newest(order, limit));
    if (!rows && (rows.error().kind != Error::Kind::Timeout || !m_connection.isUsable()))
        return rows.error();
    if (!rows) {
        for (OutboxTopicState& topic : round.topics)
            topic.createdLastMinute = topic.publishedLastMinute =
                Count::unknown(lateReason(rows.error()));
        return {};
    }
    state.at = rows->time(0, 8);
    state.lastPublishedAt = rows->optionalTime(0, 6);
    const bool coversAll = rows->integer(0, 2) < limit;
    const auto oldest = rows->optionalTime(0, 5);
    const bool coversMinute = coversAll || (oldest && state.at - *oldest > std::chrono::minutes(1));
    const bool isBacklogCounted =
        state.unpublished.isKnown() && state.unpublished.quality != Count::Quality::Estimated;
    if (m_mapping.knowsUnpublished() && !isBacklogCounted
        && state.unpublished.value < rows->integer(0, 7))
        state.unpublished = Count::atLeast(rows->integer(0, 7), sampleReason());
    const bool hasAllTopics = isBacklogCounted && state.unpublished.isExact();
    for (qsizetype row = 1; row < rows->size(); ++row) {
        const TopicName name(rows->value(row, 1));
        OutboxTopicState& topic = round.topics[name];
        topic.topic = name;
        if (!m_mapping.knowsUnpublished())
            topic.unpublished = state.unpublished;
        else if (!topic.unpublished.isKnown()) {
            topic.unpublished = hasAllTopics
                                    ? Count::exact(0)
                                    : Count::atLeast(rows->integer(row, 7), sampleReason());
        }
        topic.createdLastMinute = capped(rows->integer(row, 3), coversMinute, sampleReason());
        topic.publishedLastMinute = m_mapping.hasPublishedAt()
                                        ? capped(rows->integer(row, 4), coversAll, sampleReason())
                                        : Count::unknown(noPublishedTimeReason(m_mapping));
        topic.lastPublishedAt = rows->optionalTime(row, 6);
    }
    // Topics that wait but have no row among the newest: nothing of them was created lately.
    for (OutboxTopicState& topic : round.topics) {
        if (!topic.createdLastMinute.isKnown())
            topic.createdLastMinute = capped(0, coversMinute, sampleReason());
        if (!topic.publishedLastMinute.isKnown() && m_mapping.hasPublishedAt())
            topic.publishedLastMinute = Count::atLeast(0, sampleReason());
    }
    return {};
}

Result<void> PgOutboxMonitor::addIds(Round& round, const Facts& facts)
{
    if (!m_mapping.hasIntegerIds() || !facts.hasIdIndex)
        return {};
    const auto highest = run(m_mapping.highestId());
    if (!highest)
        return highest.error();
    round.state.highestId = highest->optionalInteger(0, 0);
    // While a backlog is worked off, what was published last is not among the newest rows but right
    // below the oldest waiting one.
    if (!round.lowestWaitingId || !m_mapping.hasPublishedAt())
        return {};
    const auto below = run(m_mapping.lastPublishedBelow(*round.lowestWaitingId));
    if (!below)
        return below.error();
    round.state.lastPublishedAt = later(round.state.lastPublishedAt, below->optionalTime(0, 0));
    return {};
}

Result<void> PgOutboxMonitor::addDead(Round& round, const Facts& facts)
{
    if (!m_mapping.hasDead()) {
        // A table without such a mark cannot hold dead rows.
        round.state.dead = Count::exact(0);
        return {};
    }
    if (facts.isSmall) {
        const auto rows = run(m_mapping.deadCount(cap));
        if (!rows)
            return rows.error();
        const qint64 count = rows->integer(0, 0);
        round.state.dead = capped(std::min(count, cap), count <= cap, cappedReason());
        return {};
    }
    const auto count = estimate(m_mapping.deadEstimate());
    if (!count)
        return count.error();
    round.state.dead = Count::estimated(
        *count,
        QCoreApplication::translate(
            "outboard", "The planner's estimate: the table is too large to count each round."));
    return {};
}

Result<void> PgOutboxMonitor::addDeadTable(Round& round)
{
    if (!m_deadTable)
        return {};
    const auto rows = run(m_deadTable->count(cap));
    if (!rows)
        return rows.error();
    const qint64 count = rows->integer(0, 0);
    round.state.dead =
        round.state.dead + capped(std::min(count, cap), count <= cap, cappedReason());
    return {};
}

} // namespace outboard
