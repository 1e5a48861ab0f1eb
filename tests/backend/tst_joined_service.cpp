// SPDX-License-Identifier: GPL-3.0-or-later
#include "brokers/brokerkinds.h"
#include "ledger/pgledger.h"
#include "outbox/pgoutboxstore.h"
#include "services/reconciler.h"
#include "services/tracer.h"
#include "store/journal.h"
#include "support/printers.h"
#include "support/scratchpostgres.h"
#include "support/scratchredis.h"
#include "support/service.h"

#include <QElapsedTimer>
#include <QTemporaryDir>
#include <QTest>

#include <algorithm>

using namespace outboard;
using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

/// Trace and Reconcile on a real PostgreSQL and a real Redis.
class TestJoinedService : public QObject
{
    Q_OBJECT

private slots:
    void initTestCase();
    void init();
    void oneEventsLifeIsTracedInOrder();
    void lostEventsAreNamedExactly();
    void trimmedHistoryIsUnknown();
    void whatAgreesIsNotListed();

private:
    Profile profile() const;
    Result<Trace> trace(const QByteArray& what);
    Result<Reconciliation> reconcile();
    /// Published rows of order.paid with these ids, now.
    void addPublished(int from, int to);
    void addEntries(int from, int to, const QList<int>& without = {});

    std::unique_ptr<ScratchPostgres> m_postgres;
    std::unique_ptr<ScratchRedis> m_redis;
    std::unique_ptr<QTemporaryDir> m_directory;
    std::shared_ptr<Journal> m_journal;
    std::unique_ptr<OutboxStore> m_outbox;
    std::unique_ptr<Broker> m_broker;
    std::vector<std::unique_ptr<Ledger>> m_ledgers;
    Profile m_profile;
};

void TestJoinedService::initTestCase()
{
    auto postgres = ScratchPostgres::start();
    REQUIRE_SERVICE(postgres);
    m_postgres = std::move(*postgres);
    auto redis = ScratchRedis::start();
    REQUIRE_SERVICE(redis);
    m_redis = std::move(*redis);
}

Profile TestJoinedService::profile() const
{
    Profile profile;
    profile.name = u"shop"_s;
    profile.outbox.dsn = m_postgres->dsn();
    profile.broker.url = m_redis->url();
    for (const auto& group : {u"billing"_s, u"email"_s}) {
        LedgerSettings ledger;
        ledger.table = group + u"_processedevent"_s;
        ledger.groups = {group};
        profile.ledgers.append(ledger);
    }
    return profile;
}

void TestJoinedService::init()
{
    QVERIFY_RESULT(m_postgres->wipe());
    QVERIFY_RESULT(m_postgres->createSeedSchema(true));
    m_redis->wipe();
    m_profile = profile();
    m_directory = std::make_unique<QTemporaryDir>();
    m_journal = *Journal::open(m_directory->filePath(u"journal.sqlite"_s));
    auto outbox = makePgOutboxStore(m_profile.outbox, Access::Monitor);
    QVERIFY_RESULT(outbox);
    m_outbox = std::move(*outbox);
    auto broker = openBroker(m_profile.broker, m_profile.thresholds, Access::Monitor, {}, {});
    QVERIFY_RESULT(broker);
    m_broker = std::move(*broker);
    m_ledgers.clear();
    for (const LedgerSettings& settings : std::as_const(m_profile.ledgers)) {
        auto ledger = makePgLedger(settings, m_postgres->dsn(), Access::Monitor);
        QVERIFY_RESULT(ledger);
        m_ledgers.push_back(std::move(*ledger));
    }
}

Result<Trace> TestJoinedService::trace(const QByteArray& what)
{
    const auto ledgerAt = [this](qsizetype index) {
        return Result<Ledger*>(m_ledgers[size_t(index)].get());
    };
    return Tracer(m_profile, {m_outbox.get(), m_broker.get(), ledgerAt, m_journal}).run({what}, {});
}

