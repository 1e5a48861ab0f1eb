// SPDX-License-Identifier: GPL-3.0-or-later
#include "services/plancompare.h"

#include <QTest>

using namespace outboard;
using namespace Qt::StringLiterals;

namespace {

Plan planOf(const QList<Verdict>& verdicts)
{
    Plan plan;
    for (const Verdict verdict : verdicts) {
        PlanItem item;
        item.event.id = EventId(QByteArray::number(plan.items.size()));
        item.verdict = verdict;
        plan.items.append(item);
    }
    return plan;
}

} // namespace

class TestPlanCompare : public QObject
{
    Q_OBJECT

private slots:
    void whatChangedIsListedInPlanOrder();
    void movesAreCountedMostFirst();
    void otherReasonsAreNoChange();
    void anEmptyPlanHasNoChanges();
};

void TestPlanCompare::whatChangedIsListedInPlanOrder()
{
    const PlanComparison comparison = compare(
        planOf({Verdict::Run, Verdict::InFlight, Verdict::Unknown}),
        planOf({Verdict::Processed, Verdict::Run, Verdict::Unknown}));
    const QList<VerdictChange> expected{
        {0, Verdict::Run, Verdict::Processed}, {1, Verdict::InFlight, Verdict::Run}};
    QCOMPARE(comparison.changes, expected);
    QCOMPARE(comparison.unchanged, 1);
}

void TestPlanCompare::movesAreCountedMostFirst()
{
    const PlanComparison comparison = compare(
        planOf({Verdict::InFlight, Verdict::Run, Verdict::Run}),
        planOf({Verdict::Run, Verdict::Processed, Verdict::Processed}));
    const QList<VerdictMove> expected{
        {Verdict::Run, Verdict::Processed, 2}, {Verdict::InFlight, Verdict::Run, 1}};
    QCOMPARE(comparison.moves, expected);
}

void TestPlanCompare::otherReasonsAreNoChange()
{
    const Plan before = planOf({Verdict::InFlight});
    Plan now = before;
    now.items.first().reason = u"worker-2 got it 3 s ago."_s;
    QVERIFY(compare(before, now).changes.isEmpty());
}

void TestPlanCompare::anEmptyPlanHasNoChanges()
{
    QCOMPARE(compare({}, {}), PlanComparison());
}

QTEST_GUILESS_MAIN(TestPlanCompare)
#include "tst_plancompare.moc"
