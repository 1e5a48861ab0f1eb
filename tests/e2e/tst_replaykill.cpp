// SPDX-License-Identifier: GPL-3.0-or-later
#include "e2e/replayshop.h"
#include "store/runstore.h"
#include "support/service.h"

#include <QDirIterator>
#include <QRandomGenerator>
#include <QTest>

#include <thread>

using namespace outboard;
using namespace Qt::StringLiterals;

namespace {

constexpr int kills = 30;
constexpr qint64 events = 5'000;

} // namespace

/// A run of five thousand events, killed over and over at random points, with each kind of handler.
class TestReplayKill : public QObject
{
    Q_OBJECT

private slots:
    void initTestCase();
    void aRunThatIsKilledAgainAndAgainAppliesEachEvent_data();
    void aRunThatIsKilledAgainAndAgainAppliesEachEvent();

private:
    QStringList resumed(const QString& run) const;
    QString runId() const;
    /// Starts or resumes it, and kills it after a random number of further events. True when it
    /// was really killed.
    bool killInTheMiddle(const QStringList& arguments, qint64 further);
    /// To its end: its document.
    QJsonObject finish(const QStringList& arguments);
    void checkExactlyOnce();
    void checkCalls(const QString& handler, const QSet<QByteArray>& inDoubt, int atMostInDoubt);

    std::unique_ptr<ReplayShop> m_shop;
    std::unique_ptr<CommandRunner> m_runner;
    QRandomGenerator m_random;
};

void TestReplayKill::initTestCase()
{
    auto shop = ReplayShop::open();
    REQUIRE_SERVICE(shop);
    m_shop = std::move(*shop);
    const auto given = quint32(qEnvironmentVariableIntValue("OUTBOARD_TEST_SEED"));
    const quint32 seed = given == 0 ? 20'260'301 : given;
    m_random.seed(seed);
    qInfo("OUTBOARD_TEST_SEED=%u", seed);
}

QString TestReplayKill::runId() const
{
    QDirIterator files(
        m_runner->scratch(u"data"_s),
        {u"outboard.sqlite"_s},
        QDir::Files,
        QDirIterator::Subdirectories);
    if (!files.hasNext())
        return {};
    const auto store = RunStore::open(files.next());
    const auto runs =
        store ? (*store)->list(u"shop"_s, 10) : Result<QList<RunSummary>>(store.error());
    return runs && runs->size() == 1 ? runs->first().runId : QString();
}

QStringList TestReplayKill::resumed(const QString& run) const
{
    return {u"--profile"_s, u"shop"_s, u"replay"_s, u"--resume"_s, run, u"--yes"_s, u"--json"_s};
}

