// SPDX-License-Identifier: GPL-3.0-or-later
#include "panels/deadeventspane.h"

#include "dialogs/discarddialog.h"
#include "models/deadgroupmodel.h"
#include "models/deadlettermodel.h"
#include "parts/icons.h"
#include "parts/tablepane.h"
#include "parts/tableview.h"
#include "services/session.h"
#include "text/format.h"

#include <QAction>
#include <QVBoxLayout>

#include <algorithm>

namespace outboard {

using namespace Qt::StringLiterals;

namespace {

Field fact(const QString& name, const QString& value)
{
    return {name.toUtf8(), value.toUtf8()};
}

QList<Field> factsOf(const DeadLetter& letter)
{
    const auto tr = [](const char* text) { return DeadEventsPane::tr(text); };
    QList<Field> facts{
        fact(tr("Error"), letter.error.isEmpty() ? tr("not recorded") : letter.error),
        fact(tr("Lies in"), deadPlaceText(letter)),
        {tr("Id there").toUtf8(), letter.id.id},
        {tr("Topic").toUtf8(), letter.topic.bytes()},
        {tr("Stream").toUtf8(), letter.stream.bytes()},
        fact(tr("Group"), deadNameText(letter.group.bytes()))};
    if (letter.entry)
        facts.append(fact(tr("Entry"), letter.entry->text()));
    if (!letter.original.consumer.isEmpty())
        facts.append({tr("Consumer").toUtf8(), letter.original.consumer.bytes()});
    facts.append(
        fact(tr("Deliveries"), letter.deliveries ? format::number(*letter.deliveries) : u"?"_s));
    facts.append(fact(tr("Died (UTC)"), letter.diedAt ? isoText(*letter.diedAt) : u"?"_s));
    if (letter.createdAt)
        facts.append(fact(tr("Created"), isoText(*letter.createdAt)));
    if (letter.row)
        facts.append({tr("Outbox row").toUtf8(), letter.row->bytes()});
    return facts;
}

QString payloadNoteOf(const DeadLetter& letter)
{
    if (letter.isPayloadFromOutbox)
        return DeadEventsPane::tr("From the outbox: the broker has lost it.");
    if (letter.payload)
        return {};
    return letter.eventId.isEmpty()
               ? DeadEventsPane::tr("The stream has lost the entry, and nothing that is left tells "
                                    "its event id.")
               : DeadEventsPane::tr("Neither the broker nor the outbox have it any more.");
}

} // namespace

DeadEventsPane::DeadEventsPane(const PanelHost& host, QWidget* parent)
    : QWidget(parent)
    , m_host(host)
    , m_model(new DeadLetterModel(PayloadMask(host.session->profile()), this))
    , m_pane(new TablePane(u"deadEvents"_s, host.settings, this))
{
    m_pane->view()->setAccessibleName(tr("Dead letters"));
    m_pane->setTable(m_model);
    m_pane->addFilter(tr("Filter by event id, error, payload"));
    m_pane->setEmpty(
        u"deadletters"_s, tr("No dead letter"), tr("Those of the chosen groups are listed here."));
    buildActions();
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins({});
    column->addWidget(m_pane);
    connect(m_pane, &TablePane::filterChanged, this, &DeadEventsPane::applyFilter);
    connect(m_pane->view(), &TableView::selectionChangedByRows, this, [this] {
        inspectCurrent();
        updateActions();
    });
    connect(
        m_pane->view(),
        &TableView::exported,
        this,
        [this](const Result<void>& result, const QString& path) {
            m_host.notify(result ? tr("Exported to %1").arg(path) : result.error().what);
        });
    updateActions();
}

void DeadEventsPane::buildActions()
{
    m_replay = new QAction(icon(u"replay"_s), tr("Replay…"), this);
    m_replay->setObjectName(u"replayDead"_s);
    m_replay->setToolTip(
        tr("Freeze the selected dead letters, or all that are shown, into a plan"));
    connect(m_replay, &QAction::triggered, this, &DeadEventsPane::planReplay);
    m_discard = new QAction(tr("Discard…"), this);
    m_discard->setObjectName(u"discardDead"_s);
    m_discard->setToolTip(tr("Take the selected dead letters away; the originals are kept here"));
    connect(m_discard, &QAction::triggered, this, &DeadEventsPane::openDiscard);
    m_trace = new QAction(icon(u"trace"_s), tr("Trace"), this);
    m_trace->setObjectName(u"traceDead"_s);
    m_trace->setToolTip(tr("Show the timeline of the selected event"));
    connect(m_trace, &QAction::triggered, this, [this] {
        const QList<int> rows = m_pane->view()->selectedRows();
        if (rows.size() == 1 && m_host.trace)
            m_host.trace(m_model->rowAt(rows.first()).eventId.text());
    });
    m_pane->addButton(m_replay);
    m_pane->addButton(m_discard);
    m_pane->addButton(m_trace);
    m_actions = {m_replay, m_discard, m_trace};
}

void DeadEventsPane::show(const QList<DeadLetter>& letters, const QSet<DeadGroupKey>& groups)
{
    m_groups = groups;
    std::vector<DeadLetter> rows;
    for (const DeadLetter& letter : letters) {
        if (groups.isEmpty() || groups.contains(groupKeyOf(letter)))
            rows.push_back(letter);
    }
    m_model->setRows(std::move(rows));
    updateActions();
}

void DeadEventsPane::setStale(bool isStale)
{
    m_pane->view()->setStale(isStale);
}

void DeadEventsPane::focusFilter()
{
    m_pane->focusFilter();
}

void DeadEventsPane::applyFilter()
{
    const QString text = m_pane->filterText().trimmed();
    if (text.isEmpty()) {
        m_model->setFilter({});
    } else {
        m_model->setFilter([text, bytes = text.toUtf8().toLower()](const DeadLetter& letter) {
            return letter.eventId.bytes().toLower().contains(bytes) || letter.id.id.contains(bytes)
                   || letter.error.contains(text, Qt::CaseInsensitive)
                   || (letter.payload && letter.payload->toLower().contains(bytes));
        });
    }
    updateActions();
}

QList<DeadLetter> DeadEventsPane::meant() const
{
    QList<DeadLetter> letters;
    const QList<int> rows = m_pane->view()->selectedRows();
    if (rows.isEmpty()) {
        for (int row = 0; row < m_model->rowCount(); ++row)
            letters.append(m_model->rowAt(row));
        return letters;
    }
    for (const int row : rows)
        letters.append(m_model->rowAt(row));
    return letters;
}

void DeadEventsPane::updateActions()
{
    const qsizetype selected = m_pane->view()->selectedRows().size();
    const qsizetype count = selected > 0 ? selected : m_model->rowCount();
    m_trace->setEnabled(
        selected == 1 && !m_model->rowAt(m_pane->view()->selectedRows().first()).eventId.isEmpty());
    m_replay->setEnabled(count > 0);
    m_discard->setEnabled(count > 0);
    m_replay->setText(count > 0 ? tr("Replay %1…").arg(format::number(count)) : tr("Replay…"));
    m_discard->setText(count > 0 ? tr("Discard %1…").arg(format::number(count)) : tr("Discard…"));
}

void DeadEventsPane::inspectCurrent()
{
    const QList<int> rows = m_pane->view()->selectedRows();
    if (rows.size() != 1)
        return;
    const DeadLetter& letter = m_model->rowAt(rows.first());
    Inspected inspected;
    inspected.title =
        letter.eventId.isEmpty() ? QString::fromUtf8(letter.id.id) : letter.eventId.text();
    inspected.facts = factsOf(letter);
    inspected.payload = letter.payload;
    inspected.payloadNote = payloadNoteOf(letter);
    inspected.headers = letter.original.fields;
    m_host.inspect(inspected);
}

void DeadEventsPane::planReplay()
{
    PlanRequest request;
    request.from = PlanRequest::From::Dead;
    request.dead = meant();
    if (request.dead.isEmpty())
        return;
    // One topic and one group choose handler and ledger by themselves.
    const DeadLetter first = request.dead.first();
    const auto isAll = [&request](auto member, const auto& value) {
        return std::ranges::all_of(
            request.dead, [&](const DeadLetter& letter) { return letter.*member == value; });
    };
    if (isAll(&DeadLetter::stream, first.stream) && !first.stream.isEmpty())
        request.topic = first.stream;
    if (isAll(&DeadLetter::group, first.group))
        request.group = first.group;
    m_host.planReplay(request);
}

void DeadEventsPane::openDiscard()
{
    const QList<DeadLetter> letters = meant();
    if (letters.isEmpty())
        return;
    auto* dialog = new DiscardDialog(*m_host.session, letters, window());
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    dialog->open();
}

} // namespace outboard
