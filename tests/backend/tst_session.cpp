// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/onanswer.h"
#include "services/session.h"
#include "store/journal.h"
#include "store/runstore.h"
#include "support/fakebackends.h"
#include "support/printers.h"

#include <QSignalSpy>
#include <QTemporaryDir>
#include <QTest>

#include <atomic>

using namespace outboard;
using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

namespace {

const BrokerTopic stream("order.paid");
const GroupName billing("billing");
const GroupName email("email");

PendingQuery pendingOf(const GroupName& group)
{
    PendingQuery query;
    query.topic = stream;
    query.group = group;
    return query;
}

} // namespace

class TestSession : public QObject
{
    Q_OBJECT

private slots:
    void init();
    void cleanup();

    // The write lock.
    void actionsAreRefusedWhileItIsClosed();
    void productionIsArmedOnlyWithItsName();
    void itClosesByItselfAfterFifteenMinutes();
    void armingAgainStartsTheTimeAgain();
    void itClosesWhenTheClockIsSetBack();
    void itClosesAtOnceOnDisarm();

    // Reading.
    void pagesComeFromTheOutbox();
    void pendingEntriesCarryMessagesAndMarks();
    void withoutALedgerMarksAreUnknown();
    void aDeadLedgerMakesMarksUnknown();
    void aDeadBrokerDoesNotHoldUpTheOutbox();
    void aLongPageDoesNotDelayARound();
    void answersAreDroppedWhenTheContextDies();
    void previewsShowTheCommands();

    // Actions.
    void relayPublishesAndTheNextRoundShowsIt();
    void progressIsToldButNotForEveryChunk();
    void aStoppedRelayTellsWhatItDid();
    void anUnreachableServerFailsTheAction();
    void anActionClosesItsConnections();
    void claimAndAcknowledge();
    void acknowledgeWhatTheLedgerHolds();
    void acknowledgeWhatTheLedgerHoldsNeedsALedger();
    void finishedOperationsCanBeDismissed();

    // Replaying.
    void planningNeedsNoWriteLock();
    void aPlanIsReplayed();
    void aRunThatWasCutOffIsResumed();
    void aFinishedRunIsNotResumed();

    // The end.
    void closingStopsARunningAction();
    void closingWithServersThatHangIsQuick();

private:
    void makeSession();
    void armed();

    template<class T>
    Result<T> answerOf(const QFuture<Result<T>>& future)
    {
        return QTest::qWaitFor([&] { return future.isFinished(); }, 20'000)
                   ? future.result()
                   : Result<T>(Error{Error::Kind::Timeout, u"no answer"_s, {}});
    }

    void advance(Microseconds duration) { m_now += duration.count(); }

    std::shared_ptr<FakeBackends> m_servers;
    std::shared_ptr<RunStore> m_runs;
    std::shared_ptr<Journal> m_journal;
    std::unique_ptr<QTemporaryDir> m_folder;
    std::unique_ptr<Session> m_session;
    std::atomic<qint64> m_now = 0; // lanes ask for the time too
};

void TestSession::init()
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
    makeSession();
}

void TestSession::cleanup()
{
    m_session.reset();
    m_runs.reset();
    m_journal.reset();
}

void TestSession::makeSession()
{
    m_session = std::make_unique<Session>(
        m_servers, m_runs, m_journal, [this] { return TimePoint(Microseconds(m_now.load())); });
}

void TestSession::armed()
{
    QVERIFY_RESULT(m_session->arm({}));
    QVERIFY(m_session->isArmed());
}

