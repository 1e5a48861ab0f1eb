// SPDX-License-Identifier: GPL-3.0-or-later
#include "e2e/replayshop.h"
#include "support/service.h"

#include <QTest>

#include <array>

using namespace outboard;
using namespace Qt::StringLiterals;

namespace {

/// Other Outboards, each with a store of its own, as on two desktops.
struct Operator
{
    CommandRunner runner{QStringLiteral(OUTBOARD_PROGRAM)};
    Companion process;

    QJsonObject report() { return QJsonDocument::fromJson(process.finish()).object(); }
};

bool isOf(const QByteArray& id, int way)
{
    return id.toInt() % 6 == way;
}

} // namespace

/// Replays through real handlers that do not behave, and several at the same time.
class TestReplayHandlers : public QObject
{
    Q_OBJECT

private slots:
    void initTestCase();
    void twoOutboardsAndAConsumerApplyEachEventOnce_data();
    void twoOutboardsAndAConsumerApplyEachEventOnce();
    void whateverAServerDoesTheRunGoesOnAndSaysWhat();
    void whateverACommandDoesTheRunGoesOnAndSaysWhat();

private:
    QString plan(const CommandRunner& runner, const QString& handler) const;
    static QStringList replay(const QString& plan, const QStringList& pace);

    std::unique_ptr<ReplayShop> m_shop;
};

void TestReplayHandlers::initTestCase()
{
    auto shop = ReplayShop::open();
    REQUIRE_SERVICE(shop);
    m_shop = std::move(*shop);
}

QString TestReplayHandlers::plan(const CommandRunner& runner, const QString& handler) const
{
    m_shop->equip(runner);
    const QString file = runner.scratch(u"plan.json"_s);
    const auto planned = runner.run(
        {u"--profile"_s,
         u"shop"_s,
         u"plan"_s,
         u"--from"_s,
         u"outbox"_s,
         u"--handler"_s,
         handler,
         u"--group"_s,
         u"billing"_s,
         u"--out"_s,
         file});
    if (planned.exitCode != 0)
        qFatal("%s", planned.text().constData());
    return file;
}

QStringList TestReplayHandlers::replay(const QString& plan, const QStringList& pace)
{
    return QStringList{u"--profile"_s, u"shop"_s, u"replay"_s, plan, u"--yes"_s, u"--json"_s}
           + pace;
}

void TestReplayHandlers::twoOutboardsAndAConsumerApplyEachEventOnce_data()
{
    QTest::addColumn<QString>("handler");
    QTest::addColumn<QStringList>("pace");
    QStringList steps;
    for (int i = 0; i < 200; ++i)
        steps << u"7"_s;
    QTest::newRow("SQL function") << u"sql"_s << QStringList{u"--canary"_s, steps.join(u',')};
    QTest::newRow("HTTP") << u"http"_s
                          << QStringList{u"--canary"_s, u"0"_s, u"--concurrency"_s, u"2"_s};
    QTest::newRow("command") << u"command"_s
                             << QStringList{u"--canary"_s, u"0"_s, u"--concurrency"_s, u"2"_s};
}

