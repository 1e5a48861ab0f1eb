// SPDX-License-Identifier: GPL-3.0-or-later
#include "services/reconciler.h"
#include "support/joinedworld.h"
#include "support/printers.h"

#include <QTest>

using namespace outboard;
using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

namespace {

const BrokerTopic paid("order.paid");
const GroupName billing("billing");
const ConsumerName worker("billing-1");

QStringList eventsOf(const Reconciliation& found, Discrepancy kind)
{
    QStringList events;
    for (const ReconcileItem& item : found.items) {
        if (item.kind == kind)
            events << item.eventId.text();
    }
    return events;
}

} // namespace

/// Each verdict, and what keeps it from being a guess.
class TestReconciler : public QObject
{
    Q_OBJECT

private slots:
    void whatAgreesIsNotListed();
    void aRowWithoutEntryAndLedgerRowIsLost();
    void whatALedgerHoldsIsNotLost();
    void aPrunedLedgerMakesItUnknown();
    void aLedgerThatDoesNotAnswerMakesItUnknown();
    void trimmedHistoryIsUnknown();
    void aStreamThatDoesNotExistIsUnknown();
    void whatWaitsButIsProcessedIsListed();
    void whatIsPendingButProcessedIsListedForItsGroup();
    void anEntryWithoutARowIsListed();
    void entriesOfRowsThatWereDeletedOnPurposeAreUnknown();
    void aTableThatDeletesSentRowsSaysNothingOfEntries();
    void orderAndDelayDoNotMatter();
    void clocksThatDisagreeAreAllowedFor();
    void onlyTheWindowIsJudged();
    void pagesAndQuestionsHaveNoBorders();
    void moreThanTheLimitIsCounted();
    void aStopEndsIt();
};

void TestReconciler::whatAgreesIsNotListed()
{
    JoinedWorld world;
    for (int id = 1; id <= 20; ++id)
        world.publish(id);
    world.table().insert(21);
    const auto found = world.reconcile();
    QVERIFY_RESULT(found);
    QCOMPARE(found->rows, 21);
    QCOMPARE(found->entries, 20);
    QVERIFY(found->items.isEmpty());
    QVERIFY(found->isWhole);
}

void TestReconciler::aRowWithoutEntryAndLedgerRowIsLost()
{
    JoinedWorld world;
    world.publish(1);
    world.mark(2);
    world.publish(3);
    world.mark(4);
    const auto found = world.reconcile();
    QVERIFY_RESULT(found);
    QCOMPARE(eventsOf(*found, Discrepancy::Lost), (QStringList{u"2"_s, u"4"_s}));
    QCOMPARE(found->items.size(), 2);
    QCOMPARE(found->items.first().row, OutboxRowId("2"));
    QCOMPARE(found->items.first().topic, TopicName("order.paid"));
    QCOMPARE(found->items.first().stream, paid);
    QVERIFY(found->items.first().reason.contains(u"billing_processedevent"_s));
}

void TestReconciler::whatALedgerHoldsIsNotLost()
{
    JoinedWorld world;
    world.publish(1);
    world.mark(2);
    world.mark(3);
    world.ledger(1).insert(EventId("2"));
    const auto found = world.reconcile();
    QVERIFY_RESULT(found);
    QCOMPARE(eventsOf(*found, Discrepancy::Lost), QStringList{u"3"_s});
    QCOMPARE(found->count(Discrepancy::Unknown), 0);
}

void TestReconciler::aPrunedLedgerMakesItUnknown()
{
    JoinedWorld world;
    world.publish(1);
    world.mark(2);
    world.ledger(0).setSweptBefore(world.now + 1s);
    const auto found = world.reconcile();
    QVERIFY_RESULT(found);
    QCOMPARE(eventsOf(*found, Discrepancy::Unknown), QStringList{u"2"_s});
    QCOMPARE(found->count(Discrepancy::Lost), 0);
}

void TestReconciler::aLedgerThatDoesNotAnswerMakesItUnknown()
{
    JoinedWorld world;
    world.publish(1);
    world.mark(2);
    world.ledger(0).setUnreachable(true);
    const auto found = world.reconcile();
    QVERIFY_RESULT(found);
    QCOMPARE(eventsOf(*found, Discrepancy::Unknown), QStringList{u"2"_s});
    QVERIFY(!found->items.first().reason.isEmpty());
}

