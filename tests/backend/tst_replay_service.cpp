// SPDX-License-Identifier: GPL-3.0-or-later
#include "brokers/brokerkinds.h"
#include "handlers/handlerkinds.h"
#include "ledger/pgledger.h"
#include "outbox/pgoutboxstore.h"
#include "services/claimer.h"
#include "services/planner.h"
#include "store/runstore.h"
#include "support/printers.h"
#include "support/scratchpostgres.h"
#include "support/scratchredis.h"
#include "support/service.h"

#include <QTemporaryDir>
#include <QTest>
#include <QUuid>

#include <atomic>
#include <thread>

using namespace outboard;
using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

namespace {

const QByteArray stream = "order.paid";
const QByteArray billing = "billing";

/// A consumer as it should be: ledger row and work in one transaction, acknowledged afterwards.
bool consume(PgSession& database, RedisClient& redis, const QByteArray& id, const QByteArray& order)
{
    const QString insert = u"BEGIN; INSERT INTO billing_processedevent (event_id, created_at)"
                           " VALUES ('%1', now()) ON CONFLICT DO NOTHING RETURNING 1"_s;
    const bool isNew = !database.value(insert.arg(QString::fromLatin1(order))).isEmpty();
    if (isNew) {
        const QString work = u"INSERT INTO applied VALUES ('%1', 'consumer')"_s;
        if (!database.exec(work.arg(QString::fromLatin1(order))))
            return false;
    }
    return database.exec(u"COMMIT"_s) && redis.value({"XACK", stream, billing, id}) == "1";
}

} // namespace

class TestReplayService : public QObject
{
    Q_OBJECT

private slots:
    void initTestCase();
    void init();
    void entriesOfAKilledConsumerAreHandledOnceWhileLiveOnesAreLeftAlone();
    void ofFiveHundredEventsTheThreeHundredNotInTheLedgerAreAppliedOnce();
    void aFailingFunctionLeavesNoLedgerRowAndTheEntryPending();
    void twoOperatorsAtOnceApplyEachEventOnce();
    void aRepublishedEventIsAppliedOnceItsConsumerConfirmsIt();
    void aLedgerThatIsCutOffIsResumedWithoutRepeating();

private:
    Profile profile() const;
    /// Entries {"order_id": 1…n}, all held by a consumer that is gone for two minutes.
    void addStuck(qint64 entries);
    std::unique_ptr<Broker> broker() const;
    std::unique_ptr<Ledger> ledger() const;
    Result<Plan> plan(PlanRequest request) const;
    RunReport run(
        const Plan& plan,
        const QString& runId = u"run"_s,
        const QList<Outcome>& done = {},
        const Replayer::StepFn& step = {});

    qint64 appliedTotal() const { return number(u"SELECT count(*) FROM applied"_s); }

    qint64 appliedTwice() const
    {
        return number(u"SELECT count(*) FROM (SELECT 1 FROM applied GROUP BY event_id"
                      " HAVING count(*) > 1) x"_s);
    }

    qint64 number(const QString& sql) const { return m_postgres->value(sql).toLongLong(); }

    qint64 pendingOf(const QByteArray& consumer) const
    {
        return m_redis->values({"XPENDING", stream, billing, "-", "+", "5000", consumer}).size()
               / 4;
    }

    std::unique_ptr<ScratchPostgres> m_postgres;
    std::unique_ptr<ScratchRedis> m_redis;
    std::unique_ptr<QTemporaryDir> m_folder;
    std::shared_ptr<RunStore> m_runs;
};

void TestReplayService::initTestCase()
{
    auto postgres = ScratchPostgres::start();
    REQUIRE_SERVICE(postgres);
    m_postgres = std::move(*postgres);
    auto redis = ScratchRedis::start();
    REQUIRE_SERVICE(redis);
    m_redis = std::move(*redis);
}