Result<Reconciliation> TestJoinedService::reconcile()
{
    const auto ledgerAt = [this](qsizetype index) {
        return Result<Ledger*>(m_ledgers[size_t(index)].get());
    };
    return Reconciler(m_profile, *m_outbox, *m_broker, ledgerAt).run({}, {}, {});
}

void TestJoinedService::addPublished(int from, int to)
{
    QVERIFY_RESULT(m_postgres->exec(
        u"INSERT INTO orders_outboxevent (id, topic, payload, created_at, published_at)"
        " SELECT n, 'order.paid', jsonb_build_object('order_id', n), now() - interval '5 s', now()"
        " FROM generate_series(%1, %2) n"_s.arg(from)
            .arg(to)));
}

void TestJoinedService::addEntries(int from, int to, const QList<int>& without)
{
    QList<RedisClient::Command> commands;
    for (int id = from; id <= to; ++id) {
        if (!without.contains(id))
            commands.append(
                {"XADD", "order.paid", "*", "data", "{}", "event_id", QByteArray::number(id)});
    }
    QVERIFY_RESULT(m_redis->pipeline(commands));
}

/// Three copies, two groups, one dead letter, one replay: all of it, in order, in under a second.
void TestJoinedService::oneEventsLifeIsTracedInOrder()
{
    addPublished(1, 50);
    addEntries(1, 50);
    addEntries(42, 42);
    for (const char* group : {"billing", "email"})
        m_redis->value({"XGROUP", "CREATE", "order.paid", group, "0"});
    const auto read = [this](const QByteArray& group, const QByteArray& count) {
        return m_redis->values(
            {"XREADGROUP",
             "GROUP",
             group,
             group + "-1",
             "COUNT",
             count,
             "STREAMS",
             "order.paid",
             ">"});
    };
    QList<QByteArray> ids;
    for (const QByteArray& text : read("email", "100")) {
        if (text.contains('-') && EntryId::parse(text))
            ids << text;
    }
    QCOMPARE(ids.size(), 51);
    m_redis->value(RedisClient::Command{"XACK", "order.paid", "email"} + ids);
    QVERIFY_RESULT(m_postgres->exec(
        u"INSERT INTO email_processedevent (event_id, created_at) VALUES ('42', now())"_s));
    read("billing", "50");
    m_redis->value(RedisClient::Command{"XACK", "order.paid", "billing"} + ids.first(49));
    m_redis->value(
        {"XADD",
         "order.paid:dlq",
         "*",
         "data",
         "{}",
         "event_id",
         "42",
         "group",
         "billing",
         "error",
         "no account"});
    JournalIntent intent;
    intent.action = u"replay"_s;
    intent.profile = u"shop"_s;
    intent.place = u"republish"_s;
    intent.ids = {"42"};
    QTest::qSleep(5);
    const TimePoint replayedAt = systemClock()();
    QVERIFY_RESULT(m_journal->note(intent, {JournalState::Done, u"1 applied."_s, {}}, replayedAt));
    QTest::qSleep(5);
    addEntries(42, 42);

    QElapsedTimer timer;
    timer.start();
    const auto trace = this->trace("42");
    const qint64 elapsed = timer.elapsed();
    QVERIFY_RESULT(trace);
    QStringList names;
    for (const TraceStep& step : trace->steps)
        names << traceWhatName(step.what);
    // The rows' times are of statements before the entries were added.
    QCOMPARE(names.first(3), (QStringList{u"committed"_s, u"relayed"_s, u"copied"_s}));
    QCOMPARE(names.count(u"copied"_s), 3);
    QCOMPARE(names.count(u"acknowledged"_s), 3);
    QCOMPARE(names.count(u"pending"_s), 0);
    QCOMPARE(names.count(u"not_delivered"_s), 3);
    QCOMPARE(names.count(u"processed"_s), 1);
    QCOMPARE(names.count(u"not_processed"_s), 1);
    QVERIFY(names.indexOf(u"processed"_s) < names.indexOf(u"dead_lettered"_s));
    QVERIFY(names.indexOf(u"dead_lettered"_s) < names.indexOf(u"replayed"_s));
    QVERIFY(names.indexOf(u"replayed"_s) < names.lastIndexOf(u"copied"_s));
    const auto dead = std::ranges::find(trace->steps, TraceWhat::DeadLettered, &TraceStep::what);
    QVERIFY(dead->detail.contains(u"no account"_s));
    std::optional<TimePoint> last;
    for (const TraceStep& step : trace->steps) {
        if (step.at)
            QVERIFY(!last || *step.at >= *last);
        last = step.at ? step.at : last;
    }
    QCOMPARE(trace->payload, R"({"order_id": 42})"_ba);
    qInfo("traced in %lld ms", elapsed);
}

