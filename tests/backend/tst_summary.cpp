// SPDX-License-Identifier: GPL-3.0-or-later
#include "services/summary.h"

#include <QTest>

using namespace outboard;
using namespace Qt::StringLiterals;

namespace {

using State = Operation::State;

Error gone()
{
    return {Error::Kind::Unreachable, u"The broker is gone."_s, {}};
}

std::vector<EntryId> entries(size_t count)
{
    return std::vector<EntryId>(count, EntryId{1, 0});
}

RelayReport relayed(qint64 published, Count remaining)
{
    RelayReport report;
    report.published = published;
    report.remaining = std::move(remaining);
    return report;
}

} // namespace

Q_DECLARE_METATYPE(outboard::Summary)

/// One sentence with the exact numbers, and a state that never calls half the work done.
class TestSummary : public QObject
{
    Q_OBJECT

private slots:
    void theSentence_data();
    void theSentence();
    void errorsAreKept();
};

void TestSummary::theSentence_data()
{
    QTest::addColumn<Summary>("summary");
    QTest::addColumn<State>("state");
    QTest::addColumn<QString>("text");
    const auto row = [](const char* name, const Summary& summary, State state, QString text) {
        QTest::newRow(name) << summary << state << text;
    };

    RelayReport relay = relayed(500, Count::exact(12));
    row("a whole relay", summarize(relay), State::Done, u"500 published, 12 remain."_s);
    relay.failed = QList<RelayFailure>(3, {OutboxRowId("1"), gone()});
    relay.duplicatesPossible = 20;
    row("a relay in part",
        summarize(relay),
        State::DoneInPart,
        u"500 published, 3 refused, 12 remain; duplicates possible for 20."_s);
    relay.error = gone();
    row("a relay that was cut off",
        summarize(relay),
        State::DoneInPart,
        u"500 published, 3 refused, 12 remain; duplicates possible for 20: The broker is gone."_s);
    relay = relayed(7, Count::atLeast(10'000));
    relay.stopped = true;
    row("a stopped relay",
        summarize(relay),
        State::DoneInPart,
        u"Stopped: 7 published, 10 000+ remain."_s);
    relay = relayed(0, Count::unknown(u"?"_s));
    relay.error = gone();
    row("a relay that did nothing",
        summarize(relay),
        State::Failed,
        u"0 published, how many remain is not known: The broker is gone."_s);
    relay.duplicatesPossible = 500;
    row("a relay that may have sent",
        summarize(relay),
        State::DoneInPart,
        u"0 published, how many remain is not known; duplicates possible for 500: The broker is "
        u"gone."_s);

    ClaimReport claim;
    claim.claimed = entries(12'431);
    row("a whole claim", summarize(claim), State::Done, u"12 431 claimed."_s);
    claim.taken = entries(1);
    claim.notPending = entries(2);
    claim.gone = entries(3);
    claim.notTried = entries(4);
    claim.unknown = entries(5);
    row("a claim in part",
        summarize(claim),
        State::DoneInPart,
        u"12 431 claimed, 1 in someone else's hands meanwhile, 2 no longer pending, 3 gone from "
        u"the stream, 4 not tried, 5 without an answer."_s);
    claim = {};
    claim.notTried = entries(4);
    claim.error = gone();
    row("a claim that did nothing",
        summarize(claim),
        State::Failed,
        u"0 claimed, 4 not tried: The broker is gone."_s);

    AckReport ack;
    ack.acknowledged = entries(9);
    ack.notPending = entries(1);
    row("acknowledged before is done too",
        summarize(ack),
        State::Done,
        u"9 acknowledged, 1 were acknowledged before."_s);
    ack.refused = entries(2);
    row("an acknowledgement in part",
        summarize(ack),
        State::DoneInPart,
        u"9 acknowledged, 1 were acknowledged before, 2 refused."_s);

    RunReport run;
    run.applied = 300;
    run.skipped = 200;
    row("a whole run", summarize(run), State::Done, u"300 applied, 200 skipped."_s);
    run = {};
    run.noVerdict = 5;
    row("sent is not handled",
        summarize(run),
        State::Done,
        u"0 applied, 5 sent, no verdict yet."_s);
    run.failed = 3;
    run.inDoubt = 1;
    run.notRun = 40;
    run.stopped = true;
    run.stopReason = u"3 failures"_s;
    row("a run that stopped itself",
        summarize(run),
        State::DoneInPart,
        u"Stopped: 0 applied, 5 sent, no verdict yet, 3 failed, 1 in doubt, 40 not run (3 "
        u"failures)."_s);

    Plan plan;
    plan.items = QList<PlanItem>(3);
    plan.items[0].verdict = Verdict::Run;
    plan.items[1].verdict = Verdict::InFlight;
    row("a plan",
        summarize(plan),
        State::Done,
        u"1 of 3 events will run, 1 in flight, 1 unknown."_s);
    row("an error", summarize(gone()), State::Failed, u"The broker is gone."_s);
}

void TestSummary::theSentence()
{
    QFETCH(Summary, summary);
    QTEST(summary.state, "state");
    QTEST(summary.text.replace(QChar(0x202f), u' '), "text");
}

void TestSummary::errorsAreKept()
{
    RelayReport relay = relayed(5, Count::exact(1));
    QVERIFY(!summarize(relay).error);
    relay.error = gone();
    QCOMPARE(summarize(relay).error, std::optional(gone()));
    QCOMPARE(summarize(Result<Plan>(gone())).error, std::optional(gone()));
    QCOMPARE(summarize(Result<Plan>(Plan())).state, State::Done);
}

QTEST_GUILESS_MAIN(TestSummary)
#include "tst_summary.moc"
