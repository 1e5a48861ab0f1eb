// SPDX-License-Identifier: GPL-3.0-or-later
#include "delegates/celldelegate.h"

#include "models/column.h"
#include "parts/tableview.h"
#include "theme.h"

#include <QHeaderView>
#include <QHelpEvent>
#include <QPainter>
#include <QToolTip>

namespace outboard {

using namespace Qt::StringLiterals;

namespace {

QColor between(const QColor& a, const QColor& b)
{
    return {(a.red() + b.red()) / 2, (a.green() + b.green()) / 2, (a.blue() + b.blue()) / 2};
}

QFont fontOf(const QStyleOptionViewItem& option, const QModelIndex& index)
{
    return index.data(MonoRole).toBool() ? monoFont() : option.font;
}

QColor inkOf(const Theme& theme, Tone tone, bool isSelected, bool isStale)
{
    if (isSelected && (isStale || tone == Tone::Neutral || tone == Tone::Muted))
        return theme.palette.color(QPalette::HighlightedText);
    return isStale ? theme.muted : theme.color(tone);
}

bool isFirstShown(const TableView& view, int column)
{
    const QHeaderView* header = view.horizontalHeader();
    for (int visual = 0; visual < header->count(); ++visual) {
        const int logical = header->logicalIndex(visual);
        if (!header->isSectionHidden(logical))
            return logical == column;
    }
    return false;
}

void paintGround(
    QPainter& painter,
    const QRect& rect,
    const TableView* view,
    const QModelIndex& index,
    bool isSelected)
{
    const Theme& theme = currentTheme();
    const bool isHovered = view != nullptr && view->hoveredRow() == index.row();
    if (isSelected)
        painter.fillRect(rect, theme.palette.color(QPalette::Highlight));
    else if (isHovered)
        painter.fillRect(rect, between(theme.sunken, theme.surface));
    painter.fillRect(
        QRect(rect.left(), rect.bottom(), rect.width(), 1), between(theme.border, theme.surface));
    // Where the keyboard is; a frame round one cell would say that cells can be edited.
    if (view != nullptr && view->hasFocus() && view->currentIndex().row() == index.row()
        && isFirstShown(*view, index.column()))
        painter.fillRect(
            QRect(rect.left(), rect.top(), 3, rect.height()), theme.color(Tone::Accent));
}

} // namespace

void CellDelegate::paint(
    QPainter* painter, const QStyleOptionViewItem& option, const QModelIndex& index) const
{
    const auto* view = qobject_cast<const TableView*>(option.widget);
    const bool isSelected = option.state.testFlag(QStyle::State_Selected);
    painter->save();
    paintGround(*painter, option.rect, view, index, isSelected);
    const auto tone = Tone(index.data(ToneRole).toInt());
    painter->setPen(inkOf(currentTheme(), tone, isSelected, view != nullptr && view->isStale()));
    painter->setFont(fontOf(option, index));
    const QRect room = option.rect.adjusted(padding, 0, -padding, -1);
    const QString text =
        painter->fontMetrics().elidedText(index.data().toString(), Qt::ElideRight, room.width());
    const int alignment = index.data(Qt::TextAlignmentRole).toInt();
    painter->drawText(
        room,
        (alignment & int(Qt::AlignHorizontal_Mask)) | Qt::AlignVCenter | Qt::TextSingleLine,
        text);
    painter->restore();
}

QSize CellDelegate::sizeHint(const QStyleOptionViewItem& option, const QModelIndex& index) const
{
    const QFontMetrics metrics(fontOf(option, index));
    return {
        metrics.horizontalAdvance(index.data().toString()) + 2 * padding + 2, TableView::rowHeight};
}

bool CellDelegate::helpEvent(
    QHelpEvent* event,
    QAbstractItemView* view,
    const QStyleOptionViewItem& option,
    const QModelIndex& index)
{
    if (event->type() != QEvent::ToolTip)
        return QStyledItemDelegate::helpEvent(event, view, option, index);
    QString text = index.data(Qt::ToolTipRole).toString();
    if (text.isEmpty() && sizeHint(option, index).width() > option.rect.width())
        text = index.data().toString();
    if (!text.isEmpty())
        text = u"<p style='white-space:pre-wrap'>"_s + text.toHtmlEscaped() + u"</p>"_s;
    QToolTip::showText(event->globalPos(), text, view, option.rect);
    return true;
}

} // namespace outboard
