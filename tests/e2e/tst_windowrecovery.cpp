// SPDX-License-Identifier: GPL-3.0-or-later
#include "mainwindow.h"
#include "parts/label.h"
#include "parts/pill.h"
#include "services/session.h"
#include "support/offscreenmain.h"
#include "support/scratchpostgres.h"
#include "support/scratchredis.h"
#include "support/service.h"

#include <QElapsedTimer>
#include <QSettings>
#include <QTemporaryDir>
#include <QTimer>

using namespace outboard;
using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

namespace {

/// Beats on the window's thread; what the thread does in between shows as a gap.
class Heartbeat : public QObject
{
public:
    Heartbeat()
    {
        m_sinceBeat.start();
        m_timer.callOnTimeout(
            this, [this] { m_longestGap = std::max(m_longestGap, m_sinceBeat.restart()); });
        m_timer.start(5ms);
    }

    Milliseconds longestGap() const { return Milliseconds(m_longestGap); }

private:
    QElapsedTimer m_sinceBeat;
    qint64 m_longestGap = 0;
    QTimer m_timer;
};

/// Back-off doubles up to 30 s, so that a server which was away for long is asked again late.
constexpr int patienceMs = 60'000;

} // namespace

/// The whole window on real servers that go away and come back while it is open.
class TestWindowRecovery : public QObject
{
    Q_OBJECT

private slots:
    void initTestCase();
    void init();
    void cleanup();
    void aBrokerThatStopsIsNamedAtOnceAndComesBackByItself();
    void aDatabaseThatStopsIsNamedAtOnceAndComesBackByItself();
    void aBrokerThatHangsDoesNotHoldTheWindow();

private:
    Tone toneOf(const QString& source) const;
    QWidget* banner(const QString& source) const;

    quint64 round() const { return m_session->poller().latest()->round; }

    void waitForNextRound() const;

    std::unique_ptr<ScratchPostgres> m_postgres;
    std::unique_ptr<ScratchRedis> m_redis;
    std::unique_ptr<QTemporaryDir> m_directory;
    std::unique_ptr<QSettings> m_settings;
    std::unique_ptr<Session> m_session;
    std::unique_ptr<MainWindow> m_window;
    std::unique_ptr<Heartbeat> m_heartbeat;
};

void TestWindowRecovery::initTestCase()
{
    auto postgres = ScratchPostgres::start();
    REQUIRE_SERVICE(postgres);
    m_postgres = std::move(*postgres);
    QVERIFY_RESULT(m_postgres->createSeedSchema(true));
    QVERIFY_RESULT(m_postgres->addEvents(u"order.paid"_s, 20));
    ScratchRedis::Options options;
    options.persistent = true;
    auto redis = ScratchRedis::start(options);
    REQUIRE_SERVICE(redis);
    m_redis = std::move(*redis);
    QVERIFY_RESULT(m_redis->addEntries("order.paid", 30));
    QVERIFY_RESULT(m_redis->consume("order.paid", "billing", "worker-1", 10));
}

void TestWindowRecovery::init()
{
    Profile profile;
    profile.name = u"shop"_s;
    profile.outbox.dsn = m_postgres->dsn();
    profile.broker.url = m_redis->url();
    LedgerSettings ledger;
    ledger.table = u"billing_processedevent"_s;
    ledger.groups = {u"billing"_s};
    profile.ledgers = {ledger};
    m_directory = std::make_unique<QTemporaryDir>();
    m_settings =
        std::make_unique<QSettings>(m_directory->filePath(u"s.ini"_s), QSettings::IniFormat);
    m_settings->setValue(u"window/refreshSeconds"_s, 1);
    m_session =
        std::make_unique<Session>(makeBackends(profile, nullptr), nullptr, Error{}, systemClock());
    m_window = std::make_unique<MainWindow>(*m_session, *m_settings);
    m_window->show();
    for (const auto& source : {u"outbox"_s, u"broker"_s, u"ledger billing_processedevent"_s})
        QTRY_COMPARE(toneOf(source), Tone::Good);
    m_heartbeat = std::make_unique<Heartbeat>();
}