void TestSession::actionsAreRefusedWhileItIsClosed()
{
    QVERIFY(!m_session->isArmed());
    QSignalSpy appeared(m_session.get(), &Session::operationStarted);
    const auto relay = m_session->relay({});
    QVERIFY(relay.operation);
    QVERIFY(!relay.operation->isRunning());
    QCOMPARE(relay.operation->state(), Operation::State::Failed);
    QVERIFY(relay.operation->summary().contains(u"read-only"_s));
    QVERIFY_ERROR(relay.answer.result(), Error::Kind::Refused);
    QVERIFY_ERROR(m_session->claim({}).answer.result(), Error::Kind::Refused);
    QVERIFY_ERROR(
        m_session->acknowledge(stream, billing, {}).answer.result(), Error::Kind::Refused);
    QVERIFY_ERROR(
        m_session->acknowledgeProcessed(stream, billing).answer.result(), Error::Kind::Refused);
    QVERIFY_ERROR(m_session->replay({}, {}).answer.result(), Error::Kind::Refused);
    QVERIFY_ERROR(m_session->resume(u"run"_s, false).answer.result(), Error::Kind::Refused);
    QCOMPARE(appeared.size(), 6);
    QCOMPARE(m_servers->outbox().calls(), 0);
    QCOMPARE(m_servers->broker().calls(), 0);
}

void TestSession::productionIsArmedOnlyWithItsName()
{
    Profile profile = FakeBackends::shopProfile();
    profile.environment = Environment::Production;
    m_servers = std::make_shared<FakeBackends>(profile);
    makeSession();
    QSignalSpy changed(m_session.get(), &Session::armedChanged);
    QVERIFY_ERROR(m_session->arm({}), Error::Kind::Refused);
    QVERIFY_ERROR(m_session->arm(u"Shop"_s), Error::Kind::Refused);
    QVERIFY(!m_session->isArmed());
    QCOMPARE(changed.size(), 0);
    QVERIFY_RESULT(m_session->arm(u"shop"_s));
    QVERIFY(m_session->isArmed());
    QCOMPARE(changed.size(), 1);
}

void TestSession::itClosesByItselfAfterFifteenMinutes()
{
    armed();
    QSignalSpy changed(m_session.get(), &Session::armedChanged);
    const TimePoint until = m_session->clock()() + 15min;
    QCOMPARE(m_session->armedUntil(), std::optional(until));
    advance(15min - 1s);
    QVERIFY(m_session->isArmed());
    advance(1s);
    // The action that comes before the timer's next look is refused too.
    QVERIFY(!m_session->isArmed());
    QVERIFY(!m_session->armedUntil());
    QVERIFY_ERROR(m_session->relay({}).answer.result(), Error::Kind::Refused);
    QTRY_COMPARE(changed.size(), 1);
}

void TestSession::armingAgainStartsTheTimeAgain()
{
    armed();
    advance(10min);
    armed();
    advance(10min);
    QVERIFY(m_session->isArmed());
}

void TestSession::itClosesWhenTheClockIsSetBack()
{
    armed();
    advance(-1h);
    QVERIFY(!m_session->isArmed());
}

void TestSession::itClosesAtOnceOnDisarm()
{
    armed();
    QSignalSpy changed(m_session.get(), &Session::armedChanged);
    m_session->disarm();
    QVERIFY(!m_session->isArmed());
    QCOMPARE(changed.size(), 1);
    m_session->disarm();
    QCOMPARE(changed.size(), 1);
}

void TestSession::pagesComeFromTheOutbox()
{
    OutboxFilter filter;
    filter.state = RowState::Unpublished;
    filter.newestFirst = false;
    const auto page = answerOf(m_session->outboxPage(filter, std::nullopt, 5));
    QVERIFY_RESULT(page);
    QCOMPARE(page->rows.size(), 5);
    QCOMPARE(page->rows.first().id, OutboxRowId("19"));
    const auto next = answerOf(m_session->outboxPage(filter, page->next, 100));
    QVERIFY_RESULT(next);
    QCOMPARE(next->rows.size(), 7);
    const auto rows = answerOf(m_session->outboxRows({OutboxRowId("3"), OutboxRowId("19")}));
    QVERIFY_RESULT(rows);
    QCOMPARE(rows->size(), 2);
    const auto messages = answerOf(m_session->messages({stream}));
    QVERIFY_RESULT(messages);
    QCOMPARE(messages->size(), 18);
    const auto fetched = answerOf(m_session->fetch(stream, {messages->at(4).id}));
    QVERIFY_RESULT(fetched);
    QCOMPARE(*fetched, QList<Message>{messages->at(4)});
}

