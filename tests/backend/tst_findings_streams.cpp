// SPDX-License-Identifier: GPL-3.0-or-later
#include "support/findingworld.h"
#include "support/service.h"

#include <QDir>

using namespace outboard;
using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

namespace {

const QByteArray stream = "order.paid";
const QString subject = u":order.paid:billing"_s;

QByteArray msAgo(Milliseconds age)
{
    const auto now = systemClock()().time_since_epoch();
    return QByteArray::number((std::chrono::floor<Milliseconds>(now) - age).count());
}

} // namespace

/// What goes wrong in the broker and its consumers, brought about on real servers.
class TestFindingsStreams : public QObject
{
    Q_OBJECT

private slots:
    void initTestCase();
    void init();
    void nothingIsWrong();
    void aConsumerThatDied();
    void anEntryThatFailsEveryTime();
    void aGroupThatNobodyReads();
    void entriesThatAreGone();
    void someEntriesThatWereDeleted();
    void aTailThatNobodyReaches();
    void entriesThatAreDoneButNotAcknowledged();
    void aLedgerThatIsBehind();
    void aGhostConsumer();
    void aStreamThatIsCutBeforeItIsRead();
    void aConsumerThatDeletesWhatItHandledIsNoTrimming();
    void aStreamThatGrowsWithoutEnd();
    void aKeyOfAnotherType();
    void aGroupThatFallsBehind();

private:
    FindingWorld world() const { return {*m_postgres, *m_redis}; }

    QByteArray redis(const QList<QByteArray>& command) const { return m_redis->value(command); }

    void exec(const QString& sql) const { QVERIFY_RESULT(m_postgres->exec(sql)); }

    /// Entries with event ids from 1, delivered to "billing-1" and not acknowledged.
    void deliver(qint64 count) const;
    QList<QByteArray> pendingIds(qint64 count) const;
    void acknowledgeAll() const;

    std::unique_ptr<ScratchPostgres> m_postgres;
    std::unique_ptr<ScratchRedis> m_redis;
};

void TestFindingsStreams::initTestCase()
{
    auto postgres = ScratchPostgres::start();
    REQUIRE_SERVICE(postgres);
    m_postgres = std::move(*postgres);
    auto redis = ScratchRedis::start({.persistent = true});
    REQUIRE_SERVICE(redis);
    m_redis = std::move(*redis);
}

void TestFindingsStreams::init()
{
    QVERIFY_RESULT(m_postgres->wipe());
    QVERIFY_RESULT(m_postgres->createSeedSchema(true));
    m_redis->wipe();
}

void TestFindingsStreams::deliver(qint64 count) const
{
    for (qint64 i = 1; i <= count; ++i) {
        const QByteArray id = QByteArray::number(i);
        redis({"XADD", stream, "*", "event_id", id, "data", "{\"order_id\": " + id + "}"});
    }
    QVERIFY_RESULT(m_redis->consume(stream, "billing", "billing-1", count));
}

QList<QByteArray> TestFindingsStreams::pendingIds(qint64 count) const
{
    QList<QByteArray> ids;
    const auto parts =
        m_redis->values({"XPENDING", stream, "billing", "-", "+", QByteArray::number(count)});
    for (qsizetype i = 0; i + 3 < parts.size(); i += 4)
        ids << parts[i];
    return ids;
}

