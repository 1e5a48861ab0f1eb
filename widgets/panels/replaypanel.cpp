// SPDX-License-Identifier: GPL-3.0-or-later
#include "panels/replaypanel.h"

#include "core/onanswer.h"
#include "dialogs/replaydialog.h"
#include "models/planmodel.h"
#include "models/runmodel.h"
#include "parts/label.h"
#include "parts/tableview.h"
#include "parts/tallybar.h"
#include "services/session.h"
#include "store/runstore.h"
#include "text/format.h"

#include <QAction>
#include <QComboBox>
#include <QFile>
#include <QFileDialog>
#include <QHBoxLayout>
#include <QPlainTextEdit>
#include <QPushButton>
#include <QRegularExpression>
#include <QSaveFile>
#include <QSplitter>
#include <QStackedWidget>
#include <QToolButton>
#include <QVBoxLayout>

#include <algorithm>

namespace outboard {

using namespace Qt::StringLiterals;

namespace {

constexpr qint64 listedRuns = 100;

QAction* makeAction(QWidget* owner, const QString& objectName, const QString& text)
{
    auto* action = new QAction(text, owner);
    action->setObjectName(objectName);
    owner->addAction(action);
    return action;
}

QToolButton* buttonOf(QAction* action)
{
    auto* button = new QToolButton;
    button->setDefaultAction(action);
    button->setToolButtonStyle(Qt::ToolButtonTextOnly);
    return button;
}

/// Glob of a handler's `topics`, e.g. "order.*".
bool matchesTopic(const HandlerSettings& handler, const QString& topic)
{
    if (handler.topics.isEmpty())
        return true;
    return std::ranges::any_of(handler.topics, [&topic](const QString& glob) {
        return QRegularExpression::fromWildcard(glob).match(topic).hasMatch();
    });
}

} // namespace

ReplayPanel::ReplayPanel(const PanelHost& host, QWidget* parent)
    : Panel(host, parent)
    , m_model(new PlanModel(this))
    , m_runs(new RunModel(host.session->clock(), this))
{
    setObjectName(u"replay"_s);
    m_newPlan = makeAction(this, u"newPlan"_s, tr("New plan"));
    m_openPlan = makeAction(this, u"openPlan"_s, tr("Open plan…"));
    m_judgeAgain = makeAction(this, u"judgeAgain"_s, tr("Judge again"));
    m_savePlan = makeAction(this, u"savePlan"_s, tr("Save plan…"));
    m_replay = makeAction(this, u"replayAction"_s, tr("Replay…"));
    m_resume = makeAction(this, u"resume"_s, tr("Resume run"));
    connect(m_newPlan, &QAction::triggered, this, [this] {
        m_plan.reset();
        m_stack->setCurrentIndex(0);
        updateButtons();
    });
    connect(m_openPlan, &QAction::triggered, this, &ReplayPanel::openPlan);
    connect(m_judgeAgain, &QAction::triggered, this, &ReplayPanel::judgeAgain);
    connect(m_savePlan, &QAction::triggered, this, &ReplayPanel::savePlan);
    connect(m_replay, &QAction::triggered, this, &ReplayPanel::openReplayDialog);
    connect(m_resume, &QAction::triggered, this, &ReplayPanel::resumeSelected);

    m_stack = new QStackedWidget;
    m_stack->addWidget(makeStart());
    m_stack->addWidget(makePlanView());
    auto* splitter = new QSplitter(Qt::Vertical);
    splitter->setChildrenCollapsible(false);
    splitter->addWidget(m_stack);
    splitter->addWidget(makeHistory());
    splitter->setStretchFactor(0, 3);
    splitter->setStretchFactor(1, 1);
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(16, 14, 16, 12);
    layout->addWidget(splitter);
    listRuns();
    updateButtons();
}

QWidget* ReplayPanel::makeStart()
{
    auto* page = new QWidget;
    auto* layout = new QVBoxLayout(page);
    layout->setContentsMargins(0, 0, 0, 8);
    layout->setSpacing(10);
    auto* title = new Label(nullptr, Label::Style::Heading);
    title->setText(tr("Replay events, each one once"));
    auto* text = new Label(nullptr, Label::Style::Body, Tone::Muted);
    text->setText(tr("Select events in Outbox or pending entries in Streams and press Replay…, or "
                     "write event ids below, "
                     "one a line. The set is frozen, the ledger is asked about each event, and "
                     "nothing runs before you "
                     "have seen what would."));
    text->setWordWrap(true);
    m_ids = new QPlainTextEdit;
    m_ids->setObjectName(u"eventIds"_s);
    m_ids->setAccessibleName(tr("Event ids, one a line"));
    m_ids->setPlaceholderText(tr("Event ids, one a line"));
    m_ids->setFont(monoFont());
    m_ids->setTabChangesFocus(true);
    m_idsGroup = new QComboBox;
    m_idsGroup->setObjectName(u"idsGroup"_s);
    m_idsGroup->setAccessibleName(tr("Ledger of group"));
    m_idsGroup->addItem(tr("no group"), QByteArray());
    for (const LedgerSettings& ledger : host().session->profile().ledgers) {
        for (const QString& group : ledger.groups)
            m_idsGroup->addItem(group, group.toUtf8());
    }
    m_idsGroup->setCurrentIndex(m_idsGroup->count() > 1 ? 1 : 0);
    auto* planIds = new QPushButton(tr("Plan these events"));
    planIds->setObjectName(u"planIds"_s);
    connect(planIds, &QPushButton::clicked, this, &ReplayPanel::planTypedIds);
    auto* groupLabel = new Label(nullptr, Label::Style::Body, Tone::Muted);
    groupLabel->setText(tr("Ask the ledger of group"));
    auto* row = new QHBoxLayout;
    row->addWidget(groupLabel);
    row->addWidget(m_idsGroup);
    row->addStretch();
    row->addWidget(buttonOf(m_openPlan));
    row->addWidget(planIds);
    layout->addWidget(title);
    layout->addWidget(text);
    layout->addWidget(m_ids, 1);
    layout->addLayout(row);
    return page;
}

QWidget* ReplayPanel::makePlanHead()
{
    auto* head = new QWidget;
    auto* layout = new QVBoxLayout(head);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(4);
    m_title = new Label(nullptr, Label::Style::Heading);
    m_title->setObjectName(u"planTitle"_s);
    m_subtitle = new Label(nullptr, Label::Style::Small, Tone::Muted);
    m_subtitle->setObjectName(u"planSubtitle"_s);
    m_handler = new QComboBox;
    m_handler->setObjectName(u"handler"_s);
    m_handler->setAccessibleName(tr("Handler"));
    for (const HandlerSettings& handler : host().session->profile().handlers)
        m_handler->addItem(handler.name);
    if (m_handler->findText(u"republish"_s) < 0)
        m_handler->addItem(u"republish"_s);
    connect(m_handler, &QComboBox::activated, this, &ReplayPanel::chooseHandler);
    auto* handlerLabel = new Label(nullptr, Label::Style::Body, Tone::Muted);
    handlerLabel->setText(tr("Handler"));
    auto* row = new QHBoxLayout;
    row->setSpacing(8);
    row->addWidget(m_title, 1);
    row->addWidget(handlerLabel);
    row->addWidget(m_handler);
    for (QAction* action : {m_newPlan, m_judgeAgain, m_savePlan})
        row->addWidget(buttonOf(action));
    auto* replay = new QPushButton(m_replay->text());
    replay->setObjectName(u"replayButton"_s);
    replay->setDefault(true);
    connect(replay, &QPushButton::clicked, m_replay, &QAction::trigger);
    connect(m_replay, &QAction::changed, replay, [this, replay] {
        replay->setEnabled(m_replay->isEnabled());
    });
    row->addWidget(replay);
    layout->addLayout(row);
    layout->addWidget(m_subtitle);
    return head;
}

QWidget* ReplayPanel::makePlanView()
{
    auto* page = new QWidget;
    m_tallies = new TallyBar;
    m_tallies->setObjectName(u"tallies"_s);
    m_result = new Label(nullptr, Label::Style::Body);
    m_result->setObjectName(u"result"_s);
    m_result->setWordWrap(true);
    m_result->setVisible(false);
    m_table = new TableView(u"plan"_s, host().settings);
    m_table->setObjectName(u"planTable"_s);
    m_table->setAccessibleName(tr("Events of the plan"));
    m_table->setTable(m_model);
    connect(m_table, &TableView::selectionChangedByRows, this, &ReplayPanel::inspectCurrent);
    connect(m_tallies, &TallyBar::chosenChanged, this, &ReplayPanel::filterByTally);
    auto* layout = new QVBoxLayout(page);
    layout->setContentsMargins(0, 0, 0, 8);
    layout->setSpacing(8);
    layout->addWidget(makePlanHead());
    layout->addWidget(m_tallies);
    layout->addWidget(m_result);
    layout->addWidget(m_table, 1);
    return page;
}

QWidget* ReplayPanel::makeHistory()
{
    auto* page = new QWidget;
    auto* title = new Label(nullptr, Label::Style::Strong);
    title->setText(tr("Runs"));
    m_history = new TableView(u"runs"_s, host().settings);
    m_history->setObjectName(u"runs"_s);
    m_history->setAccessibleName(tr("History of runs"));
    m_history->setTable(m_runs);
    m_history->setSelectionMode(QAbstractItemView::SingleSelection);
    connect(m_history, &TableView::selectionChangedByRows, this, &ReplayPanel::updateButtons);
    auto* row = new QHBoxLayout;
    row->addWidget(title, 1);
    row->addWidget(buttonOf(m_resume));
    auto* layout = new QVBoxLayout(page);
    layout->setContentsMargins(0, 8, 0, 0);
    layout->setSpacing(6);
    layout->addLayout(row);
    layout->addWidget(m_history, 1);
    return page;
}

void ReplayPanel::present(const SnapshotPtr& snapshot)
{
    // A plan is frozen: rounds do not change it. "Judge again" does, when asked.
    Q_UNUSED(snapshot)
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
    return {m_newPlan, m_openPlan, m_judgeAgain, m_savePlan, m_replay, m_resume};
}

void ReplayPanel::planTypedIds()
{
    PlanRequest request;
    request.from = PlanRequest::From::Ids;
    request.group = GroupName(m_idsGroup->currentData().toByteArray());
    for (const QString& line : m_ids->toPlainText().split(u'\n')) {
        if (const QString id = line.trimmed(); !id.isEmpty())
            request.ids.push_back(EventId::fromText(id));
    }
    if (request.ids.empty()) {
        host().notify(tr("Write at least one event id."));
        return;
    }
    plan(request);
}

QString ReplayPanel::defaultHandler(const PlanRequest& request) const
{
    const Profile& profile = host().session->profile();
    const QString topic = request.topic ? request.topic->text() : QString();
    for (const HandlerSettings& handler : profile.handlers) {
        const auto ledger =
            std::ranges::find(profile.ledgers, handler.ledger, &LedgerSettings::table);
        const bool servesGroup = ledger == profile.ledgers.end() || ledger->groups.isEmpty()
                                 || request.group.isEmpty()
                                 || ledger->groups.contains(request.group.text());
        if (servesGroup && (topic.isEmpty() || matchesTopic(handler, topic)))
            return handler.name;
    }
    return u"republish"_s;
}

void ReplayPanel::plan(PlanRequest request)
{
    if (request.handler.isEmpty())
        request.handler = defaultHandler(request);
    m_request = request;
    m_handler->setCurrentText(request.handler);
    ask(request);
}

void ReplayPanel::chooseHandler()
{
    if (!m_request)
        return;
    m_request->handler = m_handler->currentText();
    ask(*m_request);
}

void ReplayPanel::ask(const PlanRequest& request)
{
    const int asked = ++m_asked;
    m_isPlanning = true;
    m_stack->setCurrentIndex(1);
    m_title->setText(tr("Freezing the selection and asking the ledger…"));
    m_subtitle->clear();
    updateButtons();
    const auto started = host().session->plan(request);
    onAnswer(started.answer, this, [this, asked](const Result<Plan>& answer) {
        if (asked != m_asked)
            return;
        m_isPlanning = false;
        if (answer)
            showPlan(*answer);
        else
            showProblem(answer.error().what);
    });
}

void ReplayPanel::showPlan(const Plan& plan)
{
    m_plan = plan;
    m_report.reset();
    m_result->setVisible(false);
    std::vector<PlanRow> rows;
    rows.reserve(static_cast<size_t>(plan.items.size()));
    for (qsizetype i = 0; i < plan.items.size(); ++i)
        rows.push_back({i, plan.items.at(i), std::nullopt});
    m_model->setRows(std::move(rows));
    m_title->setText(tr("%1 events, frozen").arg(format::number(plan.items.size())));
    m_subtitle->setText(describe(plan));
    m_stack->setCurrentIndex(1);
    showTallies();
    updateButtons();
}

QString ReplayPanel::describe(const Plan& plan) const
{
    const QString at = format::time(plan.madeAt, host().session->clock()());
    if (plan.group.isEmpty())
        return tr("From %1 at %2. No group was named, so no ledger can say what was processed.")
            .arg(plan.source, at);
    return tr("From %1 at %2, judged by the ledger of group %3.")
        .arg(plan.source, at, format::oneLine(plan.group.bytes()));
}

void ReplayPanel::showProblem(const QString& text)
{
    m_plan.reset();
    m_model->setRows({});
    m_title->setText(tr("No plan was made"));
    m_subtitle->setText(text);
    m_tallies->setTallies({});
    updateButtons();
}

void ReplayPanel::showTallies()
{
    QList<TallyBar::Tally> tallies;
    if (m_report) {
        const QList<std::pair<OutcomeKind, qint64>> counts = {
            {OutcomeKind::Applied, m_report->applied},
            {OutcomeKind::Skipped, m_report->skipped},
            {OutcomeKind::Failed, m_report->failed},
            {OutcomeKind::NoVerdict, m_report->noVerdict},
            {OutcomeKind::InDoubt, m_report->inDoubt},
            {OutcomeKind::NotRun, m_report->notRun}};
        for (const auto& [kind, count] : counts)
            tallies.append({static_cast<int>(kind), count, outcomeText(kind), toneOf(kind)});
    } else if (m_plan) {
        for (const Verdict verdict :
             {Verdict::Run,
              Verdict::Processed,
              Verdict::InFlight,
              Verdict::PayloadMissing,
              Verdict::Unknown})
            tallies.append(
                {static_cast<int>(verdict),
                 m_plan->count(verdict),
                 verdictText(verdict),
                 toneOf(verdict)});
    }
    m_tallies->setTallies(tallies);
}

void ReplayPanel::filterByTally()
{
    const std::optional<int> chosen = m_tallies->chosen();
    if (!chosen) {
        m_model->setFilter({});
        return;
    }
    const bool byOutcome = m_report.has_value();
    m_model->setFilter([kind = *chosen, byOutcome](const PlanRow& row) {
        if (byOutcome)
            return row.outcome && static_cast<int>(row.outcome->kind) == kind;
        return static_cast<int>(row.planned.verdict) == kind;
    });
}

void ReplayPanel::judgeAgain()
{
    if (!m_plan)
        return;
    const int asked = ++m_asked;
    m_isPlanning = true;
    updateButtons();
    const auto started = host().session->judgeAgain(*m_plan);
    onAnswer(started.answer, this, [this, asked](const Result<Plan>& answer) {
        if (asked != m_asked)
            return;
        m_isPlanning = false;
        if (answer)
            showPlan(*answer);
        else
            host().notify(answer.error().what);
        updateButtons();
    });
}

void ReplayPanel::savePlan()
{
    const QString path = QFileDialog::getSaveFileName(
        this, tr("Save plan"), u"plan-%1.json"_s.arg(m_plan->id.left(8)), tr("Plans (*.json)"));
    if (path.isEmpty())
        return;
    QSaveFile file(path);
    const QByteArray json = planToJson(*m_plan);
    const bool isWritten =
        file.open(QIODevice::WriteOnly) && file.write(json) == json.size() && file.commit();
    host().notify(
        isWritten ? tr("Plan saved to %1").arg(path)
                  : tr("%1 could not be written: %2").arg(path, file.errorString()));
}

void ReplayPanel::openPlan()
{
    const QString path =
        QFileDialog::getOpenFileName(this, tr("Open plan"), {}, tr("Plans (*.json)"));
    if (path.isEmpty())
        return;
    QFile file(path);
    if (!file.open(QIODevice::ReadOnly)) {
        host().notify(tr("%1 could not be read: %2").arg(path, file.errorString()));
        return;
    }
    const Result<Plan> plan = planFromJson(file.readAll());
    if (!plan) {
        host().notify(plan.error().what);
        return;
    }
    m_request.reset();
    m_handler->setCurrentText(plan->handler);
    showPlan(*plan);
}

void ReplayPanel::openReplayDialog()
{
    if (!m_plan)
        return;
    auto* dialog = new ReplayDialog(*host().session, *m_plan, this);
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    connect(dialog, &ReplayDialog::runStarted, this, &ReplayPanel::watchRun);
    dialog->open();
}

void ReplayPanel::watchRun(Operation* operation, const QFuture<Result<RunReport>>& answer)
{
    Q_UNUSED(operation)
    m_isRunning = true;
    m_result->setText(tr("Running. Progress and Stop are at the bottom of the window."));
    m_result->setTone(Tone::Accent);
    m_result->setVisible(true);
    updateButtons();
    onAnswer(answer, this, [this](const Result<RunReport>& report) {
        m_isRunning = false;
        if (report) {
            showOutcome(*report);
        } else {
            m_result->setText(report.error().what);
            m_result->setTone(Tone::Critical);
        }
        listRuns();
        updateButtons();
    });
}

void ReplayPanel::showOutcome(const RunReport& report)
{
    QStringList sentences;
    sentences << tr("%1 applied, %2 skipped, %3 failed, %4 sent without a verdict yet, %5 in "
                    "doubt, %6 not run.")
                     .arg(
                         format::number(report.applied),
                         format::number(report.skipped),
                         format::number(report.failed))
                     .arg(
                         format::number(report.noVerdict),
                         format::number(report.inDoubt),
                         format::number(report.notRun));
    if (report.stopped)
        sentences << tr("Stopped: %1").arg(report.stopReason);
    if (report.error)
        sentences << report.error->what;
    const bool isClean = report.failed + report.inDoubt + report.notRun == 0 && !report.error;
    m_result->setText(sentences.join(u' '));
    m_result->setTone(isClean ? Tone::Good : Tone::Warning);
    m_result->setVisible(true);
    if (!m_plan || m_plan->id != report.planId)
        return;
    m_report = report;
    std::vector<PlanRow> rows = m_model->rows();
    for (const Outcome& outcome : report.outcomes) {
        if (outcome.item >= 0 && outcome.item < static_cast<qsizetype>(rows.size()))
            rows[static_cast<size_t>(outcome.item)].outcome = outcome;
    }
    m_model->setRows(std::move(rows));
    showTallies();
}

void ReplayPanel::inspectCurrent()
{
    const QList<int> selected = m_table->selectedRows();
    if (selected.size() != 1)
        return;
    const PlanRow& row = m_model->rowAt(selected.first());
    const Event& event = row.planned.event;
    Inspected inspected;
    inspected.title = event.id.isEmpty() ? tr("no event id") : event.id.text();
    inspected.payload = event.payload;
    inspected.payloadNote = event.payload ? QString() : row.planned.reason;
    const auto addFact = [&inspected](const QString& name, const QString& value) {
        if (!value.isEmpty())
            inspected.facts.append({name.toUtf8(), value.toUtf8()});
    };
    addFact(tr("Topic"), event.topic.text());
    addFact(tr("Verdict"), verdictText(row.planned.verdict));
    addFact(tr("Why"), row.planned.reason);
    if (row.outcome) {
        addFact(tr("Outcome"), outcomeText(row.outcome->kind));
        addFact(tr("Outcome, why"), row.outcome->reason);
    }
    addFact(tr("Outbox row"), event.row ? event.row->text() : QString());
    if (event.origin) {
        addFact(tr("Stream"), event.origin->topic.text());
        addFact(tr("Group"), event.origin->group.text());
        addFact(tr("Entry"), event.origin->entry.text());
    }
    host().inspect(inspected);
}

void ReplayPanel::listRuns()
{
    RunStore* store = host().session->runs();
    if (!store)
        return;
    const auto runs = store->list(host().session->profile().name, listedRuns);
    if (!runs) {
        host().notify(runs.error().what);
        return;
    }
    m_runs->setRows({runs->begin(), runs->end()});
}

void ReplayPanel::resumeSelected()
{
    const QList<int> selected = m_history->selectedRows();
    if (selected.isEmpty())
        return;
    const RunSummary& run = m_runs->rowAt(selected.first());
    const auto started = host().session->resume(run.runId, false);
    watchRun(started.operation, started.answer);
}

void ReplayPanel::updateButtons()
{
    const bool isIdle = !m_isPlanning && !m_isRunning;
    m_newPlan->setEnabled(isIdle);
    m_judgeAgain->setEnabled(m_plan && isIdle);
    m_savePlan->setEnabled(m_plan.has_value());
    m_replay->setEnabled(m_plan && isIdle && !m_report);
    m_handler->setEnabled(m_request && isIdle);
    const QList<int> selected = m_history->selectedRows();
    const bool canResume = selected.size() == 1
                           && (isUnfinished(m_runs->rowAt(selected.first()))
                               || m_runs->rowAt(selected.first()).report.stopped);
    m_resume->setEnabled(isIdle && canResume);
}

} // namespace outboard
