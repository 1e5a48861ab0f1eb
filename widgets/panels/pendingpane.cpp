// SPDX-License-Identifier: GPL-3.0-or-later
#include "panels/pendingpane.h"

#include "core/onanswer.h"
#include "dialogs/acknowledgedialog.h"
#include "dialogs/claimdialog.h"
#include "models/pendingmodel.h"
#include "parts/emptystate.h"
#include "parts/label.h"
#include "parts/tableview.h"
#include "text/format.h"

#include <QAction>
#include <QComboBox>
#include <QHBoxLayout>
#include <QLineEdit>
#include <QPushButton>
#include <QStackedWidget>
#include <QToolButton>
#include <QVBoxLayout>

#include <algorithm>

namespace outboard {

using namespace Qt::StringLiterals;

namespace {

constexpr qint64 pageSize = 500;

enum Choice { Any, OverThreshold };

QComboBox* makeChoice(const QString& objectName, const QString& any, const QString& over)
{
    auto* combo = new QComboBox;
    combo->setObjectName(objectName);
    combo->setAccessibleName(over);
    combo->addItems({any, over});
    return combo;
}

} // namespace

PendingPane::PendingPane(const PanelHost& host, QWidget* parent)
    : QWidget(parent)
    , m_host(host)
    , m_wanted(pageSize)
    , m_model(new PendingModel(
          host.session->profile().thresholds, PayloadMask(host.session->profile()), this))
    , m_table(new TableView(u"pending"_s, host.settings))
    , m_empty(new EmptyState)
    , m_stack(new QStackedWidget)
    , m_title(new Label(nullptr, Label::Style::Strong))
    , m_footer(new Label(nullptr, Label::Style::Small, Tone::Muted))
    , m_more(new QPushButton(tr("Load more")))
{
    setObjectName(u"pendingPane"_s);
    m_table->setObjectName(u"pendingTable"_s);
    m_table->setAccessibleName(tr("Pending entries"));
    m_table->setTable(m_model);
    m_title->setObjectName(u"pendingTitle"_s);
    m_footer->setObjectName(u"pendingFooter"_s);
    m_more->setObjectName(u"loadMore"_s);
    m_stack->addWidget(m_empty);
    m_stack->addWidget(m_table);
    buildActions();

    auto* footer = new QHBoxLayout;
    footer->addWidget(m_footer, 1);
    footer->addWidget(m_more);
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 8, 0, 0);
    layout->setSpacing(6);
    layout->addWidget(buildToolbar());
    layout->addWidget(m_stack, 1);
    layout->addLayout(footer);

    connect(m_table, &TableView::selectionChangedByRows, this, [this] {
        inspectCurrent();
        updateButtons();
        updateFooter();
    });
    connect(m_more, &QPushButton::clicked, this, [this] {
        m_wanted += pageSize;
        restart();
    });
    setPlace({}, {});
}

void PendingPane::buildActions()
{
    const auto add = [this](const QString& objectName, const QString& text, auto slot) {
        auto* action = new QAction(text, this);
        action->setObjectName(objectName);
        connect(action, &QAction::triggered, this, slot);
        addAction(action);
        m_actions.append(action);
        return action;
    };
    m_claim = add(u"claim"_s, tr("Claim…"), &PendingPane::openClaim);
    m_acknowledge = add(u"acknowledge"_s, tr("Acknowledge…"), &PendingPane::openAcknowledge);
    m_replay = add(u"replayPending"_s, tr("Replay…"), &PendingPane::planReplay);
}

QWidget* PendingPane::buildToolbar()
{
    const Thresholds& thresholds = m_host.session->profile().thresholds;
    m_idle = makeChoice(
        u"idleChoice"_s,
        tr("any idle time"),
        tr("idle over %1").arg(format::duration(thresholds.idle)));
    m_deliveries = makeChoice(
        u"deliveriesChoice"_s,
        tr("any deliveries"),
        tr("%1 deliveries or more").arg(thresholds.maxDeliveries));
    m_text = new QLineEdit;
    m_text->setObjectName(u"pendingFilter"_s);
    m_text->setAccessibleName(tr("Filter pending entries"));
    m_text->setPlaceholderText(tr("Filter by id, consumer, payload"));
    m_text->setClearButtonEnabled(true);
    m_text->setMaximumWidth(260);
    auto* bar = new QWidget;
    auto* layout = new QHBoxLayout(bar);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(8);
    layout->addWidget(m_title, 1);
    layout->addWidget(m_idle);
    layout->addWidget(m_deliveries);
    layout->addWidget(m_text);
    for (QAction* action : std::as_const(m_actions)) {
        auto* button = new QToolButton;
        button->setDefaultAction(action);
        layout->addWidget(button);
    }
    connect(m_idle, &QComboBox::currentIndexChanged, this, &PendingPane::restart);
    connect(m_deliveries, &QComboBox::currentIndexChanged, this, &PendingPane::restart);
    connect(m_text, &QLineEdit::textChanged, this, &PendingPane::filterByText);
    return bar;
}

