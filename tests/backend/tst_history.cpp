// SPDX-License-Identifier: GPL-3.0-or-later
#include "services/history.h"
#include "services/rates.h"
#include "support/builders.h"

#include <QTest>

#include <algorithm>

using namespace outboard;
using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

namespace {

constexpr TimePoint start{std::chrono::hours(480'000)};

using Rate = std::optional<double>;

OutboxTopicState topic(Count created, Count published)
{
    OutboxTopicState state;
    state.createdLastMinute = created;
    state.publishedLastMinute = published;
    return state;
}

OutboxState outbox(Microseconds at, std::optional<qint64> highestId, Count unpublished)
{
    OutboxState state;
    state.at = start + at;
    state.highestId = highestId;
    state.unpublished = unpublished;
    return state;
}

bool isAscending(const QList<Sample>& samples)
{
    return std::ranges::is_sorted(samples, {}, &Sample::at);
}

} // namespace

class TestHistory : public QObject
{
    Q_OBJECT

private slots:
    void ratesComeFromExactNumbersOnly_data();
    void ratesComeFromExactNumbersOnly();
    void theLastMinuteStandsInForIds();
    void curvesShowEachRound();
    void unknownIsAGapAndNeverZero();
    void aDeadSourceLeavesGaps();
    void sumsOverGroupsAreUnknownWhenOneIs();
    void groupsHaveCurvesOfTheirOwn();
    void aGroupThatVanishedLeavesAGap();
    void groupsAreForgottenAfterADay();
    void aDayOfRoundsStaysSmall();
    void agedSamplesAreMeans();
    void gapsSurviveAging();
    void aClockSetBackKeepsCurvesSorted();
    void deadCountsRowsAndPoison();
    void drainTime_data();
    void drainTime();
};

void TestHistory::ratesComeFromExactNumbersOnly_data()
{
    QTest::addColumn<OutboxState>("before");
    QTest::addColumn<OutboxState>("now");
    QTest::addColumn<Rate>("created");
    QTest::addColumn<Rate>("published");

    const auto exact = Count::exact;
    const auto before = outbox(0s, 1'000, exact(50));
    QTest::newRow("both from exact numbers")
        << before << outbox(2s, 1'100, exact(90)) << Rate(50.0) << Rate(30.0);
    QTest::newRow("a standing table has rate zero")
        << before << outbox(2s, 1'000, exact(50)) << Rate(0.0) << Rate(0.0);
    QTest::newRow("a capped count gives no outflow")
        << before << outbox(2s, 1'100, Count::atLeast(10'000)) << Rate(50.0) << Rate();
    QTest::newRow("an estimate gives no outflow")
        << before << outbox(2s, 1'100, Count::estimated(90)) << Rate(50.0) << Rate();
    QTest::newRow("rows that committed late give no negative outflow")
        << before << outbox(2s, 1'010, exact(90)) << Rate(5.0) << Rate();
    QTest::newRow("a table that was emptied gives nothing")
        << before << outbox(2s, 10, exact(0)) << Rate() << Rate();
    QTest::newRow("ids that are no numbers give nothing")
        << before << outbox(2s, std::nullopt, exact(90)) << Rate() << Rate();
    QTest::newRow("the same moment gives nothing")
        << before << outbox(0s, 1'100, exact(90)) << Rate() << Rate();
    QTest::newRow("a database clock that went back gives nothing")
        << before << outbox(-5s, 1'100, exact(90)) << Rate() << Rate();
    QTest::newRow("an outage in between gives nothing")
        << before << outbox(61s, 1'100, exact(90)) << Rate() << Rate();
}

void TestHistory::ratesComeFromExactNumbersOnly()
{
    QFETCH(OutboxState, before);
    QFETCH(OutboxState, now);
    before.topicsNote = now.topicsNote = u"topics are not complete"_s;
    const OutboxRates rates = ratesOf(before, now);
    QTEST(rates.created, "created");
    QTEST(rates.published, "published");
}

void TestHistory::theLastMinuteStandsInForIds()
{
    OutboxState now = outbox(2s, std::nullopt, Count::atLeast(10'000));
    now.topics = {
        topic(Count::exact(60), Count::exact(6)), topic(Count::exact(60), Count::exact(0))};
    QCOMPARE(ratesOf({}, now), (OutboxRates{2.0, 0.1}));

    now.topics[1].createdLastMinute = Count::atLeast(60);
    QCOMPARE(ratesOf({}, now), (OutboxRates{std::nullopt, 0.1}));

    now.topicsNote = u"only the newest 10 000 rows"_s;
    QCOMPARE(ratesOf({}, now), OutboxRates());
}

void TestHistory::curvesShowEachRound()
{
    History history;
    QVERIFY(history.samples(Series::Backlog, start).isEmpty());
    QVERIFY(!history.secondsToDrain());
    for (int i = 0; i < 5; ++i) {
        SnapshotBuilder round(start + i * 2s);
        round.backlog(100 - 10 * i, Milliseconds(5'000)).highestId(1'000 + 20 * i);
        history.add(round.snapshot());
    }
    const auto samples = history.samples(Series::Backlog, start + 4s);
    QCOMPARE(samples.size(), 3);
    QCOMPARE(samples.first(), (Sample{start + 4s, 80.0}));
    QCOMPARE(history.latest(Series::Backlog), Rate(60.0));
    QCOMPARE(history.latest(Series::OldestAge), Rate(5.0));
    QCOMPARE(history.latest(Series::CreatedRate), Rate(10.0));
    QCOMPARE(history.latest(Series::PublishedRate), Rate(15.0));
    QCOMPARE(history.latest(Series::Pending), Rate(0.0));
    QCOMPARE(history.latest(Series::Lag), Rate(0.0));
    QCOMPARE(history.latest(Series::OldestIdle), Rate(0.0));
}

void TestHistory::unknownIsAGapAndNeverZero()
{
    History history;
    SnapshotBuilder round(start);
    round.outbox().unpublished = Count::unknown(u"no index"_s);
    auto& group = round.group("order.paid", "billing");
    group.lag = Count::unknown(u"entries were deleted"_s);
    group.pending = Count::exact(3);
    history.add(round.snapshot());
    for (const Series series :
         {Series::Backlog,
          Series::OldestAge,
          Series::CreatedRate,
          Series::PublishedRate,
          Series::Lag,
          Series::OldestIdle}) {
        QVERIFY(!history.latest(series));
        QCOMPARE(history.samples(series, start).size(), 1);
    }
    QVERIFY(!history.latest(Series::GroupLag, u"order.paid / billing"_s));
    QCOMPARE(history.latest(Series::GroupPending, u"order.paid / billing"_s), Rate(3.0));
}

void TestHistory::aDeadSourceLeavesGaps()
{
    History history;
    history.add(SnapshotBuilder(start).backlog(5).snapshot());
    history.add(SnapshotBuilder(start + 2s)
                    .outboxError(Error::Kind::Unreachable)
                    .brokerError(Error::Kind::Timeout)
                    .snapshot());
    for (const Series series :
         {Series::Backlog, Series::OldestAge, Series::Pending, Series::Lag, Series::Dead}) {
        QCOMPARE(history.samples(series, start).size(), 2);
        QVERIFY(history.samples(series, start).first().value);
        QVERIFY(!history.latest(series));
    }
}

void TestHistory::sumsOverGroupsAreUnknownWhenOneIs()
{
    History history;
    SnapshotBuilder round(start);
    round.group("a", "g").pending = Count::exact(3);
    round.broker().topics[0].groups[0].oldestIdle = 4s;
    round.group("b", "g").pending = Count::exact(4);
    round.broker().topics[1].groups[0].oldestIdle = 9s;
    history.add(round.snapshot());
    QCOMPARE(history.latest(Series::Pending), Rate(7.0));
    QCOMPARE(history.latest(Series::OldestIdle), Rate(9.0));

    round.broker().topics[1].groups[0].pending = Count::unknown(u"?"_s);
    history.add(round.snapshot());
    QVERIFY(!history.latest(Series::Pending));
}

void TestHistory::groupsHaveCurvesOfTheirOwn()
{
    History history;
    SnapshotBuilder round(start);
    round.group("order.paid", "email").lag = Count::exact(9);
    round.group("order.paid", "billing").pending = Count::exact(3);
    history.add(round.snapshot());
    QCOMPARE(history.groups(), QStringList({u"order.paid / billing"_s, u"order.paid / email"_s}));
    QCOMPARE(history.latest(Series::GroupLag, u"order.paid / email"_s), Rate(9.0));
    QCOMPARE(history.latest(Series::GroupPending, u"order.paid / billing"_s), Rate(3.0));
    QCOMPARE(history.latest(Series::GroupLag, u"order.paid / nobody"_s), Rate());
}

void TestHistory::aGroupThatVanishedLeavesAGap()
{
    History history;
    SnapshotBuilder first(start);
    first.group("order.paid", "billing").pending = Count::exact(3);
    history.add(first.snapshot());
    history.add(SnapshotBuilder(start + 2s).snapshot());
    const auto samples = history.samples(Series::GroupPending, start, u"order.paid / billing"_s);
    QCOMPARE(samples.size(), 2);
    QVERIFY(samples[0].value && !samples[1].value);
}

void TestHistory::groupsAreForgottenAfterADay()
{
    History history;
    SnapshotBuilder first(start);
    first.group("order.paid", "billing");
    history.add(first.snapshot());
    history.add(SnapshotBuilder(start + 24h).snapshot());
    QCOMPARE(history.groups().size(), 1);
    history.add(SnapshotBuilder(start + 24h + 2s).snapshot());
    QVERIFY(history.groups().isEmpty());
    QVERIFY(history.samples(Series::GroupLag, start, u"order.paid / billing"_s).isEmpty());
}

void TestHistory::aDayOfRoundsStaysSmall()
{
    Curve curve;
    for (int i = 0; i < 30 * 3600; ++i)
        curve.add({start + i * 1s, double(i)});
    QVERIFY(curve.size() > 2'000);
    QVERIFY(curve.size() < 2'500);
    const auto samples = curve.since(start);
    QCOMPARE(samples.size(), curve.size());
    QVERIFY(isAscending(samples));
    QVERIFY(samples.first().at <= start + 6h + 1min);
    QVERIFY(samples.first().at >= start + 6h - 1min);

    Curve hurried;
    for (int i = 0; i < 100'000; ++i)
        hurried.add({start + i * 1ms, double(i)});
    QVERIFY(hurried.size() < 1'500);
    QVERIFY(isAscending(hurried.since(start)));
}

void TestHistory::agedSamplesAreMeans()
{
    Curve curve;
    // 2 h of a value that goes up and down every second: its mean is 5.
    for (int i = 0; i < 7'200; ++i)
        curve.add({start + i * 1s, i % 2 == 0 ? 0.0 : 10.0});
    const auto samples = curve.since(start);
    const TimePoint end = samples.last().at;
    for (const Sample& sample : samples) {
        if (sample.at < end - 10min - 10s)
            QCOMPARE(sample.value, Rate(5.0));
    }
    QCOMPARE(curve.latest(), Rate(10.0));
}

void TestHistory::gapsSurviveAging()
{
    Curve curve;
    for (int i = 0; i < 3'000; ++i)
        curve.add({start + i * 1s, i < 600 || i >= 900 ? Rate(1.0) : Rate()});
    const auto samples = curve.since(start);
    const auto gaps = std::ranges::count_if(samples, [](const Sample& s) { return !s.value; });
    QCOMPARE(gaps, 30); // 300 s in buckets of 10 s
}

void TestHistory::aClockSetBackKeepsCurvesSorted()
{
    Curve curve;
    for (int i = 0; i < 7'200; ++i)
        curve.add({start + i * 1s, 1.0});
    curve.add({start + 1h, 2.0});
    curve.add({start + 1h + 1s, 3.0});
    const auto samples = curve.since(start);
    QVERIFY(isAscending(samples));
    QCOMPARE(samples.last(), (Sample{start + 1h + 1s, 3.0}));
    QVERIFY(samples.size() > 10);
}

void TestHistory::deadCountsRowsAndPoison()
{
    History history;
    SnapshotBuilder round(start);
    round.outbox().dead = Count::exact(2);
    round.group("a", "g").poison = Count::exact(3);
    history.add(round.snapshot());
    QCOMPARE(history.latest(Series::Dead), Rate(5.0));

    // A mapping without dead rows adds nothing, but without a broker nobody knows.
    round.outbox().dead = Count::unknown(u"not mapped"_s);
    history.add(round.snapshot());
    QCOMPARE(history.latest(Series::Dead), Rate(3.0));
    round.brokerError(Error::Kind::Unreachable);
    history.add(round.snapshot());
    QCOMPARE(history.latest(Series::Dead), Rate());
}

void TestHistory::drainTime_data()
{
    QTest::addColumn<qint64>("createdEachRound");
    QTest::addColumn<qint64>("publishedEachRound");
    QTest::addColumn<Count>("atTheEnd");
    QTest::addColumn<Rate>("seconds");

    // 10 rounds, 1 s apart, from 1 000 rows.
    QTest::newRow("a shrinking backlog") << qint64(10) << qint64(60) << Count() << Rate(11.0);
    QTest::newRow("a standing backlog never drains")
        << qint64(10) << qint64(10) << Count() << Rate();
    QTest::newRow("a growing backlog never drains")
        << qint64(20) << qint64(10) << Count() << Rate();
    QTest::newRow("an empty backlog is drained")
        << qint64(0) << qint64(0) << Count::exact(0) << Rate(0.0);
    QTest::newRow("a capped backlog is not known well enough")
        << qint64(10) << qint64(60) << Count::atLeast(10'000) << Rate();
}

void TestHistory::drainTime()
{
    QFETCH(qint64, createdEachRound);
    QFETCH(qint64, publishedEachRound);
    QFETCH(Count, atTheEnd);
    History history;
    for (int i = 0; i < 10; ++i) {
        SnapshotBuilder round(start + i * 1s);
        round.backlog(1'000 + i * (createdEachRound - publishedEachRound));
        round.highestId(5'000 + i * createdEachRound);
        if (i == 9 && atTheEnd.isKnown())
            round.outbox().unpublished = atTheEnd;
        history.add(round.snapshot());
    }
    QTEST(history.secondsToDrain(), "seconds");
}

QTEST_GUILESS_MAIN(TestHistory)
#include "tst_history.moc"
