// SPDX-License-Identifier: GPL-3.0-or-later
#include "panels/replaypanel.h"

#include "core/onanswer.h"
#include "dialogs/replaydialog.h"
#include "dialogs/resumedialog.h"
#include "handlers/handlerkinds.h"
#include "panels/planview.h"
#include "panels/replaystart.h"
#include "panels/runhistory.h"
#include "parts/fileprompt.h"
#include "parts/tableexport.h"
#include "services/payloadmask.h"
#include "services/planfile.h"
#include "services/planner.h"
#include "services/runreport.h"
#include "store/runstore.h"

#include <QFile>
#include <QStackedWidget>
#include <QVBoxLayout>

#include <algorithm>

namespace outboard {

using namespace Qt::StringLiterals;

namespace {

/// What a run of this plan begins with: nothing has run, and what the plan passes over is skipped.
RunReport reportBefore(const Plan& plan, const ReplayOptions& options)
{
    RunReport report;
    report.planId = plan.id;
    for (qsizetype i = 0; i < plan.items.size(); ++i) {
        const PlanItem& item = plan.items[i];
        const bool runs = item.verdict == Verdict::Run
                          || (item.verdict == Verdict::Unknown && options.includeUnknown);
        report.outcomes.append(
            {i,
             item.event.id,
             runs ? OutcomeKind::NotRun : OutcomeKind::Skipped,
             runs ? QString() : item.reason});
    }
    return report;
}

ShownRun shown(const StoredRun& run)
{
    return {run.runId, run.plan, run.options, run.startedAt, run.report};
}

} // namespace

ReplayPanel::ReplayPanel(const PanelHost& host, QWidget* parent)
    : Panel(host, parent)
    , m_stack(new QStackedWidget)
    , m_home(nullptr)
    , m_start(new ReplayStart(host))
    , m_history(new RunHistory(host))
    , m_plan(new PlanView(host))
    , m_run(new RunView(host))
{
    setObjectName(u"replay"_s);
    m_home = makeHome();
    m_stack->addWidget(m_home);
    m_stack->addWidget(m_plan);
    m_stack->addWidget(m_run);
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(16, 14, 16, 12);
    layout->addWidget(m_stack);
    connectViews();
    showHome();
    tellBusy();
}

QWidget* ReplayPanel::makeHome()
{
    auto* home = new QWidget;
    auto* layout = new QVBoxLayout(home);
    layout->setContentsMargins({});
    layout->setSpacing(16);
    layout->addWidget(m_start);
    layout->addWidget(m_history, 1);
    return home;
}

void ReplayPanel::connectViews()
{
    connect(m_start, &ReplayStart::planAsked, this, &ReplayPanel::plan);
    connect(m_start, &ReplayStart::openFileAsked, this, &ReplayPanel::openPlanFile);
    connect(m_history, &RunHistory::runChosen, this, &ReplayPanel::openRun);
    connect(m_history, &RunHistory::planChosen, this, &ReplayPanel::openKeptPlan);
    connect(m_plan, &PlanView::handlerChosen, this, &ReplayPanel::changeHandler);
    connect(m_plan, &PlanView::compareAsked, this, &ReplayPanel::compareWithNow);
    connect(m_plan, &PlanView::saveAsked, this, &ReplayPanel::exportPlan);
    connect(m_plan, &PlanView::replayAsked, this, &ReplayPanel::askReplay);
    connect(m_plan, &PlanView::closed, this, &ReplayPanel::showHome);
    connect(m_run, &RunView::resumeAsked, this, &ReplayPanel::askResume);
    connect(m_run, &RunView::newPlanAsked, this, &ReplayPanel::planLeftOver);
    connect(m_run, &RunView::reportAsked, this, &ReplayPanel::saveReport);
    connect(m_run, &RunView::closed, this, &ReplayPanel::showHome);
}

void ReplayPanel::present(const SnapshotPtr& snapshot)
{
    // A plan is frozen: rounds do not change it. "Compare with now" does, when asked.
    Q_UNUSED(snapshot)
}

void ReplayPanel::focusFilter()
{
    if (m_stack->currentWidget() == m_home)
        m_start->focusIds();
}

bool ReplayPanel::apply(const Remedy& remedy)
{
    if (remedy.kind != RemedyKind::Replay || !remedy.topic || !remedy.group)
        return false;
    PlanRequest request;
    request.from = PlanRequest::From::Pending;
    request.topic = remedy.topic;
    request.group = *remedy.group;
    request.pending.minIdle = host().session->profile().thresholds.idle;
    plan(request);
    return true;
}

bool ReplayPanel::planReplay(const PlanRequest& request)
{
    plan(request);
    return true;
}

QList<QAction*> ReplayPanel::panelActions() const
{
    if (m_stack->currentWidget() == m_plan)
        return m_plan->viewActions();
    if (m_stack->currentWidget() == m_run)
        return m_run->viewActions();
    return m_start->viewActions() + m_history->viewActions();
}

void ReplayPanel::showHome()
{
    m_history->reload();
    m_stack->setCurrentWidget(m_home);
}

// Plans.

QString ReplayPanel::defaultHandler(const PlanRequest& request) const
{
    const Profile& profile = host().session->profile();
    for (const HandlerSettings& handler : profile.handlers) {
        const auto ledger =
            std::ranges::find(profile.ledgers, handler.ledger, &LedgerSettings::table);
        const bool servesGroup = ledger == profile.ledgers.end() || ledger->groups.isEmpty()
                                 || request.group.isEmpty()
                                 || ledger->groups.contains(request.group.text());
        const bool servesTopic =
            !request.topic || acceptsTopic(handler, TopicName(request.topic->bytes()));
        if (servesGroup && servesTopic)
            return handler.name;
    }
    return u"republish"_s;
}

void ReplayPanel::plan(PlanRequest request)
{
    if (request.handler.isEmpty())
        request.handler = defaultHandler(request);
    m_plan->showPlanning(request.handler);
    m_stack->setCurrentWidget(m_plan);
    follow(host().session->plan(request).answer);
}

void ReplayPanel::follow(const QFuture<Result<Plan>>& answer)
{
    const int asked = ++m_asked;
    setPlanning(true);
    onAnswer(answer, this, [this, asked](const Result<Plan>& plan) {
        if (asked != m_asked)
            return;
        setPlanning(false);
        if (plan)
            m_plan->showPlan(*plan);
        else
            m_plan->showProblem(plan.error().what);
        tellBusy();
    });
}

void ReplayPanel::changeHandler(const QString& handler)
{
    const auto plan = m_plan->plan();
    if (!plan || plan->handler == handler)
        return;
    m_plan->showPlanning(handler);
    follow(host().session->planFor(*plan, handler).answer);
}

void ReplayPanel::compareWithNow()
{
    const auto plan = m_plan->plan();
    if (!plan)
        return;
    // What it was made with, also after it was compared before.
    RunStore* store = host().session->runs();
    const auto kept = store ? store->loadPlan(plan->id) : Result<Plan>(*plan);
    const Plan made = kept ? *kept : *plan;
    const int asked = ++m_asked;
    setPlanning(true);
    m_stack->setCurrentWidget(m_plan);
    const auto started = host().session->judgeAgain(*plan);
    onAnswer(started.answer, this, [this, asked, made](const Result<Plan>& now) {
        if (asked != m_asked)
            return;
        setPlanning(false);
        if (now)
            m_plan->showComparison(made, *now);
        else
            host().notify(now.error().what);
        tellBusy();
    });
}

void ReplayPanel::exportPlan()
{
    const auto plan = m_plan->plan();
    if (!plan)
        return;
    const auto write = [this, plan](const QString& path) {
        const auto json =
            planFile(*plan, PayloadMask(host().session->profile()), host().session->runs());
        const auto written = json ? writeFile(path, *json) : Result<void>(json.error());
        // Payloads are in it.
        QFile::setPermissions(path, QFile::ReadOwner | QFile::WriteOwner);
        host().notify(written ? tr("Plan written to %1").arg(path) : written.error().what);
    };
    const QString name = u"plan-%1.json"_s.arg(plan->id.left(8));
    askSavePath(this, tr("Export plan"), name, {tr("Plans (*.json)")}, write);
}

void ReplayPanel::openPlanFile()
{
    askOpenPath(this, tr("Open plan"), {tr("Plans (*.json)")}, [this](const QString& path) {
        readPlanFile(path);
    });
}

void ReplayPanel::readPlanFile(const QString& path)
{
    QFile file(path);
    if (!file.open(QIODevice::ReadOnly)) {
        host().notify(tr("%1 could not be read: %2").arg(path, file.errorString()));
        return;
    }
    const Result<Plan> plan = planFromFile(file.readAll(), host().session->runs());
    if (!plan) {
        host().notify(plan.error().what);
        return;
    }
    if (RunStore* store = host().session->runs()) {
        if (const auto kept = store->keep(*plan); !kept)
            host().notify(kept.error().what);
    }
    showPlan(*plan);
}

void ReplayPanel::openKeptPlan(const QString& planId)
{
    RunStore* store = host().session->runs();
    if (!store)
        return;
    const auto plan = store->loadPlan(planId);
    if (plan)
        showPlan(*plan);
    else
        host().notify(plan.error().what);
}

void ReplayPanel::showPlan(const Plan& plan)
{
    ++m_asked;
    setPlanning(false);
    m_plan->showPlan(plan);
    m_stack->setCurrentWidget(m_plan);
}

void ReplayPanel::setPlanning(bool isPlanning)
{
    m_isPlanning = isPlanning;
    tellBusy();
}

void ReplayPanel::tellBusy()
{
    m_plan->setBusy(m_isPlanning || m_live);
    m_run->setBusy(m_isPlanning || m_live);
}

// Runs.

void ReplayPanel::askReplay()
{
    const auto plan = m_plan->plan();
    if (!plan)
        return;
    auto* dialog = new ReplayDialog(*host().session, *plan, this);
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    connect(
        dialog,
        &ReplayDialog::runStarted,
        this,
        [this, plan](const StartedRun& started, const ReplayOptions& options) {
            const TimePoint now = host().session->clock()();
            m_plan->setWasRun();
            begin(
                {started.control->runId(), *plan, options, now, reportBefore(*plan, options)},
                started);
        });
    dialog->open();
}

void ReplayPanel::askResume()
{
    const auto stored = load(m_run->run().runId);
    if (!stored)
        return;
    auto* dialog = new ResumeDialog(*host().session, *stored, this);
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    connect(
        dialog, &ResumeDialog::resumed, this, [this, run = shown(*stored)](const auto& started) {
            begin(run, started);
        });
    dialog->open();
}

void ReplayPanel::begin(const ShownRun& run, const StartedRun& started)
{
    m_live = Live{run, started.control};
    m_run->showLive(run, started.control);
    m_stack->setCurrentWidget(m_run);
    tellBusy();
    onAnswer(started.answer, this, [this, runId = run.runId](const Result<RunReport>& report) {
        end(runId, report);
    });
}

void ReplayPanel::end(const QString& runId, const Result<RunReport>& report)
{
    ShownRun run = std::move(m_live->run);
    m_live.reset();
    const bool isShown = m_run->run().runId == runId;
    if (report && isShown) {
        run.report = *report;
        m_run->showEnded(run);
    } else if (isShown) {
        m_run->showProblem(report.error().what);
    }
    m_history->reload();
    tellBusy();
}

void ReplayPanel::openRun(const QString& runId)
{
    if (m_live && m_live->run.runId == runId && m_live->control) {
        m_run->showLive(m_live->run, m_live->control);
    } else if (const auto stored = load(runId)) {
        m_run->showEnded(shown(*stored));
    } else {
        return;
    }
    m_stack->setCurrentWidget(m_run);
}

std::optional<StoredRun> ReplayPanel::load(const QString& runId) const
{
    RunStore* store = host().session->runs();
    if (!store)
        return std::nullopt;
    auto stored = store->load(runId);
    if (!stored) {
        host().notify(stored.error().what);
        return std::nullopt;
    }
    return *stored;
}

void ReplayPanel::planLeftOver(const QList<OutcomeKind>& kinds)
{
    const ShownRun& run = m_run->run();
    const Plan left = planOfOutcomes(run.plan, run.report, kinds, host().session->clock()());
    m_plan->showPlanning(left.handler);
    m_stack->setCurrentWidget(m_plan);
    follow(host().session->planAgain(left).answer);
}

void ReplayPanel::saveReport()
{
    const ShownRun& run = m_run->run();
    const RunRecord record{run.plan, run.report, run.startedAt, host().session->clock()()};
    const auto write = [this, record](const QString& path) {
        const bool isCsv = path.endsWith(u".csv"_s, Qt::CaseInsensitive);
        const auto written =
            writeFile(path, isCsv ? reportAsCsv(record) : reportAsMarkdown(record));
        host().notify(written ? tr("Report written to %1").arg(path) : written.error().what);
    };
    const QString name = u"run-%1"_s.arg(run.runId.left(8));
    askSavePath(this, tr("Save report"), name, {tr("Markdown (*.md)"), tr("CSV (*.csv)")}, write);
}

} // namespace outboard