bool TestReplayKill::killInTheMiddle(const QStringList& arguments, qint64 further)
{
    const qint64 target = m_shop->ledgerRows() + further;
    Companion outboard;
    if (!outboard.start(m_runner->program(), arguments, m_runner->environment()).isEmpty())
        return false;
    while (m_shop->ledgerRows() < target && outboard.isRunning())
        std::this_thread::sleep_for(std::chrono::milliseconds(1));
    // Anywhere between two commits as well.
    std::this_thread::sleep_for(std::chrono::microseconds(m_random.bounded(5'000)));
    return outboard.die();
}

QJsonObject TestReplayKill::finish(const QStringList& arguments)
{
    Companion outboard;
    outboard.start(m_runner->program(), arguments, m_runner->environment());
    return QJsonDocument::fromJson(outboard.finish()).object();
}

void TestReplayKill::checkExactlyOnce()
{
    QCOMPARE(m_shop->number(u"SELECT count(*) FROM billing_counter"_s), events);
    QCOMPARE(m_shop->number(u"SELECT max(times) FROM billing_counter"_s), 1);
}

void TestReplayKill::checkCalls(
    const QString& handler, const QSet<QByteArray>& inDoubt, int atMostInDoubt)
{
    const auto calls = m_shop->callsOf(handler);
    for (qint64 id = 1; id <= events; ++id) {
        const QByteArray event = QByteArray::number(id);
        const int times = calls.value(event);
        const bool isFine = inDoubt.contains(event) ? times <= atMostInDoubt : times == 1;
        const QByteArray told = event + " was applied " + QByteArray::number(times) + " times";
        QVERIFY2(isFine, told.constData());
    }
}

void TestReplayKill::aRunThatIsKilledAgainAndAgainAppliesEachEvent_data()
{
    QTest::addColumn<QString>("handler");
    QTest::addColumn<QStringList>("pace");
    // Batches would be too few to die between: the ladder makes them small.
    QStringList steps;
    for (int i = 0; i < 250; ++i)
        steps << QString::number(10 + i % 20);
    QTest::newRow("SQL function") << u"sql"_s << QStringList{u"--canary"_s, steps.join(u',')};
    // Few at a time, so that a kill leaves few in doubt; more would not be faster on two cores.
    const QStringList few{u"--canary"_s, u"0"_s, u"--concurrency"_s, u"3"_s};
    QTest::newRow("HTTP") << u"http"_s << few;
    QTest::newRow("command") << u"command"_s << few;
    // Sending outruns the consumer, whose ledger tells when to kill.
    QTest::newRow("republish") << u"republish"_s << few + QStringList{u"--rate"_s, u"200"_s};
}

void TestReplayKill::aRunThatIsKilledAgainAndAgainAppliesEachEvent()
{
    QFETCH(QString, handler);
    QFETCH(QStringList, pace);
    QVERIFY_RESULT(m_shop->begin(events));
    m_runner = std::make_unique<CommandRunner>(QStringLiteral(OUTBOARD_PROGRAM));
    m_shop->equip(*m_runner);
    Companion consumer;
    if (handler == u"republish"_s)
        QCOMPARE(m_shop->startConsumer(consumer), "");
    const QString plan = m_runner->scratch(u"plan.json"_s);
    const auto planned = m_runner->run(
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
         plan});
    QVERIFY2(planned.exitCode == 0, planned.text().left(2'000).constData());

    QStringList arguments{u"--profile"_s, u"shop"_s, u"replay"_s, plan, u"--yes"_s, u"--json"_s};
    arguments += pace;
    int killed = 0;
    while (killed < kills) {
        const bool wasKilled =
            killInTheMiddle(arguments, m_random.bounded(1, 2 * int(events) / (kills + 4)));
        QVERIFY2(wasKilled, "the run ended before it was killed often enough");
        ++killed;
        const QString run = runId();
        QVERIFY(!run.isEmpty());
        arguments = resumed(run);
    }

    const QJsonObject careful = finish(arguments);
    const auto doubts = errorsOf(careful, u"in_doubt"_s);
    const QSet<QByteArray> inDoubt(doubts.keyBegin(), doubts.keyEnd());
    qInfo("%d kills, %lld in doubt", killed, qint64(inDoubt.size()));
    QCOMPARE(careful[u"failed"], QJsonArray());
    // Nothing but what a kill interrupted can be in doubt.
    QVERIFY(inDoubt.size() <= 3 * kills);
    // The consumer may have been a little behind when the ledger was asked about the doubts.
    if (handler == u"republish"_s)
        QVERIFY(m_shop->ledgerRows() >= events - inDoubt.size());
    else
        QCOMPARE(m_shop->ledgerRows(), events - inDoubt.size());
    if (handler == u"sql"_s) {
        QVERIFY(inDoubt.isEmpty());
        return checkExactlyOnce();
    }
    if (handler == u"republish"_s) {
        QCOMPARE(m_shop->number(u"SELECT max(times) FROM billing_counter"_s), 1);
    } else {
        QVERIFY(!inDoubt.isEmpty());
        checkCalls(handler, inDoubt, 1);
    }

    // Now with a yes.
    const QJsonObject bold = finish(arguments + QStringList{u"--include-unknown"_s});
    QCOMPARE(bold[u"in_doubt"], QJsonArray());
    QCOMPARE(bold[u"failed"], QJsonArray());
    QCOMPARE(m_shop->ledgerRows(), events);
    if (handler == u"republish"_s)
        return checkExactlyOnce();
    checkCalls(handler, inDoubt, 2);
    const auto calls = m_shop->callsOf(handler);
    QCOMPARE(calls.size(), events);
}

QTEST_GUILESS_MAIN(TestReplayKill)
#include "tst_replaykill.moc"
