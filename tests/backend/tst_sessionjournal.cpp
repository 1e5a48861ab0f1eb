// SPDX-License-Identifier: GPL-3.0-or-later
#include "services/session.h"
#include "store/journal.h"
#include "store/runstore.h"
#include "support/fakebackends.h"
#include "support/printers.h"

#include <QSignalSpy>
#include <QSqlDatabase>
#include <QSqlQuery>
#include <QTemporaryDir>
#include <QTest>

#include <atomic>

using namespace outboard;
using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

namespace {

const BrokerTopic stream("order.paid");
const GroupName billing("billing");

QList<QByteArray> rowIds(int first, int last)
{
    QList<QByteArray> ids;
    for (int id = first; id <= last; ++id)
        ids.append(QByteArray::number(id));
    return ids;
}

} // namespace

/// What the session writes to the journal: all that changes something, and nothing else.
class TestSessionJournal : public QObject
{
    Q_OBJECT

private slots:
    void init();
    void cleanup();

    void aRelayNamesTheEventsThatItSent();
    void aStoppedRelayIsDoneInPart();
    void aClaimNamesWhatItAskedForAndWhatWentOtherwise();
    void anAcknowledgementNamesItsEntries();
    void whatTheLedgerHoldsIsNamedOnceItIsKnown();
    void aReplayNamesTheEventsThatRun();
    void aResumedRunNamesWhatWasLeft();
    void aRefusalByTheWriteLockIsJournaled();
    void aRefusalByAGuardIsJournaled();
    void anUnreachableServerIsJournaled();
    void unlockingAndLockingAreJournaled();
    void aWrongNameIsJournaled();
    void closingLocks();
    void lookingIsNotJournaled();
    void withoutAJournalNothingIsChanged();
    void withoutAJournalWritingStaysLocked();
    void aLostResultIsTold();

private:
    void makeSession(const OpenedJournal& journal);
    Result<Plan> planOf(const std::vector<OutboxRowId>& rows);