void TestSession::pendingEntriesCarryMessagesAndMarks()
{
    m_servers->ledgerTable().insert(EventId("12"));
    const auto messages = m_servers->streams().entries(stream);
    m_servers->streams().remove(stream, messages[12].id); // event 13
    const auto details = answerOf(m_session->pending(pendingOf(billing)));
    QVERIFY_RESULT(details);
    QCOMPARE(details->entries.size(), 5);
    QVERIFY(!details->next);
    QCOMPARE(details->note, QString());
    QCOMPARE(details->at, m_session->clock()());
    const PendingDetail& unprocessed = details->entries[0];
    QCOMPARE(unprocessed.entry.id, messages[10].id);
    QCOMPARE(unprocessed.entry.consumer, ConsumerName("billing-1"));
    QCOMPARE(unprocessed.entry.idle, Milliseconds(7min));
    QVERIFY(unprocessed.message);
    QCOMPARE(unprocessed.message->eventId, EventId("11"));
    QCOMPARE(unprocessed.ledger, LedgerMark::Unprocessed);
    QCOMPARE(details->entries[1].ledger, LedgerMark::Processed);
    const PendingDetail& gone = details->entries[2];
    QVERIFY(!gone.message);
    QCOMPARE(gone.ledger, LedgerMark::Unknown);
}

void TestSession::withoutALedgerMarksAreUnknown()
{
    m_servers->streams().add("order.paid", "99", "{}");
    m_servers->streams().deliver(stream, email, ConsumerName("email-1"), 1);
    const auto details = answerOf(m_session->pending(pendingOf(email)));
    QVERIFY_RESULT(details);
    QCOMPARE(details->entries.size(), 1);
    QCOMPARE(details->entries[0].ledger, LedgerMark::Unknown);
    QVERIFY(details->note.contains(u"\"email\""_s));
}

void TestSession::aDeadLedgerMakesMarksUnknown()
{
    m_servers->ledger().setUnreachable(true);
    const auto details = answerOf(m_session->pending(pendingOf(billing)));
    QVERIFY_RESULT(details);
    QCOMPARE(details->entries.size(), 5);
    QVERIFY(details->entries[0].message);
    QCOMPARE(details->entries[0].ledger, LedgerMark::Unknown);
    QVERIFY(details->note.startsWith(u"The ledger does not answer"_s));
    // It is not asked again for every page.
    const qint64 calls = m_servers->ledger().calls();
    QVERIFY_RESULT(answerOf(m_session->pending(pendingOf(billing))));
    QCOMPARE(m_servers->ledger().calls(), calls);
}

void TestSession::aDeadBrokerDoesNotHoldUpTheOutbox()
{
    m_servers->broker().hold();
    const auto messages = m_session->messages({stream});
    QTRY_COMPARE(m_servers->broker().waiting(), 1);
    QVERIFY_RESULT(answerOf(m_session->outboxPage({}, std::nullopt, 5)));
    QVERIFY(!messages.isFinished());
    m_servers->broker().setUnreachable(true);
    m_servers->broker().release();
    QVERIFY_ERROR(answerOf(messages), Error::Kind::Unreachable);
    m_servers->broker().setUnreachable(false);
    QVERIFY_RESULT(answerOf(m_session->messages({stream})));
}

void TestSession::aLongPageDoesNotDelayARound()
{
    m_session.reset();
    std::atomic<bool> isHeld = true;
    std::atomic<bool> isReading = false;
    m_servers->streams().before = [&](QByteArrayView call) -> Result<void> {
        isReading = isReading || call == "read";
        while (call == "read" && isHeld)
            QThread::yieldCurrentThread();
        return {};
    };
    makeSession();
    const auto messages = m_session->messages({stream});
    QTRY_VERIFY(isReading);
    QSignalSpy polled(&m_session->poller(), &Poller::polled);
    m_session->poller().pollNow();
    QTRY_COMPARE(polled.size(), 1);
    QVERIFY_RESULT(m_session->poller().latest()->broker);
    QVERIFY(!messages.isFinished());
    isHeld = false;
    QVERIFY_RESULT(answerOf(messages));
    cleanup();
}

