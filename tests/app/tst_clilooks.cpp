// SPDX-License-Identifier: GPL-3.0-or-later
#include "support/commandtest.h"
#include "support/service.h"

#include <QTest>

using namespace outboard;
using namespace Qt::StringLiterals;

#define COMPARE_EXIT(result, code)                                                                 \
    do {                                                                                           \
        const auto& compared = (result);                                                           \
        QVERIFY2(compared.exitCode == (code), compared.text().constData());                        \
    } while (false)

/// trace and reconcile against the contract, on servers of their own.
class TestCliLooks : public CommandTest
{
    Q_OBJECT

private slots:
    void initTestCase();
    void init();
    void aTraceHasTheContractsFieldsInOrder();
    void aTraceFindsTheEntryAndTheRow();
    void whatNobodyKnowsIsFoundNowhere();
    void lostEventsAreNamedExactly();
    void trimmedHistoryIsUnknown();
    void pendingThoughProcessedIsNamed();
    void mistakesSayWhatToDo_data();
    void mistakesSayWhatToDo();

private:
    CommandResult run(const QString& line) const
    {
        return m_runner->run(line.split(u' ', Qt::SkipEmptyParts));
    }

    void publish(int first, int last) const;
};

void TestCliLooks::initTestCase()
{
    REQUIRE_SERVICE(startServers());
}

void TestCliLooks::init()
{
    QVERIFY_RESULT(beginAnew(QStringLiteral(OUTBOARD_PROGRAM)));
    QVERIFY_RESULT(m_postgres->addEvents(u"order.paid"_s, 20));
    QVERIFY_RESULT(m_postgres->exec(u"UPDATE orders_outboxevent SET published_at = now()"_s));
    m_runner->writeProfile(
        u"shop"_s,
        {{u"name"_s, u"shop"_s},
         {u"outbox"_s, QJsonObject{{u"dsn"_s, m_postgres->dsn()}}},
         {u"broker"_s, QJsonObject{{u"url"_s, m_redis->url()}}}});
}

/// Entries of these events.
void TestCliLooks::publish(int first, int last) const
{
    QList<RedisClient::Command> commands;
    for (int id = first; id <= last; ++id) {
        commands.append(
            {"XADD", "order.paid", "*", "data", "{}", "event_id", QByteArray::number(id)});
    }
    QVERIFY_RESULT(m_redis->pipeline(commands));
}

void TestCliLooks::aTraceHasTheContractsFieldsInOrder()
{
    publish(1, 20);
    QVERIFY_RESULT(m_redis->consume("order.paid", "billing", "worker-1", 7));
    QVERIFY_RESULT(m_postgres->exec(
        u"INSERT INTO billing_processedevent (event_id, created_at) VALUES ('7', now())"_s));
    const auto result = run(u"--profile shop trace 7 --json"_s);
    COMPARE_EXIT(result, 0);
    const QJsonObject trace = result.object();
    QCOMPARE(trace.value(u"event_id"_s), u"7"_s);
    QStringList what;
    for (const auto& step : trace.value(u"steps"_s).toArray()) {
        for (const QString& key : {u"at"_s, u"where"_s, u"what"_s, u"detail"_s})
            QVERIFY2(step.toObject().contains(key), qPrintable(key));
        what << step.toObject().value(u"what"_s).toString();
    }
    for (const QString& step :
         {u"committed"_s, u"relayed"_s, u"copied"_s, u"pending"_s, u"processed"_s})
        QVERIFY2(what.count(step) == 1, qPrintable(what.join(u' ')));
    QVERIFY(what.indexOf(u"committed"_s) < what.indexOf(u"relayed"_s));
}

void TestCliLooks::aTraceFindsTheEntryAndTheRow()
{
    publish(5, 5);
    const QByteArray entry = m_redis->values({"XRANGE", "order.paid", "-", "+"}).value(0);
    const auto result = run(u"--profile shop trace %1 --json"_s.arg(QString::fromLatin1(entry)));
    COMPARE_EXIT(result, 0);
    QCOMPARE(result.object().value(u"event_id"_s), u"5"_s);
}

