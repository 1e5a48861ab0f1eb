// SPDX-License-Identifier: GPL-3.0-or-later
#include "sandbox/incidents.h"
#include "sandbox/sandbox.h"
#include "sandbox/traffic.h"
#include "services/session.h"
#include "store/journal.h"
#include "store/runstore.h"
#include "support/pgsession.h"
#include "support/service.h"

#include <QElapsedTimer>
#include <QTemporaryDir>
#include <QTest>

#include <memory>
#include <ranges>

using namespace outboard;
using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

namespace {

constexpr int patience = 180'000;

/// As people see it, but with thresholds that a few seconds reach.
SandboxOptions quickOptions()
{
    SandboxOptions options;
    options.eventsPerSecond = 40;
    options.historyOrders = 400;
    options.retryAfter = 400ms;
    options.relayEvery = 200ms;
    return options;
}

template<class T>
Result<T> answerOf(const Started<T>& started)
{
    const bool isDone = QTest::qWaitFor([&] { return started.answer.isFinished(); }, patience);
    return isDone ? started.answer.result() : Error{Error::Kind::Timeout, u"No answer."_s, {}};
}

} // namespace

/// What can go wrong in the sandbox is found, is mended by what the finding proposes, and is
/// forgotten when it is mended.
class TestIncidents : public QObject
{
    Q_OBJECT

private slots:
    void init();
    void cleanup();
    void aStoppedRelayIsFoundAndRelayed();
    void aCrashedConsumerIsFoundAndItsEntriesClaimed();
    void poisonIsFoundAndReplayedAfterTheFix();
    void duplicatesAreFound();
    void trimmedEventsAreFoundReconciledAndReplayed();
    void aSlowDatabaseIsFound();
    void aBlockedHeadRowIsFoundAndItsHolderEnded();
    void aRestartOfRedisIsFoundReconciledAndReplayed();

private:
    std::optional<Finding> finding(const QString& rule) const;

    bool isFound(const QString& rule) const { return finding(rule).has_value(); }

    void start(const QString& incident, const QString& rule);

    void end(const QString& incident) { QVERIFY_RESULT(m_sandbox->incidents()->end(incident)); }

    std::vector<EventId> lost();
    void replay(const std::vector<EventId>& ids, const QString& handler, qint64 applied);

    qint64 number(const QString& sql) { return m_database->value(sql).toLongLong(); }

    QTemporaryDir m_folder;
    std::unique_ptr<Sandbox> m_sandbox;
    std::unique_ptr<Session> m_session;
    std::unique_ptr<PgSession> m_database;
};

void TestIncidents::init()
{
    m_sandbox = std::make_unique<Sandbox>(quickOptions());
    REQUIRE_SERVICE(m_sandbox->start());
    const QString name = QString::number(m_sandbox->redisProcessId());
    m_session = std::make_unique<Session>(
        makeBackends(m_sandbox->profile(), {}),
        *RunStore::open(m_folder.filePath(name + u"runs.sqlite"_s)),
        Journal::open(m_folder.filePath(name + u"journal.sqlite"_s)),
        systemClock());
    QVERIFY_RESULT(m_session->arm(m_sandbox->profile().name));
    m_session->poller().setInterval(1s);
    auto database = PgSession::open(m_sandbox->profile().outbox.dsn);
    QVERIFY_RESULT(database);
    m_database = std::move(*database);
    // Nothing is wrong at first, and Outboard has looked on for a while.
    QTRY_VERIFY_WITH_TIMEOUT(
        m_session->poller().latest() && m_session->poller().latest()->round > 3, patience);
}

void TestIncidents::cleanup()
{
    m_database.reset();
    m_session.reset();
    m_sandbox.reset();
}

std::optional<Finding> TestIncidents::finding(const QString& rule) const
{
    const SnapshotPtr snapshot = m_session->poller().latest();
    for (const Finding& finding : snapshot->findings) {
        if (finding.id == rule || finding.id.startsWith(rule + u':'))
            return finding;
    }
    return std::nullopt;
}

void TestIncidents::start(const QString& incident, const QString& rule)
{
    QVERIFY(!isFound(rule));
    QVERIFY_RESULT(m_sandbox->incidents()->start(incident));
    QElapsedTimer watch;
    watch.start();
    QTRY_VERIFY2_WITH_TIMEOUT(isFound(rule), qPrintable(rule), patience);
    qInfo("%s: found after %.1f s", qPrintable(incident), double(watch.elapsed()) / 1000);
}

void TestIncidents::aStoppedRelayIsFoundAndRelayed()
{
    start(u"relay-stopped"_s, u"relay_stalled"_s);
    QCOMPARE(finding(u"relay_stalled"_s)->remedy.kind, RemedyKind::RelayBatch);
    QVERIFY_RESULT(answerOf(m_session->relay({})));
    QTRY_VERIFY_WITH_TIMEOUT(!isFound(u"relay_stalled"_s), patience);
    end(u"relay-stopped"_s);
}

void TestIncidents::aCrashedConsumerIsFoundAndItsEntriesClaimed()
{
    start(u"consumer-crashed"_s, u"consumer_stuck"_s);
    const Remedy remedy = finding(u"consumer_stuck"_s)->remedy;
    QCOMPARE(remedy.kind, RemedyKind::Claim);
    PendingQuery query;
    query.topic = *remedy.topic;
    query.group = *remedy.group;
    const auto page = m_session->pending(query);
    QTRY_VERIFY_WITH_TIMEOUT(page.isFinished(), patience);
    const Result<PendingDetails> details = page.result();
    QVERIFY_RESULT(details);
    ClaimRequest claim;
    claim.topic = query.topic;
    claim.group = query.group;
    claim.consumer = ConsumerName("billing-1");
    claim.minIdle = m_sandbox->profile().thresholds.idle;
    for (const PendingDetail& detail : details->entries) {
        if (detail.entry.consumer == ConsumerName("billing-3"))
            claim.ids.push_back(detail.entry.id);
    }
    QCOMPARE(claim.ids.size(), size_t(quickOptions().heldEntries));
    const auto claimed = answerOf(m_session->claim(claim));
    QVERIFY_RESULT(claimed);
    QCOMPARE(claimed->claimed.size(), claim.ids.size());
    QTRY_VERIFY_WITH_TIMEOUT(!isFound(u"consumer_stuck"_s), patience);
    end(u"consumer-crashed"_s);
}

