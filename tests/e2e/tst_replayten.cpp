// SPDX-License-Identifier: GPL-3.0-or-later
#include "dialogs/replaydialog.h"
#include "dialogs/resumedialog.h"
#include "mainwindow.h"
#include "parts/label.h"
#include "parts/tableview.h"
#include "services/session.h"
#include "store/journal.h"
#include "store/runstore.h"
#include "support/deadentries.h"
#include "support/offscreenmain.h"
#include "support/printers.h"
#include "support/scratchpostgres.h"
#include "support/scratchredis.h"
#include "support/service.h"

#include <QAction>
#include <QCheckBox>
#include <QElapsedTimer>
#include <QLineEdit>
#include <QPushButton>
#include <QSettings>
#include <QSpinBox>
#include <QTemporaryDir>
#include <QToolButton>

using namespace outboard;
using namespace Qt::StringLiterals;

namespace {

constexpr int events = 10'000;
/// A busy machine with sanitizers takes its time; nothing here is about speed.
constexpr int patience = 120'000;

const QList<DeadEntries> dead{
    {"order.paid", "billing", 1, 5'000},
    {"order.refunded", "billing", 5'001, 8'000},
    {"user.signed_up", "email", 8'001, events}};

} // namespace

/// Ten thousand events that two groups gave up on, through the window and on real servers.
class TestReplayTen : public QObject
{
    Q_OBJECT

private slots:
    void initTestCase();
    void tenThousandDeadEventsAreAppliedOnceAfterTheCanaryFailedAndWasMended();

private:
    Profile profile() const;

    qint64 number(const QString& sql) const { return m_postgres->value(sql).toLongLong(); }

    template<class T>
    T* find(const QString& name) const
    {
        return m_window->findChild<T*>(name);
    }

    QString tally(int kind) const;
    void confirm(QDialog* dialog, int count) const;
    void planDead();
    void runCanary() const;
    void resumeRest() const;
    void runFailedOnes() const;

    std::unique_ptr<ScratchPostgres> m_postgres;
    std::unique_ptr<ScratchRedis> m_redis;
    QTemporaryDir m_folder;
    std::unique_ptr<QSettings> m_settings;
    std::shared_ptr<RunStore> m_runs;
    std::unique_ptr<Session> m_session;
    std::unique_ptr<MainWindow> m_window;
};

void TestReplayTen::initTestCase()
{
    auto postgres = ScratchPostgres::start();
    REQUIRE_SERVICE(postgres);
    m_postgres = std::move(*postgres);
    auto redis = ScratchRedis::start();
    REQUIRE_SERVICE(redis);
    m_redis = std::move(*redis);
    QVERIFY_RESULT(m_postgres->createSeedSchema());
    QVERIFY_RESULT(m_postgres->exec(
        u"CREATE TABLE consumed (event_id text, consumer text, processed_at timestamptz NOT NULL"
        " DEFAULT now(), UNIQUE (event_id, consumer));"
        "CREATE TABLE applied (event_id text NOT NULL);"
        // Accounts that are missing until somebody adds them: the 5th, 12th and 20th event.
        "CREATE TABLE broken (event_id text); INSERT INTO broken VALUES ('5'), ('12'), ('20');"
        "CREATE FUNCTION apply_event(id text, payload jsonb) RETURNS void LANGUAGE plpgsql AS $$"
        " BEGIN IF EXISTS (SELECT 1 FROM broken WHERE broken.event_id = id)"
        " THEN RAISE EXCEPTION 'no such account'; END IF;"
        " INSERT INTO applied VALUES (id); END $$"_s));
    for (const DeadEntries& left : dead)
        QVERIFY_RESULT(addDeadEntries(*m_redis, left));
    m_settings = std::make_unique<QSettings>(m_folder.filePath(u"s.ini"_s), QSettings::IniFormat);
    m_settings->setValue(u"window/refreshSeconds"_s, 0);
    m_runs = *RunStore::open(m_folder.filePath(u"runs.sqlite"_s));
    m_session = std::make_unique<Session>(
        makeBackends(profile(), {}),
        m_runs,
        Journal::open(m_folder.filePath(u"journal.sqlite"_s)),
        systemClock());
    m_window = std::make_unique<MainWindow>(*m_session, *m_settings);
    m_window->show();
}

Profile TestReplayTen::profile() const
{
    Profile profile;
    profile.name = u"shop"_s;
    profile.outbox.dsn = m_postgres->dsn();
    profile.broker.url = m_redis->url();
    LedgerSettings ledger;
    ledger.table = u"consumed"_s;
    ledger.consumer = u"consumer"_s;
    ledger.groups = QStringList{u"billing"_s, u"email"_s};
    profile.ledgers = {ledger};
    HandlerSettings handler;
    handler.name = u"apply"_s;
    handler.kind = u"sql"_s;
    handler.function = u"apply_event"_s;
    handler.ledger = ledger.table;
    profile.handlers = {handler};
    return profile;
}

QString TestReplayTen::tally(int kind) const
{
    for (const QToolButton* button : m_window->findChildren<QToolButton*>(u"tally%1"_s.arg(kind))) {
        if (button->isVisible())
            return button->text().remove(QChar(0x202f));
    }
    return {};
}

void TestReplayTen::confirm(QDialog* dialog, int count) const
{
    dialog->findChild<QLineEdit*>(u"typed"_s)->setText(QString::number(count));
    auto* run = dialog->findChild<QPushButton*>(u"run"_s);
    QVERIFY(run->isEnabled());
    run->click();
}

void TestReplayTen::planDead()
{
    PlanRequest request;
    request.from = PlanRequest::From::Dead;
    request.handler = u"apply"_s;
    QElapsedTimer watch;
    watch.start();
    QVERIFY(find<Panel>(u"replay"_s)->planReplay(request));
    auto* table = find<TableView>(u"planTable"_s);
    QTRY_COMPARE_WITH_TIMEOUT(table->model()->rowCount(), events, patience);
    qInfo("a plan of %d events took %lld ms", events, watch.elapsed());
    QTRY_COMPARE(tally(int(Verdict::Run)), u"10000 will run"_s);
    QVERIFY(find<Label>(u"planSubtitle"_s)->text().contains(u"billing, email"));
    QCOMPARE(m_runs->listPlans(u"shop"_s, 10)->first().events, events);
}

void TestReplayTen::runCanary() const
{
    QVERIFY(m_session->arm({}));
    find<QAction>(u"replayAction"_s)->trigger();
    auto* dialog = find<ReplayDialog>(u"replayDialog"_s);
    QVERIFY(dialog);
    dialog->findChild<QLineEdit*>(u"canary"_s)->setText(u"20, 100"_s);
    dialog->findChild<QSpinBox*>(u"stopAfter"_s)->setValue(3);
    confirm(dialog, events);
    QTRY_COMPARE_WITH_TIMEOUT(find<Label>(u"runState"_s)->text(), u"Stopped"_s, patience);
    QTRY_COMPARE(tally(int(OutcomeKind::Failed)), u"3 failed"_s);
    QTRY_COMPARE(tally(int(OutcomeKind::Applied)), u"17 applied"_s);
    QTRY_COMPARE(tally(int(OutcomeKind::NotRun)), u"9980 not run"_s);
    QCOMPARE(number(u"SELECT count(*) FROM applied"_s), 17);
    QCOMPARE(number(u"SELECT count(*) FROM consumed"_s), 17);
}

void TestReplayTen::resumeRest() const
{
    QVERIFY_RESULT(m_postgres->exec(u"DELETE FROM broken"_s));
    QTRY_VERIFY(find<QAction>(u"resume"_s)->isEnabled());
    find<QAction>(u"resume"_s)->trigger();
    auto* dialog = find<ResumeDialog>(u"resumeDialog"_s);
    QVERIFY(dialog);
    dialog->findChild<QCheckBox*>(u"askAtSteps"_s)->setChecked(false);
    confirm(dialog, events - 20);
    QTRY_COMPARE_WITH_TIMEOUT(tally(int(OutcomeKind::Applied)), u"9997 applied"_s, patience);
    QTRY_COMPARE(tally(int(OutcomeKind::Failed)), u"3 failed"_s);
}

void TestReplayTen::runFailedOnes() const
{
    auto* retry = find<QAction>(u"retry"_s);
    QTRY_VERIFY_WITH_TIMEOUT(retry->isVisible() && retry->isEnabled(), patience);
    retry->trigger();
    auto* table = find<TableView>(u"planTable"_s);
    QTRY_COMPARE_WITH_TIMEOUT(table->model()->rowCount(), 3, patience);
    QTRY_COMPARE(tally(int(Verdict::Run)), u"3 will run"_s);
    find<QAction>(u"replayAction"_s)->trigger();
    auto* dialog = find<ReplayDialog>(u"replayDialog"_s);
    QVERIFY(dialog);
    dialog->findChild<QLineEdit*>(u"canary"_s)->clear();
    dialog->findChild<QPushButton*>(u"run"_s)->click();
    QTRY_COMPARE_WITH_TIMEOUT(find<Label>(u"runState"_s)->text(), u"Done"_s, patience);
}

void TestReplayTen::tenThousandDeadEventsAreAppliedOnceAfterTheCanaryFailedAndWasMended()
{
    find<QAction>(u"command:open:replay"_s)->trigger();
    planDead();
    runCanary();
    resumeRest();
    runFailedOnes();
    QCOMPARE(number(u"SELECT count(*) FROM applied"_s), events);
    QCOMPARE(number(u"SELECT count(DISTINCT event_id) FROM applied"_s), events);
    QCOMPARE(number(u"SELECT count(*) FROM consumed WHERE consumer = 'email'"_s), 2'000);
    for (const DeadEntries& left : dead)
        QCOMPARE(m_redis->values({"XPENDING", left.stream, left.group})[0], "0");
    const auto runs = m_runs->list(u"shop"_s, 10);
    QVERIFY_RESULT(runs);
    QCOMPARE(runs->size(), 2);
}

OUTBOARD_OFFSCREEN_MAIN(TestReplayTen)
#include "tst_replayten.moc"
