// SPDX-License-Identifier: GPL-3.0-or-later
#include "panels/outboxrowspane.h"

#include "core/onanswer.h"
#include "models/outboxrowmodel.h"
#include "panels/outboxreader.h"
#include "parts/icons.h"
#include "parts/tablepane.h"
#include "parts/tableview.h"
#include "services/session.h"
#include "text/format.h"

#include <QAction>
#include <QComboBox>
#include <QLineEdit>
#include <QVBoxLayout>

#include <algorithm>
#include <utility>

namespace outboard {

using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

namespace {

/// Enough for the preview; the inspector reads the rest of the one that is looked at.
constexpr qint64 previewBytes = 600;
constexpr auto searchPause = 30s;

enum Searched { InPayload, ById };

QComboBox* makeCombo(const QString& objectName, const QString& accessibleName)
{
    auto* combo = new QComboBox;
    combo->setObjectName(objectName);
    combo->setAccessibleName(accessibleName);
    combo->setToolTip(accessibleName);
    combo->setSizeAdjustPolicy(QComboBox::AdjustToContents);
    return combo;
}

Field fact(const QString& name, const QString& value)
{
    return {name.toUtf8(), value.toUtf8()};
}

QList<Field> factsOf(const OutboxRow& row, TimePoint now)
{
    const auto tr = [](const char* text) { return OutboxRowsPane::tr(text); };
    QList<Field> facts{
        fact(tr("State"), stateText(row.state)),
        {tr("Topic").toUtf8(), row.topic.bytes()},
        {tr("Row").toUtf8(), row.id.bytes()},
        {tr("Event").toUtf8(), row.eventId.bytes()},
    };
    if (row.createdAt) {
        facts.append(fact(tr("Created"), isoText(*row.createdAt)));
        facts.append(fact(
            tr("Age"), format::duration(std::chrono::floor<Milliseconds>(now - *row.createdAt))));
    }
    if (row.publishedAt)
        facts.append(fact(tr("Published"), isoText(*row.publishedAt)));
    if (row.key)
        facts.append({tr("Key").toUtf8(), *row.key});
    facts.append(fact(tr("Size"), format::bytes(row.payloadBytes)));
    return facts;
}

} // namespace

OutboxRowsPane::OutboxRowsPane(const PanelHost& host, QWidget* parent)
    : QWidget(parent)
    , m_host(host)
    , m_reader(new OutboxReader(*host.session, this))
    , m_model(new OutboxRowModel(
          host.session->profile().thresholds.oldestUnpublished,
          PayloadMask(host.session->profile()),
          this))
    , m_pane(new TablePane(u"outboxRows"_s, host.settings, this))
{
    m_pane->view()->setAccessibleName(tr("Rows of the outbox"));
    m_pane->setTable(m_model);
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins({});
    column->addWidget(m_pane);
    buildFilter();
    buildActions();
    connect(m_reader, &OutboxReader::changed, this, &OutboxRowsPane::showRows);
    connect(m_pane, &TablePane::endReached, m_reader, &OutboxReader::readMore);
    connect(m_pane, &TablePane::filterChanged, this, &OutboxRowsPane::applyFilter);
    connect(
        m_pane->view(), &TableView::selectionChangedByRows, this, &OutboxRowsPane::inspectCurrent);
    connect(
        m_pane->view(),
        &TableView::exported,
        this,
        [this](const Result<void>& result, const QString& path) {
            m_host.notify(result ? tr("Exported to %1").arg(path) : result.error().what);
        });
    showEmpty();
}

void OutboxRowsPane::buildFilter()
{
    m_text = m_pane->addFilter(tr("Find text in payloads"));
    m_searched = makeCombo(u"outboxSearched"_s, tr("Where to search"));
    m_searched->addItems({tr("Payload"), tr("Id")});
    m_state = makeCombo(u"outboxState"_s, tr("State of the rows"));
    m_state->addItem(tr("All states"));
    for (const RowState state :
         {RowState::Unpublished,
          RowState::InFlight,
          RowState::Published,
          RowState::Dead,
          RowState::Other})
        m_state->addItem(stateText(state), int(state));
    m_state->setCurrentIndex(1);
    m_topic = makeCombo(u"outboxTopic"_s, tr("Topic of the rows"));
    m_topic->addItem(tr("All topics"));
    // Topics can have long names.
    m_topic->setSizeAdjustPolicy(QComboBox::AdjustToMinimumContentsLengthWithIcon);
    m_topic->setMinimumContentsLength(12);
    m_age = makeCombo(u"outboxAge"_s, tr("Age of the rows"));
    m_age->addItem(tr("Any age"));
    for (const Milliseconds age :
         {Milliseconds(1min), Milliseconds(5min), Milliseconds(1h), Milliseconds(24h)})
        m_age->addItem(tr("Over %1").arg(durationText(age)), qint64(age.count()));
    m_order = makeCombo(u"outboxOrder"_s, tr("Which rows are read first"));
    m_order->addItems({tr("Newest first"), tr("Oldest first")});
    for (QComboBox* choice : {m_searched, m_state, m_topic, m_age, m_order})
        m_pane->addChoice(choice);
    for (QComboBox* combo : {m_state, m_age, m_order})
        connect(combo, &QComboBox::currentIndexChanged, this, &OutboxRowsPane::applyFilter);
    connect(m_searched, &QComboBox::currentIndexChanged, this, [this](int searched) {
        m_text->setPlaceholderText(
            searched == ById ? tr("Row id or event id, exactly") : tr("Find text in payloads"));
        applyFilter();
    });
    connect(m_topic, &QComboBox::currentIndexChanged, this, [this] {
        applyFilter();
        emit topicChosen(filter().topic);
    });
}

void OutboxRowsPane::buildActions()
{
    m_replay = new QAction(icon(u"replay"_s), tr("Replay…"), this);
    m_replay->setObjectName(u"replayRows"_s);
    m_replay->setToolTip(tr("Freeze the selected rows into a plan and judge each of them"));
    m_replay->setEnabled(false);
    connect(m_replay, &QAction::triggered, this, &OutboxRowsPane::planReplay);
    m_trace = new QAction(icon(u"trace"_s), tr("Trace"), this);
    m_trace->setObjectName(u"traceRow"_s);
    m_trace->setToolTip(tr("Show the timeline of the selected event"));
    m_trace->setEnabled(false);
    connect(m_trace, &QAction::triggered, this, &OutboxRowsPane::trace);
    m_pane->addButton(m_replay);
    m_pane->addButton(m_trace);
    m_actions = {m_replay, m_trace};
}

void OutboxRowsPane::present(const OutboxState& state)
{
    m_problem.reset();
    m_table = state.table;
    m_pane->view()->setStale(false);
    m_model->setNow(state.at);
    const std::optional<TopicName> chosen = filter().topic;
    QList<QByteArray> names;
    for (const OutboxTopicState& topic : state.topics)
        names.append(topic.topic.bytes());
    // The one that is chosen stays, even when nothing of it is left.
    if (chosen && !names.contains(chosen->bytes()))
        names.append(chosen->bytes());
    for (const QByteArray& name : std::as_const(names))
        if (m_topic->findData(name) < 0)
            m_topic->addItem(format::oneLine(name, 60), name);
    for (int i = m_topic->count() - 1; i > 0; --i)
        if (!names.contains(m_topic->itemData(i).toByteArray()))
            m_topic->removeItem(i);
}

void OutboxRowsPane::setStale(const std::optional<Error>& error)
{
    m_problem = error;
    m_pane->view()->setStale(error.has_value());
    showEmpty();
}

void OutboxRowsPane::refresh()
{
    const TimePoint now = m_host.session->clock()();
    const bool isSearch = !m_reader->filter().payloadText.isEmpty();
    if (m_reader->at() && isSearch && now - m_readAt < searchPause)
        return;
    m_readAt = now;
    if (m_reader->at())
        m_reader->refresh();
    else
        m_reader->setFilter(filter());
}

void OutboxRowsPane::setTopic(const std::optional<TopicName>& topic)
{
    if (topic && m_topic->findData(topic->bytes()) < 0)
        m_topic->addItem(format::oneLine(topic->bytes(), 60), topic->bytes());
    m_topic->setCurrentIndex(topic ? m_topic->findData(topic->bytes()) : 0);
}

void OutboxRowsPane::setState(std::optional<RowState> state)
{
    m_state->setCurrentIndex(state ? m_state->findData(int(*state)) : 0);
}

void OutboxRowsPane::setNewestFirst(bool isNewestFirst)
{
    m_order->setCurrentIndex(isNewestFirst ? 0 : 1);
}

void OutboxRowsPane::focusFilter()
{
    m_pane->focusFilter();
}

OutboxFilter OutboxRowsPane::filter() const
{
    OutboxFilter filter;
    filter.payloadBytes = previewBytes;
    filter.newestFirst = m_order->currentIndex() == 0;
    (m_searched->currentIndex() == ById ? filter.idText : filter.payloadText) =
        m_pane->filterText();
    if (m_state->currentIndex() > 0)
        filter.state = RowState(m_state->currentData().toInt());
    if (m_topic->currentIndex() > 0)
        filter.topic = TopicName(m_topic->currentData().toByteArray());
    if (m_age->currentIndex() > 0)
        filter.olderThan = Milliseconds(m_age->currentData().toLongLong());
    return filter;
}

void OutboxRowsPane::applyFilter()
{
    m_readAt = m_host.session->clock()();
    m_reader->setFilter(filter());
}

void OutboxRowsPane::showRows()
{
    if (m_reader->at())
        m_model->setNow(std::max(m_model->now(), *m_reader->at()));
    const QList<OutboxRow>& rows = m_reader->rows();
    m_model->setRows({rows.cbegin(), rows.cend()});
    m_pane->setNote(m_reader->note());
    m_pane->setLoading(m_reader->isReading(), m_reader->hasMore());
    showEmpty();
    inspectCurrent();
}

void OutboxRowsPane::showEmpty()
{
    const std::optional<Error>& error = m_problem ? m_problem : m_reader->error();
    const OutboxFilter filter = m_reader->filter();
    OutboxFilter unfiltered;
    unfiltered.state = filter.state;
    unfiltered.newestFirst = filter.newestFirst;
    unfiltered.payloadBytes = filter.payloadBytes;
    if (error)
        m_pane->setEmpty(u"unplugged"_s, tr("The outbox cannot be read"), error->what);
    else if (!m_reader->at() || m_reader->isReading())
        m_pane->setEmpty(u"clock"_s, tr("Reading rows…"), {});
    else if (filter != unfiltered)
        m_pane->setEmpty(
            u"filter"_s, tr("No row passes the filter"), tr("Change or clear the filter above."));
    else if (filter.state == RowState::Unpublished)
        m_pane->setEmpty(
            u"check"_s,
            tr("Nothing waits"),
            tr("All rows of %1 are published. Choose another state to see them.").arg(m_table));
    else
        m_pane->setEmpty(u"outbox"_s, tr("No rows"), tr("%1 holds no such rows.").arg(m_table));
}

void OutboxRowsPane::inspectCurrent()
{
    const QList<int> selected = m_pane->view()->selectedRows();
    m_replay->setEnabled(!selected.isEmpty());
    m_trace->setEnabled(selected.size() == 1);
    if (selected.isEmpty()) {
        if (std::exchange(m_isInspecting, false))
            m_host.inspect(std::nullopt);
        return;
    }
    m_isInspecting = true;
    const int current = m_pane->view()->currentIndex().row();
    inspect(m_model->rowAt(selected.contains(current) ? current : selected.first()));
}

void OutboxRowsPane::trace()
{
    const QList<int> selected = m_pane->view()->selectedRows();
    if (selected.size() != 1 || !m_host.trace)
        return;
    const OutboxRow& row = m_model->rowAt(selected.first());
    m_host.trace(row.eventId.isEmpty() ? row.id.text() : row.eventId.text());
}

void OutboxRowsPane::inspect(const OutboxRow& row)
{
    Inspected inspected;
    inspected.title = row.eventId.isEmpty() ? row.id.text() : row.eventId.text();
    inspected.facts = factsOf(row, m_model->now());
    inspected.payload = row.payload;
    if (row.payload.size() < row.payloadBytes) {
        if (m_whole && m_whole->id == row.id && m_whole->payloadBytes == row.payloadBytes) {
            inspected.payload = m_whole->payload;
        } else {
            inspected.payloadNote = tr("Reading the rest of the payload…");
            readPayload(row);
        }
    }
    m_host.inspect(inspected);
}

void OutboxRowsPane::readPayload(const OutboxRow& row)
{
    const auto answer = m_host.session->outboxRows({row.id});
    onAnswer(answer, this, [this, asked = ++m_asked](const Result<QList<OutboxRow>>& rows) {
        if (asked != m_asked || !rows || rows->isEmpty())
            return;
        m_whole = rows->first();
        inspectCurrent();
    });
}

void OutboxRowsPane::planReplay() const
{
    PlanRequest request;
    request.from = PlanRequest::From::Outbox;
    for (const int row : m_pane->view()->selectedRows())
        request.rows.push_back(m_model->rowAt(row).id);
    if (!request.rows.empty())
        m_host.planReplay(request);
}

} // namespace outboard
