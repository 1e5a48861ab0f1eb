// SPDX-License-Identifier: GPL-3.0-or-later
#include "panels/streamspanel.h"

#include "delegates/celldelegate.h"
#include "models/streamsproxy.h"
#include "panels/pendingpane.h"
#include "parts/emptystate.h"
#include "parts/label.h"
#include "services/session.h"
#include "text/format.h"

#include <QHBoxLayout>
#include <QHeaderView>
#include <QLineEdit>
#include <QSplitter>
#include <QStackedWidget>
#include <QTreeView>
#include <QVBoxLayout>

namespace outboard {

using namespace Qt::StringLiterals;

StreamsPanel::StreamsPanel(const PanelHost& host, QWidget* parent)
    : Panel(host, parent)
    , m_model(new StreamsTreeModel(host.session->profile().thresholds, this))
    , m_proxy(new StreamsProxy(this))
    , m_tree(new QTreeView)
    , m_filter(new QLineEdit)
    , m_stack(new QStackedWidget)
    , m_empty(new EmptyState)
    , m_note(new Label(nullptr, Label::Style::Small, Tone::Muted))
    , m_pending(new PendingPane(host))
{
    setObjectName(u"streams"_s);
    m_proxy->setSourceModel(m_model);
    auto* splitter = new QSplitter(Qt::Vertical);
    splitter->setChildrenCollapsible(false);
    splitter->addWidget(makeTree());
    splitter->addWidget(m_pending);
    splitter->setStretchFactor(0, 2);
    splitter->setStretchFactor(1, 3);
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(16, 14, 16, 12);
    layout->addWidget(splitter);
}

QWidget* StreamsPanel::makeTree()
{
    m_tree->setObjectName(u"streamsTree"_s);
    m_tree->setAccessibleName(tr("Streams, groups and consumers"));
    m_tree->setModel(m_proxy);
    m_tree->setItemDelegate(new CellDelegate(m_tree));
    m_tree->setUniformRowHeights(true);
    m_tree->setAllColumnsShowFocus(true);
    m_tree->setSortingEnabled(true);
    m_tree->sortByColumn(StreamsTreeModel::Name, Qt::AscendingOrder);
    m_tree->setFrameShape(QFrame::NoFrame);
    m_tree->header()->setStretchLastSection(false);
    m_tree->header()->setSectionResizeMode(StreamsTreeModel::Name, QHeaderView::Stretch);
    for (int column = StreamsTreeModel::Length; column < StreamsTreeModel::ColumnCount; ++column)
        m_tree->setColumnWidth(column, 96);
    connect(
        m_tree->selectionModel(),
        &QItemSelectionModel::currentChanged,
        this,
        &StreamsPanel::currentChanged);

    m_filter->setObjectName(u"streamsFilter"_s);
    m_filter->setAccessibleName(tr("Filter streams, groups and consumers"));
    m_filter->setPlaceholderText(tr("Filter streams, groups, consumers"));
    m_filter->setClearButtonEnabled(true);
    m_filter->setMaximumWidth(300);
    connect(m_filter, &QLineEdit::textChanged, this, [this](const QString& text) {
        m_proxy->setFilterFixedString(text);
        m_tree->expandAll();
    });

    m_empty->show(u"streams"_s, tr("Waiting for the first answer"), {});
    m_stack->addWidget(m_empty);
    m_stack->addWidget(m_tree);
    auto* title = new Label(nullptr, Label::Style::Heading);
    title->setText(tr("Streams"));
    auto* bar = new QHBoxLayout;
    bar->addWidget(title);
    bar->addWidget(m_note, 1);
    bar->addWidget(m_filter);
    auto* page = new QWidget;
    auto* layout = new QVBoxLayout(page);
    layout->setContentsMargins(0, 0, 0, 8);
    layout->setSpacing(8);
    layout->addLayout(bar);
    layout->addWidget(m_stack, 1);
    return page;
}

void StreamsPanel::present(const SnapshotPtr& snapshot)
{
    m_pending->setStale(!snapshot->broker.has_value());
    m_tree->setEnabled(snapshot->broker.has_value());
    if (snapshot->broker)
        showState(*snapshot->broker);
    else if (m_model->rowCount() == 0)
        m_empty->show(
            u"streams"_s, tr("The broker does not answer"), snapshot->broker.error().what);
}

void StreamsPanel::showState(const BrokerState& state)
{
    const bool isFirst = m_model->rowCount() == 0;
    m_model->setState(state);
    m_note->setText(state.topicsNote);
    if (state.topics.isEmpty()) {
        m_empty->show(
            u"streams"_s,
            tr("No stream yet"),
            tr("Streams that the profile's template maps topics to appear here as soon as they "
               "exist."));
        m_stack->setCurrentWidget(m_empty);
    } else {
        m_stack->setCurrentWidget(m_tree);
        if (isFirst)
            m_tree->expandToDepth(0);
    }
    if (!m_hasChosen)
        chooseFirstTrouble(state);
    if (const auto place = m_model->placeAt(m_proxy->mapToSource(m_tree->currentIndex())))
        m_pending->setPlace(place, m_model->groupAt(*place));
    if (isVisible())
        m_pending->refresh();
    showBadge(state);
}

void StreamsPanel::showBadge(const BrokerState& state)
{
    qint64 stuck = 0;
    bool isWhole = true;
    for (const BrokerTopicState& topic : state.topics) {
        for (const GroupState& group : topic.groups) {
            stuck += group.stuck.known().value_or(0);
            isWhole = isWhole && group.stuck.isExact();
        }
    }
    const Count count = isWhole ? Count::exact(stuck) : Count::atLeast(stuck);
    emit badgeChanged(stuck > 0 ? format::count(count) : QString(), Tone::Warning);
}

// The group with the longest idle entry is what whoever opens this panel at night looks for.
void StreamsPanel::chooseFirstTrouble(const BrokerState& state)
{
    std::optional<StreamsTreeModel::Place> worst;
    Milliseconds longest{-1};
    for (const BrokerTopicState& topic : state.topics) {
        for (const GroupState& group : topic.groups) {
            const Milliseconds idle = group.oldestIdle.value_or(Milliseconds(0));
            if (idle > longest) {
                longest = idle;
                worst = StreamsTreeModel::Place{topic.name, group.name, {}};
            }
        }
    }
    if (!worst)
        return;
    choose(*worst);
    // While all is well the choice stays open for the first trouble.
    m_hasChosen = longest >= host().session->profile().thresholds.idle;
}

void StreamsPanel::choose(const StreamsTreeModel::Place& place)
{
    const QModelIndex index = m_proxy->mapFromSource(m_model->indexOf(place));
    if (!index.isValid())
        return;
    m_tree->setCurrentIndex(index);
    m_tree->scrollTo(index);
}

void StreamsPanel::currentChanged()
{
    m_hasChosen = true;
    const auto place = m_model->placeAt(m_proxy->mapToSource(m_tree->currentIndex()));
    m_pending->setPlace(place, place ? m_model->groupAt(*place) : std::nullopt);
}

void StreamsPanel::focusFilter()
{
    m_filter->setFocus(Qt::ShortcutFocusReason);
    m_filter->selectAll();
}

bool StreamsPanel::apply(const Remedy& remedy)
{
    if (remedy.kind != RemedyKind::Claim && remedy.kind != RemedyKind::ShowStreams
        && remedy.kind != RemedyKind::Acknowledge)
        return false;
    if (remedy.topic) {
        m_filter->clear();
        choose({*remedy.topic, remedy.group.value_or(GroupName()), {}});
    }
    if (remedy.kind == RemedyKind::Claim)
        m_pending->claimStuck();
    if (remedy.kind == RemedyKind::Acknowledge)
        m_pending->acknowledgeDone();
    return true;
}

QList<QAction*> StreamsPanel::panelActions() const
{
    return m_pending->actions();
}

} // namespace outboard