void TestSession::answersAreDroppedWhenTheContextDies()
{
    m_servers->outbox().hold();
    auto panel = std::make_unique<QObject>();
    bool isCalled = false;
    const auto page = m_session->outboxPage({}, std::nullopt, 5);
    onAnswer(page, panel.get(), [&](const Result<OutboxPage>&) { isCalled = true; });
    panel.reset();
    m_servers->outbox().release();
    QVERIFY_RESULT(answerOf(page));
    QCoreApplication::processEvents();
    QVERIFY(!isCalled);
}

void TestSession::previewsShowTheCommands()
{
    const auto relay = answerOf(m_session->relayCommands({}));
    QVERIFY_RESULT(relay);
    QVERIFY(relay->first().startsWith(u"SELECT"_s));
    QVERIFY(relay->last().contains(u"order.paid"_s)); // the first waiting row's topic
    ClaimRequest request;
    request.topic = stream;
    request.group = billing;
    request.minIdle = 60s;
    request.consumer = ConsumerName("billing-2");
    request.ids = {m_servers->streams().entries(stream)[10].id};
    const auto claim = answerOf(m_session->claimCommands(request));
    QVERIFY_RESULT(claim);
    QVERIFY(!claim->isEmpty());
    const auto ack = answerOf(m_session->acknowledgeCommands(stream, billing, request.ids));
    QVERIFY_RESULT(ack);
    QVERIFY(!ack->isEmpty());

    PlanRequest planned;
    planned.from = PlanRequest::From::Pending;
    planned.handler = u"republish"_s;
    planned.topic = stream;
    planned.group = billing;
    planned.pending.minIdle = 60s;
    const auto plan = answerOf(m_session->plan(planned).answer);
    QVERIFY_RESULT(plan);
    QCOMPARE(plan->count(Verdict::Run), 5);
    const auto replay = answerOf(m_session->replayCommands(*plan));
    QVERIFY_RESULT(replay);
    QVERIFY(replay->size() >= 3);

    // Looking changes nothing.
    QCOMPARE(m_servers->outboxTable().unpublished().size(), 12);
    QCOMPARE(m_servers->streams().pendingCount(stream, billing), 5);
}

void TestSession::relayPublishesAndTheNextRoundShowsIt()
{
    armed();
    QSignalSpy polled(&m_session->poller(), &Poller::polled);
    QSignalSpy appeared(m_session.get(), &Session::operationStarted);
    const auto relay = m_session->relay({});
    QCOMPARE(appeared.size(), 1);
    QCOMPARE(m_session->operations(), QList<Operation*>{relay.operation});
    QVERIFY(relay.operation->isRunning());
    QCOMPARE(relay.operation->startedAt(), m_session->clock()());
    const auto report = answerOf(relay.answer);
    QVERIFY_RESULT(report);
    QCOMPARE(report->published, 12);
    QTRY_VERIFY(!relay.operation->isRunning());
    QCOMPARE(relay.operation->state(), Operation::State::Done);
    QCOMPARE(relay.operation->summary(), u"12 published, 0 remain."_s);
    QCOMPARE(relay.operation->done(), 12);
    QVERIFY(!relay.operation->error());
    QCOMPARE(m_servers->streams().entries(stream).size(), size_t(30));
    QTRY_COMPARE(polled.size(), 1);
    QCOMPARE(m_session->poller().latest()->outbox->unpublished, Count::exact(0));
}

void TestSession::progressIsToldButNotForEveryChunk()
{
    m_session.reset();
    std::atomic<bool> isHeld = true;
    m_servers->outboxTable().onChunk([&](qint64 chunk) {
        while (chunk == 6 && isHeld)
            QThread::yieldCurrentThread();
    });
    makeSession();
    armed();
    RelayRequest request;
    request.batch = 1;
    const auto relay = m_session->relay(request);
    QSignalSpy progressed(relay.operation, &Operation::progressed);
    QTRY_COMPARE(relay.operation->done(), 6);
    QCOMPARE(relay.operation->total(), std::optional<qint64>(12));
    QVERIFY(progressed.size() < 6);
    isHeld = false;
    QVERIFY_RESULT(answerOf(relay.answer));
    QTRY_VERIFY(!relay.operation->isRunning());
    QCOMPARE(relay.operation->done(), 12);
    cleanup();
}

