// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/tracemodel.h"

#include "text/format.h"

#include <QCoreApplication>

namespace outboard {

using namespace Qt::StringLiterals;

namespace {

QString tr(const char* text)
{
    return QCoreApplication::translate("outboard::TraceModel", text);
}

Column<TraceRow> atColumn(const Clock& clock)
{
    auto column = textColumn<TraceRow>(
        u"at"_s,
        tr("Time"),
        [clock](const TraceRow& row) {
            return row.step.at ? format::time(row.step.at, clock()) : u"–"_s;
        },
        &TraceRow::place);
    column.width = 160;
    column.toolTip = [](const TraceRow& row) {
        return row.step.at ? isoText(*row.step.at) : tr("Nobody kept the time of it.");
    };
    return column;
}

Column<TraceRow> whatColumn()
{
    const auto title = [](const TraceRow& row) {
        return row.step.isDerived ? tr("%1 (derived)").arg(traceWhatTitle(row.step.what))
                                  : traceWhatTitle(row.step.what);
    };
    auto column = textColumn<TraceRow>(u"what"_s, tr("What"), title, title);
    column.width = 170;
    column.tone = [](const TraceRow& row) { return toneOf(row.step.what); };
    return column;
}

Column<TraceRow> wordColumn(
    const QString& id, const QString& title, QString TraceStep::*member, int width)
{
    const auto word = [member](const TraceRow& row) {
        return format::oneLine(row.step.*member, 400);
    };
    auto column = textColumn<TraceRow>(id, title, word, word);
    column.width = width;
    column.toolTip = [member](const TraceRow& row) {
        return u"<p>"_s + format::oneLine(row.step.*member, 1'000).toHtmlEscaped() + u"</p>"_s;
    };
    return column;
}

} // namespace

Tone toneOf(TraceWhat what)
{
    switch (what) {
    case TraceWhat::Processed: return Tone::Good;
    case TraceWhat::DeadLettered:
    case TraceWhat::RowDead: return Tone::Critical;
    case TraceWhat::Waiting:
    case TraceWhat::Pending:
    case TraceWhat::NotProcessed: return Tone::Warning;
    case TraceWhat::Replayed:
    case TraceWhat::Action: return Tone::Notice;
    case TraceWhat::NotDelivered:
    case TraceWhat::Acknowledged:
    case TraceWhat::LedgerUnknown: return Tone::Muted;
    case TraceWhat::Committed:
    case TraceWhat::Relayed:
    case TraceWhat::Copied: return Tone::Neutral;
    }
    return Tone::Neutral;
}

TraceModel::TraceModel(Clock clock, QObject* parent)
    : RowTableModel(
        {atColumn(clock),
         whatColumn(),
         wordColumn(u"where"_s, tr("Where"), &TraceStep::where, 300),
         wordColumn(u"detail"_s, tr("Detail"), &TraceStep::detail, 420)},
        [](const TraceRow& row) { return row.place; },
        parent)
{}

void TraceModel::show(const Trace& trace)
{
    std::vector<TraceRow> rows;
    for (const TraceStep& step : trace.steps)
        rows.push_back({int(rows.size()), step});
    setRows(std::move(rows));
}

} // namespace outboard
