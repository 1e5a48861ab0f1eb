// SPDX-License-Identifier: GPL-3.0-or-later
#include "services/tracer.h"
#include "store/journal.h"
#include "support/joinedworld.h"
#include "support/printers.h"

#include <QTemporaryDir>
#include <QTest>

#include <algorithm>

using namespace outboard;
using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

namespace {

const BrokerTopic paid("order.paid");
const GroupName billing("billing");
const GroupName email("email");
const ConsumerName worker("billing-1");

QStringList namesOf(const Trace& trace)
{
    QStringList names;
    for (const TraceStep& step : trace.steps)
        names << traceWhatName(step.what);
    return names;
}

const TraceStep* stepOf(const Trace& trace, TraceWhat what, const GroupName& group = {})
{
    const auto found = std::ranges::find_if(trace.steps, [&](const TraceStep& step) {
        return step.what == what && (group.isEmpty() || step.group == group);
    });
    return found == trace.steps.end() ? nullptr : &*found;
}

} // namespace

class TestTracer : public QObject
{
    Q_OBJECT

private slots:
    void init();
    void theWholeLifeOfAnEventIsInOrder();
    void anEventIsFoundByWhateverNamesIt_data();
    void anEventIsFoundByWhateverNamesIt();
    void otherEventsThatFitAreNamed();
    void whatNobodyKnowsIsNotFound();
    void aRowThatWaitsSaysSo();
    void anEntryWithoutARowIsTraced();
    void aGroupThatDidNotReadThatFarHasItNotDelivered();
    void entriesWithoutAnEventIdAreDerivedFromTheirPayload();
    void aLargeStreamIsSearchedAroundItsTimesOnly();
    void aWiderReachLooksFurther();
    void aLedgerThatCannotTellIsUnknown();
    void sourcesThatDoNotAnswerAreLeftOut();
    void aStopEndsIt();

private:
    std::unique_ptr<QTemporaryDir> m_directory;
    std::shared_ptr<Journal> m_journal;
};

void TestTracer::init()
{
    m_directory = std::make_unique<QTemporaryDir>();
    auto journal = Journal::open(m_directory->filePath(u"journal.sqlite"_s));
    QVERIFY_RESULT(journal);
    m_journal = *journal;
}

/// Three copies, two groups, a dead letter and a replay.
void TestTracer::theWholeLifeOfAnEventIsInOrder()
{
    JoinedWorld world;
    world.table().insert(42);
    world.advance(1s);
    const EntryId first = world.streams().add("order.paid", "42", "{}");
    const EntryId second = world.streams().add("order.paid", "42", "{}");
    world.advance(1ms);
    world.table().setState(OutboxRowId("42"), RowState::Published);
    world.advance(2s);
    for (const EntryId& id : world.streams().deliver(paid, email, ConsumerName("email-1"), 2))
        world.streams().acknowledge(paid, email, id);
    world.ledger(1).insert(EventId("42"), world.now);
    world.advance(1s);
    const auto held = world.streams().deliver(paid, billing, worker, 2);
    world.streams().acknowledge(paid, billing, held[0]);
    world.advance(1s);
    world.streams().add(
        BrokerTopic("order.paid:dlq"),
        {{"data", "{}"}, {"event_id", "42"}, {"group", "billing"}, {"error", "no account"}});
    world.advance(1s);
    JournalIntent intent;
    intent.action = u"replay"_s;
    intent.profile = u"shop"_s;
    intent.place = u"republish"_s;
    intent.ids = {"42"};
    QVERIFY_RESULT(m_journal->note(intent, {JournalState::Done, u"1 applied."_s, {}}, world.now));
    world.advance(1s);
    world.streams().add("order.paid", "42", "{}");
    const auto trace = world.trace("42", m_journal);
    QVERIFY_RESULT(trace);
    QCOMPARE(trace->eventId, EventId("42"));
    QCOMPARE(
        namesOf(*trace),
        (QStringList{
            u"committed"_s,
            u"copied"_s,
            u"copied"_s,
            u"acknowledged"_s,
            u"acknowledged"_s,
            u"acknowledged"_s,
            u"relayed"_s,
            u"processed"_s,
            u"pending"_s,
            u"dead_lettered"_s,
            u"replayed"_s,
            u"copied"_s,
            u"not_delivered"_s,
            u"not_delivered"_s,
            u"not_processed"_s}));
    QCOMPARE(trace->steps[1].entry, first);
    QCOMPARE(trace->steps[2].entry, second);
    QVERIFY(trace->steps[3].isDerived);
    QVERIFY(!trace->steps[3].at);
    const TraceStep* pending = stepOf(*trace, TraceWhat::Pending);
    QCOMPARE(pending->group, billing);
    QCOMPARE(pending->entry, second);
    QVERIFY(pending->detail.contains(u"billing-1"_s));
    QVERIFY(stepOf(*trace, TraceWhat::DeadLettered)->detail.contains(u"no account"_s));
    QCOMPARE(stepOf(*trace, TraceWhat::Processed)->where, u"email_processedevent"_s);
    QCOMPARE(stepOf(*trace, TraceWhat::NotProcessed)->where, u"billing_processedevent"_s);
    QVERIFY(trace->notes.isEmpty());
    QVERIFY(!trace->isBounded);
}