void TestReplayService::init()
{
    QVERIFY_RESULT(m_postgres->wipe());
    QVERIFY_RESULT(m_postgres->createSeedSchema());
    QVERIFY_RESULT(m_postgres->exec(
        u"CREATE TABLE applied (event_id text NOT NULL, by text NOT NULL);"
        "CREATE FUNCTION apply_order_paid(event_id text, payload jsonb) RETURNS void LANGUAGE"
        " plpgsql AS $$ BEGIN"
        " IF payload ->> 'broken' = 'true' THEN RAISE EXCEPTION 'no such account'; END IF;"
        " INSERT INTO applied VALUES (event_id, 'replay'); END $$"_s));
    m_redis->wipe();
    m_folder = std::make_unique<QTemporaryDir>();
    auto runs = RunStore::open(m_folder->filePath(u"runs.sqlite"_s));
    QVERIFY_RESULT(runs);
    m_runs = *runs;
}

Profile TestReplayService::profile() const
{
    Profile profile;
    profile.name = u"shop"_s;
    profile.outbox.dsn = m_postgres->dsn();
    profile.broker.url = m_redis->url();
    profile.broker.eventId = u"data.order_id"_s;
    LedgerSettings ledger;
    ledger.table = u"billing_processedevent"_s;
    ledger.groups = QStringList{u"billing"_s};
    profile.ledgers = {ledger};
    HandlerSettings handler;
    handler.name = u"billing-sql"_s;
    handler.kind = u"sql"_s;
    handler.function = u"apply_order_paid"_s;
    handler.ledger = ledger.table;
    profile.handlers = {handler};
    return profile;
}

void TestReplayService::addStuck(qint64 entries)
{
    QVERIFY_RESULT(m_redis->addEntries(stream, entries));
    QVERIFY_RESULT(m_redis->consume(stream, billing, "killed", entries));
    QList<RedisClient::Command> commands;
    const auto pending = m_redis->values(
        {"XPENDING", stream, billing, "-", "+", QByteArray::number(entries), "killed"});
    for (qsizetype i = 0; i < pending.size(); i += 4) {
        commands.append(
            {"XCLAIM", stream, billing, "killed", "0", pending[i], "IDLE", "120000", "JUSTID"});
    }
    QCOMPARE(commands.size(), entries);
    QVERIFY_RESULT(m_redis->pipeline(commands));
}

std::unique_ptr<Broker> TestReplayService::broker() const
{
    auto broker = openBroker(profile().broker, profile().thresholds, Access::Operate, {}, {});
    if (!broker)
        qFatal("%s", describe(broker.error()).constData());
    return std::move(*broker);
}

std::unique_ptr<Ledger> TestReplayService::ledger() const
{
    auto ledger = makePgLedger(profile().ledgers.first(), profile().outbox.dsn, Access::Operate);
    if (!ledger)
        qFatal("%s", describe(ledger.error()).constData());
    return std::move(*ledger);
}

Result<Plan> TestReplayService::plan(PlanRequest request) const
{
    const auto outbox = makePgOutboxStore(profile().outbox, Access::Monitor);
    if (!outbox)
        return outbox.error();
    const Profile shop = profile();
    const auto opened = broker();
    const auto marks = ledger();
    request.group = GroupName(billing);
    if (request.from == PlanRequest::From::Pending)
        request.topic = BrokerTopic(stream);
    if (request.handler.isEmpty())
        request.handler = u"billing-sql"_s;
    return Planner(shop, outbox->get(), *opened, marks.get(), systemClock()).make(request, {}, {});
}

RunReport TestReplayService::run(
    const Plan& plan,
    const QString& runId,
    const QList<Outcome>& done,
    const Replayer::StepFn& step)
{
    const auto opened = broker();
    const auto marks = ledger();
    const auto handler =
        makeHandler(*findHandler(profile(), plan.handler), {*opened, systemClock()});
    if (!handler)
        qFatal("%s", describe(handler.error()).constData());
    return Replayer(**handler, marks.get(), *opened, m_runs.get(), systemClock())
        .run(runId, plan, {}, profile().thresholds.idle, done, step, {}, {});
}

