// SPDX-License-Identifier: GPL-3.0-or-later
#include "panels/outboxpanel.h"

#include "dialogs/relaydialog.h"
#include "models/outboxtopicmodel.h"
#include "panels/outboxrowspane.h"
#include "parts/icons.h"
#include "parts/label.h"
#include "parts/tablepane.h"
#include "parts/tableview.h"
#include "services/session.h"
#include "text/format.h"

#include <QAction>
#include <QClipboard>
#include <QGuiApplication>
#include <QSettings>
#include <QSplitter>
#include <QVBoxLayout>

namespace outboard {

using namespace Qt::StringLiterals;

namespace {

const auto splitterKey = u"outbox/splitter"_s;

} // namespace

OutboxPanel::OutboxPanel(PanelHost host, QWidget* parent)
    : Panel(std::move(host), parent)
    , m_topicModel(new OutboxTopicModel(this->host().session->profile().thresholds, this))
    , m_topics(new TablePane(u"outboxTopics"_s, this->host().settings, this))
    , m_rows(new OutboxRowsPane(this->host(), this))
    , m_splitter(new QSplitter(Qt::Vertical, this))
    , m_headline(new Label(this, Label::Style::Strong))
    , m_relay(new QAction(icon(u"relay"_s), tr("Relay batch…"), this))
    , m_copyIndex(new QAction(icon(u"copy"_s), tr("Copy index SQL"), this))
{
    buildTopics();
    buildSplitter();
    connect(m_rows, &OutboxRowsPane::topicChosen, this, &OutboxPanel::selectTopic);
    connect(
        m_topics->view(),
        &TableView::selectionChangedByRows,
        this,
        &OutboxPanel::followSelectedTopic);
}

void OutboxPanel::buildTopics()
{
    m_headline->setObjectName(u"outboxHeadline"_s);
    m_headline->setElided(true);
    m_topics->view()->setAccessibleName(tr("Topics of the outbox"));
    m_topics->view()->setMinimumHeight(3 * TableView::rowHeight);
    m_topics->setTable(m_topicModel);
    m_topics->setFooterShown(false);
    m_topics->setEmpty(
        u"clock"_s,
        tr("Waiting for the first answer"),
        tr("The topics of the outbox appear here."));
    m_topics->setTitle(m_headline);
    m_relay->setObjectName(u"relayBatch"_s);
    m_relay->setToolTip(tr("Send unpublished rows of the selected topics to the broker"));
    connect(m_relay, &QAction::triggered, this, [this] { openRelay(selectedTopics()); });
    m_copyIndex->setObjectName(u"copyIndex"_s);
    m_copyIndex->setVisible(false);
    connect(m_copyIndex, &QAction::triggered, this, [this] {
        QGuiApplication::clipboard()->setText(m_indexAdvice);
        host().notify(tr("Copied. It runs outside a transaction and does not block writers."));
    });
    m_topics->addButton(m_copyIndex);
    m_topics->addButton(m_relay);
}

void OutboxPanel::buildSplitter()
{
    m_splitter->setObjectName(u"outboxSplitter"_s);
    m_splitter->setChildrenCollapsible(false);
    m_splitter->addWidget(m_topics);
    m_splitter->addWidget(m_rows);
    m_splitter->setStretchFactor(1, 1);
    m_splitter->setSizes({210, 500});
    m_splitter->restoreState(host().settings->value(splitterKey).toByteArray());
    connect(m_splitter, &QSplitter::splitterMoved, this, [this] {
        host().settings->setValue(splitterKey, m_splitter->saveState());
    });
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins({});
    column->addWidget(m_splitter);
}

void OutboxPanel::present(const SnapshotPtr& snapshot)
{
    const Result<OutboxState>& outbox = snapshot->outbox;
    m_topics->view()->setStale(!outbox);
    if (!outbox) {
        m_topics->setEmpty(u"unplugged"_s, tr("The outbox cannot be read"), outbox.error().what);
        m_rows->setStale(outbox.error());
        m_headline->setTone(Tone::Muted);
        emit badgeChanged({}, Tone::Neutral);
        return;
    }
    m_topics->setEmpty(
        u"outbox"_s,
        tr("No topics"),
        tr("%1 holds no rows yet. Topics appear with the first event that is written.")
            .arg(outbox->table));
    m_topicModel->show(*outbox);
    showHeadline(*outbox);
    showBadge(*outbox);
    m_rows->present(*outbox);
    // A panel that nobody sees asks for nothing.
    if (isVisible())
        m_rows->refresh();
}

void OutboxPanel::focusFilter()
{
    m_rows->focusFilter();
}

bool OutboxPanel::apply(const Remedy& remedy)
{
    if (remedy.kind != RemedyKind::ShowOutbox && remedy.kind != RemedyKind::RelayBatch)
        return false;
    // Where the mapping names streams after topics they can be found again.
    std::optional<TopicName> topic;
    if (remedy.topic && m_topicModel->shownRowOf(TopicName(remedy.topic->bytes())))
        topic = TopicName(remedy.topic->bytes());
    m_rows->setState(RowState::Unpublished);
    m_rows->setNewestFirst(false);
    m_rows->setTopic(topic);
    if (remedy.kind == RemedyKind::RelayBatch)
        openRelay(topic ? QList<TopicName>{*topic} : QList<TopicName>());
    return true;
}

QList<QAction*> OutboxPanel::panelActions() const
{
    return QList<QAction*>{m_relay} + m_rows->rowActions();
}

void OutboxPanel::showEvent(QShowEvent* event)
{
    Panel::showEvent(event);
    if (const SnapshotPtr latest = host().session->poller().latest(); latest && latest->outbox)
        m_rows->refresh();
}

void OutboxPanel::showHeadline(const OutboxState& state)
{
    const bool isLate =
        state.oldestAge
        && *state.oldestAge >= host().session->profile().thresholds.oldestUnpublished;
    QStringList parts{state.table, tr("%1 unpublished").arg(format::count(state.unpublished))};
    if (state.oldestAge)
        parts += tr("oldest waits %1").arg(format::duration(state.oldestAge));
    if (state.dead.isKnown() && state.dead.value > 0)
        parts += tr("%1 dead").arg(format::count(state.dead));
    if (!state.topicsNote.isEmpty())
        parts += state.topicsNote;
    if (state.standby)
        parts += format::standby(*state.standby, state.at);
    m_headline->setText(parts.join(u"  ·  "_s));
    m_headline->setTone(isLate ? Tone::Warning : Tone::Neutral);
    const QString tip = (QStringList{m_headline->text(), state.unpublished.reason}).join(u'\n');
    m_headline->setToolTip(u"<p style='white-space:pre-wrap'>"_s + tip.toHtmlEscaped() + u"</p>"_s);
    m_indexAdvice = state.indexAdvice;
    m_copyIndex->setVisible(!m_indexAdvice.isEmpty());
    m_copyIndex->setToolTip(
        u"<p style='white-space:pre-wrap'>"_s
        + tr("There is no index on unpublished rows, so counting them is slow. This creates one:")
              .toHtmlEscaped()
        + u"\n"_s + m_indexAdvice.toHtmlEscaped() + u"</p>"_s);
}

void OutboxPanel::showBadge(const OutboxState& state)
{
    const bool isEmpty = !state.unpublished.isKnown() || state.unpublished.value == 0;
    const bool isLate =
        state.oldestAge
        && *state.oldestAge >= host().session->profile().thresholds.oldestUnpublished;
    emit badgeChanged(
        isEmpty ? QString() : format::count(state.unpublished),
        isLate ? Tone::Warning : Tone::Neutral);
}

void OutboxPanel::followSelectedTopic()
{
    if (m_isSelecting)
        return;
    const QList<TopicName> topics = selectedTopics();
    m_rows->setTopic(topics.size() == 1 ? std::optional(topics.first()) : std::nullopt);
}

void OutboxPanel::selectTopic(const std::optional<TopicName>& topic)
{
    const QList<TopicName> selected = selectedTopics();
    if (topic ? selected == QList{*topic} : selected.size() != 1)
        return;
    m_isSelecting = true;
    const auto row = topic ? m_topicModel->shownRowOf(*topic) : std::nullopt;
    if (row)
        m_topics->view()->selectRow(*row);
    else
        m_topics->view()->clearSelection();
    m_isSelecting = false;
}

QList<TopicName> OutboxPanel::selectedTopics() const
{
    QList<TopicName> topics;
    for (const int row : m_topics->view()->selectedRows())
        topics.append(m_topicModel->rowAt(row).state.topic);
    return topics;
}

void OutboxPanel::openRelay(const QList<TopicName>& topics)
{
    auto* dialog = new RelayDialog(*host().session, topics, window());
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    dialog->open();
}

} // namespace outboard