/// The entry may have been there: it is in the part of the stream that is gone.
void TestReconciler::trimmedHistoryIsUnknown()
{
    JoinedWorld world;
    world.mark(1);
    const EntryId trimmed = world.publish(2);
    world.streams().remove(paid, trimmed);
    world.advance(30min);
    world.publish(3);
    world.mark(4);
    const auto found = world.reconcile();
    QVERIFY_RESULT(found);
    QCOMPARE(eventsOf(*found, Discrepancy::Unknown), (QStringList{u"1"_s, u"2"_s}));
    QCOMPARE(eventsOf(*found, Discrepancy::Lost), QStringList{u"4"_s});
    QVERIFY(found->items.last().reason.contains(trimmed.text()));
}

void TestReconciler::aStreamThatDoesNotExistIsUnknown()
{
    JoinedWorld world;
    world.publish(1);
    const OutboxRowId row = world.table().insert(2, "order.refunded");
    world.table().setState(row, RowState::Published);
    const auto found = world.reconcile();
    QVERIFY_RESULT(found);
    QCOMPARE(eventsOf(*found, Discrepancy::Unknown), QStringList{u"2"_s});
    QCOMPARE(found->count(Discrepancy::Lost), 0);
}

void TestReconciler::whatWaitsButIsProcessedIsListed()
{
    JoinedWorld world;
    world.table().insert(1);
    world.table().insert(2);
    world.ledger(0).insert(EventId("2"));
    const auto found = world.reconcile();
    QVERIFY_RESULT(found);
    QCOMPARE(eventsOf(*found, Discrepancy::UnpublishedButProcessed), QStringList{u"2"_s});
    QCOMPARE(found->items.size(), 1);
}

void TestReconciler::whatIsPendingButProcessedIsListedForItsGroup()
{
    JoinedWorld world;
    for (int id = 1; id <= 4; ++id)
        world.publish(id);
    const auto held = world.streams().deliver(paid, billing, worker, 3);
    world.streams().deliver(paid, GroupName("email"), ConsumerName("email-1"), 3);
    world.ledger(0).insert(EventId("2"));
    world.ledger(0).insert(EventId("4"));
    const auto found = world.reconcile();
    QVERIFY_RESULT(found);
    QCOMPARE(eventsOf(*found, Discrepancy::PendingButProcessed), QStringList{u"2"_s});
    QCOMPARE(found->items.size(), 1);
    QCOMPARE(found->items.first().group, billing);
    QCOMPARE(found->items.first().entry, held[1]);
    QCOMPARE(found->pending, 6);
}

void TestReconciler::anEntryWithoutARowIsListed()
{
    JoinedWorld world;
    world.publish(1);
    const EntryId stray = world.streams().add("order.paid", "99", "{}");
    const auto found = world.reconcile();
    QVERIFY_RESULT(found);
    QCOMPARE(eventsOf(*found, Discrepancy::EntryWithoutRow), QStringList{u"99"_s});
    QCOMPARE(found->items.size(), 1);
    QCOMPARE(found->items.first().entry, stray);
}

void TestReconciler::entriesOfRowsThatWereDeletedOnPurposeAreUnknown()
{
    JoinedWorld world;
    world.publish(1);
    world.advance(10min);
    world.publish(2);
    world.table().remove(OutboxRowId("1"));
    const auto found = world.reconcile();
    QVERIFY_RESULT(found);
    QCOMPARE(eventsOf(*found, Discrepancy::Unknown), QStringList{u"1"_s});
    QCOMPARE(found->count(Discrepancy::EntryWithoutRow), 0);
}

void TestReconciler::aTableThatDeletesSentRowsSaysNothingOfEntries()
{
    JoinedWorld world;
    world.table().insert(1);
    world.table().setKeepsPublished(false);
    world.streams().add("order.paid", "99", "{}");
    const auto found = world.reconcile();
    QVERIFY_RESULT(found);
    QVERIFY(found->items.isEmpty());
    QVERIFY(found->notes.join(u' ').contains(u"deleted"_s));
}

