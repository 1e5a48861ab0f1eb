// SPDX-License-Identifier: GPL-3.0-or-later
#include "services/doctor.h"
#include "services/history.h"
#include "support/builders.h"
#include "text/format.h"

#include <QTest>

using namespace outboard;
using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

namespace {

constexpr TimePoint now{std::chrono::hours(480'000)};

/// The evidence and the title in one, with plain spaces, so that a test reads as it shows.
QString textOf(const Finding& finding)
{
    QString text = finding.title + u" | "_s + finding.evidence;
    return text.replace(QChar(0x202f), u' ');
}

} // namespace

class TestDoctor : public QObject
{
    Q_OBJECT

private slots:
    void init();
    void aHealthyRoundHasNoFindings();
    void anUnreachableSource();
    void aSourceThatRefusesTheLogin();
    void aStalledRelay();
    void aStalledRelayWithoutTimesOfPublishing();
    void aStallThatNobodyCanProveIsAWarning();
    void aRelayThatWorksOffItsBacklogIsNotStalled();
    void aRelaySlowerThanTheInflow();
    void aRelayThatRunsNowAndThenIsNotSlow();
    void entriesStuckWithOneConsumer();
    void entriesStuckWithSeveralConsumers();
    void unknownStuckCountsAreNoFinding();
    void poisonEntries();
    void aMissingIndexMattersOnABigTable_data();
    void aMissingIndexMattersOnABigTable();
    void aGroupThatNobodyReads();
    void aGroupWithoutConsumersWhoseLagStands();
    void aGroupWithAConsumerAwakeIsRead();
    void aGroupThatCatchesUpIsRead();
    void aTopicOfTheWrongType();
    void namesFromServersAreEscaped();
    void theWorstComesFirst();

private:
    QList<Finding> examined(const SnapshotBuilder& round)
    {
        m_history.add(round.snapshot());
        return examine(round.snapshot(), m_history, m_profile);
    }

    History m_history;
    Profile m_profile;
};

void TestDoctor::init()
{
    m_history = History();
    m_profile = Profile();
}

void TestDoctor::aHealthyRoundHasNoFindings()
{
    SnapshotBuilder round(now);
    round.backlog(12, 800ms).highestId(5'000'000);
    auto& group = round.group("order.paid", "billing");
    group.pending = Count::exact(4);
    group.oldestIdle = 300ms;
    group.consumers = {SnapshotBuilder::consumer("billing-1", 4, 300ms)};
    QCOMPARE(examined(round), QList<Finding>());
}

void TestDoctor::anUnreachableSource()
{
    SnapshotBuilder round(now);
    SourceHealth& broker = round.source(1);
    broker.isOk = false;
    broker.error = Error{Error::Kind::Unreachable, u"Start Redis."_s, {}};
    broker.failingSince = now - 42s;
    broker.nextTry = now + 8s;
    round.brokerError(Error::Kind::Unreachable);
    const auto findings = examined(round);
    QCOMPARE(findings.size(), 1);
    QCOMPARE(findings[0].id, u"source_unreachable:broker"_s);
    QCOMPARE(findings[0].severity, Severity::Critical);
    QCOMPARE(
        textOf(findings[0]),
        u"The broker does not answer | Start Redis. Failing for 42 s. Next try in 8 s."_s);
    QCOMPARE(findings[0].since, std::optional(now - 42s));
}

void TestDoctor::aSourceThatRefusesTheLogin()
{
    SnapshotBuilder round(now);
    SourceHealth& ledger = round.source(2);
    ledger.isOk = false;
    ledger.error = Error{Error::Kind::Auth, u"Check the password."_s, {}};
    const auto findings = examined(round);
    QCOMPARE(findings.size(), 1);
    QCOMPARE(findings[0].severity, Severity::Warning);
    QCOMPARE(
        textOf(findings[0]),
        u"The ledger billing_processedevent refuses the connection | Check the password."_s);
}

void TestDoctor::aStalledRelay()
{
    SnapshotBuilder round(now);
    round.backlog(12'431, 9min);
    round.outbox().lastPublishedAt = now - 7min;
    const auto findings = examined(round);
    QCOMPARE(findings.size(), 1);
    QCOMPARE(findings[0].id, u"relay_stalled"_s);
    QCOMPARE(findings[0].severity, Severity::Critical);
    QCOMPARE(
        textOf(findings[0]),
        u"Relay stalled: 12 431 rows waiting | The oldest row of orders_outboxevent has waited "
        u"for 9 min 00 s (threshold 1 min 00 s). Nothing was published for 7 min 00 s."_s);
    QCOMPARE(findings[0].remedy.kind, RemedyKind::RelayBatch);
    QCOMPARE(findings[0].since, std::optional(now - 7min));
}

void TestDoctor::aStalledRelayWithoutTimesOfPublishing()
{
    for (int i = 30; i >= 0; --i) {
        SnapshotBuilder round(now - i * 3s);
        round.backlog(50, 3min).highestId(1'000);
        round.outbox().lastPublishedAt.reset();
        const auto findings = examined(round);
        if (i > 0)
            continue;
        QCOMPARE(findings.size(), 1);
        QCOMPARE(findings[0].severity, Severity::Critical);
        QVERIFY(findings[0].evidence.endsWith(u"Nothing was published meanwhile."_s));
        QCOMPARE(findings[0].since, std::optional(now - 3min));
    }
}

void TestDoctor::aStallThatNobodyCanProveIsAWarning()
{
    SnapshotBuilder round(now);
    round.backlog(50, 3min);
    round.outbox().unpublished = Count::atLeast(10'000);
    round.outbox().lastPublishedAt.reset();
    const auto findings = examined(round);
    QCOMPARE(findings.size(), 1);
    QCOMPARE(findings[0].severity, Severity::Warning);
    QVERIFY(textOf(findings[0]).contains(u"10 000+ rows waiting"_s));
    QVERIFY(findings[0].evidence.endsWith(u"is not known."_s));
}

void TestDoctor::aRelayThatWorksOffItsBacklogIsNotStalled()
{
    SnapshotBuilder round(now);
    round.backlog(100'000, 2h);
    round.outbox().lastPublishedAt = now - 1s;
    QCOMPARE(examined(round), QList<Finding>());
}

void TestDoctor::aRelaySlowerThanTheInflow()
{
    QList<Finding> findings;
    for (int i = 0; i <= 60; ++i) {
        SnapshotBuilder round(now + i * 2s);
        round.backlog(1'000 + i * 80, 30s).highestId(100'000 + i * 240); // 120/s in, 80/s out
        findings = examined(round);
        if (i < 10)
            QCOMPARE(findings, QList<Finding>()); // not sure yet
    }
    QCOMPARE(findings.size(), 1);
    QCOMPARE(findings[0].id, u"relay_slow"_s);
    QCOMPARE(findings[0].severity, Severity::Warning);
    QCOMPARE(
        textOf(findings[0]),
        u"Relay slower than inflow: 120 rows/s in, 80 rows/s out | Means of the last 2 min 00 s. "
        u"5 800 rows are waiting, the oldest for 30 s; the backlog grows by 40 rows/s. Time to "
        u"drain: "
        u"never; 1 min 12 s if nothing came in."_s);
    QCOMPARE(findings[0].remedy.kind, RemedyKind::RelayBatch);
}

void TestDoctor::aRelayThatRunsNowAndThenIsNotSlow()
{
    // 10 rows/s come in, and every 10 s a batch of 100 goes out.
    for (int i = 0; i <= 120; ++i) {
        SnapshotBuilder round(now + i * 1s);
        round.backlog(i % 10 * 10, 5s).highestId(100'000 + i * 10);
        QCOMPARE(examined(round), QList<Finding>());
    }
}

void TestDoctor::entriesStuckWithOneConsumer()
{
    SnapshotBuilder round(now);
    auto& group = round.group("order.paid", "billing");
    group.pending = Count::exact(1'000);
    group.stuck = Count::exact(1'000);
    group.oldestIdle = 7min + 5s;
    group.consumers = {
        SnapshotBuilder::consumer("billing-1", 1'000, 7min + 5s),
        SnapshotBuilder::consumer("billing-2", 0, 1s)};
    const auto findings = examined(round);
    QCOMPARE(findings.size(), 1);
    QCOMPARE(findings[0].id, u"consumer_stuck:order.paid:billing"_s);
    QCOMPARE(findings[0].severity, Severity::Warning);
    QCOMPARE(
        textOf(findings[0]),
        u"1 000 entries stuck with billing-1 in order.paid / billing | Pending without a new "
        u"delivery for up to 7 min 05 s (threshold 1 min 00 s). billing-1 holds 1 000 and last "
        u"asked 7 min 05 s ago."_s);
    QCOMPARE(findings[0].remedy.kind, RemedyKind::Claim);
    QCOMPARE(findings[0].remedy.topic, std::optional(BrokerTopic("order.paid")));
    QCOMPARE(findings[0].remedy.group, std::optional(GroupName("billing")));
}

void TestDoctor::entriesStuckWithSeveralConsumers()
{
    SnapshotBuilder round(now);
    auto& group = round.group("order.paid", "billing");
    group.stuck = Count::atLeast(37);
    group.oldestIdle = 2min;
    group.consumers = {
        SnapshotBuilder::consumer("awake", 900, 1s),
        SnapshotBuilder::consumer("silent", 30, 2min),
        SnapshotBuilder::consumer("a", 3, 1s),
        SnapshotBuilder::consumer("b", 2, 1s)};
    const auto findings = examined(round);
    QCOMPARE(findings.size(), 1);
    QCOMPARE(
        textOf(findings[0]),
        u"37+ entries stuck in order.paid / billing | Pending without a new delivery for up to "
        u"2 min 00 s (threshold 1 min 00 s). silent holds 30 and last asked 2 min 00 s ago; awake "
        u"holds 900 and last asked 1 s ago; a holds 3 and last asked 1 s ago; 1 more consumers "
        u"hold entries."_s);
}

void TestDoctor::unknownStuckCountsAreNoFinding()
{
    SnapshotBuilder round(now);
    auto& group = round.group("order.paid", "billing");
    group.pending = Count::unknown(u"no pending lists"_s);
    group.stuck = Count::unknown(u"no pending lists"_s);
    group.poison = Count::unknown(u"no pending lists"_s);
    group.lag = Count::unknown(u"entries were deleted"_s);
    QCOMPARE(examined(round), QList<Finding>());
}

void TestDoctor::poisonEntries()
{
    SnapshotBuilder round(now);
    auto& group = round.group("order.paid", "billing");
    group.poison = Count::exact(3);
    group.maxDeliveries = 12;
    const auto findings = examined(round);
    QCOMPARE(findings.size(), 1);
    QCOMPARE(findings[0].id, u"poison:order.paid:billing"_s);
    QCOMPARE(findings[0].remedy.kind, RemedyKind::Replay);
    QCOMPARE(
        textOf(findings[0]),
        u"3 poison entries in order.paid / billing | Delivered up to 12 times and still pending "
        u"(threshold 5)."_s);
    QVERIFY(findings[0].explanation.contains(u"mend it, then replay them"_s));
}

void TestDoctor::aMissingIndexMattersOnABigTable_data()
{
    QTest::addColumn<qint64>("highestId");
    QTest::addColumn<Count>("unpublished");
    QTest::addColumn<bool>("matters");
    QTest::newRow("a small table") << qint64(99'999) << Count::exact(10) << false;
    QTest::newRow("a big table") << qint64(100'000) << Count::exact(10) << true;
    QTest::newRow("a small table without numeric ids") << qint64(-1) << Count::exact(10) << false;
    QTest::newRow("a big table without numeric ids") << qint64(-1) << Count::estimated(10) << true;
}

void TestDoctor::aMissingIndexMattersOnABigTable()
{
    QFETCH(qint64, highestId);
    QFETCH(bool, matters);
    SnapshotBuilder round(now);
    QFETCH(Count, unpublished);
    round.outbox().unpublished = unpublished;
    if (highestId >= 0)
        round.highestId(highestId);
    round.outbox().hasUnpublishedIndex = false;
    round.outbox().indexAdvice = u"CREATE INDEX CONCURRENTLY …"_s;
    const auto findings = examined(round);
    QCOMPARE(findings.size(), matters ? 1 : 0);
    if (!matters)
        return;
    QCOMPARE(findings[0].id, u"missing_index"_s);
    QCOMPARE(findings[0].severity, Severity::Notice);
    QVERIFY(findings[0].evidence.contains(u"CREATE INDEX CONCURRENTLY"_s));
    round.outbox().hasUnpublishedIndex = true;
    QCOMPARE(examined(round), QList<Finding>());
}

void TestDoctor::aGroupThatNobodyReads()
{
    QList<Finding> findings;
    for (int i = 0; i <= 10; ++i) {
        SnapshotBuilder round(now + i * 2s);
        auto& group = round.group("order.paid", "billing");
        group.lag = Count::exact(1'000 + 10 * i);
        group.consumers = {
            SnapshotBuilder::consumer("billing-1", 0, 5min),
            SnapshotBuilder::consumer("billing-2", 0, 3min)};
        findings = examined(round);
    }
    QCOMPARE(findings.size(), 1);
    QCOMPARE(findings[0].id, u"group_unread:order.paid:billing"_s);
    QCOMPARE(findings[0].severity, Severity::Critical);
    QCOMPARE(
        textOf(findings[0]),
        u"Nobody reads order.paid / billing: lag 1 100 | None of its 2 consumers asked lately; "
        u"the last one was billing-2, 3 min 00 s ago. The lag grew by 100 within 20 s."_s);
    QCOMPARE(findings[0].remedy.kind, RemedyKind::ShowStreams);
}

void TestDoctor::aGroupWithoutConsumersWhoseLagStands()
{
    QList<Finding> findings;
    for (int i = 0; i <= 31; ++i) {
        SnapshotBuilder round(now + i * 2s);
        round.group("order.paid", "audit").lag = Count::exact(500);
        findings = examined(round);
        if (i < 30)
            QCOMPARE(findings, QList<Finding>());
    }
    QCOMPARE(findings.size(), 1);
    QCOMPARE(findings[0].severity, Severity::Warning);
    QCOMPARE(
        textOf(findings[0]),
        u"Nobody reads order.paid / audit: lag 500 | The group has no consumers. The lag did not "
        u"shrink for 1 min 02 s."_s);
}

/// That it falls behind is another finding.
void TestDoctor::aGroupWithAConsumerAwakeIsRead()
{
    const auto saysUnread = [](const QList<Finding>& findings) {
        return std::ranges::any_of(findings, [](const Finding& finding) {
            return finding.id.startsWith(u"group_unread");
        });
    };
    for (int i = 0; i <= 40; ++i) {
        SnapshotBuilder round(now + i * 2s);
        auto& group = round.group("order.paid", "billing");
        group.lag = Count::exact(1'000 + i);
        group.consumers = {SnapshotBuilder::consumer("billing-1", 0, 1s)};
        QVERIFY(!saysUnread(examined(round)));
        group.consumers[0].idle.reset(); // nobody knows: no alarm either
        QVERIFY(!saysUnread(examine(round.snapshot(), m_history, m_profile)));
    }
}

void TestDoctor::aGroupThatCatchesUpIsRead()
{
    for (int i = 0; i <= 40; ++i) {
        SnapshotBuilder round(now + i * 2s);
        round.group("order.paid", "billing").lag = Count::exact(1'000 - 10 * i);
        QCOMPARE(examined(round), QList<Finding>());
    }
}

void TestDoctor::aTopicOfTheWrongType()
{
    SnapshotBuilder round(now);
    round.topic("order.paid").problem = u"The key holds a list. Rename it."_s;
    const auto findings = examined(round);
    QCOMPARE(findings.size(), 1);
    QCOMPARE(findings[0].id, u"topic_problem:order.paid"_s);
    QCOMPARE(
        textOf(findings[0]), u"order.paid cannot be used | The key holds a list. Rename it."_s);
    QCOMPARE(findings[0].remedy.topic, std::optional(BrokerTopic("order.paid")));
}

void TestDoctor::namesFromServersAreEscaped()
{
    SnapshotBuilder round(now);
    auto& group = round.group(
        "order\n.paid",
        "bill\xff"
        "ing");
    group.stuck = Count::exact(1);
    group.consumers = {SnapshotBuilder::consumer(
        "evil\xe2\x80\xae"
        "name",
        1,
        2min)};
    const auto findings = examined(round);
    QCOMPARE(findings.size(), 1);
    QCOMPARE(
        findings[0].title,
        u"1 entries stuck with evil\\u202ename in order\\n.paid / bill\\xffing"_s);
}

void TestDoctor::theWorstComesFirst()
{
    SnapshotBuilder round(now);
    round.backlog(10, 5min).highestId(1'000'000);
    round.outbox().lastPublishedAt = now - 4min;
    round.outbox().hasUnpublishedIndex = false;
    round.outbox().indexAdvice = u"CREATE INDEX …"_s;
    round.group("a", "g").stuck = Count::exact(1);
    round.group("b", "g").poison = Count::exact(1);
    round.topic("c").problem = u"A list."_s;
    QStringList ids;
    for (const Finding& finding : examined(round))
        ids.append(finding.id);
    QCOMPARE(
        ids,
        QStringList(
            {u"relay_stalled"_s,
             u"poison:b:g"_s,
             u"consumer_stuck:a:g"_s,
             u"topic_problem:c"_s,
             u"missing_index"_s}));
}

QTEST_GUILESS_MAIN(TestDoctor)
#include "tst_doctor.moc"