void TestIncidents::poisonIsFoundAndReplayedAfterTheFix()
{
    start(u"poison"_s, u"poison"_s);
    QCOMPARE(finding(u"poison"_s)->remedy.kind, RemedyKind::Replay);
    end(u"poison"_s);
    QTRY_VERIFY_WITH_TIMEOUT(!isFound(u"poison"_s), patience);
}

void TestIncidents::duplicatesAreFound()
{
    start(u"duplicate"_s, u"duplicates"_s);
    end(u"duplicate"_s);
    QTRY_VERIFY_WITH_TIMEOUT(!isFound(u"duplicates"_s), patience);
}

/// The events that a reconciliation of the last half hour names.
std::vector<EventId> TestIncidents::lost()
{
    ReconcileRequest request;
    request.last = Milliseconds(1'800'000);
    const auto found = answerOf(m_session->reconcile(request));
    std::vector<EventId> ids;
    if (!found) {
        qWarning() << found.error().what;
        return ids;
    }
    for (const ReconcileItem& item : found->items) {
        if (item.kind == Discrepancy::Lost)
            ids.push_back(item.eventId);
    }
    return ids;
}

void TestIncidents::replay(const std::vector<EventId>& ids, const QString& handler, qint64 applied)
{
    PlanRequest request;
    request.ids = ids;
    request.handler = handler;
    const auto plan = answerOf(m_session->plan(request));
    QVERIFY_RESULT(plan);
    const auto report = answerOf<RunReport>(m_session->replay(*plan, {}));
    QVERIFY_RESULT(report);
    QCOMPARE(report->applied, applied);
    QCOMPARE(report->failed, 0);
}

void TestIncidents::trimmedEventsAreFoundReconciledAndReplayed()
{
    start(u"stream-trimmed"_s, u"trimmed_unread"_s);
    end(u"stream-trimmed"_s);
    QTRY_VERIFY_WITH_TIMEOUT(!isFound(u"trimmed_unread"_s), patience);
}

void TestIncidents::aSlowDatabaseIsFound()
{
    start(u"slow-database"_s, u"relay_slow"_s);
    end(u"slow-database"_s);
    QTRY_VERIFY_WITH_TIMEOUT(!isFound(u"relay_slow"_s), patience);
}

void TestIncidents::aBlockedHeadRowIsFoundAndItsHolderEnded()
{
    start(u"head-row-blocked"_s, u"head_blocked"_s);
    const Remedy remedy = finding(u"head_blocked"_s)->remedy;
    QCOMPARE(remedy.kind, RemedyKind::Copy);
    // What the operator does with what was copied.
    QCOMPARE(m_database->value(remedy.text), "t");
    QTRY_VERIFY_WITH_TIMEOUT(!isFound(u"head_blocked"_s), patience);
    end(u"head-row-blocked"_s);
}

void TestIncidents::aRestartOfRedisIsFoundReconciledAndReplayed()
{
    start(u"redis-restarted"_s, u"entries_vanished"_s);
    QCOMPARE(finding(u"entries_vanished"_s)->remedy.kind, RemedyKind::Reconcile);
    m_sandbox->traffic()->switches().isProducerStopped = true;
    const QString unhandled =
        u"SELECT count(*) FROM orders_outboxevent o WHERE published_at IS NOT NULL "
        "AND topic = 'order.paid' "
        "AND NOT EXISTS (SELECT 1 FROM billing_processedevent WHERE event_id = o.id::text) "
        "AND NOT EXISTS (SELECT 1 FROM email_processedevent WHERE event_id = o.id::text)"_s;
    QTRY_COMPARE_WITH_TIMEOUT(
        number(u"SELECT count(*) FROM orders_outboxevent WHERE published_at IS NULL"_s),
        0,
        patience);
    QTRY_COMPARE_WITH_TIMEOUT(number(unhandled), quickOptions().lostEvents, patience);

    const std::vector<EventId> ids = lost();
    QCOMPARE(qint64(ids.size()), quickOptions().lostEvents);
    for (const EventId& id : ids) {
        QCOMPARE(
            number(u"SELECT count(*) FROM billing_processedevent WHERE event_id = '%1'"_s.arg(
                QString::fromLatin1(id.bytes()))),
            0);
    }
    // Writing was locked when the broker was connected anew.
    QVERIFY_RESULT(m_session->arm(m_sandbox->profile().name));
    replay(ids, u"billing-sql"_s, quickOptions().lostEvents);
    replay(ids, u"email-sql"_s, quickOptions().lostEvents);
    QCOMPARE(number(unhandled), 0);
    QCOMPARE(lost().size(), size_t(0));
    // Nothing twice.
    QCOMPARE(
        number(u"SELECT count(*) FROM billing_invoice"_s),
        number(u"SELECT count(DISTINCT event_id) FROM billing_invoice"_s));
    QCOMPARE(
        number(u"SELECT count(*) FROM email_message"_s),
        number(u"SELECT count(DISTINCT event_id) FROM email_message"_s));
}

QTEST_GUILESS_MAIN(TestIncidents)
#include "tst_incidents.moc"