void PendingPane::setPlace(
    const std::optional<StreamsTreeModel::Place>& place, const std::optional<GroupState>& group)
{
    const bool isSame = place == m_place;
    m_place = place;
    m_group = group;
    const bool hasList = place && !place->group.isEmpty();
    if (!hasList) {
        ++m_asked;
        m_isAsking = false;
        m_model->setRows({});
        m_title->setText(tr("Pending entries"));
        showEmpty(
            tr("Choose a group"),
            tr("What a group was given and has not acknowledged is listed here, with age, "
               "deliveries and ledger state."));
        return;
    }
    QString title =
        tr("Pending in %1 / %2")
            .arg(format::oneLine(place->topic.bytes()), format::oneLine(place->group.bytes()));
    if (!place->consumer.isEmpty())
        title += u" / "_s + format::oneLine(place->consumer.bytes());
    if (group)
        title += u"   "_s + format::count(group->pending);
    m_title->setText(title);
    if (!isSame) {
        m_wanted = pageSize;
        m_model->setRows({});
        restart();
    }
    updateButtons();
}

PendingQuery PendingPane::query() const
{
    const Thresholds& thresholds = m_host.session->profile().thresholds;
    PendingQuery query;
    query.topic = m_place->topic;
    query.group = m_place->group;
    if (!m_place->consumer.isEmpty())
        query.consumer = m_place->consumer;
    if (m_idle->currentIndex() == OverThreshold)
        query.minIdle = thresholds.idle;
    if (m_deliveries->currentIndex() == OverThreshold)
        query.minDeliveries = thresholds.maxDeliveries;
    query.limit = pageSize;
    return query;
}

void PendingPane::refresh()
{
    if (m_place && !m_place->group.isEmpty() && !m_isAsking)
        restart();
}

void PendingPane::setStale(bool isStale)
{
    m_table->setStale(isStale);
}

void PendingPane::restart()
{
    if (!m_place || m_place->group.isEmpty())
        return;
    m_isAsking = true;
    askPage(++m_asked, EntryId::lowest(), {});
}

void PendingPane::askPage(int asked, const EntryId& from, QList<PendingDetail> sofar)
{
    PendingQuery page = query();
    page.from = from;
    onAnswer(
        m_host.session->pending(page),
        this,
        [this, asked, sofar = std::move(sofar)](const Result<PendingDetails>& answer) {
            if (asked == m_asked)
                takePage(asked, answer, sofar);
        });
}

void PendingPane::takePage(
    int asked, const Result<PendingDetails>& page, QList<PendingDetail> sofar)
{
    if (!page) {
        m_isAsking = false;
        m_claimWhenRead = false;
        // What was read before stays; an empty list says why it is empty.
        if (m_model->totalRows() == 0)
            showEmpty(tr("The pending list could not be read"), page.error().what);
        return;
    }
    sofar += page->entries;
    if (page->next && sofar.size() < m_wanted) {
        askPage(asked, *page->next, std::move(sofar));
        return;
    }
    m_isAsking = false;
    showRows(std::move(sofar), page->next, page->note);
}

void PendingPane::showRows(
    QList<PendingDetail> rows, const std::optional<EntryId>& next, const QString& note)
{
    m_hasMore = next.has_value();
    m_note = note;
    const bool isEmpty = rows.isEmpty();
    m_model->setRows({rows.begin(), rows.end()});
    if (isEmpty) {
        const bool isFiltered =
            m_idle->currentIndex() != Any || m_deliveries->currentIndex() != Any;
        showEmpty(
            isFiltered ? tr("No entry passes the filter") : tr("Nothing is pending"),
            isFiltered ? tr("Choose any idle time and any deliveries to see the whole list.")
                       : tr("Every entry that was delivered to this group has been acknowledged."));
    } else {
        m_stack->setCurrentWidget(m_table);
    }
    updateFooter();
    updateButtons();
    if (std::exchange(m_claimWhenRead, false)) {
        m_table->selectAll();
        openClaim();
    }
}

void PendingPane::showEmpty(const QString& what, const QString& why)
{
    m_empty->show(u"streams"_s, what, why);
    m_stack->setCurrentWidget(m_empty);
    m_hasMore = false;
    m_note.clear();
    updateFooter();
    updateButtons();
}