void TestTracer::anEventIsFoundByWhateverNamesIt_data()
{
    QTest::addColumn<QByteArray>("what");
    QTest::newRow("its event id") << "evt-7"_ba;
    QTest::newRow("its row's id") << "7"_ba;
    QTest::newRow("its entry's id") << "1700000000000-0"_ba;
    QTest::newRow("a value in its payload") << "A-4711"_ba;
}

void TestTracer::anEventIsFoundByWhateverNamesIt()
{
    QFETCH(QByteArray, what);
    JoinedWorld world;
    world.table().insert(7, "order.paid", R"({"number": "A-4711"})", "evt-7");
    world.table().setState(OutboxRowId("7"), RowState::Published);
    world.streams().add("order.paid", "evt-7", R"({"number": "A-4711"})");
    world.table().insert(8, "order.paid", R"({"number": "A-4712"})", "evt-8");
    const auto trace = world.trace(what, m_journal);
    QVERIFY_RESULT(trace);
    QCOMPARE(trace->eventId, EventId("evt-7"));
    QCOMPARE(namesOf(*trace).first(3), (QStringList{u"committed"_s, u"relayed"_s, u"copied"_s}));
    QCOMPARE(trace->payload, R"({"number": "A-4711"})"_ba);
    QVERIFY(trace->others.isEmpty());
}

void TestTracer::otherEventsThatFitAreNamed()
{
    JoinedWorld world;
    world.table().insert(1, "order.paid", R"({"order_id": 4711})");
    world.table().insert(2, "order.paid", R"({"order_id": 4711})");
    world.table().insert(3, "order.paid", R"({"order_id": 4712})");
    const auto trace = world.trace("4711", m_journal);
    QVERIFY_RESULT(trace);
    QCOMPARE(trace->eventId, EventId("2"));
    QCOMPARE(trace->others, QList<EventId>{EventId("1")});
}

void TestTracer::whatNobodyKnowsIsNotFound()
{
    JoinedWorld world;
    world.publish(1);
    const auto trace = world.trace("nobody", m_journal);
    QVERIFY_RESULT(trace);
    QVERIFY(trace->eventId.isEmpty());
    QVERIFY(trace->steps.isEmpty());
}

void TestTracer::aRowThatWaitsSaysSo()
{
    JoinedWorld world;
    world.table().insert(5);
    const auto trace = world.trace("5", m_journal);
    QVERIFY_RESULT(trace);
    QCOMPARE(
        namesOf(*trace),
        (QStringList{u"committed"_s, u"waiting"_s, u"not_processed"_s, u"not_processed"_s}));
}

void TestTracer::anEntryWithoutARowIsTraced()
{
    JoinedWorld world;
    world.streams().add("order.paid", "99", "{}");
    const auto trace = world.trace("99", m_journal);
    QVERIFY_RESULT(trace);
    QCOMPARE(trace->eventId, EventId("99"));
    QCOMPARE(namesOf(*trace).first(), u"copied"_s);
    QCOMPARE(trace->payload, "{}"_ba);
}