    template<class T>
    Result<T> answerOf(const QFuture<Result<T>>& future)
    {
        return QTest::qWaitFor([&] { return future.isFinished(); }, 20'000)
                   ? future.result()
                   : Result<T>(Error{Error::Kind::Timeout, u"no answer"_s, {}});
    }

    /// Newest first, without the write lock's.
    QList<JournalDetails> actions() const
    {
        QList<JournalDetails> found;
        const auto page = m_journal->page({}, std::nullopt, 100);
        for (const JournalEntry& entry : page->entries) {
            if (entry.action != u"arm"_s && entry.action != u"lock"_s)
                found.append(*m_journal->details(entry.number));
        }
        return found;
    }

    QList<JournalEntry> lockEntries() const
    {
        QList<JournalEntry> found;
        const auto page = m_journal->page({}, std::nullopt, 100);
        for (const JournalEntry& entry : page->entries) {
            if (entry.action == u"arm"_s || entry.action == u"lock"_s)
                found.prepend(entry);
        }
        return found;
    }

    static qint64 countOf(const JournalDetails& details, const QString& name)
    {
        for (const JournalCount& count : details.counts) {
            if (count.name == name)
                return count.count;
        }
        return -1;
    }

    static QList<QByteArray> idsOf(const JournalDetails& details, const QString& name)
    {
        for (const JournalCount& count : details.counts) {
            if (count.name == name)
                return count.ids;
        }
        return {};
    }

    std::shared_ptr<FakeBackends> m_servers;
    std::shared_ptr<RunStore> m_runs;
    std::shared_ptr<Journal> m_journal;
    std::unique_ptr<QTemporaryDir> m_folder;
    std::unique_ptr<Session> m_session;
    std::atomic<qint64> m_now = 0; // lanes ask for the time too
};

void TestSessionJournal::init()
{
    m_now = Microseconds(std::chrono::hours(480'000)).count();
    m_servers = std::make_shared<FakeBackends>();
    m_servers->fillShop();
    m_folder = std::make_unique<QTemporaryDir>();
    auto runs = RunStore::open(m_folder->filePath(u"runs.sqlite"_s));
    QVERIFY_RESULT(runs);
    m_runs = *runs;
    auto journal = Journal::open(m_folder->filePath(u"journal.sqlite"_s));
    QVERIFY_RESULT(journal);
    m_journal = *journal;
    makeSession(m_journal);
    QVERIFY_RESULT(m_session->arm({}));
}

void TestSessionJournal::cleanup()
{
    m_session.reset();
    m_runs.reset();
    m_journal.reset();
}

void TestSessionJournal::makeSession(const OpenedJournal& journal)
{
    m_session = std::make_unique<Session>(
        m_servers, m_runs, journal, [this] { return TimePoint(Microseconds(m_now.load())); });
}

Result<Plan> TestSessionJournal::planOf(const std::vector<OutboxRowId>& rows)
{
    PlanRequest request;
    request.handler = u"republish"_s;
    request.group = billing;
    request.from = PlanRequest::From::Outbox;
    request.rows = rows;
    return answerOf(m_session->plan(request).answer);
}

void TestSessionJournal::aRelayNamesTheEventsThatItSent()
{
    QVERIFY_RESULT(answerOf(m_session->relay({}).answer));
    const auto entries = actions();
    QCOMPARE(entries.size(), 1);
    const JournalDetails& relay = entries.first();
    QCOMPARE(relay.entry.action, u"relay"_s);
    QCOMPARE(relay.entry.profile, u"shop"_s);
    QCOMPARE(relay.entry.environment, u"development"_s);
    QCOMPARE(relay.entry.at, m_session->clock()());
    QCOMPARE(relay.entry.state, JournalState::Done);
    QCOMPARE(relay.entry.result, u"12 published, 0 remain."_s);
    QCOMPARE(relay.ids, rowIds(19, 30));
    QCOMPARE(countOf(relay, u"published"_s), 12);
    QVERIFY(!relay.commands.isEmpty());
    const auto page = answerOf(m_session->outboxPage({}, std::nullopt, 1));
    QVERIFY_RESULT(page);
    for (const QString& command : relay.commands)
        QVERIFY(!command.contains(QString::fromUtf8(page->rows.first().payload)));
}

void TestSessionJournal::aStoppedRelayIsDoneInPart()
{
    m_session.reset();
    std::atomic<bool> isHeld = true;
    m_servers->outboxTable().onChunk([&](qint64 chunk) {
        while (chunk == 4 && isHeld)
            QThread::yieldCurrentThread();
    });
    makeSession(m_journal);
    QVERIFY_RESULT(m_session->arm({}));
    RelayRequest request;
    request.batch = 1;
    const auto relay = m_session->relay(request);
    QTRY_COMPARE(relay.operation->done(), 4);
    relay.operation->stop();
    isHeld = false;
    QVERIFY_RESULT(answerOf(relay.answer));
    const auto entries = actions();
    QCOMPARE(entries.size(), 1);
    QCOMPARE(entries.first().entry.state, JournalState::InPart);
    QCOMPARE(entries.first().ids, rowIds(19, 23));
    cleanup();
}

void TestSessionJournal::aClaimNamesWhatItAskedForAndWhatWentOtherwise()
{
    ClaimRequest request;
    request.topic = stream;
    request.group = billing;
    request.minIdle = 60s;
    request.consumer = ConsumerName("billing-2");
    const auto messages = m_servers->streams().entries(stream);
    request.ids = {messages[10].id, messages[11].id, messages[0].id};
    m_servers->streams().redeliver(stream, billing, messages[11].id, ConsumerName("billing-3"));
    QVERIFY_RESULT(answerOf(m_session->claim(request).answer));
    const auto entries = actions();
    QCOMPARE(entries.size(), 1);
    const JournalDetails& claim = entries.first();
    QCOMPARE(claim.entry.action, u"claim"_s);
    QVERIFY(claim.entry.place.contains(u"order.paid/billing"));
    QVERIFY(claim.entry.place.contains(u"billing-2"));
    QCOMPARE(claim.ids, journalIdList(request.ids));
    QCOMPARE(claim.entry.state, JournalState::InPart);
    QCOMPARE(countOf(claim, u"claimed"_s), 1);
    QCOMPARE(idsOf(claim, u"taken"_s), QList{messages[11].id.bytes()});
    QCOMPARE(idsOf(claim, u"not_pending"_s), QList{messages[0].id.bytes()});
    QVERIFY(!claim.commands.isEmpty());
}

void TestSessionJournal::anAcknowledgementNamesItsEntries()
{
    const auto messages = m_servers->streams().entries(stream);
    const std::vector<EntryId> ids{messages[10].id, messages[11].id};
    QVERIFY_RESULT(answerOf(m_session->acknowledge(stream, billing, ids).answer));
    const auto entries = actions();
    QCOMPARE(entries.size(), 1);
    QCOMPARE(entries.first().entry.action, u"ack"_s);
    QCOMPARE(entries.first().entry.place, u"order.paid/billing"_s);
    QCOMPARE(entries.first().ids, journalIdList(ids));
    QCOMPARE(countOf(entries.first(), u"acknowledged"_s), 2);
    QCOMPARE(entries.first().entry.state, JournalState::Done);
}

void TestSessionJournal::whatTheLedgerHoldsIsNamedOnceItIsKnown()
{
    m_servers->ledgerTable().insert(EventId("12"));
    m_servers->ledgerTable().insert(EventId("14"));
    QVERIFY_RESULT(answerOf(m_session->acknowledgeProcessed(stream, billing).answer));
    const auto entries = actions();
    QCOMPARE(entries.size(), 1);
    const auto messages = m_servers->streams().entries(stream);
    QCOMPARE(entries.first().entry.action, u"ack_ledger_done"_s);
    QCOMPARE(entries.first().ids, (QList{messages[11].id.bytes(), messages[13].id.bytes()}));
    QCOMPARE(entries.first().entry.state, JournalState::Done);
}

void TestSessionJournal::aReplayNamesTheEventsThatRun()
{
    m_servers->ledgerTable().insert(EventId("20"));
    const auto plan = planOf({OutboxRowId("19"), OutboxRowId("20"), OutboxRowId("21")});
    QVERIFY_RESULT(plan);
    QCOMPARE(plan->count(Verdict::Run), 2);
    ReplayOptions options;
    options.verdictTimeout = 0ms;
    QVERIFY_RESULT(answerOf(m_session->replay(*plan, options).answer));
    const auto entries = actions();
    QCOMPARE(entries.size(), 1);
    const JournalDetails& replay = entries.first();
    QCOMPARE(replay.entry.action, u"replay"_s);
    QVERIFY(replay.entry.place.contains(plan->id));
    QCOMPARE(replay.ids, (QList<QByteArray>{"19", "21"}));
    QCOMPARE(idsOf(replay, u"no_verdict"_s), (QList<QByteArray>{"19", "21"}));
    QCOMPARE(countOf(replay, u"skipped"_s), 1);
    QVERIFY(!replay.commands.isEmpty());
}

void TestSessionJournal::aResumedRunNamesWhatWasLeft()
{
    m_session.reset();
    std::atomic<int> sends = 0;
    m_servers->streams().before = [&](QByteArrayView call) -> Result<void> {
        if (call == "publish" && ++sends == 3)
            return Error{Error::Kind::Unreachable, u"Gone."_s, {}};
        return {};
    };
    makeSession(m_journal);
    QVERIFY_RESULT(m_session->arm({}));
    const auto plan =
        planOf({OutboxRowId("19"), OutboxRowId("20"), OutboxRowId("21"), OutboxRowId("22")});
    QVERIFY_RESULT(plan);
    ReplayOptions options;
    options.verdictTimeout = 0ms;
    const auto report = answerOf(m_session->replay(*plan, options).answer);
    QVERIFY_RESULT(report);
    QCOMPARE(report->inDoubt, 1);
    QVERIFY_RESULT(answerOf(m_session->resume(report->runId, false).answer));
    const auto entries = actions();
    QCOMPARE(entries.size(), 2);
    QCOMPARE(entries[1].entry.state, JournalState::InPart);
    QCOMPARE(idsOf(entries[1], u"in_doubt"_s), QList<QByteArray>{"21"});
    const JournalDetails& resumed = entries[0];
    QCOMPARE(resumed.entry.action, u"resume"_s);
    QVERIFY(resumed.entry.place.contains(report->runId));
    // Repeating what is in doubt needs a yes.
    QCOMPARE(resumed.ids, QList<QByteArray>{"22"});
    QVERIFY_RESULT(answerOf(m_session->resume(report->runId, true).answer));
    QCOMPARE(actions().first().ids, QList<QByteArray>{"21"});
    cleanup();
}

void TestSessionJournal::aRefusalByTheWriteLockIsJournaled()
{
    m_session->disarm();
    const auto messages = m_servers->streams().entries(stream);
    QVERIFY_ERROR(
        m_session->acknowledge(stream, billing, {messages[10].id}).answer.result(),
        Error::Kind::Refused);
    QTRY_COMPARE(actions().size(), 1);
    const JournalDetails refused = actions().first();
    QCOMPARE(refused.entry.state, JournalState::Refused);
    QCOMPARE(refused.ids, QList{messages[10].id.bytes()});
    QVERIFY(refused.entry.result.contains(u"read-only"));
}

void TestSessionJournal::aRefusalByAGuardIsJournaled()
{
    QVERIFY_ERROR(
        answerOf(m_session->acknowledgeProcessed(stream, GroupName("email")).answer),
        Error::Kind::Refused);
    QCOMPARE(actions().size(), 1);
    QCOMPARE(actions().first().entry.state, JournalState::Refused);
}

void TestSessionJournal::anUnreachableServerIsJournaled()
{
    m_servers->broker().setUnreachable(true);
    QVERIFY_ERROR(answerOf(m_session->relay({}).answer), Error::Kind::Unreachable);
    QCOMPARE(actions().size(), 1);
    QCOMPARE(actions().first().entry.state, JournalState::Failed);
    QCOMPARE(actions().first().entry.result, u"The fake server cannot be reached."_s);
}

void TestSessionJournal::unlockingAndLockingAreJournaled()
{
    QTRY_COMPARE(lockEntries().size(), 1);
    QCOMPARE(lockEntries().last().action, u"arm"_s);
    QCOMPARE(lockEntries().last().profile, u"shop"_s);
    m_now += Microseconds(15min).count();
    // By itself, at the timer's next look.
    QTRY_COMPARE(lockEntries().size(), 2);
    QCOMPARE(lockEntries().last().action, u"lock"_s);
    QCOMPARE(lockEntries().last().at, m_session->clock()());
}

void TestSessionJournal::aWrongNameIsJournaled()
{
    Profile profile = FakeBackends::shopProfile();
    profile.environment = Environment::Production;
    m_session.reset();
    m_servers = std::make_shared<FakeBackends>(profile);
    makeSession(m_journal);
    const auto before = lockEntries().size();
    QVERIFY_ERROR(m_session->arm(u"Shop"_s), Error::Kind::Refused);
    QTRY_COMPARE(lockEntries().size(), before + 1);
    QCOMPARE(lockEntries().last().state, JournalState::Refused);
    QCOMPARE(lockEntries().last().environment, u"production"_s);
}

void TestSessionJournal::closingLocks()
{
    m_session.reset();
    QCOMPARE(lockEntries().size(), 2);
    QCOMPARE(lockEntries().last().action, u"lock"_s);
}

void TestSessionJournal::lookingIsNotJournaled()
{
    QVERIFY_RESULT(planOf({OutboxRowId("19")}));
    QVERIFY_RESULT(answerOf(m_session->relayCommands({})));
    QVERIFY_RESULT(answerOf(m_session->outboxPage({}, std::nullopt, 5)));
    QVERIFY(actions().isEmpty());
}

void TestSessionJournal::withoutAJournalNothingIsChanged()
{
    {
        auto raw = QSqlDatabase::addDatabase(u"QSQLITE"_s, u"raw"_s);
        raw.setDatabaseName(m_journal->path());
        QVERIFY(raw.open());
        QVERIFY(QSqlQuery(raw).exec(u"CREATE TRIGGER full BEFORE INSERT ON journal BEGIN"
                                    " SELECT RAISE(ABORT, 'disk full'); END"_s));
    }
    QSqlDatabase::removeDatabase(u"raw"_s);
    const auto relay = m_session->relay({});
    const auto report = answerOf(relay.answer);
    QVERIFY_ERROR(report, Error::Kind::Refused);
    QVERIFY(report.error().what.contains(u"journal"));
    QTRY_COMPARE(relay.operation->state(), Operation::State::Failed);
    QCOMPARE(m_servers->outboxTable().unpublished().size(), 12);
}

void TestSessionJournal::withoutAJournalWritingStaysLocked()
{
    makeSession(Error{Error::Kind::Refused, u"No room. Make some."_s, {}});
    QSignalSpy failed(m_session.get(), &Session::journalFailed);
    QVERIFY_RESULT(m_session->arm({}));
    QTRY_VERIFY(!failed.isEmpty());
    QVERIFY(!m_session->isArmed());
    QVERIFY(failed.first().first().value<Error>().what.contains(u"Make some."));
}

void TestSessionJournal::aLostResultIsTold()
{
    m_session.reset();
    m_servers->outboxTable().onChunk([&](qint64) {
        auto raw = QSqlDatabase::addDatabase(u"QSQLITE"_s, u"raw"_s);
        raw.setDatabaseName(m_journal->path());
        raw.open();
        QSqlQuery(raw).exec(u"CREATE TRIGGER IF NOT EXISTS full BEFORE INSERT ON journal BEGIN"
                            " SELECT RAISE(ABORT, 'disk full'); END"_s);
        raw = {};
        QSqlDatabase::removeDatabase(u"raw"_s);
    });
    makeSession(m_journal);
    QVERIFY_RESULT(m_session->arm({}));
    QSignalSpy failed(m_session.get(), &Session::journalFailed);
    const auto report = answerOf(m_session->relay({}).answer);
    QVERIFY_RESULT(report);
    QVERIFY(report->published > 0);
    QTRY_COMPARE(failed.size(), 1);
    QVERIFY(failed.first().first().value<Error>().what.startsWith(u"It was done"));
    m_session.reset();
    cleanup();
}

QTEST_GUILESS_MAIN(TestSessionJournal)
#include "tst_sessionjournal.moc"
