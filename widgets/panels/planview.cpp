// SPDX-License-Identifier: GPL-3.0-or-later
#include "panels/planview.h"

#include "handlers/handlerkinds.h"
#include "models/planmodel.h"
#include "parts/actionbutton.h"
#include "parts/emptystate.h"
#include "parts/label.h"
#include "parts/tableview.h"
#include "parts/tallybar.h"
#include "services/session.h"
#include "text/format.h"

#include <QAction>
#include <QComboBox>
#include <QHBoxLayout>
#include <QPushButton>
#include <QStackedWidget>
#include <QVBoxLayout>

namespace outboard {

using namespace Qt::StringLiterals;

namespace {

// Kinds of the tally bar besides the verdicts.
constexpr int overtaken = 100;
constexpr int changed = 101;

} // namespace

PlanView::PlanView(const PanelHost& host, QWidget* parent)
    : QWidget(parent)
    , m_host(host)
    , m_model(new PlanModel(host.session->clock(), this))
    , m_handler(new QComboBox)
    , m_title(new Label(nullptr, Label::Style::Heading))
    , m_subtitle(new Label(nullptr, Label::Style::Small, Tone::Muted))
    , m_compared(new Label(nullptr, Label::Style::Body, Tone::Accent))
    , m_warning(new Label(nullptr, Label::Style::Body, Tone::Warning))
    , m_tallies(new TallyBar)
    , m_stack(new QStackedWidget)
    , m_table(new TableView(u"plan"_s, host.settings))
    , m_empty(new EmptyState)
    , m_close(makeAction(this, u"closePlan"_s, tr("Plans and runs")))
    , m_compare(makeAction(this, u"judgeAgain"_s, tr("Compare with now")))
    , m_save(makeAction(this, u"savePlan"_s, tr("Export…")))
    , m_replay(makeAction(this, u"replayAction"_s, tr("Replay…")))
{
    m_compare->setToolTip(tr("Asks ledgers and broker again and shows what changed since"));
    m_subtitle->setObjectName(u"planSubtitle"_s);
    m_compared->setObjectName(u"planCompared"_s);
    m_warning->setObjectName(u"planWarning"_s);
    for (Label* label : {m_subtitle, m_compared, m_warning})
        label->setWordWrap(true);
    m_tallies->setObjectName(u"tallies"_s);
    m_table->setObjectName(u"planTable"_s);
    m_table->setAccessibleName(tr("Events of the plan"));
    m_table->setTable(m_model);
    m_empty->setAutoFillBackground(true);
    m_empty->setBackgroundRole(QPalette::Base);
    m_stack->addWidget(m_table);
    m_stack->addWidget(m_empty);
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins({});
    layout->setSpacing(6);
    layout->addWidget(makeHead());
    layout->addWidget(m_subtitle);
    layout->addWidget(m_compared);
    layout->addWidget(m_warning);
    layout->addWidget(m_tallies);
    layout->addWidget(m_stack, 1);
    connectActions();
    showPlanning({});
}

QWidget* PlanView::makeHead()
{
    m_title->setObjectName(u"planTitle"_s);
    m_title->setElided(true);
    m_handler->setObjectName(u"handler"_s);
    m_handler->setAccessibleName(tr("Handler"));
    m_handler->addItems(handlerNames(m_host.session->profile()));
    auto* handlerLabel = new Label(nullptr, Label::Style::Body, Tone::Muted);
    handlerLabel->setText(tr("Handler"));
    auto* head = new QWidget;
    auto* row = new QHBoxLayout(head);
    row->setContentsMargins({});
    row->setSpacing(8);
    row->addWidget(m_title, 1);
    row->addWidget(handlerLabel);
    row->addWidget(m_handler);
    for (QAction* action : {m_close, m_compare, m_save})
        row->addWidget(makeButton(action, ButtonLook::Plain));
    row->addWidget(makeButton(m_replay, ButtonLook::Primary));
    return head;
}

void PlanView::connectActions()
{
    connect(m_handler, &QComboBox::textActivated, this, &PlanView::handlerChosen);
    connect(m_close, &QAction::triggered, this, &PlanView::closed);
    connect(m_compare, &QAction::triggered, this, &PlanView::compareAsked);
    connect(m_save, &QAction::triggered, this, &PlanView::saveAsked);
    connect(m_replay, &QAction::triggered, this, &PlanView::replayAsked);
    connect(m_table, &TableView::selectionChangedByRows, this, &PlanView::inspectCurrent);
    connect(m_tallies, &TallyBar::chosenChanged, this, &PlanView::filterByTally);
}

QList<QAction*> PlanView::viewActions() const
{
    return {m_close, m_compare, m_save, m_replay};
}

void PlanView::showPlanning(const QString& handler)
{
    m_plan.reset();
    m_handler->setCurrentText(handler);
    m_title->setText(tr("Freezing the selection and asking the ledgers…"));
    m_subtitle->setText(tr("Nothing is changed by planning."));
    m_empty->show(
        u"clock"_s,
        tr("Planning"),
        tr("Each event is looked up in the ledgers and in the pending lists. Progress and Stop are "
           "at the bottom of the window."));
    setRows(nullptr);
    setNotes(nullptr);
}

void PlanView::showProblem(const QString& text)
{
    m_plan.reset();
    m_title->setText(tr("No plan was made"));
    m_subtitle->setText(text);
    m_empty->show(u"critical"_s, tr("No plan was made"), text);
    setRows(nullptr);
    setNotes(nullptr);
}

void PlanView::showPlan(const Plan& plan)
{
    m_plan = plan;
    m_wasRun = false;
    m_handler->setCurrentText(plan.handler);
    m_title->setText(tr("%1 events, frozen").arg(format::number(plan.items.size())));
    m_subtitle->setText(describe(plan));
    m_empty->show(
        u"check"_s,
        tr("No event"),
        tr("Nothing passed the selection when it was frozen, so nothing would run."));
    setRows(nullptr);
    setNotes(nullptr);
}

void PlanView::showComparison(const Plan& made, const Plan& now)
{
    showPlan(now);
    const PlanComparison comparison = compare(made, now);
    setRows(&made);
    setNotes(&comparison);
}

void PlanView::setRows(const Plan* made)
{
    std::vector<PlanRow> rows;
    const qsizetype count = m_plan ? m_plan->items.size() : 0;
    rows.reserve(size_t(count));
    for (qsizetype i = 0; i < count; ++i) {
        PlanRow row{i, m_plan->items[i]};
        if (made)
            row.before = made->items[i].verdict;
        rows.push_back(std::move(row));
    }
    m_table->setColumnHidden(PlanModel::beforeColumn, !made);
    m_stack->setCurrentWidget(rows.empty() ? static_cast<QWidget*>(m_empty) : m_table);
    m_model->setRows(std::move(rows));
}

void PlanView::setNotes(const PlanComparison* comparison)
{
    QStringList warnings;
    if (m_plan && m_plan->warnings() > 0) {
        warnings << tr("Of %1 events a newer one of the same key was already processed: running "
                       "them turns the order round.")
                        .arg(format::number(m_plan->warnings()));
    }
    if (m_plan && !m_plan->note.isEmpty())
        warnings << m_plan->note;
    m_warning->setText(warnings.join(u' '));
    m_warning->setVisible(!warnings.isEmpty());
    m_compared->setVisible(comparison);
    if (comparison) {
        QStringList moves;
        for (const VerdictMove& move : comparison->moves) {
            moves << tr("%1 %2 → %3")
                         .arg(format::number(move.events))
                         .arg(verdictText(move.before), verdictText(move.now));
        }
        const QString at = format::time(m_plan->madeAt, m_host.session->clock()());
        m_compared->setText(
            moves.isEmpty()
                ? tr("Compared with %1, when it was made: nothing changed.").arg(at)
                : tr("Since %1, when it was made: %2; %3 unchanged. A run takes the verdicts of "
                     "now.")
                      .arg(at, moves.join(u", "_s), format::number(comparison->unchanged)));
    }
    showTallies(comparison ? comparison->changes.size() : 0);
    updateActions();
}

void PlanView::showTallies(qsizetype changedEvents)
{
    QList<TallyBar::Tally> tallies;
    for (const Verdict verdict :
         {Verdict::Run,
          Verdict::Processed,
          Verdict::InFlight,
          Verdict::PayloadMissing,
          Verdict::Unknown}) {
        tallies.append(
            {int(verdict),
             m_plan ? m_plan->count(verdict) : 0,
             verdictText(verdict),
             toneOf(verdict)});
    }
    tallies.append({overtaken, m_plan ? m_plan->warnings() : 0, tr("overtaken"), Tone::Warning});
    tallies.append({changed, changedEvents, tr("changed"), Tone::Accent});
    m_tallies->setTallies(tallies);
}

void PlanView::filterByTally()
{
    const std::optional<int> chosen = m_tallies->chosen();
    if (!chosen) {
        m_model->setFilter({});
        return;
    }
    m_model->setFilter([kind = *chosen](const PlanRow& row) {
        if (kind == overtaken)
            return row.planned.newer && row.planned.verdict != Verdict::Processed;
        if (kind == changed)
            return row.before && *row.before != row.planned.verdict;
        return int(row.planned.verdict) == kind;
    });
}

QString PlanView::describe(const Plan& plan) const
{
    const TimePoint now = m_host.session->clock()();
    QStringList parts;
    if (plan.fromRun.isEmpty())
        parts << tr("From %1").arg(plan.source);
    else
        parts << tr("Left over from run %1").arg(plan.fromRun.left(8));
    parts << tr("made %1").arg(format::time(plan.madeAt, now));
    if (plan.judgedAt && *plan.judgedAt != plan.madeAt)
        parts << tr("judged %1").arg(format::time(plan.judgedAt, now));
    QStringList groups;
    for (const PlanItem& item : plan.items) {
        for (const GroupVerdict& group : item.groups) {
            const QString name = format::oneLine(group.group.bytes());
            if (!name.isEmpty() && !groups.contains(name))
                groups << name;
        }
    }
    groups.sort();
    if (groups.isEmpty())
        parts << tr("no group was named");
    else
        parts << tr("judged by the ledgers of %1").arg(groups.join(u", "_s));
    parts << tr("plan %1").arg(plan.id.left(8));
    return parts.join(u" · "_s);
}

void PlanView::inspectCurrent()
{
    const QList<int> selected = m_table->selectedRows();
    if (selected.size() == 1)
        m_host.inspect(inspectedOf(m_model->rowAt(selected.first())));
}

void PlanView::setWasRun()
{
    m_wasRun = true;
    updateActions();
}

void PlanView::setBusy(bool isBusy)
{
    m_isBusy = isBusy;
    updateActions();
}

void PlanView::updateActions()
{
    const bool isReady = m_plan && !m_isBusy;
    m_compare->setEnabled(isReady);
    m_save->setEnabled(m_plan.has_value());
    m_replay->setEnabled(isReady && !m_wasRun);
    m_replay->setToolTip(
        m_wasRun ? tr("This plan was run. Compare it with now before it runs again.") : QString());
    m_handler->setEnabled(isReady);
}

Inspected inspectedOf(const PlanRow& row)
{
    const Event& event = row.planned.event;
    Inspected inspected;
    inspected.title = event.id.isEmpty() ? PlanView::tr("no event id") : event.id.text();
    inspected.payload = event.payload;
    inspected.payloadNote = event.payload ? QString() : row.planned.reason;
    const auto add = [&inspected](const QString& name, const QString& value) {
        if (!value.isEmpty())
            inspected.facts.append({name.toUtf8(), value.toUtf8()});
    };
    add(PlanView::tr("Topic"), event.topic.text());
    add(PlanView::tr("Key"), event.key ? QString::fromUtf8(*event.key) : QString());
    add(PlanView::tr("Verdict"), verdictText(row.planned.verdict));
    if (row.planned.groups.size() < 2)
        add(PlanView::tr("Why"), row.planned.reason);
    for (const GroupVerdict& group : row.planned.groups) {
        if (row.planned.groups.size() > 1)
            add(group.group.text(), verdictText(group.verdict) + u". "_s + group.reason);
        if (group.processedAt)
            add(PlanView::tr("Processed at"), isoText(*group.processedAt));
    }
    add(PlanView::tr("Held by"), holderText(row.planned));
    if (const auto& newer = row.planned.newer) {
        add(PlanView::tr("Overtaken by"),
            PlanView::tr("%1, created %2, processed by %3")
                .arg(newer->id.text(), isoText(newer->createdAt), newer->group.text()));
    }
    if (row.outcome) {
        add(PlanView::tr("Outcome"), outcomeText(row.outcome->kind));
        add(PlanView::tr("Outcome, why"), row.outcome->reason);
    }
    add(PlanView::tr("Outbox row"), event.row ? event.row->text() : QString());
    if (event.origin) {
        add(PlanView::tr("Stream"), event.origin->topic.text());
        add(PlanView::tr("Group"), event.origin->group.text());
        add(PlanView::tr("Entry"), event.origin->entry.text());
    }
    return inspected;
}

} // namespace outboard
