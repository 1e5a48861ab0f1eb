// SPDX-License-Identifier: GPL-3.0-or-later
#include "panels/reconcilepanel.h"

#include "core/onanswer.h"
#include "dialogs/acknowledgedialog.h"
#include "models/reconcilemodel.h"
#include "parts/actionbutton.h"
#include "parts/icons.h"
#include "parts/label.h"
#include "parts/tablepane.h"
#include "parts/tableview.h"
#include "services/session.h"
#include "text/format.h"

#include <QAction>
#include <QComboBox>
#include <QVBoxLayout>

#include <algorithm>
#include <array>

namespace outboard {

using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

namespace {

constexpr std::array allKinds{
    Discrepancy::Lost,
    Discrepancy::UnpublishedButProcessed,
    Discrepancy::PendingButProcessed,
    Discrepancy::EntryWithoutRow,
    Discrepancy::Unknown};

/// What was published and can be handed to a handler again.
bool canReplay(const ReconcileItem& item)
{
    return (item.kind == Discrepancy::Lost || item.kind == Discrepancy::Unknown) && item.row;
}

bool canAcknowledge(const ReconcileItem& item)
{
    return item.kind == Discrepancy::PendingButProcessed && item.entry;
}

QComboBox* makeCombo(const QString& name, const QString& accessibleName)
{
    auto* combo = new QComboBox;
    combo->setObjectName(name);
    combo->setAccessibleName(accessibleName);
    return combo;
}

Field fact(const QString& name, const QByteArray& value)
{
    return {name.toUtf8(), value};
}

} // namespace

ReconcilePanel::ReconcilePanel(PanelHost host, QWidget* parent)
    : Panel(std::move(host), parent)
    , m_model(new ReconcileModel(this->host().session->clock(), this))
    , m_pane(new TablePane(u"reconcileItems"_s, this->host().settings, this))
    , m_headline(new Label(this, Label::Style::Strong))
{
    m_headline->setObjectName(u"reconcileHeadline"_s);
    m_headline->setElided(true);
    m_pane->view()->setAccessibleName(tr("What contradicts"));
    m_pane->setTable(m_model);
    m_pane->addFilter(tr("Filter by event id, stream, reason"));
    buildChoices();
    buildActions();
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(16, 14, 16, 12);
    column->setSpacing(10);
    column->addWidget(m_headline);
    column->addWidget(m_pane, 1);
    connect(m_pane, &TablePane::filterChanged, this, &ReconcilePanel::applyFilter);
    connect(m_pane->view(), &TableView::selectionChangedByRows, this, [this] {
        inspect();
        updateActions();
    });
    connect(
        m_pane->view(),
        &TableView::exported,
        this,
        [this](const Result<void>& result, const QString& path) {
            this->host().notify(result ? tr("Exported to %1").arg(path) : result.error().what);
        });
    showEmpty();
    showHeadline();
    updateActions();
}

void ReconcilePanel::buildChoices()
{
    m_time = makeCombo(u"reconcileTime"_s, tr("Which time"));
    for (const Milliseconds time :
         {Milliseconds(15min),
          Milliseconds(1h),
          Milliseconds(6h),
          Milliseconds(24h),
          Milliseconds(7 * 24h)})
        m_time->addItem(tr("Last %1").arg(durationText(time)), qint64(time.count()));
    m_time->setCurrentIndex(1);
    m_kind = makeCombo(u"reconcileKind"_s, tr("What"));
    m_kind->addItem(tr("Everything"), -1);
    for (const Discrepancy kind : allKinds)
        m_kind->addItem(discrepancyTitle(kind), int(kind));
    m_pane->addChoice(m_kind);
    m_pane->addChoice(m_time);
    connect(m_kind, &QComboBox::currentIndexChanged, this, &ReconcilePanel::applyFilter);
}

void ReconcilePanel::buildActions()
{
    const auto add = [this](
                         const QString& name,
                         const QString& text,
                         const QString& toolTip,
                         void (ReconcilePanel::*run)()) {
        QAction* action = makeAction(this, name, text);
        action->setToolTip(toolTip);
        connect(action, &QAction::triggered, this, run);
        m_pane->addButton(action);
        return action;
    };
    m_compare =
        add(u"reconcile"_s,
            tr("Compare"),
            tr("Compare outbox, streams and ledgers over the chosen time; only reads"),
            &ReconcilePanel::compare);
    m_replay = add(
        u"reconcileReplay"_s,
        tr("Replay…"),
        tr("Freeze the lost and unknown events among those selected, or all that are shown, into "
           "a plan"),
        &ReconcilePanel::planChosen);
    m_acknowledge =
        add(u"reconcileAcknowledge"_s,
            tr("Acknowledge…"),
            tr("Acknowledge the entries of one group that its ledger says are done"),
            &ReconcilePanel::openAcknowledge);
    m_trace =
        add(u"reconcileTrace"_s,
            tr("Trace"),
            tr("Show the timeline of the selected event"),
            &ReconcilePanel::traceSelected);
}

void ReconcilePanel::present(const SnapshotPtr& snapshot)
{
    m_snapshot = snapshot;
}

void ReconcilePanel::focusFilter()
{
    m_pane->focusFilter();
}

bool ReconcilePanel::apply(const Remedy& remedy)
{
    if (remedy.kind != RemedyKind::Reconcile)
        return false;
    if (!m_isComparing)
        compare();
    return true;
}

QList<QAction*> ReconcilePanel::panelActions() const
{
    return {m_compare, m_replay, m_acknowledge, m_trace};
}

void ReconcilePanel::compare()
{
    m_isComparing = true;
    updateActions();
    showHeadline();
    ReconcileRequest request;
    request.last = Milliseconds(m_time->currentData().toLongLong());
    onAnswer(
        host().session->reconcile(request).answer,
        this,
        [this](const Result<Reconciliation>& found) { show(found); });
}

void ReconcilePanel::show(const Result<Reconciliation>& found)
{
    m_isComparing = false;
    m_error = found ? std::nullopt : std::optional(found.error());
    m_pane->view()->setStale(m_error.has_value());
    if (found) {
        m_found = *found;
        m_model->setRows({found->items.cbegin(), found->items.cend()});
        QStringList notes = found->notes;
        if (!found->isWhole)
            notes.prepend(tr("There are more than are listed: choose a shorter time."));
        m_pane->setNote(notes.join(u"  ·  "_s), found->isWhole ? Tone::Notice : Tone::Warning);
    }
    showEmpty();
    showHeadline();
    updateActions();
    const qint64 lost = found ? found->count(Discrepancy::Lost) : 0;
    emit badgeChanged(lost > 0 ? format::number(lost) : QString(), Tone::Critical);
}

void ReconcilePanel::showEmpty()
{
    if (m_error)
        m_pane->setEmpty(u"unplugged"_s, tr("It could not be compared"), m_error->what);
    else if (m_found)
        m_pane->setEmpty(
            u"check"_s,
            tr("Nothing contradicts"),
            tr("Outbox, streams and ledgers agree about the events of this time."));
    else
        m_pane->setEmpty(
            u"reconcile"_s,
            tr("Nothing was compared yet"),
            tr("Events that were published but are in no stream and no ledger, and whatever else "
               "contradicts, are listed here."));
}

void ReconcilePanel::showHeadline()
{
    QStringList parts;
    if (m_isComparing)
        parts << tr("Comparing…");
    if (m_found) {
        const TimePoint now = host().session->clock()();
        parts << tr("%1 to %2")
                     .arg(format::time(m_found->since, now), format::time(m_found->until, now));
        parts << tr("%1 rows and %2 entries compared")
                     .arg(format::number(m_found->rows), format::number(m_found->entries));
        for (const Discrepancy kind : allKinds) {
            if (m_found->count(kind) > 0)
                parts << u"%1 %2"_s.arg(
                    format::number(m_found->count(kind)), discrepancyTitle(kind).toLower());
        }
    }
    if (m_error)
        parts << m_error->what;
    if (parts.isEmpty())
        parts << tr("Reconcile");
    m_headline->setText(parts.join(u"  ·  "_s));
    const bool hasLost = m_found && m_found->count(Discrepancy::Lost) > 0;
    m_headline->setTone(hasLost || m_error ? Tone::Critical : Tone::Neutral);
}

void ReconcilePanel::applyFilter()
{
    const QString text = m_pane->filterText().trimmed();
    const int kind = m_kind->currentData().toInt();
    if (text.isEmpty() && kind < 0) {
        m_model->setFilter({});
    } else {
        m_model->setFilter([text, kind](const ReconcileItem& item) {
            const auto contains = [&](const QString& where) {
                return where.contains(text, Qt::CaseInsensitive);
            };
            return (kind < 0 || int(item.kind) == kind)
                   && (contains(item.eventId.text()) || contains(item.stream.text())
                       || contains(item.reason));
        });
    }
    updateActions();
}

/// Of the selected rows, or of all that are shown.
QList<ReconcileItem> ReconcilePanel::meant(
    const std::function<bool(const ReconcileItem&)>& fits) const
{
    QList<ReconcileItem> items;
    QList<int> rows = m_pane->view()->selectedRows();
    if (rows.isEmpty()) {
        for (int row = 0; row < m_model->rowCount(); ++row)
            rows.append(row);
    }
    for (const int row : std::as_const(rows)) {
        if (fits(m_model->rowAt(row)))
            items.append(m_model->rowAt(row));
    }
    return items;
}

void ReconcilePanel::updateActions()
{
    const auto count = [this](auto fits) { return meant(fits).size(); };
    const qsizetype toReplay = count(canReplay);
    const qsizetype toAcknowledge = count(canAcknowledge);
    m_compare->setEnabled(!m_isComparing);
    m_replay->setEnabled(toReplay > 0);
    m_replay->setText(
        toReplay > 0 ? tr("Replay %1…").arg(format::number(toReplay)) : tr("Replay…"));
    m_acknowledge->setEnabled(toAcknowledge > 0);
    m_trace->setEnabled(m_pane->view()->selectedRows().size() == 1);
}

void ReconcilePanel::inspect()
{
    const QList<int> rows = m_pane->view()->selectedRows();
    if (rows.size() != 1)
        return;
    const ReconcileItem& item = m_model->rowAt(rows.first());
    Inspected inspected;
    inspected.title = item.eventId.text();
    inspected.facts = {
        fact(tr("What"), discrepancyTitle(item.kind).toUtf8()),
        fact(tr("Why"), item.reason.toUtf8()),
        fact(tr("Topic"), item.topic.bytes()),
        fact(tr("Stream"), item.stream.bytes())};
    if (!item.group.isEmpty())
        inspected.facts.append(fact(tr("Group"), item.group.bytes()));
    if (item.row)
        inspected.facts.append(fact(tr("Outbox row"), item.row->bytes()));
    if (item.entry)
        inspected.facts.append(fact(tr("Entry"), item.entry->bytes()));
    if (item.at)
        inspected.facts.append(fact(tr("Time"), isoText(*item.at).toUtf8()));
    inspected.payloadNote = tr("Trace the event to see its payload.");
    host().inspect(inspected);
}

void ReconcilePanel::planChosen()
{
    PlanRequest request;
    request.from = PlanRequest::From::Outbox;
    for (const ReconcileItem& item : meant(canReplay))
        request.rows.push_back(*item.row);
    if (!request.rows.empty())
        host().planReplay(request);
}

/// Entries are acknowledged by group: those of the first one that is meant.
void ReconcilePanel::openAcknowledge()
{
    const QList<ReconcileItem> items = meant(canAcknowledge);
    if (items.isEmpty())
        return;
    const ReconcileItem& first = items.first();
    GroupState group;
    group.name = first.group;
    if (m_snapshot && m_snapshot->broker) {
        for (const BrokerTopicState& topic : m_snapshot->broker->topics) {
            for (const GroupState& known : topic.groups) {
                if (topic.name == first.stream && known.name == first.group)
                    group = known;
            }
        }
    }
    QList<PendingDetail> selected;
    for (const ReconcileItem& item : items) {
        if (item.stream != first.stream || item.group != first.group)
            continue;
        PendingDetail detail;
        detail.entry.id = *item.entry;
        detail.ledger = LedgerMark::Processed;
        selected.append(detail);
    }
    auto* dialog = new AcknowledgeDialog(*host().session, first.stream, group, selected, window());
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    dialog->open();
}

void ReconcilePanel::traceSelected()
{
    const QList<int> rows = m_pane->view()->selectedRows();
    if (rows.size() == 1 && host().trace)
        host().trace(m_model->rowAt(rows.first()).eventId.text());
}

} // namespace outboard