void TestSession::aStoppedRelayTellsWhatItDid()
{
    m_session.reset();
    std::atomic<bool> isHeld = true;
    m_servers->outboxTable().onChunk([&](qint64 chunk) {
        while (chunk == 4 && isHeld)
            QThread::yieldCurrentThread();
    });
    makeSession();
    armed();
    RelayRequest request;
    request.batch = 1;
    const auto relay = m_session->relay(request);
    QTRY_COMPARE(relay.operation->done(), 4);
    relay.operation->stop();
    QCOMPARE(relay.operation->state(), Operation::State::Stopping);
    isHeld = false;
    const auto report = answerOf(relay.answer);
    QVERIFY_RESULT(report);
    QVERIFY(report->stopped);
    QTRY_COMPARE(relay.operation->state(), Operation::State::DoneInPart);
    QCOMPARE(relay.operation->summary(), u"Stopped: 5 published, 7 remain."_s);
    QCOMPARE(m_servers->outboxTable().unpublished().size(), 7);
    cleanup();
}

void TestSession::anUnreachableServerFailsTheAction()
{
    armed();
    m_servers->broker().setUnreachable(true);
    const auto relay = m_session->relay({});
    QVERIFY_ERROR(answerOf(relay.answer), Error::Kind::Unreachable);
    QTRY_COMPARE(relay.operation->state(), Operation::State::Failed);
    QCOMPARE(relay.operation->summary(), u"The fake server cannot be reached."_s);
    QCOMPARE(relay.operation->error()->kind, Error::Kind::Unreachable);
    QCOMPARE(m_servers->outboxTable().unpublished().size(), 12);
}

void TestSession::anActionClosesItsConnections()
{
    armed();
    const auto before = m_servers.use_count();
    const auto relay = m_session->relay({});
    QVERIFY_RESULT(answerOf(relay.answer));
    QTRY_VERIFY(!relay.operation->isRunning());
    // Its lane, which held the servers, is gone.
    QTRY_COMPARE(m_servers.use_count(), before);
}

void TestSession::claimAndAcknowledge()
{
    armed();
    ClaimRequest request;
    request.topic = stream;
    request.group = billing;
    request.minIdle = 60s;
    request.consumer = ConsumerName("billing-2");
    const auto messages = m_servers->streams().entries(stream);
    request.ids = {messages[10].id, messages[11].id, messages[0].id};
    m_servers->streams().redeliver(stream, billing, messages[11].id, ConsumerName("billing-3"));
    const auto claim = m_session->claim(request);
    const auto claimed = answerOf(claim.answer);
    QVERIFY_RESULT(claimed);
    QCOMPARE(claimed->claimed, std::vector{messages[10].id});
    QTRY_COMPARE(claim.operation->state(), Operation::State::DoneInPart);
    QCOMPARE(
        claim.operation->summary(),
        u"1 claimed, 1 in someone else's hands meanwhile, 1 no longer pending."_s);

    const auto ack = m_session->acknowledge(stream, billing, {messages[10].id});
    const auto acknowledged = answerOf(ack.answer);
    QVERIFY_RESULT(acknowledged);
    QTRY_COMPARE(ack.operation->state(), Operation::State::Done);
    QCOMPARE(ack.operation->summary(), u"1 acknowledged."_s);
    QCOMPARE(m_servers->streams().pendingCount(stream, billing), 4);
}

void TestSession::acknowledgeWhatTheLedgerHolds()
{
    armed();
    m_servers->ledgerTable().insert(EventId("12"));
    m_servers->ledgerTable().insert(EventId("14"));
    const auto ack = m_session->acknowledgeProcessed(stream, billing);
    const auto report = answerOf(ack.answer);
    QVERIFY_RESULT(report);
    QCOMPARE(report->acknowledged.size(), size_t(2));
    QTRY_VERIFY(!ack.operation->isRunning());
    QCOMPARE(m_servers->streams().pendingCount(stream, billing), 3);
}

