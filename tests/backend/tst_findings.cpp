// SPDX-License-Identifier: GPL-3.0-or-later
#include "services/doctor.h"
#include "services/findingmutes.h"
#include "services/history.h"
#include "services/ledgersampling.h"
#include "services/poller.h"
#include "store/mutestore.h"
#include "support/builders.h"
#include "support/fakebackends.h"
#include "support/printers.h"

#include <QSignalSpy>
#include <QTemporaryDir>
#include <QTest>

using namespace outboard;
using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

namespace {

constexpr TimePoint now{std::chrono::hours(480'000)};

using Change = std::function<void(SnapshotBuilder&)>;

DatabaseSession session(Microseconds age)
{
    DatabaseSession session;
    session.pid = 4711;
    session.user = u"shop"_s;
    session.application = u"worker"_s;
    session.state = u"active"_s;
    session.query = u"UPDATE orders"_s;
    session.since = now - age;
    session.isExact = true;
    return session;
}

HeadRow& lateHead(SnapshotBuilder& round)
{
    round.backlog(50, 5min);
    round.outbox().lastPublishedAt = now - 4min;
    HeadRow head;
    head.id = OutboxRowId("17");
    head.topic = TopicName("order.paid");
    head.firstSeen = now - 2min;
    round.outboxHealth().head = head;
    return *round.outboxHealth().head;
}

TableHealth& deadTable(SnapshotBuilder& round, qint64 deadRows, Microseconds over)
{
    TableHealth table;
    table.liveRows = 100;
    table.deadRows = deadRows;
    table.vacuumsAt = 70;
    table.overSince = now - over;
    round.outboxHealth().table = table;
    return *round.outboxHealth().table;
}

GroupHealth& sampled(SnapshotBuilder& round)
{
    round.group("order.paid", "billing");
    GroupHealth group;
    group.topic = BrokerTopic("order.paid");
    group.group = GroupName("billing");
    group.orphans = Count::exact(0);
    round.brokerHealth().groups.append(group);
    return round.brokerHealth().groups.last();
}

PendingEnds ends(qint64 takenAgain, qint64 frozen)
{
    return {
        .headSeen = 100,
        .headTakenAgain = takenAgain,
        .tailSeen = 100,
        .tailFrozen = frozen,
        .tailIdle = 10min};
}

/// `held` oldest pending entries, of which the ledger has had `done` for a while.
void hold(SnapshotBuilder& round, quint64 held, quint64 done)
{
    GroupHealth& group = sampled(round);
    LedgerSample sample;
    sample.topic = group.topic;
    sample.group = group.group;
    for (quint64 i = 0; i < held; ++i) {
        group.held.append({EntryId{i, 0}, EventId("e")});
        if (i < done)
            sample.heldProcessed.append(EntryId{i, 0});
    }
    round.ledgerHealth().samples.append(sample);
}

void acknowledged(SnapshotBuilder& round, qint64 count, qint64 missing)
{
    LedgerSample sample;
    sample.topic = BrokerTopic("order.paid");
    sample.group = GroupName("billing");
    sample.acknowledged = count;
    sample.missing = missing;
    round.ledgerHealth().samples.append(sample);
}

void memory(SnapshotBuilder& round, qint64 used, qint64 limit, const char* policy)
{
    round.brokerHealth().memory = BrokerMemory{used, limit, QString::fromLatin1(policy)};
}

void unsaved(SnapshotBuilder& round, qint64 changes, Microseconds age, bool hasLog)
{
    BrokerPersistence state;
    state.hasLog = hasLog;
    state.unsavedChanges = changes;
    state.lastSave = now - age;
    round.brokerHealth().persistence = state;
}

void replica(SnapshotBuilder& round, std::optional<Milliseconds> silent)
{
    round.brokerHealth().replication = BrokerReplication{
        .isReplica = false,
        .isLinkDown = false,
        .replicas = {BrokerReplica{u"10.0.0.2:6379"_s, u"online"_s, silent, 42}}};
}

/// A stream of which everybody is done with all, and nothing was ever removed.
GroupState& longStream(SnapshotBuilder& round, qint64 length)
{
    GroupState& group = round.group("order.paid", "billing");
    group.lastDelivered = EntryId{2, 0};
    BrokerTopicState& topic = round.topic("order.paid");
    topic.length = Count::exact(length);
    topic.firstId = EntryId{1, 0};
    StreamHealth stream;
    stream.topic = topic.name;
    stream.entriesAdded = length;
    round.brokerHealth().streams.append(stream);
    return topic.groups.last();
}

/// A stream of 100 entries that is being trimmed, of which the group has not read `lag`.
void trimmed(SnapshotBuilder& round, qint64 lag)
{
    longStream(round, 100).lag = Count::exact(lag);
    StreamHealth& stream = round.brokerHealth().streams.last();
    stream.trimmed = 10;
    stream.trimmedAt = now;
}

void consumers(SnapshotBuilder& round, const std::vector<Milliseconds>& idle)
{
    GroupState& group = round.group("order.paid", "billing");
    for (size_t i = 0; i < idle.size(); ++i)
        group.consumers.append(
            SnapshotBuilder::consumer("c" + QByteArray::number(qint64(i)), 0, idle[i]));
}

void clockAhead(SnapshotBuilder& round, Microseconds database, Microseconds broker)
{
    round.outbox().at = now + database;
    round.broker().at = now + broker;
}

} // namespace

Q_DECLARE_METATYPE(Change)

/// Where each rule begins to speak, and where it still is silent.
class TestFindings : public QObject
{
    Q_OBJECT

private slots:
    void rulesKnowTheirLimits_data();
    void rulesKnowTheirLimits();
    void aStatementThatWasLateOnceIsNoFinding();
    void aNewGroupMayWaitForItsConsumers();
    void everyFindingExplainsItself();
    void healthThatIsNotKnownIsNoFinding();
    void aStreamThatBeganAnewIsFoundForTenMinutes();
    void entriesSeenOnceByTheLedgerAreNotConfirmed();
    void mutedOnesStandAtTheEnd();
    void aMuteEndsByItself();
    void mutesAreKept();
    void mutesBelongToOneProfile();
    void aMuteStartsARound();
    void nothingIsMutedWithoutAStore();

private:
    QTemporaryDir m_directory;
};

void TestFindings::rulesKnowTheirLimits_data()
{
    QTest::addColumn<Change>("change");
    QTest::addColumn<QString>("found");
    const auto row = [](const char* name, const char* found, Change change) {
        QTest::newRow(name) << change << QString::fromLatin1(found);
    };
    row("a row locked for a minute", "head_blocked", [](auto& s) {
        lateHead(s).lock = HeldLock{session(60s), {}, 1};
    });
    row("a row locked for less", "relay_stalled", [](auto& s) {
        lateHead(s).lock = HeldLock{session(59s), {}, 1};
    });
    row("a locked row that nobody waits for yet", "", [](auto& s) {
        lateHead(s).lock = HeldLock{session(2min), {}, 0};
        s.backlog(50, 30s);
    });
    row("a row that was tried twice", "poison_row", [](auto& s) { lateHead(s).takers = 2; });
    row("a row that was taken once", "relay_stalled", [](auto& s) { lateHead(s).takers = 1; });
    row("a row with failed attempts", "poison_row", [](auto& s) { lateHead(s).attempts = 1; });
    row("a row that is the head for less than a minute", "relay_stalled", [](auto& s) {
        lateHead(s).takers = 9;
        lateHead(s).firstSeen = now - 59s;
    });
    row("a row that was overtaken", "poison_row", [](auto& s) {
        lateHead(s);
        s.outbox().lastPublishedAt = now - 1s;
    });
    row("a transaction open for a minute", "open_transaction", [](auto& s) {
        s.outboxHealth().writers = {session(60s)};
    });
    row("a transaction open for less", "", [](auto& s) {
        s.outboxHealth().writers = {session(59s)};
    });
    row("the same session blocks and writes", "head_blocked", [](auto& s) {
        lateHead(s).lock = HeldLock{session(60s), {}, 1};
        s.outboxHealth().writers = {session(60s)};
    });
    row("an Outboard that relays for long", "other_relay", [](auto& s) {
        s.outboxHealth().relaying = session(10s);
    });
    row("an Outboard that relays a batch", "", [](auto& s) {
        s.outboxHealth().relaying = session(9s);
    });
    row("dead rows for ten minutes", "table_bloat", [](auto& s) { deadTable(s, 10'000, 10min); });
    row("dead rows that autovacuum will see", "", [](auto& s) { deadTable(s, 90'000, 9min); });
    row("few dead rows", "", [](auto& s) { deadTable(s, 9'999, 1h); });
    row("dead rows without autovacuum", "table_bloat", [](auto& s) {
        deadTable(s, 10'000, 1s).isVacuumed = false;
    });
    row("one orphan", "orphans:order.paid:billing", [](auto& s) {
        sampled(s).orphans = Count::atLeast(1);
    });
    row("a frozen tail", "frozen_tail:order.paid:billing", [](auto& s) {
        sampled(s).ends = ends(50, 90);
    });
    row("a tail behind a head that nobody takes", "", [](auto& s) {
        sampled(s).ends = ends(49, 100);
    });
    row("a tail of which some were taken", "", [](auto& s) { sampled(s).ends = ends(100, 89); });
    row("four of five done but pending", "missing_acks:order.paid:billing", [](auto& s) {
        hold(s, 5, 4);
    });
    row("too few done", "", [](auto& s) { hold(s, 5, 3); });
    row("too few pending to tell", "", [](auto& s) { hold(s, 4, 4); });
    row("none of ten in the ledger", "ledger_behind:order.paid:billing", [](auto& s) {
        acknowledged(s, 10, 10);
    });
    row("one of ten in the ledger", "", [](auto& s) { acknowledged(s, 10, 9); });
    row("too few acknowledged to tell", "", [](auto& s) { acknowledged(s, 9, 9); });
    row("a ledger without a key", "ledger_key:billing_processedevent", [](auto& s) {
        s.ledgerHealth().keyAdvice = u"ALTER TABLE"_s;
    });
    row("a consumer silent for a day", "ghost_consumer:order.paid:billing", [](auto& s) {
        consumers(s, {1s, 24h});
    });
    row("a consumer silent for less", "", [](auto& s) { consumers(s, {1s, 24h - 1s}); });
    row("a group silent altogether", "", [](auto& s) { consumers(s, {25h, 26h}); });
    row("a long stream", "stream_grows:order.paid", [](auto& s) { longStream(s, 100'000); });
    row("a shorter one", "", [](auto& s) { longStream(s, 99'999); });
    row("a long one that is trimmed", "", [](auto& s) {
        longStream(s, 100'000);
        s.brokerHealth().streams.last().entriesAdded = 100'001;
    });
    row("a long one that is not read", "", [](auto& s) {
        longStream(s, 100'000).lag = Count::exact(1'001);
    });
    row("a trimmed stream with unread entries", "trimmed_unread:order.paid:billing", [](auto& s) {
        trimmed(s, 80);
    });
    row("a trimmed stream that is read", "", [](auto& s) { trimmed(s, 79); });
    row("memory at 90 %", "broker_memory", [](auto& s) { memory(s, 90, 100, "noeviction"); });
    row("memory below", "", [](auto& s) { memory(s, 89, 100, "noeviction"); });
    row("memory without a limit", "", [](auto& s) { memory(s, 89, 0, "allkeys-lru"); });
    row("a policy that drops streams", "eviction_policy", [](auto& s) {
        memory(s, 1, 100, "allkeys-lfu");
    });
    row("a policy that does not", "", [](auto& s) { memory(s, 1, 100, "volatile-lru"); });
    row("unsaved for an hour", "no_persistence", [](auto& s) { unsaved(s, 1, 1h, false); });
    row("unsaved for less", "", [](auto& s) { unsaved(s, 1, 1h - 1s, false); });
    row("nothing to save", "", [](auto& s) { unsaved(s, 0, 5h, false); });
    row("an append-only file", "", [](auto& s) { unsaved(s, 9, 5h, true); });
    row("a silent replica", "replica_lag:10.0.0.2:6379", [](auto& s) { replica(s, 10s); });
    row("a replica that answers", "", [](auto& s) { replica(s, 9s); });
    row("a replica that nobody knows of", "", [](auto& s) { replica(s, std::nullopt); });
    row("servers whose clocks disagree", "clocks:servers", [](auto& s) {
        clockAhead(s, 0s, 5s + 1ms);
    });
    row("servers that agree against the desktop", "clocks:desktop", [](auto& s) {
        clockAhead(s, -1h, -1h);
    });
    row("an event that is in two entries", "duplicates:order.paid", [](auto& s) {
        sampled(s).acknowledged = {
            {EntryId{1, 0}, EventId("7")},
            {EntryId{2, 0}, EventId("8")},
            {EntryId{3, 0}, EventId("7")}};
    });
    row("events that are in one entry each", "", [](auto& s) {
        sampled(s).acknowledged = {{EntryId{1, 0}, EventId("7")}, {EntryId{2, 0}, EventId("8")}};
    });
    row("a ledger that forgets", "ledger_pruned:billing_processedevent", [](auto& s) {
        acknowledged(s, 0, 0);
        s.ledgerHealth().samples.last().asked = 20;
        s.ledgerHealth().samples.last().forgotten = 1;
        s.ledgerHealth().table = u"billing_processedevent"_s;
    });
    row("a ledger that remembers", "", [](auto& s) {
        acknowledged(s, 0, 0);
        s.ledgerHealth().samples.last().asked = 20;
    });
    row("clocks a little apart", "", [](auto& s) { clockAhead(s, 2s, -3s); });
}

void TestFindings::aStatementThatWasLateOnceIsNoFinding()
{
    SnapshotBuilder round(now);
    SourceHealth& outbox = round.source(0);
    outbox.isOk = false;
    outbox.error = Error{Error::Kind::Timeout, u"Not in time."_s, {}};
    outbox.failingSince = now - 5s + 1ms;
    round.outboxError(Error::Kind::Timeout);
    QCOMPARE(examine(round.snapshot(), History(), Profile()), QList<Finding>());
    outbox.failingSince = now - 5s;
    QCOMPARE(examine(round.snapshot(), History(), Profile()).size(), 1);
}

void TestFindings::aNewGroupMayWaitForItsConsumers()
{
    History history;
    QList<Finding> findings;
    for (int i = 0; i <= 5; ++i) {
        SnapshotBuilder round(now + i * 2s);
        round.group("order.paid", "billing").lag = Count::exact(i + 1);
        history.add(round.snapshot());
        findings = examine(round.snapshot(), history, Profile());
        QCOMPARE(findings.size(), i < 5 ? 0 : 1);
    }
    QCOMPARE(findings.first().id, u"group_unread:order.paid:billing"_s);
}

void TestFindings::rulesKnowTheirLimits()
{
    QFETCH(Change, change);
    QFETCH(QString, found);
    SnapshotBuilder round(now);
    change(round);
    QStringList ids;
    for (const Finding& finding : examine(round.snapshot(), History(), FakeBackends::shopProfile()))
        ids << finding.id;
    QCOMPARE(ids.join(u' '), found);
}

void TestFindings::everyFindingExplainsItself()
{
    SnapshotBuilder round(now);
    lateHead(round).lock = HeldLock{session(2min), {}, 1};
    round.outboxHealth().writers = {session(2min), session(3min)};
    round.outboxHealth().writers[1].pid = 0;
    round.outboxHealth().relaying = session(1min);
    deadTable(round, 10'000, 1h).oldestSnapshot = session(1h);
    sampled(round).orphans = Count::exact(1);
    longStream(round, 100'000);
    memory(round, 99, 100, "allkeys-lru");
    unsaved(round, 1, 2h, false);
    replica(round, 1min);
    round.brokerHealth().replication->isLinkDown = true;
    round.ledgerHealth().keyAdvice = u"ALTER TABLE"_s;
    acknowledged(round, 10, 10);
    const auto findings = examine(round.snapshot(), History(), FakeBackends::shopProfile());
    QVERIFY(findings.size() >= 10);
    for (const Finding& finding : findings) {
        QVERIFY2(finding.explanation.size() > 40, qPrintable(finding.id));
        QVERIFY2(!finding.evidence.isEmpty(), qPrintable(finding.id));
        QVERIFY2(!finding.title.contains(u'%'), qPrintable(finding.title));
        QVERIFY2(
            !QString(finding.evidence).remove(u" %)"_s).contains(u'%'),
            qPrintable(finding.evidence));
        if (finding.remedy.kind == RemedyKind::Copy)
            QVERIFY2(!finding.remedy.text.isEmpty(), qPrintable(finding.id));
    }
}

void TestFindings::healthThatIsNotKnownIsNoFinding()
{
    SnapshotBuilder round(now);
    GroupHealth& group = sampled(round);
    group.orphans = Count::unknown(u"may not be asked"_s);
    round.outboxHealth().unknown = u"may not be asked"_s;
    round.brokerHealth().unknown = u"may not be asked"_s;
    QCOMPARE(examine(round.snapshot(), History(), Profile()), QList<Finding>());
}

void TestFindings::aStreamThatBeganAnewIsFoundForTenMinutes()
{
    History history;
    const auto look = [&history](TimePoint at, qint64 added) {
        SnapshotBuilder round(at);
        round.group("order.paid", "billing");
        StreamHealth stream;
        stream.topic = BrokerTopic("order.paid");
        stream.entriesAdded = added;
        round.brokerHealth().streams.append(stream);
        history.add(round.snapshot());
        QStringList ids;
        for (const Finding& finding :
             examine(round.snapshot(), history, FakeBackends::shopProfile()))
            ids << finding.id;
        return ids.contains(u"entries_vanished"_s);
    };
    QVERIFY(!look(now, 500));
    QVERIFY(!look(now + 1s, 510));
    QVERIFY(look(now + 2s, 3));
    QVERIFY(look(now + 3s, 9));
    QVERIFY(look(now + 10min, 900));
    QVERIFY(!look(now + 10min + 3s, 901));
}

void TestFindings::entriesSeenOnceByTheLedgerAreNotConfirmed()
{
    LedgerHealth first;
    first.samples.append(LedgerSample{
        .topic = BrokerTopic("order.paid"),
        .group = GroupName("billing"),
        .acknowledged = 0,
        .missing = 0,
        .heldProcessed = {EntryId{1, 0}},
        .recorded = {}});
    LedgerHealth second = first;
    second.samples[0].heldProcessed.append(EntryId{2, 0});
    QVERIFY(confirmedBy(first, std::nullopt).samples[0].heldProcessed.isEmpty());
    QCOMPARE(confirmedBy(second, first).samples[0].heldProcessed, QList<EntryId>({EntryId{1, 0}}));
}

void TestFindings::mutedOnesStandAtTheEnd()
{
    auto store = MuteStore::open(m_directory.filePath(u"end.sqlite"_s));
    QVERIFY_RESULT(store);
    QVERIFY_RESULT((*store)->mute(u"shop"_s, u"a"_s, {u"known"_s, u"ann@desk"_s, now, now + 1h}));
    FindingMutes mutes(u"shop"_s, [] { return now; });
    mutes.use(*store);
    QList<Finding> findings(3);
    findings[0].id = u"a"_s;
    findings[1].id = u"b"_s;
    findings[2].id = u"c"_s;
    findings = mutes.applied(findings);
    QCOMPARE(findings[0].id, u"b"_s);
    QCOMPARE(findings[1].id, u"c"_s);
    QCOMPARE(findings[2].id, u"a"_s);
    QCOMPARE(findings[2].mute->reason, u"known"_s);
    QCOMPARE(unmuted(findings).size(), 2);
}

void TestFindings::aMuteEndsByItself()
{
    auto store = MuteStore::open(m_directory.filePath(u"ends.sqlite"_s));
    QVERIFY_RESULT(store);
    QVERIFY_RESULT((*store)->mute(u"shop"_s, u"a"_s, {u"known"_s, u"ann"_s, now, now + 1h}));
    TimePoint clock = now;
    FindingMutes mutes(u"shop"_s, [&clock] { return clock; });
    mutes.use(*store);
    QList<Finding> findings(1);
    findings[0].id = u"a"_s;
    QVERIFY(mutes.applied(findings)[0].mute);
    clock = now + 1h;
    QVERIFY(!mutes.applied(findings)[0].mute);
    const auto left = (*store)->mutes(u"shop"_s, clock);
    QVERIFY_RESULT(left);
    QVERIFY(left->isEmpty());
}

void TestFindings::mutesAreKept()
{
    const QString path = m_directory.filePath(u"kept.sqlite"_s);
    const Mute mute{u"known"_s, u"ann@desk"_s, now, now + 8h};
    {
        auto store = MuteStore::open(path);
        QVERIFY_RESULT(store);
        QVERIFY_RESULT((*store)->mute(u"shop"_s, u"a"_s, {u"first"_s, u"bob"_s, now, now + 1h}));
        QVERIFY_RESULT((*store)->mute(u"shop"_s, u"a"_s, mute));
        QVERIFY_RESULT((*store)->mute(u"shop"_s, u"b"_s, mute));
        QVERIFY_RESULT((*store)->unmute(u"shop"_s, u"b"_s));
    }
    const auto store = MuteStore::open(path);
    QVERIFY_RESULT(store);
    const auto mutes = (*store)->mutes(u"shop"_s, now);
    QVERIFY_RESULT(mutes);
    QCOMPARE(mutes->size(), 1);
    QCOMPARE(mutes->value(u"a"_s), mute);
}

void TestFindings::mutesBelongToOneProfile()
{
    auto store = MuteStore::open(m_directory.filePath(u"profile.sqlite"_s));
    QVERIFY_RESULT(store);
    QVERIFY_RESULT((*store)->mute(u"shop"_s, u"a"_s, {u"known"_s, u"ann"_s, now, now + 1h}));
    const auto others = (*store)->mutes(u"bank"_s, now);
    QVERIFY_RESULT(others);
    QVERIFY(others->isEmpty());
}

void TestFindings::aMuteStartsARound()
{
    const auto servers = std::make_shared<FakeBackends>();
    servers->fillShop();
    Poller poller(servers, [at = servers->streams().now()] { return at; });
    auto store = MuteStore::open(m_directory.filePath(u"round.sqlite"_s));
    QVERIFY_RESULT(store);
    poller.mutes().use(*store);
    poller.pollNow();
    QTRY_VERIFY(poller.latest() && !poller.latest()->findings.isEmpty());
    const QString id = poller.latest()->findings.first().id;
    QVERIFY(!poller.latest()->findings.first().mute);
    const auto isMuted = [&] {
        const QList<Finding>& findings = poller.latest()->findings;
        return findings.last().id == id && findings.last().mute.has_value();
    };
    poller.mutes().mute(id, u"TICKET-1"_s, 1h);
    QTRY_VERIFY(isMuted());
    QCOMPARE(poller.latest()->findings.last().mute->reason, u"TICKET-1"_s);
    poller.mutes().unmute(id);
    QTRY_VERIFY(!isMuted());
}

void TestFindings::nothingIsMutedWithoutAStore()
{
    FindingMutes mutes(u"shop"_s, [] { return now; });
    QVERIFY(!mutes.canMute());
    auto answer = mutes.mute(u"a"_s, u"known"_s, 1h);
    QVERIFY(answer.isFinished());
    QVERIFY_ERROR(answer.result(), Error::Kind::Refused);
}

QTEST_GUILESS_MAIN(TestFindings)
#include "tst_findings.moc"