void TestJoinedService::lostEventsAreNamedExactly()
{
    addPublished(1, 3'000);
    m_redis->value({"XGROUP", "CREATE", "order.paid", "billing", "0", "MKSTREAM"});
    addEntries(1, 3'000, {7, 700, 2'999, 3'000});
    QVERIFY_RESULT(m_postgres->exec(
        u"INSERT INTO billing_processedevent (event_id, created_at) VALUES ('700', now())"_s));
    QVERIFY_RESULT(m_postgres->addEvents(u"order.paid"_s, 0));
    QVERIFY_RESULT(m_postgres->exec(
        u"INSERT INTO orders_outboxevent (id, topic, payload, created_at)"
        " VALUES (4000, 'order.paid', '{}', now());"
        "INSERT INTO billing_processedevent (event_id, created_at) VALUES ('4000', now()), ('2',"
        " now())"_s));
    addEntries(9'000, 9'000);
    m_redis->values(
        {"XREADGROUP",
         "GROUP",
         "billing",
         "billing-1",
         "COUNT",
         "10",
         "STREAMS",
         "order.paid",
         ">"});
    const auto found = reconcile();
    QVERIFY_RESULT(found);
    QCOMPARE(found->rows, 3'001);
    QCOMPARE(found->entries, 2'997);
    QCOMPARE(found->pending, 10);
    QStringList texts;
    for (const ReconcileItem& item : found->items)
        texts << discrepancyName(item.kind) + u' ' + item.eventId.text();
    texts.sort();
    QCOMPARE(
        texts,
        (QStringList{
            u"entry_without_row 9000"_s,
            u"lost 2999"_s,
            u"lost 3000"_s,
            u"lost 7"_s,
            u"pending_but_processed 2"_s,
            u"unpublished_but_processed 4000"_s}));
}

void TestJoinedService::trimmedHistoryIsUnknown()
{
    addPublished(1, 10);
    addEntries(1, 10);
    m_redis->value({"XTRIM", "order.paid", "MAXLEN", "4"});
    const auto found = reconcile();
    QVERIFY_RESULT(found);
    QCOMPARE(found->count(Discrepancy::Unknown), 6);
    QCOMPARE(found->count(Discrepancy::Lost), 0);
    m_redis->value({"XTRIM", "order.paid", "MAXLEN", "0"});
    const auto empty = reconcile();
    QVERIFY_RESULT(empty);
    QCOMPARE(empty->count(Discrepancy::Unknown), 10);
}

void TestJoinedService::whatAgreesIsNotListed()
{
    addPublished(1, 1'200);
    addEntries(1, 1'200);
    const auto found = reconcile();
    QVERIFY_RESULT(found);
    QVERIFY2(found->items.isEmpty(), qPrintable(found->notes.join(u' ')));
    QCOMPARE(found->entries, 1'200);
}

QTEST_GUILESS_MAIN(TestJoinedService)
#include "tst_joined_service.moc"