void TestTracer::aGroupThatDidNotReadThatFarHasItNotDelivered()
{
    JoinedWorld world;
    world.publish(1);
    world.publish(2);
    for (const EntryId& id : world.streams().deliver(paid, billing, worker, 1))
        world.streams().acknowledge(paid, billing, id);
    const auto trace = world.trace("2", m_journal);
    QVERIFY_RESULT(trace);
    QVERIFY(stepOf(*trace, TraceWhat::NotDelivered, billing));
    QVERIFY(stepOf(*trace, TraceWhat::NotDelivered, email));
    QVERIFY(!stepOf(*trace, TraceWhat::Acknowledged));
}

void TestTracer::entriesWithoutAnEventIdAreDerivedFromTheirPayload()
{
    JoinedWorld world;
    world.table().insert(1, "order.paid", R"({"order_id": 4711})");
    world.table().setState(OutboxRowId("1"), RowState::Published);
    world.streams().add(paid, {{"data", R"({"order_id": 4711})"}});
    world.streams().add(paid, {{"data", R"({"order_id": 4712})"}});
    const auto trace = world.trace("1", m_journal);
    QVERIFY_RESULT(trace);
    QCOMPARE(namesOf(*trace).count(u"copied"_s), 1);
    QVERIFY(stepOf(*trace, TraceWhat::Copied)->isDerived);
}

/// 30 000 entries, of which a first look reads 20 000 at most, next to the event first.
void TestTracer::aLargeStreamIsSearchedAroundItsTimesOnly()
{
    JoinedWorld world;
    EntryId copy;
    for (int i = 0; i < 30'000; ++i) {
        if (i == 20'000)
            copy = world.publish(42);
        world.streams().add("order.paid", "other", "{}");
        if (i % 10 == 0)
            world.advance(1ms);
    }
    const auto trace = world.trace("42", m_journal);
    QVERIFY_RESULT(trace);
    const TraceStep* found = stepOf(*trace, TraceWhat::Copied);
    QVERIFY(found);
    QCOMPARE(found->entry, copy);
    QVERIFY(trace->isBounded);
    QVERIFY(trace->entries <= 21'000);
    QVERIFY(trace->notes.join(u' ').contains(u"only entries of"_s));
}

void TestTracer::aWiderReachLooksFurther()
{
    QCOMPARE(widerReach(TraceRequest::firstReach), Milliseconds(1h));
    QCOMPARE(widerReach(1h), Milliseconds(24h));
    QCOMPARE(widerReach(24h), Milliseconds(30 * 24h));
    QVERIFY(!widerReach(30 * 24h));
}

void TestTracer::aLedgerThatCannotTellIsUnknown()
{
    JoinedWorld world;
    world.publish(1);
    world.ledger(0).setUnreachable(true);
    world.ledger(1).setSweptBefore(world.now + 1s);
    const auto trace = world.trace("1", m_journal);
    QVERIFY_RESULT(trace);
    QCOMPARE(namesOf(*trace).count(u"ledger_unknown"_s), 2);
}

void TestTracer::sourcesThatDoNotAnswerAreLeftOut()
{
    JoinedWorld world;
    world.publish(1);
    const Error gone{Error::Kind::Unreachable, u"It is gone."_s, {}};
    const auto ledgerAt = [&](qsizetype) { return Result<Ledger*>(gone); };
    QVERIFY_ERROR(
        Tracer(world.profile, {gone, gone, ledgerAt, m_journal}).run({"1"}, {}),
        Error::Kind::Unreachable);
    const auto trace = world.trace("1", gone);
    QVERIFY_RESULT(trace);
    QVERIFY(trace->notes.join(u' ').contains(u"journal"_s));
    QVERIFY(stepOf(*trace, TraceWhat::Copied));
}

void TestTracer::aStopEndsIt()
{
    JoinedWorld world;
    world.publish(1);
    world.stop.request_stop();
    QVERIFY_ERROR(world.trace("1", m_journal), Error::Kind::Cancelled);
}

QTEST_GUILESS_MAIN(TestTracer)
#include "tst_tracer.moc"