void TestCliLooks::whatNobodyKnowsIsFoundNowhere()
{
    publish(1, 3);
    const auto result = run(u"--profile shop trace 4711 --json"_s);
    COMPARE_EXIT(result, 0);
    QVERIFY(result.object().value(u"event_id"_s).isNull());
    QVERIFY(result.object().value(u"steps"_s).toArray().isEmpty());
}

void TestCliLooks::lostEventsAreNamedExactly()
{
    publish(1, 9);
    publish(13, 20);
    // One of the four without an entry was processed.
    QVERIFY_RESULT(m_postgres->exec(
        u"INSERT INTO billing_processedevent (event_id, created_at) VALUES ('11', now())"_s));
    const auto result = run(u"--profile shop reconcile --json"_s);
    COMPARE_EXIT(result, 0);
    QStringList lost;
    for (const auto& item : result.object().value(u"lost"_s).toArray())
        lost << item.toObject().value(u"event_id"_s).toString();
    QCOMPARE(lost, (QStringList{u"10"_s, u"12"_s}));
    for (const QString& key :
         {u"unpublished_but_processed"_s, u"pending_but_processed"_s, u"entries_without_row"_s})
        QCOMPARE(result.object().value(key).toArray().size(), 0);
    QCOMPARE(result.object().value(u"unknown"_s), 0);
    QCOMPARE(result.object().value(u"checked"_s), 20);
}

void TestCliLooks::trimmedHistoryIsUnknown()
{
    publish(1, 20);
    m_redis->value({"XTRIM", "order.paid", "MAXLEN", "15"});
    const auto result = run(u"--profile shop reconcile --json"_s);
    COMPARE_EXIT(result, 0);
    QCOMPARE(result.object().value(u"lost"_s).toArray().size(), 0);
    QCOMPARE(result.object().value(u"unknown"_s), 5);
}

void TestCliLooks::pendingThoughProcessedIsNamed()
{
    publish(1, 20);
    QVERIFY_RESULT(m_redis->consume("order.paid", "billing", "worker-1", 3));
    QVERIFY_RESULT(m_postgres->exec(
        u"INSERT INTO billing_processedevent (event_id, created_at) VALUES ('2', now())"_s));
    m_redis->value({"XADD", "order.paid", "*", "data", "{}", "event_id", "9000"});
    const auto result = run(u"--profile shop reconcile --json"_s);
    COMPARE_EXIT(result, 0);
    const QJsonArray pending = result.object().value(u"pending_but_processed"_s).toArray();
    QCOMPARE(pending.size(), 1);
    QCOMPARE(pending.first().toObject().value(u"event_id"_s), u"2"_s);
    QCOMPARE(pending.first().toObject().value(u"group"_s), u"billing"_s);
    const QJsonArray strangers = result.object().value(u"entries_without_row"_s).toArray();
    QCOMPARE(strangers.size(), 1);
    QCOMPARE(strangers.first().toObject().value(u"event_id"_s), u"9000"_s);
}

void TestCliLooks::mistakesSayWhatToDo_data()
{
    QTest::addColumn<QString>("line");
    QTest::addColumn<QByteArray>("words");
    QTest::newRow("nothing to trace") << u"--profile shop trace"_s << "Name one"_ba;
    QTest::newRow("a time that is none")
        << u"--profile shop reconcile --since yesterdayish"_s << "--since"_ba;
    QTest::newRow("turned round") << u"--profile shop reconcile --since 1h --until 2h"_s
                                  << "--since must be before"_ba;
}

void TestCliLooks::mistakesSayWhatToDo()
{
    QFETCH(const QString, line);
    QFETCH(const QByteArray, words);
    const auto result = run(line);
    QVERIFY(result.exitCode > 0);
    QVERIFY2(result.err.contains(words), result.text().constData());
}

QTEST_GUILESS_MAIN(TestCliLooks)
#include "tst_clilooks.moc"
