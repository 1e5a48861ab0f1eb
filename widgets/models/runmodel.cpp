// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/runmodel.h"

#include "text/format.h"

#include <QCoreApplication>

namespace outboard {

using namespace Qt::StringLiterals;

namespace {

QString tr(const char* text)
{
    return QCoreApplication::translate("outboard::RunModel", text);
}

Column<RunSummary> startedColumn(const Clock& clock)
{
    auto column = textColumn<RunSummary>(
        u"started"_s,
        tr("Started"),
        [clock](const RunSummary& run) { return format::time(run.startedAt, clock()); },
        &RunSummary::startedAt);
    column.width = 170;
    return column;
}

Column<RunSummary> stateColumn()
{
    const auto state = [](const RunSummary& run) {
        if (isUnfinished(run))
            return tr("not finished");
        return run.report.stopped ? tr("stopped") : tr("finished");
    };
    auto column = textColumn<RunSummary>(u"state"_s, tr("State"), state, state);
    column.width = 110;
    column.tone = [](const RunSummary& run) {
        return isUnfinished(run) || run.report.stopped ? Tone::Warning : Tone::Neutral;
    };
    column.toolTip = [](const RunSummary& run) { return run.report.stopReason; };
    return column;
}

Column<RunSummary> countColumn(
    const QString& id, const QString& title, qint64 RunReport::*count, Tone tone)
{
    auto column = numberColumn<RunSummary>(
        id,
        title,
        [count](const RunSummary& run) { return format::number(run.report.*count); },
        [count](const RunSummary& run) { return run.report.*count; });
    column.width = 84;
    column.tone = [count, tone](const RunSummary& run) {
        return run.report.*count > 0 ? tone : Tone::Muted;
    };
    return column;
}

Column<RunSummary> wordColumn(
    const QString& id,
    const QString& title,
    std::function<QString(const RunSummary&)> word,
    int width)
{
    auto column = textColumn<RunSummary>(id, title, word, word);
    column.width = width;
    return column;
}

} // namespace

RunModel::RunModel(Clock clock, QObject* parent)
    : RowTableModel(
        {startedColumn(clock),
         wordColumn(
             u"handler"_s, tr("Handler"), [](const RunSummary& run) { return run.handler; }, 140),
         wordColumn(
             u"group"_s,
             tr("Group"),
             [](const RunSummary& run) { return format::oneLine(run.group.bytes()); },
             110),
         stateColumn(),
         countColumn(u"applied"_s, tr("Applied"), &RunReport::applied, Tone::Good),
         countColumn(u"skipped"_s, tr("Skipped"), &RunReport::skipped, Tone::Neutral),
         countColumn(u"failed"_s, tr("Failed"), &RunReport::failed, Tone::Critical),
         countColumn(u"no_verdict"_s, tr("No verdict"), &RunReport::noVerdict, Tone::Notice),
         countColumn(u"in_doubt"_s, tr("In doubt"), &RunReport::inDoubt, Tone::Warning),
         countColumn(u"not_run"_s, tr("Not run"), &RunReport::notRun, Tone::Neutral)},
        [](const RunSummary& run) { return run.runId; },
        parent)
{}

} // namespace outboard
