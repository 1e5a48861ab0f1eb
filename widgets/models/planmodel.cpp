// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/planmodel.h"

#include "text/format.h"
#include "text/sourcetext.h"

#include <QCoreApplication>

#include <algorithm>

namespace outboard {

using namespace Qt::StringLiterals;

namespace {

QString tr(const char* text)
{
    return QCoreApplication::translate("outboard::PlanModel", text);
}

std::optional<TimePoint> processedAt(const PlanRow& row)
{
    for (const GroupVerdict& group : row.planned.groups) {
        if (group.processedAt)
            return group.processedAt;
    }
    return std::nullopt;
}

/// One line a group that was judged.
QString groupLines(const PlanRow& row)
{
    QStringList lines{row.planned.reason};
    for (const GroupVerdict& group : row.planned.groups) {
        if (row.planned.groups.size() > 1) {
            lines << u"%1: %2. %3"_s.arg(
                group.group.text(), verdictText(group.verdict), group.reason);
        }
    }
    return plainToolTip(lines.join(u'\n'));
}

Column<PlanRow> verdictColumn()
{
    auto column = textColumn<PlanRow>(
        u"verdict"_s,
        tr("Verdict"),
        [](const PlanRow& row) { return verdictText(row.planned.verdict); },
        [](const PlanRow& row) { return row.planned.verdict; });
    column.width = 130;
    column.tone = [](const PlanRow& row) { return toneOf(row.planned.verdict); };
    column.toolTip = groupLines;
    return column;
}

/// Only while a plan is compared with now.
Column<PlanRow> madeColumn()
{
    auto column = textColumn<PlanRow>(
        u"before"_s,
        tr("When made"),
        [](const PlanRow& row) { return row.before ? verdictText(*row.before) : QString(); },
        [](const PlanRow& row) { return row.before.value_or(row.planned.verdict); });
    column.width = 130;
    column.isHiddenAtFirst = true;
    column.tone = [](const PlanRow& row) {
        return row.before == row.planned.verdict ? Tone::Muted : Tone::Accent;
    };
    return column;
}

Column<PlanRow> reasonColumn()
{
    auto column = textColumn<PlanRow>(
        u"reason"_s,
        tr("Why"),
        [](const PlanRow& row) { return format::oneLine(row.planned.reason, 500); },
        [](const PlanRow& row) { return row.planned.reason; });
    column.width = 360;
    column.toolTip = groupLines;
    return column;
}

Column<PlanRow> warningColumn()
{
    auto column = textColumn<PlanRow>(
        u"warning"_s,
        tr("Overtaken by"),
        [](const PlanRow& row) {
            return row.planned.newer ? format::oneLine(row.planned.newer->id.bytes()) : QString();
        },
        [](const PlanRow& row) { return row.planned.newer ? row.planned.newer->id : EventId(); });
    column.width = 120;
    column.tone = [](const PlanRow&) { return Tone::Warning; };
    column.isUnknown = [](const PlanRow& row) { return !row.planned.newer; };
    column.toolTip = [](const PlanRow& row) {
        return row.planned.newer
                   ? plainToolTip(tr("A newer event of the same key was already processed. Running "
                                     "this one turns their order round."))
                   : QString();
    };
    return column;
}

Column<PlanRow> keyColumn()
{
    auto column = textColumn<PlanRow>(
        u"key"_s,
        tr("Key"),
        [](const PlanRow& row) {
            return row.planned.event.key ? format::oneLine(*row.planned.event.key) : QString();
        },
        [](const PlanRow& row) { return row.planned.event.key.value_or(QByteArray()); });
    column.width = 100;
    column.isHiddenAtFirst = true;
    return column;
}

Column<PlanRow> processedColumn(const Clock& clock)
{
    auto column = textColumn<PlanRow>(
        u"processed_at"_s,
        tr("Processed at"),
        [clock](const PlanRow& row) { return format::time(processedAt(row), clock()); },
        processedAt);
    column.width = 130;
    column.isUnknown = [](const PlanRow& row) { return !processedAt(row); };
    return column;
}

Column<PlanRow> holderColumn()
{
    auto column = textColumn<PlanRow>(
        u"holder"_s,
        tr("Held by"),
        [](const PlanRow& row) { return holderText(row.planned); },
        [](const PlanRow& row) { return holderText(row.planned); });
    column.width = 240;
    column.isUnknown = [](const PlanRow& row) { return holderText(row.planned).isEmpty(); };
    return column;
}

Column<PlanRow> outcomeColumn()
{
    auto column = textColumn<PlanRow>(
        u"outcome"_s,
        tr("Outcome"),
        [](const PlanRow& row) { return row.outcome ? outcomeText(row.outcome->kind) : QString(); },
        [](const PlanRow& row) { return row.outcome ? row.outcome->kind : OutcomeKind::NotRun; });
    column.width = 150;
    column.isUnknown = [](const PlanRow& row) { return !row.outcome; };
    column.tone = [](const PlanRow& row) {
        return row.outcome ? toneOf(row.outcome->kind) : Tone::Muted;
    };
    return column;
}

Column<PlanRow> outcomeReasonColumn()
{
    const auto reason = [](const PlanRow& row) {
        return row.outcome ? row.outcome->reason : QString();
    };
    auto column = textColumn<PlanRow>(
        u"why"_s,
        tr("Why"),
        [reason](const PlanRow& row) { return format::oneLine(reason(row), 500); },
        reason);
    column.width = 480;
    column.toolTip = [reason](const PlanRow& row) { return plainToolTip(reason(row)); };
    return column;
}

Column<PlanRow> plannedColumn()
{
    auto column = textColumn<PlanRow>(
        u"planned"_s,
        tr("Verdict in the plan"),
        [](const PlanRow& row) { return verdictText(row.planned.verdict); },
        [](const PlanRow& row) { return row.planned.verdict; });
    column.width = 160;
    column.tone = [](const PlanRow&) { return Tone::Muted; };
    return column;
}

} // namespace

PlanModel::PlanModel(Clock clock, QObject* parent)
    : RowTableModel(
        {planColumns::event(),
         planColumns::topic(),
         verdictColumn(),
         madeColumn(),
         reasonColumn(),
         warningColumn(),
         holderColumn(),
         processedColumn(clock),
         keyColumn(),
         planColumns::origin()},
        [](const PlanRow& row) { return row.item; },
        parent)
{}

OutcomeModel::OutcomeModel(QObject* parent)
    : RowTableModel(
        {planColumns::event(),
         planColumns::topic(),
         outcomeColumn(),
         outcomeReasonColumn(),
         plannedColumn(),
         planColumns::origin()},
        [](const PlanRow& row) { return row.item; },
        parent)
{}

} // namespace outboard
