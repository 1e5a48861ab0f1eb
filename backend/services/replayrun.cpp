// SPDX-License-Identifier: GPL-3.0-or-later
#include "services/replayrun.h"

#include "core/log.h"
#include "handlers/handler.h"
#include "ledger/ledger.h"
#include "services/chunkapply.h"
#include "services/claimer.h"
#include "services/planjudge.h"

#include <QCoreApplication>
#include <QHash>

#include <algorithm>
#include <map>
#include <utility>

namespace outboard {

namespace {

/// How soon a closed gate or a finished worker is noticed.
constexpr Milliseconds slice{50};

/// The ledger tells whether an interrupted attempt was committed, so repeating it is safe.
bool isDecidedByLedger(const Handler& handler)
{
    return handler.guard() == Handler::Guard::Ledger && handler.isTransactional();
}

/// The groups that have to confirm an event once it was sent: those that the plan found without it.
QList<GroupName> watchedGroups(const PlanItem& item, const GroupName& group)
{
    QList<GroupName> watched;
    for (const GroupVerdict& verdict : item.groups) {
        if (!verdict.ledger.isEmpty() && verdict.verdict != Verdict::Processed)
            watched.append(verdict.group);
    }
    return watched.isEmpty() ? QList{group} : watched;
}

/// The run that this plan comes from took the event's entry and did not finish with it.
bool isLeftBehind(const Plan& plan, const PlanItem& item)
{
    return !plan.fromRun.isEmpty()
           && std::ranges::any_of(item.groups, [](const GroupVerdict& group) {
                  return group.held && group.held->entry.consumer == replayConsumer();
              });
}

QString stopAsked()
{
    return QCoreApplication::translate("outboard", "Stopped by the operator.");
}

} // namespace

ReplayRun::ReplayRun(
    const ReplayParts& parts,
    const QString& runId,
    const Plan& plan,
    const ReplayOptions& options,
    Milliseconds idleThreshold)
    : m_parts(parts)
    , m_plan(plan)
    , m_options(options)
    , m_claims(parts.broker, parts.ledger, idleThreshold)
    , m_rule(options)
    , m_ladder(options.canary)
    , m_pacer(options.eventsPerSecond, parts.clock, parts.sleep)
    , m_watch(
          JudgedLedgers(parts.ledger, parts.ledgerOf),
          parts.broker,
          options.verdictTimeout,
          parts.sleep)
{
    m_report.runId = runId;
    m_report.planId = plan.id;
}

RunReport ReplayRun::execute(
    const QList<Outcome>& done,
    const Replayer::StepFn& step,
    const ProgressFn& progress,
    const std::stop_token& stop)
{
    const TimePoint startedAt = m_parts.clock();
    m_stop = stop;
    m_progress = progress;
    const auto prepared = prepare(done);
    if (m_parts.runs)
        failWith(m_parts.runs->begin(m_report.runId, m_plan, m_options));
    failWith(prepared);
    m_total = m_queue.size();
    work(step);
    if (!m_report.error)
        watchSent();
    return finish(startedAt);
}

Result<void> ReplayRun::prepare(const QList<Outcome>& done)
{
    QHash<qsizetype, Outcome> before;
    for (const Outcome& outcome : done)
        before.insert(outcome.item, outcome);
    const auto processed = processedOf(done);
    const QSet<qsizetype> held = processed.value_or({});
    for (qsizetype i = 0; i < m_plan.items.size(); ++i) {
        const Event& event = m_plan.items[i].event;
        m_report.outcomes.append({i, event.id, OutcomeKind::NotRun, {}});
        const bool wasBegun = before.contains(i);
        ReplayItem item;
        item.index = i;
        item.event = event;
        item.group = groupOf(m_plan, event);
        item.watched = watchedGroups(m_plan.items[i], item.group);
        item.wasBegun = wasBegun || isLeftBehind(m_plan, m_plan.items[i]);
        const Outcome& outcome = m_report.outcomes[i];
        if (mayRun(i, wasBegun ? std::optional(before.value(i)) : std::nullopt, held.contains(i))) {
            m_queue.add(std::move(item));
            continue;
        }
        item.settle(outcome.kind, outcome.reason);
        if (!held.contains(i))
            m_queue.note(item);
        if (wasSent(outcome))
            m_sentIds.insert(event.id);
        if (outcome.kind == OutcomeKind::NoVerdict)
            m_sent.push_back(std::move(item));
    }
    return processed ? Result<void>() : processed.error();
}

Result<QSet<qsizetype>> ReplayRun::processedOf(const QList<Outcome>& done) const
{
    std::map<GroupName, std::vector<qsizetype>> groups;
    for (const Outcome& outcome : done) {
        if (!m_parts.ledger || outcome.item >= m_plan.items.size())
            continue;
        const Event& event = m_plan.items[outcome.item].event;
        if (outcome.kind == OutcomeKind::InDoubt
            || (outcome.kind == OutcomeKind::Failed && event.key))
            groups[groupOf(m_plan, event)].push_back(outcome.item);
    }
    QSet<qsizetype> processed;
    for (const auto& [group, items] : groups) {
        std::vector<EventId> ids;
        for (const qsizetype item : items)
            ids.push_back(m_plan.items[item].event.id);
        const auto marks =
            m_parts.ledger->find(group, ids, std::vector<std::optional<TimePoint>>(ids.size()));
        if (!marks)
            return marks.error();
        for (std::size_t i = 0; i < items.size(); ++i) {
            if ((*marks)[i] == LedgerMark::Processed)
                processed.insert(items[i]);
        }
    }
    return processed;
}

/// Its copies need not be sent; not asked of other handlers, whose ledger tells by itself.
bool ReplayRun::wasSent(const Outcome& outcome) const
{
    return m_parts.handler.guard() == Handler::Guard::Consumers
           && (outcome.kind == OutcomeKind::NoVerdict || outcome.kind == OutcomeKind::Applied);
}

bool ReplayRun::mayRun(qsizetype index, const std::optional<Outcome>& before, bool isProcessed)
{
    Outcome& outcome = m_report.outcomes[index];
    const PlanItem& item = m_plan.items[index];
    // One that the ledger holds is not repeated either: the ledger says so again when its turn
    // comes, and its pending entry is acknowledged.
    if (before && before->kind == OutcomeKind::InDoubt
        && (isDecidedByLedger(m_parts.handler) || m_options.repeatInDoubt || isProcessed))
        return true;
    if (before && before->kind != OutcomeKind::NotRun) {
        outcome = *before;
        return false;
    }
    const bool isYes = item.verdict == Verdict::Unknown && m_options.includeUnknown;
    const bool isWhole = !item.event.id.isEmpty() && item.event.payload;
    if ((item.verdict == Verdict::Run || isYes) && isWhole)
        return true;
    outcome.kind = OutcomeKind::Skipped;
    outcome.reason = item.reason;
    if (item.verdict == Verdict::Unknown) {
        outcome.reason = QCoreApplication::translate("outboard", "%1 It needs an explicit yes.")
                             .arg(item.reason);
    }
    return false;
}

void ReplayRun::work(const Replayer::StepFn& step)
{
    while (m_out > 0 || (!isEnded() && !m_queue.isEmpty())) {
        if (m_out == 0 && std::exchange(m_stepIsTaken, false))
            endStep(step);
        if (!isEnded())
            waitForGate();
        if (!isEnded() && m_stop.stop_requested())
            stopBecause(stopAsked());
        if (mayStart())
            start();
        if (m_out > 0)
            finishSome();
    }
}

bool ReplayRun::mayStart() const
{
    return !isEnded() && !m_stepIsTaken && !m_queue.isEmpty() && m_out < m_parts.workers.count();
}

void ReplayRun::waitForGate()
{
    PauseGate* gate = m_options.gate.get();
    if (!gate || !gate->isPaused())
        return;
    while (m_out > 0)
        finishSome();
    gate->setHolding(true);
    while (gate->isPaused() && !m_stop.stop_requested())
        m_parts.sleep(slice, m_stop);
    gate->setHolding(false);
}

void ReplayRun::waitForPace()
{
    if (m_out == 0)
        return m_pacer.waitForTurn(m_stop);
    // What gets done meanwhile is written down at once.
    while (!m_stop.stop_requested()) {
        while (m_out > 0 && m_parts.workers.hasFinished())
            finishSome();
        const Microseconds left = m_pacer.untilTurn();
        if (left <= Microseconds(0))
            break;
        m_parts.sleep(std::min(slice, std::chrono::ceil<Milliseconds>(left)), m_stop);
    }
}

void ReplayRun::start()
{
    waitForPace();
    if (m_stop.stop_requested())
        stopBecause(stopAsked());
    if (isEnded())
        return;
    Chunks chunks = takeChunks();
    settleHeldBack();
    if (chunks.empty())
        return;
    std::vector<qsizetype> indices;
    for (const ReplayChunk& chunk : chunks)
        std::ranges::transform(chunk, std::back_inserter(indices), &ReplayItem::index);
    if (m_parts.runs) {
        if (const auto noted = m_parts.runs->intend(m_report.runId, indices); !noted) {
            for (ReplayChunk& chunk : chunks) {
                for (ReplayItem& item : chunk)
                    item.settle(OutcomeKind::NotRun, replayReasons::notRunBecause(noted.error()));
                settle(chunk);
            }
            return failWith(noted);
        }
    }
    for (ReplayChunk& chunk : chunks)
        startChunk(std::move(chunk));
}

/// For every worker that is free; those that the pace does not let go yet stay in the queue.
ReplayRun::Chunks ReplayRun::takeChunks()
{
    Chunks chunks;
    while (!m_stepIsTaken && m_out + qsizetype(chunks.size()) < m_parts.workers.count()) {
        if (!chunks.empty() && m_pacer.untilTurn() > Microseconds(0))
            break;
        ReplayChunk chunk = takeChunk();
        if (chunk.empty())
            break;
        m_pacer.spend(qint64(chunk.size()));
        m_stepIsTaken = m_ladder.climb(qint64(chunk.size()));
        chunks.push_back(std::move(chunk));
    }
    return chunks;
}

ReplayChunk ReplayRun::takeChunk()
{
    const qint64 size =
        m_parts.handler.isTransactional() ? std::max<qint64>(1, m_options.batch) : 1;
    return m_queue.take(std::min({
        size,
        m_ladder.left().value_or(size),
        m_pacer.burst().value_or(size),
    }));
}

void ReplayRun::startChunk(ReplayChunk chunk)
{
    ++m_out;
    // Claimed only after the intent is written: a resumed run then knows what may be its own.
    const auto claimed = m_claims.claim(chunk);
    skipCopiesOfSent(chunk);
    m_parts.workers.start(std::move(chunk), [this](ReplayChunk& taken, const ReplayTools& tools) {
        return applyChunk(taken, tools, [this](ReplayItem& item) {
            m_rule.count(item);
            return m_rule.broken().isEmpty() && !m_stop.stop_requested();
        });
    });
    failWith(claimed);
}

void ReplayRun::skipCopiesOfSent(ReplayChunk& chunk) const
{
    for (ReplayItem& item : chunk) {
        if (!item.isSettled && m_sentIds.contains(item.event.id)) {
            item.settleDone(
                OutcomeKind::Skipped,
                QCoreApplication::translate("outboard", "This run has sent a copy of it already."));
        }
    }
}

void ReplayRun::settleHeldBack()
{
    const ReplayChunk heldBack = m_queue.takeHeldBack();
    if (heldBack.empty())
        return;
    settle(heldBack);
    record({heldBack});
}

void ReplayRun::finishSome()
{
    Chunks chunks;
    do {
        AppliedChunk applied = m_parts.workers.finish();
        --m_out;
        const auto acknowledged = m_claims.acknowledge(applied.chunk);
        settle(applied.chunk);
        failWith(applied.done);
        failWith(acknowledged);
        m_queue.giveBack(applied.chunk);
        chunks.push_back(std::move(applied.chunk));
    } while (m_out > 0 && m_parts.workers.hasFinished());
    record(chunks);
    if (m_progress)
        m_progress(m_settled, m_total);
    if (const QString broken = m_rule.broken(); !broken.isEmpty())
        stopBecause(broken);
}

void ReplayRun::record(const Chunks& chunks)
{
    if (!m_parts.runs)
        return;
    QList<Outcome> outcomes;
    for (const ReplayChunk& chunk : chunks)
        std::ranges::transform(chunk, std::back_inserter(outcomes), &ReplayItem::outcome);
    failWith(m_parts.runs->record(m_report.runId, outcomes));
}

void ReplayRun::settle(const ReplayChunk& chunk)
{
    m_settled += qint64(chunk.size());
    for (ReplayItem item : chunk) {
        m_rule.count(item);
        m_report.outcomes[item.index] = item.outcome();
        if (item.kind != OutcomeKind::NoVerdict)
            continue;
        m_sentIds.insert(item.event.id);
        m_sent.push_back(std::move(item));
    }
}

void ReplayRun::watchSent()
{
    failWith(m_watch.watch(m_sent, m_stop, [this] { return recordWatched(); }));
    std::erase_if(m_sent, [](const auto& item) { return item.kind != OutcomeKind::NoVerdict; });
}

Result<void> ReplayRun::recordWatched()
{
    QList<Outcome> outcomes;
    for (const ReplayItem& item : m_sent) {
        if (m_report.outcomes[item.index] == item.outcome())
            continue;
        m_report.outcomes[item.index] = item.outcome();
        outcomes.append(item.outcome());
    }
    if (!m_parts.runs || outcomes.isEmpty())
        return {};
    return m_parts.runs->record(m_report.runId, outcomes);
}

void ReplayRun::endStep(const Replayer::StepFn& step)
{
    watchSent();
    if (isEnded())
        return;
    countOutcomes(m_report);
    if (step && !step(m_report)) {
        stopBecause(stopAsked());
    } else if (!step && m_rule.failures() > 0) {
        stopBecause(QCoreApplication::translate(
            "outboard", "Stopped: an event of the first small steps failed."));
    }
}

void ReplayRun::stopBecause(const QString& reason)
{
    if (m_report.stopped)
        return;
    m_report.stopped = true;
    m_report.stopReason = reason;
}

void ReplayRun::failWith(const Result<void>& result)
{
    if (!result && !m_report.error)
        m_report.error = result.error();
}

RunReport ReplayRun::finish(TimePoint startedAt)
{
    countOutcomes(m_report);
    m_report.elapsed = std::chrono::floor<Milliseconds>(m_parts.clock() - startedAt);
    if (m_parts.runs)
        failWith(m_parts.runs->finish(m_report));
    qCDebug(logServices) << "replay applied" << m_report.applied << "skipped" << m_report.skipped
                         << "failed" << m_report.failed << "no verdict" << m_report.noVerdict;
    return m_report;
}

void countOutcomes(RunReport& report)
{
    const auto count = [&report](OutcomeKind kind) {
        return std::ranges::count(report.outcomes, kind, &Outcome::kind);
    };
    report.applied = count(OutcomeKind::Applied);
    report.skipped = count(OutcomeKind::Skipped);
    report.failed = count(OutcomeKind::Failed);
    report.noVerdict = count(OutcomeKind::NoVerdict);
    report.inDoubt = count(OutcomeKind::InDoubt);
    report.notRun = count(OutcomeKind::NotRun);
}

} // namespace outboard
