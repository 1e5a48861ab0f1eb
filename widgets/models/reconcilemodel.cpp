// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/reconcilemodel.h"

#include "text/format.h"

#include <QCoreApplication>

namespace outboard {

using namespace Qt::StringLiterals;

namespace {

QString tr(const char* text)
{
    return QCoreApplication::translate("outboard::ReconcileModel", text);
}

Column<ReconcileItem> kindColumn()
{
    auto column = textColumn<ReconcileItem>(
        u"kind"_s,
        tr("What"),
        [](const ReconcileItem& item) { return discrepancyTitle(item.kind); },
        &ReconcileItem::kind);
    column.width = 190;
    column.tone = [](const ReconcileItem& item) { return toneOf(item.kind); };
    return column;
}

Column<ReconcileItem> wordColumn(
    const QString& id,
    const QString& title,
    std::function<QString(const ReconcileItem&)> word,
    int width)
{
    auto column = textColumn<ReconcileItem>(id, title, word, word);
    column.width = width;
    return column;
}

template<class Id>
std::function<QString(const ReconcileItem&)> idText(Id ReconcileItem::*member)
{
    return [member](const ReconcileItem& item) { return format::oneLine((item.*member).bytes()); };
}

Column<ReconcileItem> atColumn(const Clock& clock)
{
    auto column = textColumn<ReconcileItem>(
        u"at"_s,
        tr("Time"),
        [clock](const ReconcileItem& item) {
            return item.at ? format::time(item.at, clock()) : u"?"_s;
        },
        &ReconcileItem::at);
    column.width = 160;
    column.isUnknown = [](const ReconcileItem& item) { return !item.at; };
    column.toolTip = [](const ReconcileItem& item) {
        return item.at ? isoText(*item.at) : QString();
    };
    return column;
}

Column<ReconcileItem> placeColumn()
{
    auto column = wordColumn(
        u"place"_s,
        tr("Row or entry"),
        [](const ReconcileItem& item) {
            return item.row     ? format::oneLine(item.row->bytes())
                   : item.entry ? item.entry->text()
                                : u"?"_s;
        },
        150);
    column.isMono = true;
    return column;
}

Column<ReconcileItem> reasonColumn()
{
    auto column = wordColumn(
        u"reason"_s,
        tr("Why"),
        [](const ReconcileItem& item) { return format::oneLine(item.reason, 400); },
        420);
    column.toolTip = [](const ReconcileItem& item) {
        return u"<p>"_s + format::oneLine(item.reason, 1'000).toHtmlEscaped() + u"</p>"_s;
    };
    return column;
}

} // namespace

Tone toneOf(Discrepancy kind)
{
    switch (kind) {
    case Discrepancy::Lost: return Tone::Critical;
    case Discrepancy::UnpublishedButProcessed:
    case Discrepancy::PendingButProcessed: return Tone::Warning;
    case Discrepancy::EntryWithoutRow: return Tone::Notice;
    case Discrepancy::Unknown: return Tone::Muted;
    }
    return Tone::Neutral;
}

ReconcileModel::ReconcileModel(Clock clock, QObject* parent)
    : RowTableModel(
        {kindColumn(),
         wordColumn(u"event"_s, tr("Event"), idText(&ReconcileItem::eventId), 150),
         atColumn(clock),
         wordColumn(u"stream"_s, tr("Stream"), idText(&ReconcileItem::stream), 130),
         wordColumn(u"group"_s, tr("Group"), idText(&ReconcileItem::group), 100),
         placeColumn(),
         reasonColumn()},
        [](const ReconcileItem& item) {
            return ReconcileKey{
                item.kind, item.eventId, item.stream, item.group, item.row, item.entry};
        },
        parent)
{}

} // namespace outboard
