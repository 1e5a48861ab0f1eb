// SPDX-License-Identifier: GPL-3.0-or-later
#include "services/historykeeper.h"
#include "store/historystore.h"
#include "support/fakebackends.h"

#include <QDir>
#include <QFile>
#include <QFileInfo>
#include <QSqlDatabase>
#include <QSqlQuery>
#include <QTemporaryDir>
#include <QTest>

#include <algorithm>
#include <atomic>
#include <thread>

using namespace outboard;
using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

namespace {

constexpr TimePoint start{std::chrono::hours(480'000)};
const CurveKey backlog{Series::Backlog, {}};
const CurveKey lag{Series::Lag, {}};

using Values = std::map<CurveKey, double>;

HistoryRow rowAt(TimePoint at, const Values& values, const QList<Finding>& findings = {})
{
    return {at, values, findings};
}

Finding finding(const QString& id, TimePoint since)
{
    Finding finding;
    finding.id = id;
    finding.severity = Severity::Warning;
    finding.title = u"Title of "_s + id;
    finding.since = since;
    return finding;
}

QList<double> known(const QList<Sample>& samples)
{
    QList<double> values;
    for (const Sample& sample : samples) {
        if (sample.value)
            values.append(*sample.value);
    }
    return values;
}

bool hasGapBetween(const QList<Sample>& samples, TimePoint from, TimePoint to)
{
    return std::ranges::any_of(samples, [&](const Sample& sample) {
        return !sample.value && sample.at > from && sample.at < to;
    });
}

/// One row every `step`, all with the same numbers.
QList<HistoryRow> rows(TimePoint from, TimePoint to, Microseconds step, const Values& values)
{
    QList<HistoryRow> all;
    for (TimePoint at = from; at < to; at += step)
        all.append(rowAt(at, values));
    return all;
}

/// Those of the whole profile, and two a group.
Values curvesOf(int groups)
{
    Values values;
    for (int i = 0; i < 8; ++i)
        values[{Series(i), {}}] = 1'234'567.25 + i;
    for (int i = 0; i < groups; ++i) {
        const QString group = u"stream.%1 / group.%1"_s.arg(i);
        values[{Series::GroupPending, group}] = 1'000 + i;
        values[{Series::GroupLag, group}] = 2'000 + i;
    }
    return values;
}

} // namespace

class TestHistoryStore : public QObject
{
    Q_OBJECT

private slots:
    void init();

    void givesBackWhatWasMeasured();
    void whatIsUnknownIsAGapAndNeverZero();
    void aPauseInMeasuringIsAGap();
    void whatAgesBecomesMeans();
    void thinnedNumbersStayJoined();
    void aMonthStaysUnderTheBound();
    void theOldestGoesWhenThereIsTooMuch();
    void twoWritersKeepWhatEitherKnows();
    void aClockThatIsAheadForAMomentWipesNothingOut();
    void aClockThatStaysMovesTheHistoryOn();
    void findingsHaveABeginAndAnEnd();
    void onlyTheBusiestGroupsAreRead();
    void aGroupThatIsGoneEndsItsCurve();
    void aDamagedFileIsRefusedWithWhatToDo();
    void theKeeperWritesRoundsForTheNextProgram();
    void theKeeperTellsThatNothingIsKept();

private:
    std::unique_ptr<HistoryStore> open() const;

    std::unique_ptr<QTemporaryDir> m_folder;
    QString m_path;
};

void TestHistoryStore::init()
{
    m_folder = std::make_unique<QTemporaryDir>();
    m_path = HistoryKeeper::fileOf(m_folder->path(), u"shop/../a b"_s);
    QCOMPARE(QFileInfo(m_path).absolutePath(), m_folder->path());
}

std::unique_ptr<HistoryStore> TestHistoryStore::open() const
{
    auto store = HistoryStore::open(m_path);
    return store ? std::move(*store) : nullptr;
}

void TestHistoryStore::givesBackWhatWasMeasured()
{
    QVERIFY(open()->append(
        {rowAt(start, {{backlog, 5.5}, {lag, 0}}), rowAt(start + 1s, {{backlog, 7}, {lag, 1}})}));
    // By another process, later.
    const auto history = open()->read(start - 1h, start + 1h, 6);
    QVERIFY(history);
    QCOMPARE(history->samples(Series::Backlog), (QList<Sample>{{start, 5.5}, {start + 1s, 7.0}}));
    QCOMPARE(history->samples(Series::Lag), (QList<Sample>{{start, 0.0}, {start + 1s, 1.0}}));
    QVERIFY(history->samples(Series::Pending).isEmpty());
    QCOMPARE(history->oldest, std::optional(start));
    QCOMPARE(
        QFile::permissions(m_path) & (QFile::ReadGroup | QFile::ReadOther), QFile::Permissions());
}

void TestHistoryStore::whatIsUnknownIsAGapAndNeverZero()
{
    const auto store = open();
    QVERIFY(store->append(
        {rowAt(start, {{backlog, 5}}),
         rowAt(start + 1s, {{lag, 2}}),
         rowAt(start + 2s, {}),
         rowAt(start + 3s, {{backlog, 6}})}));
    const auto history = store->read(start, start + 10s, 6);
    QVERIFY(history);
    QCOMPARE(
        history->samples(Series::Backlog),
        (QList<Sample>{
            {start, 5.0},
            {start + 1s, std::nullopt},
            {start + 2s, std::nullopt},
            {start + 3s, 6.0}}));
    QCOMPARE(history->samples(Series::Lag).first(), (Sample{start + 1s, 2.0}));
}

void TestHistoryStore::aPauseInMeasuringIsAGap()
{
    const auto store = open();
    QVERIFY(store->append(
        {rowAt(start, {{backlog, 5}}),
         rowAt(start + 90s, {{backlog, 5}}),
         rowAt(start + 300s, {{backlog, 6}})}));
    const auto history = store->read(start, start + 10min, 6);
    QVERIFY(history);
    const auto samples = history->samples(Series::Backlog);
    QCOMPARE(known(samples), (QList<double>{5, 5, 6}));
    QVERIFY(!hasGapBetween(samples, start, start + 90s));
    QVERIFY(hasGapBetween(samples, start + 90s, start + 300s));
}

void TestHistoryStore::whatAgesBecomesMeans()
{
    const auto store = open();
    QList<HistoryRow> all;
    // Up and down every second: the mean is 5.
    for (int i = 0; i < 3 * 3600; ++i)
        all.append(rowAt(start + i * 1s, {{backlog, i % 2 == 0 ? 0.0 : 10.0}}));
    QVERIFY(store->append(all));
    const TimePoint now = start + 3h;
    QVERIFY(store->tidy(now));
    const auto history = store->read(start, now, 6);
    QVERIFY(history);
    const auto samples = history->samples(Series::Backlog);
    QVERIFY(std::ranges::is_sorted(samples, {}, &Sample::at));
    // 600 of a second, 660 of 10 s, 60 of a minute, and what completes the stretches.
    QVERIFY2(
        samples.size() > 1'300 && samples.size() < 1'400,
        qPrintable(QString::number(samples.size())));
    for (const Sample& sample : samples) {
        if (sample.at < now - 11min)
            QCOMPARE(sample.value, std::optional(5.0));
    }
    QCOMPARE(samples.last().value, std::optional(10.0));
    // Once more changes nothing.
    QVERIFY(store->tidy(now));
    QCOMPARE(store->read(start, now, 6)->samples(Series::Backlog), samples);
}

void TestHistoryStore::thinnedNumbersStayJoined()
{
    const auto store = open();
    QVERIFY(store->append(rows(start, start + 3 * 24h, 60s, {{backlog, 3}})));
    const TimePoint now = start + 3 * 24h;
    QVERIFY(store->tidy(now));
    const auto samples = store->read(start, now, 6)->samples(Series::Backlog);
    QVERIFY(samples.size() < 2'000);
    QVERIFY(!hasGapBetween(samples, start, now));
}

void TestHistoryStore::aMonthStaysUnderTheBound()
{
    const auto store = open();
    // A quarter of the groups that are followed at most: a row grows by the same for each.
    const Values values = curvesOf(50);
    const TimePoint now = start + 30 * 24h;
    const auto append = [&](TimePoint from, TimePoint to, Microseconds step) {
        // In portions, as time goes by.
        const Microseconds portion = step * 100;
        for (TimePoint at = from; at < to; at += portion) {
            const TimePoint end = std::min(at + portion, to);
            if (!store->append(rows(at, end, step, values)) || !store->tidy(end))
                return false;
        }
        return true;
    };
    QVERIFY(append(start, now - 24h, 10min));
    QVERIFY(append(now - 24h, now - 2h, 1min));
    QVERIFY(append(now - 2h, now - 10min, 10s));
    QVERIFY(append(now - 10min, now, 1s));
    QVERIFY(store->tidy(now));

    qint64 bytes = 0;
    for (const QFileInfo& file : QDir(m_folder->path()).entryInfoList(QDir::Files))
        bytes += file.size();
    qInfo("%lld bytes on disk", bytes);
    QVERIFY2(bytes * 4 < 50'000'000, qPrintable(QString::number(bytes)));
    const auto history = store->read(start, now, 6);
    QVERIFY(history);
    const auto samples = history->samples(Series::Backlog);
    QVERIFY(samples.size() > 6'000);
    QVERIFY(!hasGapBetween(samples, start, now));
    QVERIFY(samples.first().at <= start + 10min);
}

void TestHistoryStore::theOldestGoesWhenThereIsTooMuch()
{
    const auto store = open();
    {
        auto raw = QSqlDatabase::addDatabase(u"QSQLITE"_s, u"raw"_s);
        raw.setDatabaseName(m_path);
        QVERIFY(raw.open());
        QVERIFY(raw.transaction());
        QSqlQuery query(raw);
        QVERIFY(query.prepare(u"INSERT INTO moment VALUES (?, 600, ?)"_s));
        const QByteArray large(100'000, '\0');
        for (int i = 0; i < 600; ++i) {
            query.addBindValue(qint64(480'000) * 3600 + i * 600);
            query.addBindValue(large);
            QVERIFY(query.exec());
        }
        query.finish();
        QVERIFY(raw.commit());
    }
    QSqlDatabase::removeDatabase(u"raw"_s);
    QVERIFY(*store->usedBytes() > 50'000'000);
    const TimePoint now = start + 600 * 10min;
    QVERIFY(store->append({rowAt(now, {{backlog, 1}})}));
    QVERIFY(store->tidy(now));
    QVERIFY(*store->usedBytes() <= HistoryStore::mostBytes);
    const auto history = store->read(start, now, 6);
    QCOMPARE(history->samples(Series::Backlog).last().value, std::optional(1.0));
    QVERIFY(*history->oldest > start + 600min);
}

void TestHistoryStore::twoWritersKeepWhatEitherKnows()
{
    QVERIFY(open());
    std::atomic<int> failures = 0;
    const auto write = [&](const Values& values) {
        const auto store = open();
        for (int i = 0; i < 60; ++i) {
            // Each within the same second, not at the same moment.
            if (!store || !store->append({rowAt(start + i * 1s, values)}))
                ++failures;
        }
    };
    std::thread first([&] { write({{backlog, 10}, {lag, 1}}); });
    std::thread second([&] { write({{backlog, 20}}); });
    first.join();
    second.join();
    QCOMPARE(failures.load(), 0);
    const auto history = open()->read(start, start + 60s, 6);
    QVERIFY(history);
    QCOMPARE(known(history->samples(Series::Backlog)), QList<double>(60, 15.0));
    QCOMPARE(known(history->samples(Series::Lag)), QList<double>(60, 1.0));
    QCOMPARE(history->samples(Series::Backlog).size(), 60);
}

void TestHistoryStore::aClockThatIsAheadForAMomentWipesNothingOut()
{
    const auto store = open();
    QVERIFY(store->append(rows(start, start + 1h, 60s, {{backlog, 3}})));
    const TimePoint ahead = start + 400 * 24h;
    QVERIFY(store->append({rowAt(ahead, {{backlog, 4}})}));
    QVERIFY(store->tidy(ahead + 1s));
    // And back: what was measured in the future is not shown, and goes.
    QVERIFY(store->append(rows(start + 1h, start + 2h, 60s, {{backlog, 5}})));
    QVERIFY(store->tidy(start + 2h));
    const auto history = store->read(start, start + 2h, 6);
    QCOMPARE(history->samples(Series::Backlog).first().value, std::optional(3.0));
    QCOMPARE(history->samples(Series::Backlog).last().value, std::optional(5.0));
    QVERIFY(store->read(ahead - 1h, ahead + 1h, 6)->samples(Series::Backlog).isEmpty());
}

void TestHistoryStore::aClockThatStaysMovesTheHistoryOn()
{
    const auto store = open();
    QVERIFY(store->append(rows(start, start + 1h, 60s, {{backlog, 3}})));
    const TimePoint later = start + 31 * 24h;
    QVERIFY(store->append(rows(later, later + 10min, 60s, {{backlog, 4}})));
    QVERIFY(store->tidy(later + 10min));
    const auto history = store->read(start, later + 1h, 6);
    QCOMPARE(history->samples(Series::Backlog).first().value, std::optional(4.0));
}

void TestHistoryStore::findingsHaveABeginAndAnEnd()
{
    const auto store = open();
    const Finding slow = finding(u"relay_slow"_s, start - 5s);
    for (int i = 0; i < 60; ++i)
        QVERIFY(store->append({rowAt(start + i * 1s, {}, {slow})}));
    QVERIFY(store->append({rowAt(start + 60s, {})}));
    // A short pause, as of a second Outboard that does not see it, is no end.
    QVERIFY(store->append({rowAt(start + 100s, {}, {slow})}));
    const Finding again = finding(u"relay_slow"_s, start + 30min);
    QVERIFY(store->append({rowAt(start + 30min, {}, {again})}));
    const auto history = store->read(start, start + 1h, 6);
    QVERIFY(history);
    QCOMPARE(
        history->findings,
        (QList<FindingEpisode>{
            {slow.id, Severity::Warning, slow.title, start - 5s, start + 100s},
            {slow.id, Severity::Warning, slow.title, start + 30min, start + 30min}}));
    QVERIFY(store->read(start + 2min, start + 20min, 6)->findings.isEmpty());
}

void TestHistoryStore::onlyTheBusiestGroupsAreRead()
{
    const auto store = open();
    Values values;
    for (int i = 0; i < 10; ++i)
        values[{Series::GroupPending, u"s / g%1"_s.arg(i)}] = i;
    values[{Series::GroupLag, u"s / g0"_s}] = 100;
    QVERIFY(store->append({rowAt(start, values)}));
    const auto history = store->read(start, start + 1s, 2);
    QStringList objects;
    for (const auto& [key, samples] : history->curves) {
        if (key.first == Series::GroupPending)
            objects << key.second;
    }
    QCOMPARE(objects, QStringList({u"s / g0"_s, u"s / g9"_s}));
}

void TestHistoryStore::aGroupThatIsGoneEndsItsCurve()
{
    const auto store = open();
    const CurveKey gone{Series::GroupLag, u"s / g"_s};
    QVERIFY(store->append(rows(start, start + 1h, 60s, {{backlog, 1}})));
    QVERIFY(store->append(rows(start + 1h, start + 2h, 60s, {{backlog, 1}, {gone, 7}})));
    QVERIFY(store->append(rows(start + 2h, start + 9h, 60s, {{backlog, 1}})));
    const auto samples = store->read(start, start + 9h, 6)->samples(gone.first, gone.second);
    QCOMPARE(samples.first(), (Sample{start + 1h, 7.0}));
    QCOMPARE(known(samples), QList<double>(60, 7.0));
    QCOMPARE(samples.last(), (Sample{start + 2h, std::nullopt}));
}

void TestHistoryStore::aDamagedFileIsRefusedWithWhatToDo()
{
    QFile file(m_path);
    QVERIFY(file.open(QIODevice::WriteOnly));
    file.write(QByteArray(8192, 'x'));
    file.close();
    const auto store = HistoryStore::open(m_path);
    QVERIFY(!store);
    QCOMPARE(store.error().kind, Error::Kind::Refused);
    QVERIFY2(store.error().what.contains(m_path), qPrintable(store.error().what));
    QVERIFY(store.error().what.contains(u"move it away"));
}

void TestHistoryStore::theKeeperWritesRoundsForTheNextProgram()
{
    const auto backends = std::make_shared<FakeBackends>();
    backends->fillShop();
    const TimePoint now = backends->streams().now();
    {
        Poller poller(backends, [now] { return now; });
        HistoryKeeper keeper(
            m_path, poller, [now] { return now; }, &poller);
        QCOMPARE(HistoryKeeper::of(&poller), &keeper);
        poller.pollNow();
        QTRY_COMPARE(keeper.waiting(), 1);
        // The last round is written when the program ends.
    }
    const auto history = open()->read(now - 1h, now + 1h, 6);
    QVERIFY(history);
    QCOMPARE(known(history->samples(Series::Backlog)), QList<double>{12});
    QCOMPARE(
        known(history->samples(Series::GroupPending, u"order.paid / billing"_s)), QList<double>{5});
    QVERIFY(!history->findings.isEmpty());
}

void TestHistoryStore::theKeeperTellsThatNothingIsKept()
{
    QFile file(m_path);
    QVERIFY(file.open(QIODevice::WriteOnly));
    file.write(QByteArray(8192, 'x'));
    file.close();
    const auto backends = std::make_shared<FakeBackends>();
    backends->fillShop();
    const TimePoint now = backends->streams().now();
    Poller poller(backends, [now] { return now; });
    auto* keeper = new HistoryKeeper(
        m_path, poller, [now] { return now; }, &poller);
    poller.pollNow();
    QTRY_COMPARE(keeper->waiting(), 1);
    keeper->flush();
    QTRY_VERIFY(keeper->problem());
    QCOMPARE(keeper->problem()->kind, Error::Kind::Refused);
    // Rounds go on, and are written once the file is out of the way.
    const SnapshotPtr before = poller.latest();
    poller.pollNow();
    QTRY_VERIFY(poller.latest() != before);
    QVERIFY(poller.latest()->outbox);
    QCOMPARE(keeper->waiting(), 2);
    QVERIFY(QFile::remove(m_path));
    keeper->flush();
    QTRY_VERIFY(!keeper->problem());
    QCOMPARE(keeper->waiting(), 0);
}

QTEST_GUILESS_MAIN(TestHistoryStore)
#include "tst_historystore.moc"
