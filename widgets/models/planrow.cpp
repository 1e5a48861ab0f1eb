// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/planrow.h"

#include "text/format.h"

#include <QCoreApplication>

namespace outboard {

using namespace Qt::StringLiterals;

namespace {

QString tr(const char* text, int count = -1)
{
    return QCoreApplication::translate("outboard::PlanRow", text, nullptr, count);
}

} // namespace

QString verdictText(Verdict verdict)
{
    switch (verdict) {
    case Verdict::Run: return tr("will run");
    case Verdict::Processed: return tr("already processed");
    case Verdict::InFlight: return tr("in flight");
    case Verdict::PayloadMissing: return tr("payload missing");
    case Verdict::Unknown: return tr("? unknown");
    }
    return {};
}

QString outcomeText(OutcomeKind kind)
{
    switch (kind) {
    case OutcomeKind::Applied: return tr("applied");
    case OutcomeKind::Skipped: return tr("skipped");
    case OutcomeKind::Failed: return tr("failed");
    case OutcomeKind::NoVerdict: return tr("sent, no verdict yet");
    case OutcomeKind::InDoubt: return tr("in doubt");
    case OutcomeKind::NotRun: return tr("not run");
    }
    return {};
}

Tone toneOf(Verdict verdict)
{
    switch (verdict) {
    case Verdict::Run: return Tone::Accent;
    case Verdict::Processed: return Tone::Good;
    case Verdict::InFlight: return Tone::Notice;
    case Verdict::PayloadMissing: return Tone::Critical;
    case Verdict::Unknown: return Tone::Warning;
    }
    return Tone::Neutral;
}

Tone toneOf(OutcomeKind kind)
{
    switch (kind) {
    case OutcomeKind::Applied: return Tone::Good;
    case OutcomeKind::Skipped: return Tone::Muted;
    case OutcomeKind::Failed: return Tone::Critical;
    case OutcomeKind::NoVerdict: return Tone::Notice;
    case OutcomeKind::InDoubt: return Tone::Warning;
    case OutcomeKind::NotRun: return Tone::Muted;
    }
    return Tone::Neutral;
}

QString holderText(const PlanItem& item)
{
    for (const GroupVerdict& group : item.groups) {
        if (!group.held)
            continue;
        const PendingEntry& entry = group.held->entry;
        return tr("%1, %2 idle, delivered %3\u00d7")
            .arg(format::oneLine(entry.consumer.bytes()), format::duration(entry.idle))
            .arg(format::number(entry.deliveries));
    }
    return {};
}

namespace planColumns {

Column<PlanRow> event()
{
    auto column = textColumn<PlanRow>(
        u"event"_s,
        tr("Event id"),
        [](const PlanRow& row) {
            return row.planned.event.id.isEmpty() ? u"?"_s
                                                  : format::oneLine(row.planned.event.id.bytes());
        },
        [](const PlanRow& row) { return row.planned.event.id; });
    column.isMono = true;
    column.width = 276; // A whole UUID.
    column.isUnknown = [](const PlanRow& row) { return row.planned.event.id.isEmpty(); };
    return column;
}

Column<PlanRow> topic()
{
    auto column = textColumn<PlanRow>(
        u"topic"_s,
        tr("Topic"),
        [](const PlanRow& row) { return format::oneLine(row.planned.event.topic.bytes()); },
        [](const PlanRow& row) { return row.planned.event.topic; });
    column.width = 110;
    return column;
}

Column<PlanRow> origin()
{
    auto column = textColumn<PlanRow>(
        u"origin"_s,
        tr("Waits in"),
        [](const PlanRow& row) {
            const auto& origin = row.planned.event.origin;
            if (!origin)
                return QString();
            return tr("%1 / %2  %3")
                .arg(
                    format::oneLine(origin->topic.bytes()),
                    format::oneLine(origin->group.bytes()),
                    origin->entry.text());
        },
        [](const PlanRow& row) {
            return row.planned.event.origin ? row.planned.event.origin->entry : EntryId();
        });
    column.width = 260;
    column.isHiddenAtFirst = true;
    return column;
}

} // namespace planColumns
} // namespace outboard
