// SPDX-License-Identifier: GPL-3.0-or-later
#include "panels/runview.h"

#include "models/planmodel.h"
#include "panels/planview.h"
#include "parts/actionbutton.h"
#include "parts/label.h"
#include "parts/stepsbar.h"
#include "parts/tableview.h"
#include "parts/tallybar.h"
#include "services/replayrun.h"
#include "services/session.h"
#include "text/format.h"

#include <QAction>
#include <QHBoxLayout>
#include <QPushButton>
#include <QVBoxLayout>

#include <algorithm>
#include <array>

namespace outboard {

using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

namespace {

constexpr std::array kinds = {
    OutcomeKind::Failed,
    OutcomeKind::InDoubt,
    OutcomeKind::NoVerdict,
    OutcomeKind::Applied,
    OutcomeKind::Skipped,
    OutcomeKind::NotRun,
};

qint64 countOf(const RunReport& report, OutcomeKind kind)
{
    switch (kind) {
    case OutcomeKind::Applied: return report.applied;
    case OutcomeKind::Skipped: return report.skipped;
    case OutcomeKind::Failed: return report.failed;
    case OutcomeKind::NoVerdict: return report.noVerdict;
    case OutcomeKind::InDoubt: return report.inDoubt;
    case OutcomeKind::NotRun: return report.notRun;
    }
    return 0;
}

/// "4 applied, 1 skipped"; what did not happen is left out, except what was hoped for.
QString numbers(const RunReport& report)
{
    QStringList parts;
    for (const OutcomeKind kind :
         {OutcomeKind::Applied,
          OutcomeKind::Skipped,
          OutcomeKind::Failed,
          OutcomeKind::NoVerdict,
          OutcomeKind::InDoubt,
          OutcomeKind::NotRun}) {
        const qint64 count = countOf(report, kind);
        if (count > 0 || kind == OutcomeKind::Applied)
            parts << format::number(count) + u' ' + outcomeText(kind);
    }
    return parts.join(u", "_s);
}

/// What a new plan takes over: whatever has not certainly been applied.
QList<OutcomeKind> leftOver()
{
    return {OutcomeKind::Failed, OutcomeKind::InDoubt, OutcomeKind::NoVerdict};
}

} // namespace

RunView::RunView(const PanelHost& host, QWidget* parent)
    : QWidget(parent)
    , m_host(host)
    , m_model(new OutcomeModel(this))
    , m_title(new Label(nullptr, Label::Style::Heading))
    , m_subtitle(new Label(nullptr, Label::Style::Small, Tone::Muted))
    , m_tallies(new TallyBar)
    , m_table(new TableView(u"outcome"_s, host.settings))
{
    makeActions();
    m_strip = new RunStrip({m_goOn, m_unpause, m_resume, m_retry, m_pause, m_stop});
    m_subtitle->setObjectName(u"runSubtitle"_s);
    m_tallies->setObjectName(u"outcomeTallies"_s);
    m_table->setObjectName(u"outcomeTable"_s);
    m_table->setAccessibleName(tr("Events of the run"));
    m_table->setTable(m_model);
    connect(m_table, &TableView::selectionChangedByRows, this, &RunView::inspectCurrent);
    connect(m_tallies, &TallyBar::chosenChanged, this, &RunView::filterByTally);
    // However fast events are settled, the table is filled a few times a second.
    m_timer.setInterval(250ms);
    connect(&m_timer, &QTimer::timeout, this, &RunView::refresh);
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins({});
    layout->setSpacing(8);
    layout->addWidget(makeHead());
    layout->addWidget(m_strip);
    layout->addWidget(m_tallies);
    layout->addWidget(m_table, 1);
    refreshActions(); // Buttons that do not apply must not make the window wide.
}

void RunView::makeActions()
{
    m_goOn = makeAction(this, u"goOn"_s, tr("Go on"));
    m_unpause = makeAction(this, u"unpause"_s, tr("Continue"));
    m_resume = makeAction(this, u"resume"_s, tr("Resume…"));
    m_retry = makeAction(this, u"retry"_s, tr("New plan"));
    m_pause = makeAction(this, u"pause"_s, tr("Pause"));
    m_stop = makeAction(this, u"stopRun"_s, tr("Stop"));
    m_report = makeAction(this, u"saveReport"_s, tr("Save report…"));
    m_close = makeAction(this, u"closeRun"_s, tr("Plans and runs"));
    m_pause->setToolTip(tr("Finishes what is under way, then holds"));
    m_stop->setToolTip(tr("Finishes what is under way, then ends; the rest can be resumed"));
    m_report->setToolTip(tr("Markdown for the incident's record, or CSV; without payloads"));
    const auto tell = [this](auto slot) {
        return [this, slot] {
            if (m_control)
                (m_control->*slot)();
        };
    };
    connect(m_goOn, &QAction::triggered, this, tell(&RunControl::goOn));
    connect(m_pause, &QAction::triggered, this, tell(&RunControl::pause));
    connect(m_unpause, &QAction::triggered, this, tell(&RunControl::unpause));
    connect(m_stop, &QAction::triggered, this, tell(&RunControl::stop));
    connect(m_resume, &QAction::triggered, this, &RunView::resumeAsked);
    connect(m_retry, &QAction::triggered, this, [this] { emit newPlanAsked(leftOver()); });
    connect(m_report, &QAction::triggered, this, &RunView::reportAsked);
    connect(m_close, &QAction::triggered, this, &RunView::closed);
}

QWidget* RunView::makeHead()
{
    m_title->setObjectName(u"runTitle"_s);
    m_title->setElided(true);
    m_subtitle->setElided(true);
    auto* head = new QWidget;
    auto* row = new QHBoxLayout;
    row->setSpacing(8);
    row->addWidget(m_title, 1);
    row->addWidget(makeButton(m_close, ButtonLook::Plain));
    row->addWidget(makeButton(m_report, ButtonLook::Plain));
    auto* column = new QVBoxLayout(head);
    column->setContentsMargins({});
    column->setSpacing(4);
    column->addLayout(row);
    column->addWidget(m_subtitle);
    return head;
}

QList<QAction*> RunView::viewActions() const
{
    return {m_goOn, m_pause, m_unpause, m_stop, m_resume, m_retry, m_report, m_close};
}

void RunView::showRun(const ShownRun& run)
{
    if (m_control)
        disconnect(m_control, nullptr, this, nullptr);
    m_control.clear();
    m_problem.clear();
    m_run = run;
    const Plan& plan = run.plan;
    m_title->setText(tr("Replay of %1 events through \"%2\"")
                         .arg(format::number(plan.items.size()), format::oneLine(plan.handler)));
    m_subtitle->setText(tr("run %1 · plan %2 · started %3")
                            .arg(run.runId.left(8), plan.id.left(8))
                            .arg(format::time(run.startedAt, m_host.session->clock()())));
}

void RunView::showLive(const ShownRun& run, RunControl* control)
{
    showRun(run);
    m_control = control;
    m_toRun.clear();
    for (const Outcome& outcome : std::as_const(m_run.report.outcomes)) {
        if (outcome.kind == OutcomeKind::NotRun)
            m_toRun.append(outcome.item);
    }
    connect(control, &RunControl::told, this, &RunView::hear);
    connect(control, &RunControl::changed, this, &RunView::refresh);
    hear(control->outcomes().values());
    m_timer.start();
    refresh();
}

void RunView::showEnded(const ShownRun& run)
{
    showRun(run);
    m_timer.stop();
    m_isStale = true;
    refresh();
}

void RunView::showProblem(const QString& text)
{
    if (m_control)
        disconnect(m_control, nullptr, this, nullptr);
    m_control.clear();
    m_timer.stop();
    m_problem = text;
    m_isStale = true;
    refresh();
}

void RunView::hear(const QList<Outcome>& outcomes)
{
    for (const Outcome& outcome : outcomes) {
        if (outcome.item >= 0 && outcome.item < m_run.report.outcomes.size())
            m_run.report.outcomes[outcome.item] = outcome;
    }
    m_isStale = true;
}

void RunView::refresh()
{
    if (m_isStale) {
        countOutcomes(m_run.report);
        setOutcomes();
        showTallies();
    }
    m_isStale = false;
    m_settled =
        m_control ? std::ranges::count_if(
            m_toRun,
            [this](qint64 item) { return m_run.report.outcomes[item].kind != OutcomeKind::NotRun; })
                  : 0;
    m_strip->show(m_control ? running() : ended());
    refreshActions();
}

void RunView::setOutcomes()
{
    std::vector<PlanRow> rows;
    rows.reserve(size_t(m_run.report.outcomes.size()));
    for (const Outcome& outcome : std::as_const(m_run.report.outcomes)) {
        PlanRow row{outcome.item, m_run.plan.items.value(outcome.item)};
        row.outcome = outcome;
        rows.push_back(std::move(row));
    }
    // While it runs the order of the events tells more: rows would jump.
    if (!m_control) {
        std::ranges::stable_sort(rows, {}, [](const PlanRow& row) {
            return std::ranges::find(kinds, row.outcome->kind);
        });
    }
    m_model->setRows(std::move(rows));
}

RunStrip::Content RunView::running() const
{
    RunStrip::Content content;
    content.isRunning = true;
    content.steps = m_run.options.canary;
    content.done = m_settled;
    content.total = m_toRun.size();
    const auto at = StepsBar::position(content.steps, content.done, content.total);
    content.text = tr("%1 of %2 events; %3")
                       .arg(format::number(content.done), format::number(content.total))
                       .arg(numbers(m_run.report));
    const qint64 wrong = m_run.report.failed + m_run.report.inDoubt;
    switch (m_control->state()) {
    case RunControl::State::Running:
        content.title = tr("Running, step %1 of %2").arg(at.step).arg(at.steps);
        if (content.done == content.total && m_run.report.noVerdict > 0)
            content.title = tr("All sent; watching ledgers and pending lists for the verdicts");
        break;
    case RunControl::State::AtStep:
        content.tone = wrong > 0 ? Tone::Critical : Tone::Notice;
        content.title = wrong > 0 ? tr("Step done, %1 of %2 went wrong. Go on, or stop?")
                                        .arg(format::number(wrong), format::number(content.done))
                                  : tr("Step done, nothing went wrong. Go on?");
        break;
    case RunControl::State::Pausing:
        content.tone = Tone::Warning;
        content.title = tr("Pausing: what is under way is finished first");
        break;
    case RunControl::State::Paused:
        content.tone = Tone::Warning;
        content.title = tr("Paused, nothing is under way");
        break;
    case RunControl::State::Stopping:
        content.tone = Tone::Warning;
        content.title = tr("Stopping: what is under way is finished first");
        break;
    case RunControl::State::Ended: content.title = tr("Ended"); break;
    }
    return content;
}

RunStrip::Content RunView::ended() const
{
    const RunReport& report = m_run.report;
    RunStrip::Content content;
    content.text = numbers(report) + u'.';
    const bool isClean = report.failed + report.inDoubt + report.notRun == 0 && !report.error;
    content.tone = isClean ? report.noVerdict == 0 ? Tone::Good : Tone::Notice : Tone::Warning;
    content.title = isClean ? tr("Done") : tr("Ended; some events need a look");
    if (isClean && report.noVerdict > 0)
        content.title = tr("All sent; some consumers have not confirmed theirs");
    if (report.stopped) {
        content.title = tr("Stopped");
        content.text += u' ' + report.stopReason;
    }
    if (report.inDoubt > 0) {
        content.text += u' '
                        + tr("In doubt: the handler may have run, nobody knows. These are not "
                             "repeated without your yes.");
    }
    if (report.error || !m_problem.isEmpty()) {
        content.tone = Tone::Critical;
        content.title = tr("The run could not go on");
        content.text += u' ' + (m_problem.isEmpty() ? report.error->what : m_problem);
    }
    return content;
}

qint64 RunView::unfinished() const
{
    return m_run.report.notRun + m_run.report.inDoubt + m_run.report.noVerdict;
}

void RunView::refreshActions()
{
    using State = RunControl::State;
    const auto isIn = [this](State state) { return m_control && m_control->state() == state; };
    const auto at = StepsBar::position(m_run.options.canary, m_settled, m_toRun.size());
    m_goOn->setVisible(isIn(State::AtStep));
    m_goOn->setText(tr("Go on with the next %1").arg(format::number(at.left)));
    m_pause->setVisible(isIn(State::Running));
    m_unpause->setVisible(isIn(State::Paused) || isIn(State::Pausing));
    m_stop->setVisible(m_control && !isIn(State::Ended));
    m_stop->setEnabled(!isIn(State::Stopping));
    const qint64 left = m_run.report.failed + m_run.report.inDoubt + m_run.report.noVerdict;
    m_resume->setVisible(!m_control && unfinished() > 0);
    m_resume->setEnabled(!m_isBusy);
    m_retry->setVisible(!m_control && left > 0);
    m_retry->setEnabled(!m_isBusy);
    m_retry->setText(
        (left == m_run.report.failed ? tr("%1 failed → new plan") : tr("%1 left over → new plan"))
            .arg(format::number(left)));
    m_report->setEnabled(!m_run.report.outcomes.isEmpty());
}

void RunView::setBusy(bool isBusy)
{
    m_isBusy = isBusy;
    refreshActions();
}

void RunView::showTallies()
{
    QList<TallyBar::Tally> tallies;
    for (const OutcomeKind kind : kinds)
        tallies.append({int(kind), countOf(m_run.report, kind), outcomeText(kind), toneOf(kind)});
    m_tallies->setTallies(tallies);
}

void RunView::filterByTally()
{
    const std::optional<int> chosen = m_tallies->chosen();
    if (!chosen)
        return m_model->setFilter({});
    m_model->setFilter([kind = OutcomeKind(*chosen)](const PlanRow& row) {
        return row.outcome && row.outcome->kind == kind;
    });
}

void RunView::inspectCurrent()
{
    const QList<int> selected = m_table->selectedRows();
    if (selected.size() == 1)
        m_host.inspect(inspectedOf(m_model->rowAt(selected.first())));
}

} // namespace outboard
