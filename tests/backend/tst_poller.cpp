// SPDX-License-Identifier: GPL-3.0-or-later
#include "services/poller.h"
#include "support/fakebackends.h"
#include "support/printers.h"

#include <QSignalSpy>
#include <QTest>

using namespace outboard;
using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

class TestPoller : public QObject
{
    Q_OBJECT

private slots:
    void init();
    void aRoundShowsAllSources();
    void roundFollowsRound();
    void nothingPilesUpBehindASlowSource();
    void aDeadSourceIsAnErrorInsideTheSnapshot();
    void aDeadSourceIsAskedLessAndLess();
    void aDeadSourceRecovers();
    void pollNowAsksAlsoThoseThatBackOff();
    void aRoundInWhichAllBackOffIsFinishedToo();
    void aMissingTableIsAskedEveryRound();
    void aSleepingClockDoesNotKeepASourceAway();
    void roundsWaitUntilEverybodyResumed();
    void theIntervalCanChangeAndStop();
    void theBrokerIsAskedForTheOutboxTopics();
    void findingsRememberTheFirstRound();
    void destroyingAPollerInTheMiddleOfARoundIsQuick();

private:
    std::unique_ptr<Poller> makePoller();
    SnapshotPtr round(Poller& poller);

    std::shared_ptr<FakeBackends> m_servers;
    TimePoint m_now;
};

