// SPDX-License-Identifier: GPL-3.0-or-later
#include "services/deadcollector.h"
#include "services/deaddiscard.h"
#include "store/deadstore.h"
#include "support/fakebroker.h"
#include "support/fakeoutboxstore.h"
#include "support/printers.h"

#include <QFile>
#include <QFileInfo>
#include <QSqlDatabase>
#include <QSqlError>
#include <QSqlQuery>
#include <QTemporaryDir>
#include <QTest>

#include <algorithm>

using namespace outboard;
using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

namespace {

const BrokerTopic paid("order.paid");
const BrokerTopic deadPaid("order.paid:dlq");
const GroupName billing("billing");
const ConsumerName worker("billing-1");

struct World
{
    World()
    {
        profile.name = u"shop"_s;
        streams->makeGroup(paid, billing);
        store = *DeadStore::open(folder.filePath(u"dead.sqlite"_s));
        reopen();
    }

    void reopen() { broker = std::move(*FakeBroker::open(streams)); }

    EntryId poison(const QByteArray& eventId)
    {
        streams->add(paid.bytes(), eventId, "{}");
        const EntryId id = streams->deliver(paid, billing, worker, 1).front();
        for (int i = 0; i < 5; ++i)
            streams->redeliver(paid, billing, id, worker);
        return id;
    }

    QList<DeadLetter> collect()
    {
        FakeOutboxStore outbox(table);
        auto found = DeadCollector(profile, &outbox, *broker).collect({}, {}, {});
        return found ? found->letters : QList<DeadLetter>();
    }

    DiscardReport discard(const QList<DeadLetter>& letters, const std::stop_token& stop = {})
    {
        FakeOutboxStore outbox(table);
        return DeadDiscard(profile, &outbox, *broker, *store, clock)
            .discard(letters, u"Ticket 12"_s, {}, stop);
    }

    RestoreReport restore(const QStringList& ids)
    {
        FakeOutboxStore outbox(table);
        return DeadDiscard(profile, &outbox, *broker, *store, clock).restore(ids, {}, {});
    }

    QList<DiscardedLetter> kept() const
    {
        return store->discarded(u"shop"_s, 100).value_or(QList<DiscardedLetter>());
    }

    QStringList keptIds() const
    {
        QStringList ids;
        for (const DiscardedLetter& row : kept())
            ids << row.id;
        return ids;
    }

