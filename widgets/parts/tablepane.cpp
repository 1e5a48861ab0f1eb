// SPDX-License-Identifier: GPL-3.0-or-later
#include "parts/tablepane.h"

#include "models/tablemodel.h"
#include "parts/emptystate.h"
#include "parts/icons.h"
#include "parts/label.h"
#include "parts/tableview.h"
#include "text/format.h"

#include <QAction>
#include <QGridLayout>
#include <QHBoxLayout>
#include <QLineEdit>
#include <QScrollBar>
#include <QStackedWidget>
#include <QToolButton>

#include <algorithm>

namespace outboard {

using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

namespace {

/// Widgets side by side, from the left.
QWidget* makeRow(QWidget* parent)
{
    auto* widget = new QWidget(parent);
    auto* row = new QHBoxLayout(widget);
    row->setContentsMargins({});
    row->setSpacing(8);
    row->addStretch();
    return widget;
}

} // namespace

TablePane::TablePane(const QString& name, QSettings* settings, QWidget* parent)
    : QWidget(parent)
    , m_view(new TableView(name, settings, this))
    , m_toolbar(new QWidget(this))
    , m_footer(new QWidget(this))
    , m_stack(new QStackedWidget(this))
    , m_empty(new EmptyState(this))
    , m_counts(new Label(this, Label::Style::Small, Tone::Muted))
    , m_note(new Label(this, Label::Style::Small, Tone::Warning))
{
    m_typing.setSingleShot(true);
    m_typing.setInterval(250ms);
    connect(&m_typing, &QTimer::timeout, this, [this] { emit filterChanged(filterText()); });
    m_empty->setAutoFillBackground(true);
    m_empty->setBackgroundRole(QPalette::Base);
    m_stack->addWidget(m_view);
    m_stack->addWidget(m_empty);
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins({});
    column->setSpacing(0);
    column->addWidget(m_toolbar);
    column->addWidget(m_stack, 1);
    buildToolbar();
    buildFooter();
}

void TablePane::buildToolbar()
{
    m_tools = new QGridLayout(m_toolbar);
    m_tools->setContentsMargins(8, 6, 8, 6);
    m_tools->setSpacing(8);
    m_tools->setColumnStretch(0, 1);
    m_choices = makeRow(m_toolbar);
    m_buttons = makeRow(m_toolbar);
    m_toolbar->hide();
}

void TablePane::setLead(QWidget* lead)
{
    m_lead = lead;
    m_toolbar->show();
    arrangeToolbar();
}

void TablePane::resizeEvent(QResizeEvent* event)
{
    QWidget::resizeEvent(event);
    arrangeToolbar();
}

void TablePane::arrangeToolbar()
{
    constexpr int comfortable = 240; // Pixels to type into.
    const int choices = m_choices->sizeHint().width();
    const int buttons = m_buttons->sizeHint().width();
    const int around = 4 * m_tools->spacing();
    const bool isNarrow = width() < comfortable + choices + buttons + around;
    // Less than one row needs, or the pane could never become narrow.
    m_toolbar->setMinimumWidth(std::max(choices, buttons + comfortable / 2) + around);
    for (QWidget* part : {m_lead, m_choices, m_buttons})
        if (part != nullptr)
            m_tools->removeWidget(part);
    if (m_lead != nullptr)
        m_tools->addWidget(m_lead, 0, 0);
    m_tools->addWidget(m_choices, isNarrow ? 1 : 0, isNarrow ? 0 : 1, 1, isNarrow ? 3 : 1);
    m_tools->addWidget(m_buttons, 0, 2, Qt::AlignRight);
}

void TablePane::buildFooter()
{
    m_counts->setObjectName(m_view->objectName() + u"Counts"_s);
    m_note->setObjectName(m_view->objectName() + u"Note"_s);
    m_note->setElided(true);
    m_note->setAlignment(Qt::AlignRight | Qt::AlignVCenter);
    auto* row = new QHBoxLayout(m_footer);
    row->setContentsMargins(8, 4, 8, 4);
    row->setSpacing(16);
    row->addWidget(m_counts);
    row->addWidget(m_note, 1);
    layout()->addWidget(m_footer);
}

void TablePane::setTable(TableModel* table)
{
    m_table = table;
    m_view->setTable(table);
    for (const auto signal : {&TableModel::rowsInserted, &TableModel::rowsRemoved})
        connect(table, signal, this, &TablePane::refresh);
    connect(table, &TableModel::layoutChanged, this, &TablePane::refresh);
    connect(m_view, &TableView::selectionChangedByRows, this, &TablePane::refresh);
    connect(m_view->verticalScrollBar(), &QScrollBar::valueChanged, this, &TablePane::watchEnd);
    refresh();
}

void TablePane::setTitle(QWidget* title)
{
    setLead(title);
}

void TablePane::setFooterShown(bool isShown)
{
    m_footer->setVisible(isShown);
}

QLineEdit* TablePane::addFilter(const QString& hint)
{
    m_filter = new QLineEdit(this);
    m_filter->setObjectName(m_view->objectName() + u"Filter"_s);
    m_filter->setPlaceholderText(hint);
    m_filter->setAccessibleName(hint);
    m_filter->setClearButtonEnabled(true);
    m_filter->setMinimumWidth(120);
    m_filter->setMaximumWidth(520);
    m_filter->addAction(icon(u"search"_s, Tone::Muted), QLineEdit::LeadingPosition);
    setLead(m_filter);
    connect(m_filter, &QLineEdit::textChanged, &m_typing, qOverload<>(&QTimer::start));
    connect(m_filter, &QLineEdit::returnPressed, this, [this] {
        m_typing.stop();
        emit filterChanged(filterText());
        m_view->setFocus();
    });
    return m_filter;
}

void TablePane::addChoice(QWidget* choice)
{
    auto* row = qobject_cast<QHBoxLayout*>(m_choices->layout());
    row->insertWidget(row->count() - 1, choice);
    m_toolbar->show();
    arrangeToolbar();
}

void TablePane::addButton(QAction* action)
{
    auto* button = new QToolButton(this);
    button->setObjectName(action->objectName() + u"Button"_s);
    button->setProperty("class", u"button"_s);
    button->setDefaultAction(action);
    button->setToolButtonStyle(Qt::ToolButtonTextBesideIcon);
    button->setFocusPolicy(Qt::TabFocus);
    auto* row = qobject_cast<QHBoxLayout*>(m_buttons->layout());
    row->insertWidget(row->count() - 1, button);
    // A button hides with its action.
    connect(action, &QAction::changed, button, [button, action] {
        button->setVisible(action->isVisible());
    });
    button->setVisible(action->isVisible());
    m_view->addAction(action);
    m_toolbar->show();
    arrangeToolbar();
}

QString TablePane::filterText() const
{
    return m_filter != nullptr ? m_filter->text().trimmed() : QString();
}

void TablePane::focusFilter()
{
    if (m_filter == nullptr)
        return m_view->setFocus();
    m_filter->setFocus();
    m_filter->selectAll();
}

void TablePane::setEmpty(const QString& icon, const QString& what, const QString& why)
{
    m_empty->show(icon, what, why);
}

void TablePane::setNote(const QString& note, Tone tone)
{
    m_note->setTone(tone);
    m_note->setText(note);
    m_note->setToolTip(note.isEmpty() ? note : u"<p>"_s + note.toHtmlEscaped() + u"</p>"_s);
}

void TablePane::setLoading(bool isLoading, bool hasMore)
{
    m_isLoading = isLoading;
    m_hasMore = hasMore;
    refresh();
    if (!isLoading && hasMore)
        QMetaObject::invokeMethod(this, &TablePane::watchEnd, Qt::QueuedConnection);
}

void TablePane::refresh()
{
    const bool isEmpty = m_table == nullptr || m_table->rowCount() == 0;
    m_stack->setCurrentWidget(isEmpty ? static_cast<QWidget*>(m_empty) : m_view);
    m_counts->setText(countText());
}

QString TablePane::countText() const
{
    if (m_table == nullptr)
        return {};
    const int shown = m_table->rowCount();
    const qsizetype total = m_table->totalRows();
    QString text = tr("%1 rows").arg(format::number(shown));
    if (shown == 1 && total == 1)
        text = tr("1 row");
    else if (shown != total)
        text = tr("%1 of %2 rows").arg(format::number(shown), format::number(total));
    if (m_hasMore)
        text += tr(", more below");
    if (const qsizetype selected = m_view->selectedRows().size(); selected > 0)
        text += tr(", %1 selected").arg(format::number(selected));
    if (m_isLoading)
        text += tr(" · loading…");
    return text;
}

void TablePane::watchEnd()
{
    const QScrollBar* bar = m_view->verticalScrollBar();
    if (m_hasMore && !m_isLoading && m_view->isVisible()
        && bar->value() >= bar->maximum() - 10 * TableView::rowHeight)
        emit endReached();
}

} // namespace outboard