void TestReplayHandlers::twoOutboardsAndAConsumerApplyEachEventOnce()
{
    QFETCH(QString, handler);
    QFETCH(QStringList, pace);
    constexpr qint64 events = 1'000;
    QVERIFY_RESULT(m_shop->begin(events));
    std::array<Operator, 2> operators;
    QStringList plans;
    for (Operator& each : operators)
        plans << plan(each.runner, handler);
    for (std::size_t i = 0; i < operators.size(); ++i) {
        Operator& each = operators[i];
        const QStringList arguments = replay(plans[qsizetype(i)], pace);
        QCOMPARE(
            each.process.start(each.runner.program(), arguments, each.runner.environment()), "");
    }
    // The consumer joins when both are at work; its relay has sent the same events meanwhile.
    QTRY_VERIFY_WITH_TIMEOUT(m_shop->ledgerRows() > 20, 60'000);
    CommandRunner relay(QStringLiteral(OUTBOARD_PROGRAM));
    m_shop->equip(relay);
    Companion consumer;
    QCOMPARE(m_shop->startConsumer(consumer), "");
    const auto relayed = relay.run({u"--profile"_s, u"shop"_s, u"relay"_s, u"--yes"_s});
    QVERIFY2(relayed.exitCode == 0, relayed.text().constData());

    qint64 applied = 0;
    for (Operator& each : operators) {
        const QJsonObject report = each.report();
        QCOMPARE(report[u"failed"], QJsonArray());
        QCOMPARE(report[u"in_doubt"], QJsonArray());
        QCOMPARE(report[u"applied"].toInteger() + report[u"skipped"].toInteger(), events);
        applied += report[u"applied"].toInteger();
    }
    QVERIFY(applied > 0);
    QCOMPARE(m_shop->ledgerRows(), events);
    // The consumer's handler counts in the table, and so does the SQL function; HTTP and the
    // command count in their file.
    const qint64 counted = m_shop->number(u"SELECT count(*) FROM billing_counter"_s);
    QCOMPARE(m_shop->number(u"SELECT max(times) FROM billing_counter"_s), 1);
    if (handler == u"sql"_s) {
        QCOMPARE(counted, events);
        return;
    }
    const auto calls = m_shop->callsOf(handler);
    QCOMPARE(calls.size(), applied);
    QCOMPARE(counted + applied, events);
    for (auto call = calls.cbegin(); call != calls.cend(); ++call)
        QVERIFY2(call.value() == 1, call.key().constData());
}

void TestReplayHandlers::whateverAServerDoesTheRunGoesOnAndSaysWhat()
{
    QVERIFY_RESULT(m_shop->begin(24));
    CommandRunner runner(QStringLiteral(OUTBOARD_PROGRAM));
    const QString file = plan(runner, u"odd-http"_s);
    const auto done = runner.run(replay(file, {u"--canary"_s, u"0"_s, u"--concurrency"_s, u"4"_s}));
    QVERIFY2(done.exitCode == 1, done.text().constData());
    const QJsonObject report = done.object();
    // Fine, and busy at first.
    QCOMPARE(report[u"applied"].toInteger(), 8);
    QCOMPARE(m_shop->ledgerRows(), 8);
    const auto failed = errorsOf(report, u"failed"_s);
    QCOMPARE(failed.size(), 4);
    for (auto error = failed.cbegin(); error != failed.cend(); ++error) {
        QVERIFY(isOf(error.key(), 1));
        QVERIFY2(error->contains(u"answered 500: \"no such account\\x1b[2J\""), qPrintable(*error));
    }
    const auto inDoubt = errorsOf(report, u"in_doubt"_s);
    QCOMPARE(inDoubt.size(), 12);
    for (auto error = inDoubt.cbegin(); error != inDoubt.cend(); ++error) {
        const QString said = isOf(error.key(), 2)   ? u"not HTTP"_s
                             : isOf(error.key(), 3) ? u"hung up"_s
                                                    : u"did not answer within 2s"_s;
        QVERIFY2(error->contains(said), qPrintable(*error));
    }
    // Only where the server itself said that it did not do it was it asked again.
    const auto calls = m_shop->callsOf(u"http"_s);
    for (auto call = calls.cbegin(); call != calls.cend(); ++call)
        QCOMPARE(call.value(), isOf(call.key(), 1) || isOf(call.key(), 5) ? 2 : 1);
}

void TestReplayHandlers::whateverACommandDoesTheRunGoesOnAndSaysWhat()
{
    QVERIFY_RESULT(m_shop->begin(12));
    CommandRunner runner(QStringLiteral(OUTBOARD_PROGRAM));
    const QString file = plan(runner, u"odd-command"_s);
    const auto done = runner.run(replay(file, {u"--canary"_s, u"0"_s, u"--concurrency"_s, u"4"_s}));
    QVERIFY2(done.exitCode == 1, done.text().constData());
    const QJsonObject report = done.object();
    // Fine, talkative, and deaf to what is not its business.
    QCOMPARE(report[u"applied"].toInteger(), 6);
    QCOMPARE(m_shop->ledgerRows(), 6);
    const auto failed = errorsOf(report, u"failed"_s);
    QCOMPARE(failed.size(), 2);
    for (auto error = failed.cbegin(); error != failed.cend(); ++error) {
        QVERIFY(isOf(error.key(), 1));
        QVERIFY2(error->contains(u"exit status 3. \"no such account\""), qPrintable(*error));
    }
    const auto inDoubt = errorsOf(report, u"in_doubt"_s);
    QCOMPARE(inDoubt.size(), 4);
    for (auto error = inDoubt.cbegin(); error != inDoubt.cend(); ++error) {
        const QString said =
            isOf(error.key(), 2) ? u"SIGSEGV"_s : u"did not end within 3s and was killed"_s;
        QVERIFY2(error->contains(said), qPrintable(*error));
    }
    for (const int times : m_shop->callsOf(u"command"_s))
        QCOMPARE(times, 1);
}

QTEST_GUILESS_MAIN(TestReplayHandlers)
#include "tst_replayhandlers.moc"