void TestSession::acknowledgeWhatTheLedgerHoldsNeedsALedger()
{
    armed();
    const auto ack = m_session->acknowledgeProcessed(stream, email);
    QVERIFY_ERROR(answerOf(ack.answer), Error::Kind::Refused);
    QTRY_VERIFY(ack.operation->summary().contains(u"\"email\""_s));
}

void TestSession::finishedOperationsCanBeDismissed()
{
    m_servers->broker().hold();
    armed();
    const auto relay = m_session->relay({});
    m_session->dismiss(relay.operation);
    QCOMPARE(m_session->operations().size(), 1);
    m_servers->broker().release();
    QTRY_VERIFY(!relay.operation->isRunning());
    QSignalSpy destroyed(relay.operation, &QObject::destroyed);
    m_session->dismiss(relay.operation);
    QVERIFY(m_session->operations().isEmpty());
    QTRY_COMPARE(destroyed.size(), 1);
}

void TestSession::planningNeedsNoWriteLock()
{
    PlanRequest request;
    request.from = PlanRequest::From::Pending;
    request.handler = u"republish"_s;
    request.topic = stream;
    request.group = billing;
    m_servers->ledgerTable().insert(EventId("12"));
    const auto started = m_session->plan(request);
    const auto plan = answerOf(started.answer);
    QVERIFY_RESULT(plan);
    QCOMPARE(plan->items.size(), 5);
    QCOMPARE(plan->count(Verdict::Run), 4);
    QCOMPARE(plan->count(Verdict::Processed), 1);
    QTRY_COMPARE(started.operation->summary(), u"4 of 5 events will run, 1 already processed."_s);
    QCOMPARE(started.operation->state(), Operation::State::Done);

    m_servers->ledgerTable().insert(EventId("13"));
    const auto again = answerOf(m_session->judgeAgain(*plan).answer);
    QVERIFY_RESULT(again);
    QCOMPARE(again->id, plan->id);
    QCOMPARE(again->count(Verdict::Processed), 2);
}

void TestSession::aPlanIsReplayed()
{
    PlanRequest request;
    request.handler = u"republish"_s;
    request.group = billing;
    request.from = PlanRequest::From::Outbox;
    request.rows = {OutboxRowId("19"), OutboxRowId("20")};
    const auto plan = answerOf(m_session->plan(request).answer);
    QVERIFY_RESULT(plan);
    QCOMPARE(plan->count(Verdict::Run), 2);
    armed();
    ReplayOptions options;
    options.verdictTimeout = 0ms;
    const auto started = m_session->replay(*plan, options);
    const auto report = answerOf(started.answer);
    QVERIFY_RESULT(report);
    QCOMPARE(report->noVerdict, 2);
    QTRY_COMPARE(started.operation->summary(), u"0 applied, 2 sent, no verdict yet."_s);
    QCOMPARE(m_servers->streams().entries(stream).size(), size_t(20));
    const auto runs = m_runs->list(u"shop"_s, 10);
    QVERIFY_RESULT(runs);
    QCOMPARE(runs->size(), 1);
    QCOMPARE(runs->first().runId, report->runId);
}

void TestSession::aRunThatWasCutOffIsResumed()
{
    PlanRequest request;
    request.handler = u"republish"_s;
    request.group = billing;
    request.from = PlanRequest::From::Outbox;
    for (int id = 19; id <= 24; ++id)
        request.rows.push_back(OutboxRowId(QByteArray::number(id)));
    m_session.reset();
    std::atomic<int> sends = 0;
    m_servers->streams().before = [&](QByteArrayView call) -> Result<void> {
        if (call == "publish" && ++sends == 3)
            return Error{Error::Kind::Unreachable, u"Gone."_s, {}};
        return {};
    };
    makeSession();
    armed();
    const auto plan = answerOf(m_session->plan(request).answer);
    QVERIFY_RESULT(plan);
    ReplayOptions options;
    options.verdictTimeout = 0ms;
    const auto cut = m_session->replay(*plan, options);
    const auto report = answerOf(cut.answer);
    QVERIFY_RESULT(report);
    QVERIFY(report->error);
    QCOMPARE(report->inDoubt, 1);
    QTRY_COMPARE(cut.operation->state(), Operation::State::DoneInPart);

    const auto resumed = m_session->resume(report->runId, false);
    const auto whole = answerOf(resumed.answer);
    QVERIFY_RESULT(whole);
    QCOMPARE(whole->runId, report->runId);
    QCOMPARE(whole->inDoubt, 1); // not repeated without a yes
    QCOMPARE(whole->noVerdict, 5);
    QCOMPARE(m_servers->streams().entries(stream).size(), size_t(18 + 5));

    const auto repeated = answerOf(m_session->resume(report->runId, true).answer);
    QVERIFY_RESULT(repeated);
    QCOMPARE(repeated->inDoubt, 0);
    QCOMPARE(m_servers->streams().entries(stream).size(), size_t(18 + 6));
    cleanup();
}

