// SPDX-License-Identifier: GPL-3.0-or-later
#include "parts/tableview.h"

#include "delegates/celldelegate.h"
#include "models/tablemodel.h"
#include "parts/columnmemory.h"
#include "parts/tableexport.h"

#include <QAction>
#include <QClipboard>
#include <QContextMenuEvent>
#include <QFileDialog>
#include <QGuiApplication>
#include <QHeaderView>
#include <QKeyEvent>
#include <QMenu>
#include <QMouseEvent>
#include <QScrollBar>

#include <algorithm>
#include <ranges>
#include <utility>

namespace outboard {

using namespace Qt::StringLiterals;

TableView::TableView(const QString& name, QSettings* settings, QWidget* parent)
    : QTableView(parent)
    , m_columns(new ColumnMemory(horizontalHeader(), settings, name))
{
    setObjectName(name);
    setItemDelegate(new CellDelegate(this));
    setSelectionBehavior(SelectRows);
    setSelectionMode(ExtendedSelection);
    setEditTriggers(NoEditTriggers);
    setVerticalScrollMode(ScrollPerPixel);
    setHorizontalScrollMode(ScrollPerPixel);
    setFrameShape(NoFrame);
    setShowGrid(false);
    setWordWrap(false);
    setMouseTracking(true);
    setTabKeyNavigation(false);
    setUpHeaders();
    setUpActions();
}

void TableView::setUpHeaders()
{
    verticalHeader()->setSectionResizeMode(QHeaderView::Fixed);
    verticalHeader()->setMinimumSectionSize(rowHeight);
    verticalHeader()->setDefaultSectionSize(rowHeight);
    verticalHeader()->hide();
    QHeaderView* header = horizontalHeader();
    header->setDefaultAlignment(Qt::AlignLeft | Qt::AlignVCenter);
    header->setHighlightSections(false);
    header->setSectionsMovable(true);
    header->setStretchLastSection(true);
    header->setMinimumSectionSize(36);
    header->setFixedHeight(28);
    header->setSortIndicator(-1, Qt::AscendingOrder);
    header->setSortIndicatorClearable(true);
    header->setContextMenuPolicy(Qt::CustomContextMenu);
    connect(header, &QWidget::customContextMenuRequested, this, &TableView::showColumnMenu);
}

void TableView::setUpActions()
{
    const auto add = [this](const QString& text, const QKeySequence& keys, auto action) {
        auto* result = new QAction(text, this);
        result->setShortcut(keys);
        result->setShortcutContext(Qt::WidgetShortcut);
        connect(result, &QAction::triggered, this, action);
        m_copyActions.append(result);
        addAction(result);
    };
    add(tr("Copy"), QKeySequence::Copy, [this] { copy(); });
    add(tr("Copy as JSON"), Qt::CTRL | Qt::SHIFT | Qt::Key_C, [this] { copyJson(); });
    add(tr("Export CSV…"), {}, [this] { askExportCsv(); });
}

void TableView::setTable(TableModel* table)
{
    setModel(table);
    setSortingEnabled(true);
    m_columns->restore();
    connect(table, &TableModel::rowsAboutToBeInserted, this, &TableView::holdPlace);
    connect(table, &TableModel::rowsAboutToBeRemoved, this, &TableView::holdPlace);
    connect(table, &TableModel::layoutAboutToBeChanged, this, &TableView::holdPlace);
    connect(table, &TableModel::layoutChanged, this, [this] { setHoveredRow(-1); });
}

QList<int> TableView::selectedRows() const
{
    QList<int> rows;
    if (selectionModel() == nullptr)
        return rows;
    for (const QItemSelectionRange& range : selectionModel()->selection())
        for (int row = range.top(); row <= range.bottom(); ++row)
            rows.append(row);
    std::ranges::sort(rows);
    rows.erase(std::unique(rows.begin(), rows.end()), rows.end());
    return rows;
}

void TableView::setStale(bool isStale)
{
    if (std::exchange(m_isStale, isStale) != isStale)
        viewport()->update();
}

QList<int> TableView::shownColumns() const
{
    QList<int> columns;
    for (int visual = 0; visual < horizontalHeader()->count(); ++visual)
        if (const int column = horizontalHeader()->logicalIndex(visual); !isColumnHidden(column))
            columns.append(column);
    return columns;
}

TableCut TableView::selection() const
{
    return {model(), selectedRows(), shownColumns()};
}

QString TableView::selectionAsTsv() const
{
    return toTsv(selection());
}

QByteArray TableView::selectionAsJson() const
{
    return toJson(selection());
}

Result<void> TableView::exportCsv(const QString& path) const
{
    TableCut all{model(), {}, shownColumns()};
    for (int row = 0; row < model()->rowCount(); ++row)
        all.rows.append(row);
    return writeFile(path, toCsv(all));
}

void TableView::copy() const
{
    QGuiApplication::clipboard()->setText(selectionAsTsv());
}

void TableView::copyJson() const
{
    QGuiApplication::clipboard()->setText(QString::fromUtf8(selectionAsJson()));
}

void TableView::askExportCsv()
{
    auto* dialog = new QFileDialog(this, tr("Export the rows that are shown"));
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    dialog->setAcceptMode(QFileDialog::AcceptSave);
    dialog->setNameFilter(tr("Comma-separated values (*.csv)"));
    dialog->setDefaultSuffix(u"csv"_s);
    dialog->selectFile(objectName() + u".csv"_s);
    connect(dialog, &QFileDialog::fileSelected, this, [this](const QString& path) {
        emit exported(exportCsv(path), path);
    });
    dialog->open();
}

void TableView::fillColumnMenu(QMenu* menu, int column)
{
    for (const int each : std::views::iota(0, horizontalHeader()->count())) {
        QAction* action = menu->addAction(model()->headerData(each, Qt::Horizontal).toString());
        action->setCheckable(true);
        action->setChecked(!isColumnHidden(each));
        connect(action, &QAction::toggled, this, [this, each](bool isShown) {
            m_columns->setShown(each, isShown);
        });
    }
    menu->addSeparator();
    if (column >= 0) {
        const QString title = model()->headerData(column, Qt::Horizontal).toString();
        const auto add = [&](const QString& text, auto action) {
            connect(menu->addAction(text.arg(title)), &QAction::triggered, this, action);
        };
        add(tr("Sort by %1"), [this, column] { sortByColumn(column, Qt::AscendingOrder); });
        add(tr("Move %1 left"), [this, column] { m_columns->move(column, -1); });
        add(tr("Move %1 right"), [this, column] { m_columns->move(column, 1); });
    }
    connect(
        menu->addAction(tr("Reset columns")), &QAction::triggered, m_columns, &ColumnMemory::reset);
}

void TableView::showColumnMenu(const QPoint& position)
{
    auto* menu = new QMenu(this);
    menu->setAttribute(Qt::WA_DeleteOnClose);
    fillColumnMenu(menu, horizontalHeader()->logicalIndexAt(position));
    menu->popup(horizontalHeader()->viewport()->mapToGlobal(position));
}

void TableView::contextMenuEvent(QContextMenuEvent* event)
{
    auto* menu = new QMenu(this);
    menu->setAttribute(Qt::WA_DeleteOnClose);
    // Actions of the panel first; copying is what every table can do.
    for (QAction* action : actions())
        if (!m_copyActions.contains(action))
            menu->addAction(action);
    if (!menu->isEmpty())
        menu->addSeparator();
    menu->addActions(m_copyActions);
    menu->addSeparator();
    fillColumnMenu(menu->addMenu(tr("Columns")), currentIndex().column());
    menu->popup(event->globalPos());
}

void TableView::keyPressEvent(QKeyEvent* event)
{
    // The base class would copy the current cell.
    if (event->matches(QKeySequence::Copy))
        return copy();
    QTableView::keyPressEvent(event);
}

void TableView::mouseMoveEvent(QMouseEvent* event)
{
    QTableView::mouseMoveEvent(event);
    setHoveredRow(rowAt(event->position().toPoint().y()));
}

void TableView::leaveEvent(QEvent* event)
{
    QTableView::leaveEvent(event);
    setHoveredRow(-1);
}

void TableView::selectionChanged(const QItemSelection& now, const QItemSelection& before)
{
    QTableView::selectionChanged(now, before);
    emit selectionChangedByRows();
}

void TableView::currentChanged(const QModelIndex& now, const QModelIndex& before)
{
    QTableView::currentChanged(now, before);
    updateRow(now.row());
    updateRow(before.row());
}

void TableView::setHoveredRow(int row)
{
    const int before = std::exchange(m_hoveredRow, row);
    if (before == row)
        return;
    updateRow(before);
    updateRow(row);
}

void TableView::updateRow(int row)
{
    if (row >= 0)
        viewport()->update(0, rowViewportPosition(row), viewport()->width(), rowHeight);
}

void TableView::holdPlace()
{
    // At the top new rows come into sight, unless one is being looked at; anywhere else what is
    // being read stays where it is.
    const bool isWatchingTheTop =
        verticalScrollBar()->value() == 0 && !selectionModel()->hasSelection();
    if (m_isHolding || isWatchingTheTop)
        return;
    m_isHolding = true;
    for (int y = 0; y < viewport()->height(); y += rowHeight) {
        const QModelIndex visible = model()->index(rowAt(y), 0);
        if (!visible.isValid())
            break;
        m_visible.append(visible);
        m_visibleTops.append(rowViewportPosition(visible.row()));
    }
    QMetaObject::invokeMethod(this, &TableView::returnToPlace, Qt::QueuedConnection);
}

void TableView::returnToPlace()
{
    m_isHolding = false;
    const auto visible = std::exchange(m_visible, {});
    const auto tops = std::exchange(m_visibleTops, {});
    executeDelayedItemsLayout();
    updateGeometries();
    for (qsizetype i = 0; i < visible.size(); ++i) {
        if (!visible[i].isValid())
            continue;
        const int moved = rowViewportPosition(visible[i].row()) - tops[i];
        verticalScrollBar()->setValue(verticalScrollBar()->value() + moved);
        return;
    }
}

} // namespace outboard