    QTemporaryDir folder;
    Profile profile;
    Clock clock = [] { return TimePoint(1'772'330'400s); };
    std::shared_ptr<FakeStreams> streams = std::make_shared<FakeStreams>();
    std::shared_ptr<FakeOutboxTable> table = std::make_shared<FakeOutboxTable>();
    std::unique_ptr<FakeBroker> broker;
    std::shared_ptr<DeadStore> store;
};

QStringList placesOf(const QList<DeadLetter>& letters)
{
    QStringList places;
    for (const DeadLetter& letter : letters)
        places << deadWhereName(letter.id.where) + u' ' + letter.eventId.text();
    return places;
}

} // namespace

/// Discarding keeps the original first; restoring makes it a dead letter again.
class TestDeadDiscard : public QObject
{
    Q_OBJECT

private slots:
    void everyKindIsDiscardedAndRestored();
    void aRestoredPoisonEntryIsPendingAsBefore();
    void anEntryThatIsGoneGoesToTheDeadLetterStream();
    void theOriginalIsSyncedBeforeAnythingIsRemoved();
    void whatSomebodyElseTookIsNotKept();
    void whatTheServerRefusesIsNotKept();
    void aBrokenConnectionLeavesItInDoubtAndRestoringFindsOut_data();
    void aBrokenConnectionLeavesItInDoubtAndRestoringFindsOut();
    void aRestoreThatWasCutOffAddsNoSecondCopy();
    void aStopLeavesTheRestUntouched();
    void aStoreThatCannotWriteKeepsTheServersAsTheyAre();
    void notesBelongToTheirGroup();
    void theStoreIsPrivateAndSurvivesReopening();
};

void TestDeadDiscard::everyKindIsDiscardedAndRestored()
{
    World world;
    world.poison("1");
    world.streams->add(deadPaid, {{"data", "\xff"}, {"event_id", "2"}, {"error", "no"}});
    world.streams->addToList(BrokerTopic("order.paid:dead"), R"({"data": {}, "event_id": 3})");
    world.streams->addToSortedSet(
        BrokerTopic("dlq:order.paid"), R"({"data": {}, "event_id": 4})", 1'700'000'000);
    world.table->insert(5);
    world.table->setState(OutboxRowId("5"), RowState::Dead);
    const QList<DeadLetter> before = world.collect();
    QCOMPARE(before.size(), 5);

    const DiscardReport report = world.discard(before);
    QCOMPARE(report.discarded, 5);
    QVERIFY(!report.error);
    QVERIFY(world.collect().isEmpty());
    QCOMPARE(world.streams->pendingCount(paid, billing), 0);
    QCOMPARE(world.table->rows().size(), 0);
    const QList<DiscardedLetter> kept = world.kept();
    QCOMPARE(kept.size(), 5);
    for (const DiscardedLetter& row : kept) {
        QCOMPARE(row.state, DiscardedLetter::State::Discarded);
        QCOMPARE(row.reason, u"Ticket 12"_s);
        QVERIFY(row.who.startsWith(u"outboard:"));
        QVERIFY(before.contains(row.letter));
    }

    const RestoreReport restored = world.restore(world.keptIds());
    QCOMPARE(restored.restored, 5);
    QVERIFY(!restored.error);
    QVERIFY(world.kept().isEmpty());
    QCOMPARE(placesOf(world.collect()), placesOf(before));
    QCOMPARE(world.streams->entries(deadPaid)[0].fields[0].value, QByteArray("\xff"));
}

void TestDeadDiscard::aRestoredPoisonEntryIsPendingAsBefore()
{
    World world;
    const EntryId id = world.poison("1");
    QCOMPARE(world.discard(world.collect()).discarded, 1);
    QVERIFY(!world.streams->pending(paid, billing, id));
    const QStringList ids = world.keptIds();
    QCOMPARE(world.restore(ids).restored, 1);
    const auto pending = world.streams->pending(paid, billing, id);
    QVERIFY(pending);
    QCOMPARE(pending->consumer, worker);
    QCOMPARE(pending->deliveries, 6);
    const auto row = world.store->load(ids);
    QVERIFY_RESULT(row);
    QCOMPARE(row->first().state, DiscardedLetter::State::Restored);
    QVERIFY(row->first().became.contains(u"billing-1"));
}

void TestDeadDiscard::anEntryThatIsGoneGoesToTheDeadLetterStream()
{
    World world;
    const EntryId id = world.poison("1");
    QCOMPARE(world.discard(world.collect()).discarded, 1);
    world.streams->remove(paid, id);
    const RestoreReport report = world.restore(world.keptIds());
    QCOMPARE(report.moved, 1);
    QCOMPARE(report.restored, 0);
    const QList<DeadLetter> now = world.collect();
    QCOMPARE(placesOf(now), QStringList{u"stream 1"_s});
    QCOMPARE(now[0].entry, std::optional(id));
    QCOMPARE(now[0].group, billing);
    QCOMPARE(now[0].deliveries, std::optional<qint64>(6));
    QCOMPARE(now[0].payload, std::optional<QByteArray>("{}"));
}

void TestDeadDiscard::theOriginalIsSyncedBeforeAnythingIsRemoved()
{
    World world;
    world.streams->add(deadPaid, {{"data", "{}"}, {"event_id", "2"}});
    const QList<DeadLetter> letters = world.collect();
    QList<DiscardedLetter> seen;
    world.streams->before = [&](QByteArrayView call) -> Result<void> {
        // As another process would find it, were this one killed here.
        if (call == "removeDead")
            seen = (*DeadStore::open(world.folder.filePath(u"dead.sqlite"_s)))
                       ->discarded(u"shop"_s, 10)
                       .value_or(QList<DiscardedLetter>());
        return {};
    };
    QCOMPARE(world.discard(letters).discarded, 1);
    QCOMPARE(seen.size(), 1);
    QCOMPARE(seen[0].letter, letters[0]);
    QCOMPARE(seen[0].state, DiscardedLetter::State::Discarding);
}

void TestDeadDiscard::whatSomebodyElseTookIsNotKept()
{
    World world;
    world.streams->add(deadPaid, {{"data", "{}"}, {"event_id", "2"}});
    const EntryId id = world.poison("1");
    const QList<DeadLetter> letters = world.collect();
    world.streams->remove(deadPaid, *EntryId::parse(letters[1].id.id));
    world.streams->acknowledge(paid, billing, id);
    const DiscardReport report = world.discard(letters);
    QCOMPARE(report.gone, 2);
    QCOMPARE(report.discarded, 0);
    QVERIFY(world.kept().isEmpty());
}

void TestDeadDiscard::whatTheServerRefusesIsNotKept()
{
    World world;
    const EntryId id = world.poison("1");
    world.streams->add(deadPaid, {{"data", "{}"}, {"event_id", "2"}});
    const QList<DeadLetter> letters = world.collect();
    world.streams->before = [](QByteArrayView call) -> Result<void> {
        if (call == "removeDead")
            return Error{Error::Kind::Refused, u"No permission."_s, {}};
        return {};
    };
    const DiscardReport report = world.discard(letters);
    QCOMPARE(report.discarded, 1);
    QCOMPARE(report.refused, 1);
    QCOMPARE(report.error->what, u"No permission."_s);
    QCOMPARE(world.kept().size(), 1);
    QVERIFY(!world.streams->pending(paid, billing, id));
    QCOMPARE(world.streams->entries(deadPaid).size(), size_t(1));
}

void TestDeadDiscard::aBrokenConnectionLeavesItInDoubtAndRestoringFindsOut_data()
{
    QTest::addColumn<bool>("wasDone");
    QTest::newRow("it was not removed") << false;
    QTest::newRow("it was removed") << true;
}

void TestDeadDiscard::aBrokenConnectionLeavesItInDoubtAndRestoringFindsOut()
{
    QFETCH(const bool, wasDone);
    World world;
    world.streams->add(deadPaid, {{"data", "{}"}, {"event_id", "2"}});
    world.streams->add(deadPaid, {{"data", "{}"}, {"event_id", "3"}});
    const QList<DeadLetter> letters = world.collect();
    world.streams->faults.breakAfter = 0;
    world.streams->faults.unansweredAreDone = wasDone;
    const DiscardReport report = world.discard(letters);
    QCOMPARE(report.unknown, 1);
    QCOMPARE(report.notTried, 1);
    QCOMPARE(report.error->kind, Error::Kind::Unreachable);
    QCOMPARE(world.kept().size(), 1);
    QCOMPARE(world.kept()[0].state, DiscardedLetter::State::Discarding);
    world.reopen();
    const RestoreReport restored = world.restore(world.keptIds());
    QCOMPARE(restored.alreadyThere, wasDone ? 0 : 1);
    QCOMPARE(restored.restored, wasDone ? 1 : 0);
    QCOMPARE(world.streams->entries(deadPaid).size(), size_t(2));
    QVERIFY(world.kept().isEmpty());
}

void TestDeadDiscard::aRestoreThatWasCutOffAddsNoSecondCopy()
{
    World world;
    world.streams->add(deadPaid, {{"data", "{}"}, {"event_id", "2"}});
    QCOMPARE(world.discard(world.collect()).discarded, 1);
    world.streams->faults.breakAfter = 0;
    world.streams->faults.unansweredAreDone = true;
    const RestoreReport cut = world.restore(world.keptIds());
    QCOMPARE(cut.unknown, 1);
    QCOMPARE(world.kept().value(0).state, DiscardedLetter::State::Restoring);
    world.reopen();
    QCOMPARE(world.restore(world.keptIds()).alreadyThere, 1);
    QCOMPARE(world.streams->entries(deadPaid).size(), size_t(1));
    QVERIFY(world.kept().isEmpty());
}

void TestDeadDiscard::aStopLeavesTheRestUntouched()
{
    World world;
    world.streams->add(deadPaid, {{"data", "{}"}, {"event_id", "2"}});
    std::stop_source source;
    source.request_stop();
    const DiscardReport report = world.discard(world.collect(), source.get_token());
    QCOMPARE(report.notTried, 1);
    QCOMPARE(report.error->kind, Error::Kind::Cancelled);
    QVERIFY(world.kept().isEmpty());
    QCOMPARE(world.streams->entries(deadPaid).size(), size_t(1));
}

void TestDeadDiscard::aStoreThatCannotWriteKeepsTheServersAsTheyAre()
{
    World world;
    world.streams->add(deadPaid, {{"data", "{}"}, {"event_id", "2"}});
    const QList<DeadLetter> letters = world.collect();
    {
        // Something damages the store.
        auto database = QSqlDatabase::addDatabase(u"QSQLITE"_s, u"vandal"_s);
        database.setDatabaseName(world.folder.filePath(u"dead.sqlite"_s));
        QVERIFY(database.open());
        QVERIFY(database.exec(u"DROP TABLE discarded"_s).lastError().type() == QSqlError::NoError);
    }
    QSqlDatabase::removeDatabase(u"vandal"_s);
    const DiscardReport report = world.discard(letters);
    QCOMPARE(report.notTried, 1);
    QVERIFY(report.error);
    QCOMPARE(world.streams->entries(deadPaid).size(), size_t(1));
}

void TestDeadDiscard::notesBelongToTheirGroup()
{
    const World world;
    const DeadGroupKey key{TopicName("order.paid"), billing, u"no account <n>"_s};
    const DeadGroupKey other{TopicName("order.paid"), {}, {}};
    QVERIFY_RESULT(world.store->setNote(u"shop"_s, key, u"Known since Monday."_s));
    QVERIFY_RESULT(world.store->setNote(u"shop"_s, other, u"?"_s));
    QVERIFY_RESULT(world.store->setNote(u"staging"_s, key, u"Another one."_s));
    QVERIFY_RESULT(world.store->setNote(u"shop"_s, key, u"Mended."_s));
    auto notes = world.store->notes(u"shop"_s);
    QVERIFY_RESULT(notes);
    QCOMPARE(notes->size(), 2);
    QCOMPARE(notes->value(key), u"Mended."_s);
    QVERIFY_RESULT(world.store->setNote(u"shop"_s, key, u"  "_s));
    notes = world.store->notes(u"shop"_s);
    QVERIFY_RESULT(notes);
    QVERIFY(!notes->contains(key));
}

void TestDeadDiscard::theStoreIsPrivateAndSurvivesReopening()
{
    World world;
    world.streams->add(deadPaid, {{"data", QByteArray("\0\xff", 2)}, {"event_id", "2"}});
    const QList<DeadLetter> letters = world.collect();
    QCOMPARE(world.discard(letters).discarded, 1);
    const QString path = world.folder.filePath(u"dead.sqlite"_s);
    const auto others = QFile::ReadGroup | QFile::WriteGroup | QFile::ReadOther | QFile::WriteOther;
    QVERIFY(!(QFileInfo(path).permissions() & others));
    world.store = *DeadStore::open(path);
    QCOMPARE(world.kept().value(0).letter, letters[0]);
    QVERIFY_ERROR(world.store->load({u"nowhere"_s}), Error::Kind::Missing);
}

QTEST_GUILESS_MAIN(TestDeadDiscard)
#include "tst_deaddiscard.moc"