void TestPoller::init()
{
    m_servers = std::make_shared<FakeBackends>();
    m_servers->fillShop();
    m_now = TimePoint(std::chrono::hours(480'000));
}

std::unique_ptr<Poller> TestPoller::makePoller()
{
    return std::make_unique<Poller>(m_servers, [this] { return m_now; });
}

SnapshotPtr TestPoller::round(Poller& poller)
{
    QSignalSpy polled(&poller, &Poller::polled);
    poller.pollNow();
    return polled.wait() ? poller.latest() : nullptr;
}

void TestPoller::aRoundShowsAllSources()
{
    const auto poller = makePoller();
    QVERIFY(!poller->latest());
    const SnapshotPtr snapshot = round(*poller);
    QVERIFY(snapshot);
    QCOMPARE(snapshot->round, quint64(1));
    QCOMPARE(snapshot->startedAt, m_now);
    QVERIFY_RESULT(snapshot->outbox);
    QCOMPARE(snapshot->outbox->unpublished, Count::exact(12));
    QVERIFY_RESULT(snapshot->broker);
    QCOMPARE(snapshot->broker->topics.size(), 1);
    QCOMPARE(snapshot->sources.size(), 3);
    QCOMPARE(snapshot->sources[0].name, u"outbox"_s);
    QCOMPARE(snapshot->sources[1].name, u"broker"_s);
    QCOMPARE(snapshot->sources[2].name, u"ledger billing_processedevent"_s);
    for (const SourceHealth& source : snapshot->sources) {
        QVERIFY(source.isOk);
        QVERIFY(source.roundTrip);
        QVERIFY(!source.error);
    }
    QCOMPARE(poller->history().latest(Series::Backlog), std::optional(12.0));
}

void TestPoller::roundFollowsRound()
{
    const auto poller = makePoller();
    QSignalSpy polled(poller.get(), &Poller::polled);
    poller->setInterval(5ms);
    QTRY_VERIFY(polled.size() >= 5);
    for (qsizetype i = 0; i < polled.size(); ++i)
        QCOMPARE(polled[i][0].value<SnapshotPtr>()->round, quint64(i + 1));
}

void TestPoller::nothingPilesUpBehindASlowSource()
{
    const auto poller = makePoller();
    QVERIFY(round(*poller));
    m_servers->broker().hold();
    const qint64 asked = m_servers->broker().calls();
    QSignalSpy polled(poller.get(), &Poller::polled);
    poller->setInterval(1ms);
    QTRY_COMPARE(m_servers->broker().waiting(), 1);
    const qint64 outboxAsked = m_servers->outbox().calls();
    for (int i = 0; i < 20; ++i)
        poller->pollNow();
    // The other sources are not asked again either: their numbers would not fit together.
    QTest::qWait(50);
    QCOMPARE(m_servers->broker().calls(), asked + 1);
    QVERIFY(m_servers->outbox().calls() <= outboxAsked + 2);
    QCOMPARE(polled.size(), 0);
    m_servers->broker().release();
    QTRY_VERIFY(polled.size() >= 2);
    QVERIFY_RESULT(poller->latest()->broker);
}

void TestPoller::aDeadSourceIsAnErrorInsideTheSnapshot()
{
    const auto poller = makePoller();
    QVERIFY(round(*poller));
    m_servers->broker().setUnreachable(true);
    m_now += 2s;
    const TimePoint failedAt = m_now;
    SnapshotPtr snapshot = round(*poller);
    QVERIFY(snapshot);
    QVERIFY_ERROR(snapshot->broker, Error::Kind::Unreachable);
    QVERIFY_RESULT(snapshot->outbox);
    const SourceHealth broker = snapshot->sources[1];
    QVERIFY(!broker.isOk);
    QCOMPARE(broker.error->kind, Error::Kind::Unreachable);
    QVERIFY(!broker.roundTrip);
    QCOMPARE(broker.failingSince, std::optional(failedAt));
    QVERIFY(snapshot->sources[0].isOk);
    QVERIFY(!poller->history().latest(Series::Pending));
    m_now += 5s;
    snapshot = round(*poller);
    QCOMPARE(snapshot->sources[1].failingSince, std::optional(failedAt));
}

void TestPoller::aDeadSourceIsAskedLessAndLess()
{
    const auto poller = makePoller();
    m_servers->outbox().setUnreachable(true);
    QSignalSpy polled(poller.get(), &Poller::polled);
    std::vector<qint64> waits;
    poller->setInterval(1ms);
    for (int i = 0; i < 7; ++i) {
        QTRY_VERIFY(poller->latest() && poller->latest()->sources[0].nextTry > m_now);
        const TimePoint nextTry = *poller->latest()->sources[0].nextTry;
        waits.push_back(std::chrono::floor<std::chrono::seconds>(nextTry - m_now).count());
        // Rounds go on, but the dead source is left alone.
        const qint64 calls = m_servers->outbox().calls();
        const qsizetype rounds = polled.size();
        QTRY_VERIFY(polled.size() >= rounds + 3);
        QCOMPARE(m_servers->outbox().calls(), calls);
        QVERIFY_RESULT(poller->latest()->broker);
        m_now = nextTry;
    }
    QCOMPARE(waits, (std::vector<qint64>{1, 2, 4, 8, 16, 30, 30}));
}

void TestPoller::aDeadSourceRecovers()
{
    const auto poller = makePoller();
    m_servers->ledger().setUnreachable(true);
    QVERIFY(round(*poller));
    QVERIFY(!poller->latest()->sources[2].isOk);
    m_servers->ledger().setUnreachable(false);
    poller->setInterval(1ms);
    m_now += 2s;
    QTRY_VERIFY(poller->latest()->sources[2].isOk);
    const SourceHealth& ledger = poller->latest()->sources[2];
    QVERIFY(!ledger.error && !ledger.failingSince && !ledger.nextTry);
    QVERIFY(ledger.roundTrip);
}

void TestPoller::pollNowAsksAlsoThoseThatBackOff()
{
    const auto poller = makePoller();
    m_servers->outbox().setUnreachable(true);
    for (int i = 0; i < 5; ++i)
        QVERIFY(round(*poller));
    m_servers->outbox().setUnreachable(false);
    const SnapshotPtr snapshot = round(*poller); // the clock stands still
    QVERIFY_RESULT(snapshot->outbox);
}

void TestPoller::aRoundInWhichAllBackOffIsFinishedToo()
{
    const auto poller = makePoller();
    m_servers->outbox().setUnreachable(true);
    m_servers->broker().setUnreachable(true);
    m_servers->ledger().setUnreachable(true);
    QVERIFY(round(*poller));
    QSignalSpy polled(poller.get(), &Poller::polled);
    poller->setInterval(1ms);
    QTRY_VERIFY(polled.size() >= 3);
    QVERIFY_ERROR(poller->latest()->outbox, Error::Kind::Unreachable);
}

void TestPoller::aMissingTableIsAskedEveryRound()
{
    const auto poller = makePoller();
    m_servers->outboxTable().setFailure(Error{Error::Kind::Missing, u"No table."_s, {}});
    QVERIFY(round(*poller));
    QVERIFY(!poller->latest()->sources[0].nextTry);
    QVERIFY_ERROR(poller->latest()->outbox, Error::Kind::Missing);
    m_servers->outboxTable().setFailure(std::nullopt);
    poller->setInterval(1ms);
    QTRY_VERIFY(poller->latest()->outbox.has_value());
}

void TestPoller::aSleepingClockDoesNotKeepASourceAway()
{
    const auto poller = makePoller();
    m_servers->broker().setUnreachable(true);
    QVERIFY(round(*poller));
    m_servers->broker().setUnreachable(false);
    m_now -= 1h;
    poller->setInterval(1ms);
    QTRY_VERIFY(poller->latest()->broker.has_value());
}

void TestPoller::roundsWaitUntilEverybodyResumed()
{
    const auto poller = makePoller();
    QSignalSpy polled(poller.get(), &Poller::polled);
    poller->pause();
    poller->pause();
    poller->setInterval(1ms);
    poller->pollNow();
    poller->resume();
    QVERIFY(poller->isPaused());
    const qint64 calls = m_servers->outbox().calls();
    QTest::qWait(30);
    QCOMPARE(polled.size(), 0);
    QCOMPARE(m_servers->outbox().calls(), calls);
    poller->resume();
    QVERIFY(!poller->isPaused());
    QTRY_VERIFY(polled.size() >= 3);
}

void TestPoller::theIntervalCanChangeAndStop()
{
    const auto poller = makePoller();
    QSignalSpy changed(poller.get(), &Poller::intervalChanged);
    QSignalSpy polled(poller.get(), &Poller::polled);
    QVERIFY(!poller->interval());
    poller->setInterval(1h);
    QTRY_COMPARE(polled.size(), 1); // the first round does not wait an hour
    poller->setInterval(1ms);
    QTRY_VERIFY(polled.size() >= 3);
    poller->setInterval(std::nullopt);
    poller->setInterval(std::nullopt);
    QCOMPARE(changed.size(), 3);
    QTRY_COMPARE(m_servers->outbox().waiting(), 0);
    QCoreApplication::processEvents();
    QTest::qWait(20);
    const qsizetype rounds = polled.size();
    QTest::qWait(30);
    QCOMPARE(polled.size(), rounds);
}

void TestPoller::theBrokerIsAskedForTheOutboxTopics()
{
    Profile profile = FakeBackends::shopProfile();
    // One stream for all topics: discovery cannot recognise it by its name.
    profile.broker.stream = u"events"_s;
    m_servers = std::make_shared<FakeBackends>(profile);
    m_servers->outboxTable().insert(1, "order.paid");
    m_servers->streams().add("events", "1", "{}");
    m_servers->streams().add("other", "2", "{}");
    const auto poller = makePoller();
    QVERIFY(round(*poller));
    QVERIFY_RESULT(poller->latest()->broker);
    QCOMPARE(poller->latest()->broker->topics.size(), 0);
    const SnapshotPtr snapshot = round(*poller);
    QVERIFY_RESULT(snapshot->broker);
    QCOMPARE(snapshot->broker->topics.size(), 1);
    QCOMPARE(snapshot->broker->topics.first().name, BrokerTopic("events"));
}

void TestPoller::findingsRememberTheFirstRound()
{
    const auto poller = makePoller();
    const auto stuck = [&]() -> std::optional<Finding> {
        for (const Finding& finding : poller->latest()->findings) {
            if (finding.id == u"consumer_stuck:order.paid:billing"_s)
                return finding;
        }
        return std::nullopt;
    };
    const TimePoint first = m_now;
    QVERIFY(round(*poller));
    QVERIFY(stuck());
    QCOMPARE(stuck()->since, std::optional(first));
    m_now += 10s;
    QVERIFY(round(*poller));
    QCOMPARE(stuck()->since, std::optional(first));

    // Once it was mended, the next time is a new one.
    const BrokerTopic stream("order.paid");
    const GroupName billing("billing");
    for (const Message& message : m_servers->streams().entries(stream))
        m_servers->streams().acknowledge(stream, billing, message.id);
    QVERIFY(round(*poller));
    QVERIFY(!stuck());
    m_servers->streams().deliver(stream, billing, ConsumerName("billing-1"), 3);
    m_servers->streams().advance(2min);
    m_now += 10s;
    QVERIFY(round(*poller));
    QVERIFY(stuck());
    QCOMPARE(stuck()->since, std::optional(m_now));
}

void TestPoller::destroyingAPollerInTheMiddleOfARoundIsQuick()
{
    auto poller = makePoller();
    QSignalSpy polled(poller.get(), &Poller::polled);
    m_servers->outbox().hold();
    m_servers->broker().hold();
    m_servers->ledger().hold();
    poller->pollNow();
    QTRY_COMPARE(m_servers->ledger().waiting(), 1);
    QTRY_COMPARE(m_servers->broker().waiting(), 1);
    QTRY_COMPARE(m_servers->outbox().waiting(), 1);
    poller.reset();
    QCOMPARE(m_servers->ledger().waiting(), 0);
    QCoreApplication::processEvents();
    QCOMPARE(polled.size(), 0);
}

QTEST_GUILESS_MAIN(TestPoller)
#include "tst_poller.moc"