void TestSession::aFinishedRunIsNotResumed()
{
    PlanRequest request;
    request.handler = u"republish"_s;
    request.group = billing;
    request.from = PlanRequest::From::Outbox;
    request.rows = {OutboxRowId("19")};
    const auto plan = answerOf(m_session->plan(request).answer);
    QVERIFY_RESULT(plan);
    armed();
    ReplayOptions options;
    options.verdictTimeout = 0ms;
    const auto report = answerOf(m_session->replay(*plan, options).answer);
    QVERIFY_RESULT(report);
    QCOMPARE(report->noVerdict, 1);

    // Sent and unconfirmed: resuming asks the ledger again and sends nothing.
    const auto waiting = answerOf(m_session->resume(report->runId, true).answer);
    QVERIFY_RESULT(waiting);
    QCOMPARE(waiting->noVerdict, 1);
    m_servers->ledgerTable().insert(plan->items.first().event.id);
    const auto confirmed = answerOf(m_session->resume(report->runId, true).answer);
    QVERIFY_RESULT(confirmed);
    QCOMPARE(confirmed->applied, 1);

    const auto again = m_session->resume(report->runId, true);
    QVERIFY_ERROR(answerOf(again.answer), Error::Kind::Refused);
    QVERIFY_ERROR(answerOf(m_session->resume(u"no such run"_s, true).answer), Error::Kind::Missing);
    QCOMPARE(m_servers->streams().entries(stream).size(), size_t(19));
}

void TestSession::closingStopsARunningAction()
{
    m_session.reset();
    std::atomic<bool> isHeld = true;
    std::atomic<qint64> reached = 0;
    m_servers->outboxTable().onChunk([&](qint64 chunk) {
        reached = chunk;
        while (chunk == 3 && isHeld)
            QThread::yieldCurrentThread();
    });
    makeSession();
    armed();
    RelayRequest request;
    request.batch = 1;
    const auto relay = m_session->relay(request);
    QTRY_COMPARE(reached.load(), 3);
    std::stop_callback release(relay.operation->stopToken(), [&] { isHeld = false; });
    m_session.reset();
    QVERIFY(relay.answer.isFinished());
    QVERIFY_RESULT(relay.answer.result());
    QVERIFY(relay.answer.result()->stopped);
    QCOMPARE(m_servers->outboxTable().unpublished().size(), 8);
    QTRY_COMPARE(m_servers.use_count(), 1);
}

void TestSession::closingWithServersThatHangIsQuick()
{
    armed();
    m_servers->outbox().hold();
    m_servers->broker().hold();
    m_servers->ledger().hold();
    m_session->poller().pollNow();
    const auto relay = m_session->relay({});
    const auto page = m_session->outboxPage({}, std::nullopt, 5);
    const auto queued = m_session->outboxPage({}, std::nullopt, 5);
    QTRY_COMPARE(m_servers->outbox().waiting(), 2);
    QTRY_COMPARE(m_servers->broker().waiting(), 2);
    m_session.reset();
    QVERIFY_ERROR(relay.answer.result(), Error::Kind::Cancelled);
    QVERIFY_ERROR(page.result(), Error::Kind::Cancelled);
    QVERIFY_ERROR(queued.result(), Error::Kind::Cancelled);
    QTRY_COMPARE(m_servers.use_count(), 1); // no thread was left behind
}

QTEST_GUILESS_MAIN(TestSession)
#include "tst_session.moc"