void TestFindingsStreams::acknowledgeAll() const
{
    for (const QByteArray& id : pendingIds(100'000))
        redis({"XACK", stream, "billing", id});
}

void TestFindingsStreams::nothingIsWrong()
{
    deliver(5);
    acknowledgeAll();
    FindingWorld shop = world();
    VERIFY_FINDINGS(shop, {});
}

void TestFindingsStreams::aConsumerThatDied()
{
    deliver(3);
    FindingWorld shop = world();
    shop.profile.thresholds.idle = 300ms;
    VERIFY_FINDINGS(shop, {u"consumer_stuck"_s + subject});
    QCOMPARE(shop.finding(u"consumer_stuck"_s + subject).remedy.kind, RemedyKind::Claim);
    acknowledgeAll();
    VERIFY_FINDINGS(shop, {});
}

void TestFindingsStreams::anEntryThatFailsEveryTime()
{
    deliver(3);
    redis(
        {"XCLAIM", stream, "billing", "billing-2", "0", pendingIds(1).first(), "RETRYCOUNT", "6"});
    FindingWorld shop = world();
    VERIFY_FINDINGS(shop, {u"poison"_s + subject});
    QCOMPARE(shop.finding(u"poison"_s + subject).remedy.kind, RemedyKind::Replay);
    acknowledgeAll();
    VERIFY_FINDINGS(shop, {});
}

void TestFindingsStreams::aGroupThatNobodyReads()
{
    QVERIFY_RESULT(m_redis->addEntries(stream, 7));
    redis({"XGROUP", "CREATE", stream, "billing", "0"});
    FindingWorld shop = world();
    shop.profile.thresholds.idle = 500ms;
    VERIFY_FINDINGS(shop, {u"group_unread"_s + subject});
    redis({"XGROUP", "DESTROY", stream, "billing"});
    VERIFY_FINDINGS(shop, {});
}

void TestFindingsStreams::entriesThatAreGone()
{
    deliver(4);
    redis({"XTRIM", stream, "MAXLEN", "0"});
    FindingWorld shop = world();
    shop.profile.thresholds.idle = 300ms;
    VERIFY_FINDINGS(shop, {u"orphans"_s + subject});
    const Finding orphans = shop.finding(u"orphans"_s + subject);
    QVERIFY2(orphans.title.startsWith(u"4 pending entries"_s), shop.text().constData());
    QCOMPARE(orphans.remedy.kind, RemedyKind::Reconcile);
    acknowledgeAll();
    VERIFY_FINDINGS(shop, {});
}

void TestFindingsStreams::someEntriesThatWereDeleted()
{
    deliver(6);
    const auto ids = pendingIds(6);
    redis({"XDEL", stream, ids[2], ids[4]});
    FindingWorld shop = world();
    shop.profile.thresholds.idle = 300ms;
    VERIFY_FINDINGS(shop, {u"consumer_stuck"_s + subject, u"orphans"_s + subject});
    const Finding orphans = shop.finding(u"orphans"_s + subject);
    QVERIFY2(orphans.title.startsWith(u"2 pending entries"_s), shop.text().constData());
    QVERIFY2(orphans.evidence.contains(QString::fromLatin1(ids[2])), shop.text().constData());
    acknowledgeAll();
    VERIFY_FINDINGS(shop, {});
}

void TestFindingsStreams::aTailThatNobodyReaches()
{
    deliver(300);
    FindingWorld shop = world();
    shop.profile.thresholds.idle = 1s;
    shop.profile.thresholds.maxDeliveries = 1'000'000;
    const auto head = pendingIds(100);
    const auto takeHead = [&] {
        redis(QList<QByteArray>{"XCLAIM", stream, "billing", "billing-2", "0"} + head);
    };
    VERIFY_FINDINGS(shop, {u"frozen_tail"_s + subject}, 20s, takeHead);
    QCOMPARE(shop.finding(u"frozen_tail"_s + subject).remedy.kind, RemedyKind::Claim);
    acknowledgeAll();
    VERIFY_FINDINGS(shop, {});
}

void TestFindingsStreams::entriesThatAreDoneButNotAcknowledged()
{
    deliver(8);
    exec(u"INSERT INTO billing_processedevent (event_id, created_at)"
         " SELECT n::text, now() FROM generate_series(1, 8) n"_s);
    FindingWorld shop = world();
    shop.profile.thresholds.idle = 2s;
    VERIFY_FINDINGS(shop, {u"missing_acks"_s + subject});
    QCOMPARE(shop.finding(u"missing_acks"_s + subject).remedy.kind, RemedyKind::Acknowledge);
    // Also once they are stuck: to claim them would be wrong.
    QTest::qWait(2'500);
    VERIFY_FINDINGS(shop, {u"missing_acks"_s + subject});
    acknowledgeAll();
    VERIFY_FINDINGS(shop, {});
}

void TestFindingsStreams::aLedgerThatIsBehind()
{
    redis({"XADD", stream, msAgo(60s) + "-0", "event_id", "0", "data", "{}"});
    redis({"XGROUP", "CREATE", stream, "billing", "$"});
    FindingWorld shop = world();
    VERIFY_FINDINGS(shop, {});
    for (int i = 1; i <= 12; ++i)
        redis({"XADD", stream, msAgo(20s) + "-*", "event_id", QByteArray::number(i), "data", "{}"});
    QVERIFY_RESULT(m_redis->consume(stream, "billing", "billing-1", 12));
    acknowledgeAll();
    VERIFY_FINDINGS(shop, {u"ledger_behind"_s + subject});
    exec(u"INSERT INTO billing_processedevent (event_id, created_at)"
         " SELECT n::text, now() FROM generate_series(1, 12) n"_s);
    VERIFY_FINDINGS(shop, {});
}

void TestFindingsStreams::aGhostConsumer()
{
    deliver(1);
    acknowledgeAll();
    redis({"XGROUP", "CREATECONSUMER", stream, "billing", "old-pod"});
    FindingWorld shop = world();
    shop.profile.environment = Environment::Sandbox;
    shop.profile.thresholds.idle = 1ms;
    // Before 7.2 a consumer that gets nothing is taken for one that does not ask.
    const auto read = [&] {
        std::ignore = m_redis->addEntries(stream, 1);
        std::ignore = m_redis->consume(stream, "billing", "billing-1", 1);
        acknowledgeAll();
    };
    VERIFY_FINDINGS(shop, {u"ghost_consumer"_s + subject}, 20s, read);
    const Finding ghost = shop.finding(u"ghost_consumer"_s + subject);
    QVERIFY2(ghost.evidence.contains(u"old-pod"_s), shop.text().constData());
    redis({"XGROUP", "DELCONSUMER", stream, "billing", "old-pod"});
    VERIFY_FINDINGS(shop, {}, 20s, read);
}

void TestFindingsStreams::aStreamThatIsCutBeforeItIsRead()
{
    QVERIFY_RESULT(m_redis->addEntries(stream, 20));
    QVERIFY_RESULT(m_redis->consume(stream, "billing", "billing-1", 20));
    acknowledgeAll();
    FindingWorld shop = world();
    VERIFY_FINDINGS(shop, {});
    // The group still has what was cut off when it reads again: nothing is lost yet.
    const auto add = [&](int count) {
        for (int i = 0; i < count; ++i)
            redis({"XADD", stream, "MAXLEN", "100", "*", "data", "{}"});
    };
    add(90);
    std::ignore = shop.look();
    VERIFY_FINDINGS(shop, {u"trimmed_unread"_s + subject});
    Finding cut = shop.finding(u"trimmed_unread"_s + subject);
    QCOMPARE(cut.severity, Severity::Critical);
    QVERIFY2(cut.title.contains(u"is about to lose"_s), shop.text().constData());
    add(50);
    std::ignore = shop.look();
    cut = shop.finding(u"trimmed_unread"_s + subject);
    QVERIFY2(cut.title.startsWith(u"40 entries were cut off"_s), shop.text().constData());
    QCOMPARE(cut.remedy.kind, RemedyKind::Reconcile);
    redis(
        {"XREADGROUP",
         "GROUP",
         "billing",
         "billing-1",
         "NOACK",
         "COUNT",
         "200",
         "STREAMS",
         stream,
         ">"});
    VERIFY_FINDINGS(shop, {});
}

void TestFindingsStreams::aConsumerThatDeletesWhatItHandledIsNoTrimming()
{
    deliver(1);
    FindingWorld shop = world();
    VERIFY_FINDINGS(shop, {});
    QVERIFY_RESULT(m_redis->addEntries(stream, 50));
    for (int round = 0; round < 10; ++round) {
        QVERIFY_RESULT(m_redis->consume(stream, "billing", "billing-1", 1));
        for (const QByteArray& id : pendingIds(10)) {
            redis({"XACK", stream, "billing", id});
            redis({"XDEL", stream, id});
        }
        std::ignore = shop.look();
        QVERIFY2(shop.found().isEmpty(), shop.text().constData());
    }
}

void TestFindingsStreams::aStreamThatGrowsWithoutEnd()
{
    QVERIFY_RESULT(m_redis->addEntries(stream, 100'000));
    redis({"XGROUP", "CREATE", stream, "billing", "$"});
    FindingWorld shop = world();
    VERIFY_FINDINGS(shop, {u"stream_grows:order.paid"_s});
    const QString command = shop.finding(u"stream_grows:order.paid"_s).remedy.text;
    QVERIFY2(command.startsWith(u"XTRIM order.paid MINID ~ "_s), qPrintable(command));
    redis(command.toUtf8().split(' '));
    VERIFY_FINDINGS(shop, {});
}

void TestFindingsStreams::aKeyOfAnotherType()
{
    redis({"RPUSH", stream, "x"});
    exec(u"INSERT INTO orders_outboxevent (topic, payload, created_at, published_at)"
         " VALUES ('order.paid', '{}', now(), now())"_s);
    FindingWorld shop = world();
    VERIFY_FINDINGS(shop, {u"topic_problem:order.paid"_s});
    redis({"DEL", stream});
    VERIFY_FINDINGS(shop, {});
}

void TestFindingsStreams::aGroupThatFallsBehind()
{
    deliver(1);
    acknowledgeAll();
    FindingWorld shop = world();
    const auto work = [&] {
        std::ignore = m_redis->addEntries(stream, 8);
        std::ignore = m_redis->consume(stream, "billing", "billing-1", 2);
        acknowledgeAll();
    };
    VERIFY_FINDINGS(shop, {u"lag_grows"_s + subject}, 100s, work);
    QVERIFY2(
        shop.finding(u"lag_grows"_s + subject).evidence.contains(u"entries/s"_s),
        shop.text().constData());
    std::ignore = m_redis->consume(stream, "billing", "billing-1", 100'000);
    acknowledgeAll();
    VERIFY_FINDINGS(shop, {});
}

QTEST_GUILESS_MAIN(TestFindingsStreams)
#include "tst_findings_streams.moc"
