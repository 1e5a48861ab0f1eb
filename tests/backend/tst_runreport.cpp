// SPDX-License-Identifier: GPL-3.0-or-later
#include "services/runreport.h"

#include <QTest>

using namespace outboard;
using namespace Qt::StringLiterals;

namespace {

const QByteArray longId(400, 'x');

RunRecord record()
{
    RunRecord record;
    record.plan.id = u"plan-1"_s;
    record.plan.profile = u"shop"_s;
    record.plan.handler = u"billing_sql"_s;
    record.startedAt = TimePoint(Microseconds(1'700'000'000'000'000));
    record.writtenAt = record.startedAt;
    for (const QByteArray& id : {QByteArray("=1+1"), longId, QByteArray("3|\n`x`")}) {
        PlanItem item;
        item.event.id = EventId(id);
        item.event.topic = TopicName("order.paid");
        item.event.payload = "secret payload";
        item.verdict = Verdict::Run;
        item.groups.append({GroupName("billing"), Verdict::Run, {}, u"l"_s, {}, {}});
        record.plan.items.append(item);
    }
    record.report.runId = u"run-1"_s;
    record.report.outcomes = {
        {0, EventId("=1+1"), OutcomeKind::Applied, {}},
        {1, EventId(longId), OutcomeKind::Failed, u"No account, \"none\"."_s},
        {2, record.plan.items[2].event.id, OutcomeKind::InDoubt, u"@now"_s}};
    record.report.applied = 1;
    record.report.failed = 1;
    record.report.inDoubt = 1;
    record.report.stopped = true;
    record.report.stopReason = u"Stopped by the operator."_s;
    return record;
}

} // namespace

class TestRunReport : public QObject
{
    Q_OBJECT

private slots:
    void markdownTellsWhatWasRunAndHowItEnded();
    void markdownListsWhatNeedsSomebodyFirst();
    void idsAreWholeAndPayloadsAreNeverInIt();
    void nothingInAnIdIsTakenForMarkdown();
    void csvHasALineAnEvent();
    void cellsThatASpreadsheetWouldRunAreQuoted();
};

void TestRunReport::markdownTellsWhatWasRunAndHowItEnded()
{
    const QByteArray text = reportAsMarkdown(record());
    QVERIFY(text.startsWith("# Replay run run-1\n"));
    QVERIFY(text.contains("| Handler | billing\\_sql |\n"));
    QVERIFY(text.contains("| Started | 2023-11-14T22:13:20.000Z |\n"));
    QVERIFY(text.contains("| Ended | Stopped by the operator. |\n"));
    QVERIFY(text.contains("| Applied | 1 |\n"));
    QVERIFY(text.contains("| Not run | 0 |\n"));
}

void TestRunReport::markdownListsWhatNeedsSomebodyFirst()
{
    const QByteArray text = reportAsMarkdown(record());
    const qsizetype failed = text.indexOf("## Failed");
    const qsizetype inDoubt = text.indexOf("## In doubt");
    const qsizetype applied = text.indexOf("## Applied");
    QVERIFY(failed > 0);
    QVERIFY(inDoubt > failed);
    QVERIFY(applied > inDoubt);
    QVERIFY(!text.contains("## Skipped"));
}

void TestRunReport::idsAreWholeAndPayloadsAreNeverInIt()
{
    for (const QByteArray& text : {reportAsMarkdown(record()), reportAsCsv(record())}) {
        QVERIFY(text.contains(longId));
        QVERIFY(!text.contains("secret"));
    }
}

void TestRunReport::nothingInAnIdIsTakenForMarkdown()
{
    QVERIFY(reportAsMarkdown(record()).contains("| 3\\|\\\\n\\`x\\` | order.paid | @now |\n"));
}

void TestRunReport::csvHasALineAnEvent()
{
    const QByteArrayList lines = reportAsCsv(record()).split('\n');
    QCOMPARE(lines.size(), 5); // Titles, three events, and the end of the last line.
    QVERIFY(lines[0].startsWith("event_id,topic,"));
    QVERIFY(lines[0].endsWith("outcome,outcome_reason\r"));
    QVERIFY(lines[2].contains(",billing=run,"));
    QVERIFY(lines[2].endsWith(",failed,\"No account, \"\"none\"\".\"\r"));
}

void TestRunReport::cellsThatASpreadsheetWouldRunAreQuoted()
{
    const QByteArray text = reportAsCsv(record());
    QVERIFY(text.contains("\n'=1+1,order.paid,"));
    QVERIFY(text.contains(",in_doubt,'@now\r"));
}

QTEST_GUILESS_MAIN(TestRunReport)
#include "tst_runreport.moc"