void TestWindowRecovery::cleanup()
{
    if (m_heartbeat)
        qInfo(
            "longest gap on the window's thread: %lld ms",
            qint64(m_heartbeat->longestGap().count()));
    m_heartbeat.reset();
    m_window.reset();
    m_session.reset();
}

Tone TestWindowRecovery::toneOf(const QString& source) const
{
    const auto* pill = m_window->findChild<Pill*>(u"pill:"_s + source);
    return pill ? pill->tone() : Tone::Neutral;
}

QWidget* TestWindowRecovery::banner(const QString& source) const
{
    return m_window->findChild<QWidget*>(u"banner:"_s + source);
}

void TestWindowRecovery::waitForNextRound() const
{
    // The one that is under way may have asked before.
    const quint64 next = round() + 2;
    QTRY_VERIFY_WITH_TIMEOUT(round() >= next, patienceMs);
}

void TestWindowRecovery::aBrokerThatStopsIsNamedAtOnceAndComesBackByItself()
{
    m_redis->stop();
    waitForNextRound();
    QCOMPARE(toneOf(u"broker"_s), Tone::Critical);
    QVERIFY(banner(u"broker"_s) && banner(u"broker"_s)->isVisible());
    QCOMPARE(toneOf(u"outbox"_s), Tone::Good);
    // The rest goes on.
    QVERIFY_RESULT(m_postgres->addEvents(u"order.paid"_s, 5));
    waitForNextRound();
    QCOMPARE(m_session->poller().latest()->outbox->unpublished.value, 25);

    QVERIFY_RESULT(m_redis->restart());
    QTRY_COMPARE_WITH_TIMEOUT(toneOf(u"broker"_s), Tone::Good, patienceMs);
    QTRY_VERIFY(!banner(u"broker"_s)->isVisible());
    QCOMPARE(m_session->poller().latest()->broker->topics.first().length.value, 30);
}

void TestWindowRecovery::aDatabaseThatStopsIsNamedAtOnceAndComesBackByItself()
{
    m_postgres->stop();
    waitForNextRound();
    for (const auto& source : {u"outbox"_s, u"ledger billing_processedevent"_s}) {
        QCOMPARE(toneOf(source), Tone::Critical);
        QVERIFY2(banner(source) && banner(source)->isVisible(), qPrintable(source));
    }
    QCOMPARE(toneOf(u"broker"_s), Tone::Good);
    // What was known stays, and says how old it is.
    const auto* backlog = m_window->findChild<QWidget*>(u"tile:backlog"_s);
    QCOMPARE(backlog->findChild<Label*>(u"tileValue"_s)->text(), u"25"_s);
    QVERIFY(backlog->findChild<Label*>(u"tileNote"_s)->text().startsWith(u"as of"));

    QVERIFY_RESULT(m_postgres->restart());
    for (const auto& source : {u"outbox"_s, u"ledger billing_processedevent"_s}) {
        QTRY_COMPARE_WITH_TIMEOUT(toneOf(source), Tone::Good, patienceMs);
        QTRY_VERIFY(!banner(source)->isVisible());
    }
}

void TestWindowRecovery::aBrokerThatHangsDoesNotHoldTheWindow()
{
    m_redis->freeze();
    // The window's thread goes on: panels open and paint while the broker's lane waits.
    for (qsizetype i = 0; i < panelKinds().size(); ++i) {
        m_window->open(i);
        QVERIFY(!m_window->grab().isNull());
    }
    QTRY_COMPARE_WITH_TIMEOUT(toneOf(u"broker"_s), Tone::Critical, patienceMs);
    QCOMPARE(toneOf(u"outbox"_s), Tone::Good);
    m_redis->thaw();
    QTRY_COMPARE_WITH_TIMEOUT(toneOf(u"broker"_s), Tone::Good, patienceMs);
}

OUTBOARD_OFFSCREEN_MAIN(TestWindowRecovery)
#include "tst_windowrecovery.moc"
