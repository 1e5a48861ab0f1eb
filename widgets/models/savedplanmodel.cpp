// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/savedplanmodel.h"

#include "text/format.h"

#include <QCoreApplication>

namespace outboard {

using namespace Qt::StringLiterals;

namespace {

QString tr(const char* text)
{
    return QCoreApplication::translate("outboard::SavedPlanModel", text);
}

Column<PlanSummary> madeColumn(const Clock& clock)
{
    auto column = textColumn<PlanSummary>(
        u"made"_s,
        tr("Made"),
        [clock](const PlanSummary& plan) { return format::time(plan.madeAt, clock()); },
        &PlanSummary::madeAt);
    column.width = 170;
    return column;
}

Column<PlanSummary> wordColumn(
    const QString& id,
    const QString& title,
    const std::function<QString(const PlanSummary&)>& word,
    int width)
{
    auto column = textColumn<PlanSummary>(id, title, word, word);
    column.width = width;
    return column;
}

Column<PlanSummary> countColumn(const QString& id, const QString& title, qint64 PlanSummary::*count)
{
    auto column = numberColumn<PlanSummary>(
        id, title, [count](const PlanSummary& plan) { return format::number(plan.*count); }, count);
    column.width = 110;
    column.tone = [count](const PlanSummary& plan) {
        return plan.*count > 0 ? Tone::Neutral : Tone::Muted;
    };
    return column;
}

} // namespace

SavedPlanModel::SavedPlanModel(Clock clock, QObject* parent)
    : RowTableModel(
        {madeColumn(clock),
         wordColumn(
             u"source"_s, tr("From"), [](const PlanSummary& plan) { return plan.source; }, 100),
         wordColumn(
             u"handler"_s,
             tr("Handler"),
             [](const PlanSummary& plan) { return format::oneLine(plan.handler); },
             160),
         wordColumn(
             u"group"_s,
             tr("Group"),
             [](const PlanSummary& plan) { return format::oneLine(plan.group.bytes()); },
             140),
         countColumn(u"events"_s, tr("Events"), &PlanSummary::events),
         countColumn(u"will_run"_s, tr("Would run"), &PlanSummary::willRun),
         countColumn(u"runs"_s, tr("Runs"), &PlanSummary::runs),
         wordColumn(
             u"plan"_s, tr("Plan"), [](const PlanSummary& plan) { return plan.planId; }, 290)},
        [](const PlanSummary& plan) { return plan.planId; },
        parent)
{}

} // namespace outboard