void PendingPane::updateFooter()
{
    QStringList parts;
    if (m_stack->currentWidget() == m_table) {
        parts << tr("%1 of %2 entries shown")
                     .arg(
                         format::number(m_model->rowCount()), format::number(m_model->totalRows()));
        if (m_hasMore)
            parts << tr("the list goes on");
        if (const qsizetype count = m_table->selectedRows().size(); count > 0)
            parts << tr("%1 selected").arg(format::number(count));
    }
    if (!m_note.isEmpty())
        parts << m_note;
    m_footer->setText(parts.join(u"  ·  "_s));
    m_more->setVisible(m_hasMore);
}

void PendingPane::updateButtons()
{
    const bool hasSelection = !m_table->selectedRows().isEmpty();
    const bool hasGroup = m_group && m_place && !m_place->group.isEmpty();
    m_claim->setEnabled(hasGroup && hasSelection);
    m_replay->setEnabled(hasGroup && hasSelection);
    // Without a selection: "what the ledger says is done".
    m_acknowledge->setEnabled(hasGroup && m_model->totalRows() > 0);
}

void PendingPane::filterByText()
{
    const QByteArray text = m_text->text().trimmed().toUtf8().toLower();
    if (text.isEmpty()) {
        m_model->setFilter({});
    } else {
        m_model->setFilter([text](const PendingDetail& detail) {
            const auto has = [&text](const QByteArray& bytes) {
                return bytes.toLower().contains(text);
            };
            return has(detail.entry.id.bytes()) || has(detail.entry.consumer.bytes())
                   || (detail.message
                       && (has(detail.message->eventId.bytes()) || has(detail.message->payload)));
        });
    }
    updateFooter();
}

void PendingPane::focusFilter()
{
    m_text->setFocus(Qt::ShortcutFocusReason);
    m_text->selectAll();
}

QList<PendingDetail> PendingPane::selected() const
{
    QList<PendingDetail> details;
    for (const int row : m_table->selectedRows())
        details.append(m_model->rowAt(row));
    return details;
}

void PendingPane::inspectCurrent()
{
    const QList<PendingDetail> details = selected();
    if (details.size() != 1)
        return;
    const PendingDetail& detail = details.first();
    Inspected inspected;
    inspected.title = detail.message && !detail.message->eventId.isEmpty()
                          ? detail.message->eventId.text()
                          : detail.entry.id.text();
    const auto addFact = [&inspected](const QString& name, const QString& value) {
        inspected.facts.append({name.toUtf8(), value.toUtf8()});
    };
    addFact(tr("Stream"), m_place->topic.text());
    addFact(tr("Group"), m_place->group.text());
    addFact(tr("Entry"), detail.entry.id.text());
    addFact(tr("Consumer"), detail.entry.consumer.text());
    addFact(tr("Idle"), format::duration(detail.entry.idle));
    addFact(tr("Deliveries"), format::number(detail.entry.deliveries));
    addFact(tr("Ledger"), ledgerText(detail.ledger));
    if (detail.message && detail.message->hasPayload)
        inspected.payload = detail.message->payload;
    else
        inspected.payloadNote =
            detail.message ? tr("The entry has no field that the profile maps to the payload.")
                           : tr("The entry is gone from the stream: it was deleted or trimmed "
                                "while it was pending.");
    if (detail.message)
        inspected.headers = detail.message->fields;
    m_host.inspect(inspected);
}

void PendingPane::claimStuck()
{
    m_claimWhenRead = true;
    m_text->clear();
    if (m_idle->currentIndex() == OverThreshold)
        restart();
    else
        m_idle->setCurrentIndex(OverThreshold);
}

void PendingPane::openClaim()
{
    if (!m_group || !m_place)
        return;
    std::vector<PendingEntry> entries;
    for (const PendingDetail& detail : selected())
        entries.push_back(detail.entry);
    if (entries.empty())
        return;
    auto* dialog = new ClaimDialog(
        *m_host.session, m_place->topic, *m_group, std::move(entries), m_host.planReplay, window());
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    dialog->open();
}

void PendingPane::openAcknowledge()
{
    if (!m_group || !m_place)
        return;
    auto* dialog =
        new AcknowledgeDialog(*m_host.session, m_place->topic, *m_group, selected(), window());
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    dialog->open();
}

void PendingPane::planReplay()
{
    PlanRequest request;
    request.from = PlanRequest::From::Pending;
    request.topic = m_place->topic;
    request.group = m_place->group;
    for (const PendingDetail& detail : selected())
        request.entries.push_back(detail.entry.id);
    if (!request.entries.empty())
        m_host.planReplay(request);
}

} // namespace outboard