void TestReplayService::entriesOfAKilledConsumerAreHandledOnceWhileLiveOnesAreLeftAlone()
{
    addStuck(1'000);
    // 200 newer ones that a live consumer is working on and will not finish.
    QVERIFY_RESULT(m_redis->addEntries(stream, 200));
    QVERIFY_RESULT(m_redis->consume(stream, billing, "busy", 200));
    PlanRequest request;
    request.from = PlanRequest::From::Pending;
    request.pending.minIdle = profile().thresholds.idle;
    const auto frozen = plan(request);
    QVERIFY_RESULT(frozen);
    QCOMPARE(frozen->count(Verdict::Run), 1'000);

    // Another consumer rescues stuck entries itself at the same time, from the other end.
    std::atomic<bool> isOver = false;
    std::atomic<qint64> rescued = 0;
    std::thread rescuer([&] {
        auto database = m_postgres->session();
        auto redis = RedisClient::open(m_redis->socketPath());
        for (auto item = frozen->items.crbegin(); item != frozen->items.crend() && !isOver;
             ++item) {
            const QByteArray id = item->event.origin->entry.bytes();
            const auto claimed =
                (*redis)->values({"XCLAIM", stream, billing, "rescuer", "60000", id, "JUSTID"});
            if (!claimed.isEmpty() && consume(**database, **redis, id, item->event.id.bytes()))
                ++rescued;
        }
    });
    // After each small step the other one gets its turn, so that the two really overlap.
    const RunReport report = run(*frozen, u"run"_s, {}, [&](const RunReport&) {
        const qint64 before = rescued;
        while (rescued == before)
            std::this_thread::yield();
        return true;
    });
    isOver = true;
    rescuer.join();

    QVERIFY(!report.error);
    QVERIFY(report.applied > 0);
    QVERIFY(rescued > 0);
    QCOMPARE(report.applied + report.skipped, 1'000);
    QCOMPARE(report.applied, number(u"SELECT count(*) FROM applied WHERE by = 'replay'"_s));
    // Whoever won: each of the thousand exactly once, none pending any more…
    QCOMPARE(appliedTotal(), 1'000);
    QCOMPARE(appliedTwice(), 0);
    QCOMPARE(number(u"SELECT count(*) FROM billing_processedevent"_s), 1'000);
    QCOMPARE(pendingOf("killed"), 0);
    QCOMPARE(pendingOf(replayConsumer().bytes()), 0);
    // …and nothing of the live consumer was touched.
    QCOMPARE(pendingOf("busy"), 200);
}

void TestReplayService::ofFiveHundredEventsTheThreeHundredNotInTheLedgerAreAppliedOnce()
{
    QVERIFY_RESULT(m_postgres->addEvents(u"order.paid"_s, 500));
    QVERIFY_RESULT(m_postgres->exec(
        u"INSERT INTO billing_processedevent (event_id, created_at)"
        " SELECT id::text, now() FROM orders_outboxevent ORDER BY random() LIMIT 200"_s));
    PlanRequest request;
    request.from = PlanRequest::From::Outbox;
    const auto frozen = plan(request);
    QVERIFY_RESULT(frozen);
    QCOMPARE(frozen->items.size(), 500);
    QCOMPARE(frozen->count(Verdict::Processed), 200);
    QCOMPARE(frozen->count(Verdict::Run), 300);

    const RunReport first = run(*frozen, u"first"_s);
    QCOMPARE(first.applied, 300);
    QCOMPARE(first.skipped, 200);
    QCOMPARE(appliedTotal(), 300);
    QCOMPARE(appliedTwice(), 0);
    QCOMPARE(number(u"SELECT count(*) FROM billing_processedevent"_s), 500);

    const RunReport second = run(*frozen, u"second"_s);
    QCOMPARE(second.applied, 0);
    QCOMPARE(second.skipped, 500);
    QCOMPARE(appliedTotal(), 300);
    QCOMPARE(m_runs->load(u"first"_s)->isFinished, true);
}

void TestReplayService::aFailingFunctionLeavesNoLedgerRowAndTheEntryPending()
{
    m_redis->value({"XADD", stream, "*", "data", R"({"order_id": "bad", "broken": true})"});
    addStuck(20);
    PlanRequest request;
    request.from = PlanRequest::From::Pending;
    const auto frozen = plan(request);
    QVERIFY_RESULT(frozen);
    const qint64 others = frozen->items.size() - 1;

    const RunReport report = run(*frozen, u"run"_s, {}, [](const RunReport&) { return true; });
    QVERIFY(!report.error);
    QCOMPARE(report.failed, 1);
    QCOMPARE(report.applied, others);
    QCOMPARE(report.outcomes.first().eventId, EventId("bad"));
    QVERIFY(report.outcomes.first().reason.contains(u"no such account"));
    QCOMPARE(number(u"SELECT count(*) FROM billing_processedevent WHERE event_id = 'bad'"_s), 0);
    QCOMPARE(appliedTotal(), others);
    QCOMPARE(pendingOf(replayConsumer().bytes()), 1);
}

void TestReplayService::twoOperatorsAtOnceApplyEachEventOnce()
{
    QVERIFY_RESULT(m_postgres->addEvents(u"order.paid"_s, 1'000));
    PlanRequest request;
    request.from = PlanRequest::From::Outbox;
    const auto frozen = plan(request);
    QVERIFY_RESULT(frozen);
    std::vector<std::thread> operators;
    std::vector<RunReport> reports(2);
    for (size_t i = 0; i < reports.size(); ++i) {
        operators.emplace_back(
            [&, i] { reports[i] = run(*frozen, u"operator %1"_s.arg(qsizetype(i))); });
    }
    for (std::thread& each : operators)
        each.join();
    for (const RunReport& report : reports) {
        QVERIFY(!report.error);
        QCOMPARE(report.applied + report.skipped, 1'000);
    }
    QCOMPARE(reports[0].applied + reports[1].applied, 1'000);
    QCOMPARE(appliedTotal(), 1'000);
    QCOMPARE(appliedTwice(), 0);
}

void TestReplayService::aRepublishedEventIsAppliedOnceItsConsumerConfirmsIt()
{
    addStuck(30);
    PlanRequest request;
    request.from = PlanRequest::From::Pending;
    request.handler = u"republish"_s;
    const auto frozen = plan(request);
    QVERIFY_RESULT(frozen);
    QCOMPARE(frozen->count(Verdict::Run), 30);

    std::atomic<bool> isOver = false;
    std::thread consumer([&] {
        auto database = m_postgres->session();
        auto redis = RedisClient::open(m_redis->socketPath());
        while (!isOver) {
            const auto entry = (*redis)->values(
                {"XREADGROUP",
                 "GROUP",
                 billing,
                 "fine",
                 "COUNT",
                 "1",
                 "BLOCK",
                 "50",
                 "STREAMS",
                 stream,
                 ">"});
            // stream, id, then name and value of each field
            const qsizetype data = entry.indexOf("data");
            if (data < 0)
                continue;
            const auto order =
                QByteArray(entry[data + 1]).replace("{\"order_id\": ", "").chopped(1);
            if (!consume(**database, **redis, entry[1], order))
                qFatal("the consumer failed");
        }
    });
    const RunReport report = run(*frozen);
    isOver = true;
    consumer.join();

    QVERIFY(!report.error);
    QCOMPARE(report.applied, 30);
    QCOMPARE(appliedTotal(), 30);
    QCOMPARE(appliedTwice(), 0);
    QCOMPARE(pendingOf("killed"), 0);
    QCOMPARE(m_redis->value({"XLEN", stream}), "60"_ba);
}

void TestReplayService::aLedgerThatIsCutOffIsResumedWithoutRepeating()
{
    addStuck(2'000);
    PlanRequest request;
    request.from = PlanRequest::From::Pending;
    const auto frozen = plan(request);
    QVERIFY_RESULT(frozen);
    // The database cuts everybody off after the ladder's 126 events.
    const RunReport cut = run(*frozen, u"run"_s, {}, [&](const RunReport& soFar) {
        return soFar.applied < 126 || m_postgres->terminateSessions().has_value();
    });
    QVERIFY(cut.error);
    QCOMPARE(cut.applied, 126);
    const auto stored = m_runs->load(u"run"_s);
    QVERIFY_RESULT(stored);
    QVERIFY(!stored->isFinished);
    const RunReport resumed = run(stored->plan, u"run"_s, stored->outcomes);
    QVERIFY(!resumed.error);
    QCOMPARE(resumed.applied, 2'000);
    QCOMPARE(appliedTotal(), 2'000);
    QCOMPARE(appliedTwice(), 0);
    QCOMPARE(pendingOf(replayConsumer().bytes()), 0);
    QVERIFY(m_runs->load(u"run"_s)->isFinished);
}

QTEST_GUILESS_MAIN(TestReplayService)
#include "tst_replay_service.moc"
