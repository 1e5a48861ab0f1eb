// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/pendingmodel.h"

#include "text/format.h"

#include <QCoreApplication>

namespace outboard {

using namespace Qt::StringLiterals;

namespace {

constexpr qsizetype previewCharacters = 300;

QString tr(const char* text)
{
    return QCoreApplication::translate("outboard::PendingModel", text);
}

QByteArray eventIdOf(const PendingDetail& detail)
{
    return detail.message ? detail.message->eventId.bytes() : QByteArray();
}

Tone toneOf(LedgerMark mark)
{
    switch (mark) {
    case LedgerMark::Processed: return Tone::Good;
    case LedgerMark::Unprocessed: return Tone::Warning;
    case LedgerMark::Unknown: return Tone::Muted;
    }
    return Tone::Muted;
}

Column<PendingDetail> entryColumn()
{
    auto column = textColumn<PendingDetail>(
        u"entry"_s,
        tr("Entry"),
        [](const PendingDetail& detail) { return detail.entry.id.text(); },
        [](const PendingDetail& detail) { return detail.entry.id; });
    column.isMono = true;
    column.width = 170;
    return column;
}

Column<PendingDetail> eventColumn()
{
    auto column = textColumn<PendingDetail>(
        u"event"_s,
        tr("Event id"),
        [](const PendingDetail& detail) {
            const QByteArray id = eventIdOf(detail);
            return id.isEmpty() ? u"?"_s : format::oneLine(id);
        },
        eventIdOf);
    column.isMono = true;
    column.width = 150;
    column.isUnknown = [](const PendingDetail& detail) { return eventIdOf(detail).isEmpty(); };
    column.toolTip = [](const PendingDetail& detail) {
        if (!detail.message)
            return tr("The entry is gone from the stream.");
        return eventIdOf(detail).isEmpty() ? tr("The mapping finds no event id in this entry.")
                                           : QString();
    };
    return column;
}

Column<PendingDetail> idleColumn(Milliseconds threshold)
{
    auto column = numberColumn<PendingDetail>(
        u"idle"_s,
        tr("Idle"),
        [](const PendingDetail& detail) { return format::duration(detail.entry.idle); },
        [](const PendingDetail& detail) { return detail.entry.idle; });
    column.width = 100;
    column.tone = [threshold](const PendingDetail& detail) {
        return detail.entry.idle >= threshold ? Tone::Warning : Tone::Neutral;
    };
    column.toolTip = [threshold](const PendingDetail& detail) {
        return detail.entry.idle >= threshold
                   ? tr("Stuck: pending longer than %1").arg(format::duration(threshold))
                   : QString();
    };
    return column;
}

Column<PendingDetail> deliveriesColumn(qint64 limit)
{
    auto column = numberColumn<PendingDetail>(
        u"deliveries"_s,
        tr("Deliveries"),
        [](const PendingDetail& detail) { return format::number(detail.entry.deliveries); },
        [](const PendingDetail& detail) { return detail.entry.deliveries; });
    column.width = 90;
    column.tone = [limit](const PendingDetail& detail) {
        return detail.entry.deliveries >= limit ? Tone::Critical : Tone::Neutral;
    };
    column.toolTip = [limit](const PendingDetail& detail) {
        return detail.entry.deliveries >= limit
                   ? tr("Poison: delivered %1 times or more").arg(limit)
                   : QString();
    };
    return column;
}

Column<PendingDetail> consumerColumn()
{
    auto column = textColumn<PendingDetail>(
        u"consumer"_s,
        tr("Consumer"),
        [](const PendingDetail& detail) { return format::oneLine(detail.entry.consumer.bytes()); },
        [](const PendingDetail& detail) { return detail.entry.consumer; });
    column.width = 130;
    return column;
}

Column<PendingDetail> ledgerColumn()
{
    auto column = textColumn<PendingDetail>(
        u"ledger"_s,
        tr("Ledger"),
        [](const PendingDetail& detail) { return ledgerText(detail.ledger); },
        [](const PendingDetail& detail) { return detail.ledger; });
    column.width = 110;
    column.tone = [](const PendingDetail& detail) { return toneOf(detail.ledger); };
    return column;
}

Column<PendingDetail> payloadColumn(const PayloadMask& mask)
{
    auto column = textColumn<PendingDetail>(
        u"payload"_s,
        tr("Payload"),
        [mask](const PendingDetail& detail) {
            if (!detail.message)
                return tr("gone from the stream");
            return format::oneLine(mask.shown(detail.message->payload), previewCharacters);
        },
        [](const PendingDetail& detail) {
            return detail.message ? detail.message->payload : QByteArray();
        });
    column.isMono = true;
    column.width = 420;
    column.isUnknown = [](const PendingDetail& detail) { return !detail.message; };
    column.tone = [](const PendingDetail& detail) {
        return detail.message ? Tone::Neutral : Tone::Critical;
    };
    return column;
}

} // namespace

QString ledgerText(LedgerMark mark)
{
    switch (mark) {
    case LedgerMark::Processed: return tr("processed");
    case LedgerMark::Unprocessed: return tr("unprocessed");
    case LedgerMark::Unknown: return tr("? unknown");
    }
    return {};
}

PendingModel::PendingModel(const Thresholds& thresholds, const PayloadMask& mask, QObject* parent)
    : RowTableModel(
        {entryColumn(),
         eventColumn(),
         idleColumn(thresholds.idle),
         deliveriesColumn(thresholds.maxDeliveries),
         consumerColumn(),
         ledgerColumn(),
         payloadColumn(mask)},
        [](const PendingDetail& detail) { return detail.entry.id; },
        parent)
{}

} // namespace outboard