void TestReconciler::orderAndDelayDoNotMatter()
{
    JoinedWorld world;
    for (int id = 1; id <= 50; ++id)
        world.mark(id);
    world.advance(4min);
    for (int id = 50; id >= 1; --id) {
        if (id != 17)
            world.streams().add("order.paid", QByteArray::number(id), "{}");
    }
    const auto found = world.reconcile();
    QVERIFY_RESULT(found);
    QCOMPARE(found->items.size(), 1);
    QCOMPARE(eventsOf(*found, Discrepancy::Lost), QStringList{u"17"_s});
}

/// The broker's clock is three hours ahead: without that allowed for, no entry is in the window.
void TestReconciler::clocksThatDisagreeAreAllowedFor()
{
    JoinedWorld world;
    world.streams().advance(3h);
    world.publish(1);
    world.mark(2);
    world.streams().add("order.paid", "99", "{}");
    const auto found = world.reconcile();
    QVERIFY_RESULT(found);
    QCOMPARE(eventsOf(*found, Discrepancy::Lost), QStringList{u"2"_s});
    QCOMPARE(eventsOf(*found, Discrepancy::EntryWithoutRow), QStringList{u"99"_s});
    QCOMPARE(found->items.size(), 2);
    QVERIFY(found->notes.join(u' ').contains(u"clock"_s));
}

void TestReconciler::onlyTheWindowIsJudged()
{
    JoinedWorld world;
    world.mark(1);
    world.streams().add("order.paid", "91", "{}");
    world.advance(2h);
    world.mark(2);
    world.streams().add("order.paid", "92", "{}");
    world.advance(2h);
    world.mark(3);
    world.streams().add("order.paid", "93", "{}");
    ReconcileRequest request;
    request.since = world.now - 3h;
    request.until = world.now - 1h;
    const auto found = world.reconcile(request);
    QVERIFY_RESULT(found);
    QCOMPARE(found->rows, 1);
    QCOMPARE(eventsOf(*found, Discrepancy::Lost), QStringList{u"2"_s});
    QCOMPARE(eventsOf(*found, Discrepancy::EntryWithoutRow), QStringList{u"92"_s});
}

/// More rows than a page of 10 000, more entries than 500, more questions than 1 000 at a time.
void TestReconciler::pagesAndQuestionsHaveNoBorders()
{
    JoinedWorld world;
    constexpr int total = 21'000;
    QStringList missing;
    for (int id = 1; id <= total; ++id) {
        OutboxRow row;
        row.id = OutboxRowId(QByteArray::number(id));
        row.eventId = EventId(row.id.bytes());
        row.topic = TopicName("order.paid");
        row.createdAt = world.now;
        row.publishedAt = world.now;
        row.state = RowState::Published;
        world.table().insert(row);
        const bool isMissing = id % 10'000 == 0 || id % 10'000 == 1 || id == 500 || id == 501;
        if (isMissing)
            missing << QString::number(id);
        else
            world.streams().add("order.paid", row.eventId.bytes(), "{}");
    }
    const auto found = world.reconcile();
    QVERIFY_RESULT(found);
    QCOMPARE(found->rows, total);
    QCOMPARE(found->entries, total - missing.size());
    QStringList lost = eventsOf(*found, Discrepancy::Lost);
    lost.sort();
    missing.sort();
    QCOMPARE(lost, missing);
    QCOMPARE(found->items.size(), missing.size());
}

void TestReconciler::moreThanTheLimitIsCounted()
{
    JoinedWorld world;
    world.publish(1);
    for (int id = 2; id <= 31; ++id)
        world.mark(id);
    ReconcileRequest request;
    request.mostItems = 10;
    const auto found = world.reconcile(request);
    QVERIFY_RESULT(found);
    QCOMPARE(found->count(Discrepancy::Lost), 30);
    QCOMPARE(found->items.size(), 10);
    QVERIFY(!found->isWhole);
}

void TestReconciler::aStopEndsIt()
{
    JoinedWorld world;
    world.publish(1);
    world.streams().before = [&](QByteArrayView call) -> Result<void> {
        if (call == "read")
            world.stop.request_stop();
        return {};
    };
    QVERIFY_ERROR(world.reconcile(), Error::Kind::Cancelled);
}

QTEST_GUILESS_MAIN(TestReconciler)
#include "tst_reconciler.moc"
