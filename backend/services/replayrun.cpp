// SPDX-License-Identifier: GPL-3.0-or-later
#include "services/replayrun.h"

#include "core/log.h"
#include "handlers/handler.h"
#include "ledger/ledger.h"
#include "services/planjudge.h"

#include <QCoreApplication>
#include <QHash>

#include <algorithm>

namespace outboard {

namespace {

/// The ledger tells whether an interrupted attempt was committed, so repeating it is safe.
bool isDecidedByLedger(const Handler& handler)
{
    return handler.guard() == Handler::Guard::Ledger && handler.isTransactional();
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
    , m_send(parts.handler, parts.ledger, parts.broker)
    , m_rule(options)
    , m_ladder(options.canary)
    , m_pacer(options.eventsPerSecond, parts.clock, parts.sleep)
    , m_watch(parts.ledger, options.verdictTimeout, parts.sleep)
{
    m_report.runId = runId;
    m_report.planId = plan.id;
    if (!parts.ledger)
        return;
    m_guarded.emplace(parts.handler, *parts.ledger, [this](ReplayItem& item) {
        m_rule.count(item);
        return m_rule.broken().isEmpty() && !m_stop.stop_requested();
    });
}

RunReport ReplayRun::execute(
    const QList<Outcome>& done,
    const Replayer::StepFn& step,
    const ProgressFn& progress,
    const std::stop_token& stop)
{
    const TimePoint startedAt = m_parts.clock();
    m_stop = stop;
    prepare(done);
    if (m_parts.runs)
        failWith(m_parts.runs->begin(m_report.runId, m_plan, m_options));
    const auto total = qint64(m_waiting.size());
    while (!isEnded() && !m_waiting.empty()) {
        m_pacer.waitForTurn(stop);
        if (stop.stop_requested()) {
            stopBecause(stopAsked());
            break;
        }
        ReplayChunk chunk = takeChunk();
        m_pacer.spend(qint64(chunk.size()));
        runChunk(chunk);
        if (progress)
            progress(total - qint64(m_waiting.size()), total);
        if (const QString broken = m_rule.broken(); !broken.isEmpty())
            stopBecause(broken);
        if (m_ladder.climb(qint64(chunk.size())) && !isEnded() && !m_waiting.empty())
            endStep(step, stop);
    }
    if (!m_report.error)
        watchSent(stop);
    return finish(startedAt);
}

void ReplayRun::prepare(const QList<Outcome>& done)
{
    QHash<qsizetype, Outcome> before;
    for (const Outcome& outcome : done)
        before.insert(outcome.item, outcome);
    for (qsizetype i = 0; i < m_plan.items.size(); ++i) {
        const Event& event = m_plan.items[i].event;
        m_report.outcomes.append({i, event.id, OutcomeKind::NotRun, {}});
        const bool wasBegun = before.contains(i);
        ReplayItem item;
        item.index = i;
        item.event = event;
        item.group = groupOf(m_plan, event);
        item.wasBegun = wasBegun;
        if (mayRun(i, wasBegun ? std::optional(before.value(i)) : std::nullopt))
            m_waiting.push_back(std::move(item));
        else if (m_report.outcomes[i].kind == OutcomeKind::NoVerdict)
            m_sent.push_back(std::move(item));
    }
    for (ReplayItem& item : m_sent) {
        const Outcome& outcome = m_report.outcomes[item.index];
        item.settle(outcome.kind, outcome.reason);
    }
}

bool ReplayRun::mayRun(qsizetype index, const std::optional<Outcome>& before)
{
    Outcome& outcome = m_report.outcomes[index];
    const PlanItem& item = m_plan.items[index];
    if (before && before->kind == OutcomeKind::InDoubt
        && (isDecidedByLedger(m_parts.handler) || m_options.repeatInDoubt))
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

ReplayChunk ReplayRun::takeChunk()
{
    qint64 size = m_parts.handler.isTransactional() ? std::max<qint64>(1, m_options.batch) : 1;
    size = std::min({
        size,
        m_ladder.left().value_or(size),
        m_pacer.burst().value_or(size),
        qint64(m_waiting.size()),
    });
    ReplayChunk chunk;
    // One transaction writes to the ledger for one group.
    while (qint64(chunk.size()) < size && !m_waiting.empty()
           && (chunk.empty() || chunk.front().group == m_waiting.front().group)) {
        chunk.push_back(std::move(m_waiting.front()));
        m_waiting.pop_front();
    }
    return chunk;
}

void ReplayRun::runChunk(ReplayChunk& chunk)
{
    std::vector<qsizetype> indices;
    std::ranges::transform(chunk, std::back_inserter(indices), &ReplayItem::index);
    if (m_parts.runs) {
        if (const auto noted = m_parts.runs->intend(m_report.runId, indices); !noted) {
            for (ReplayItem& item : chunk)
                item.settle(OutcomeKind::NotRun, replayReasons::notRunBecause(noted.error()));
            settle(chunk);
            return failWith(noted);
        }
    }
    // Claimed only after the intent is written: a resumed run then knows what may be its own.
    auto done = m_claims.claim(chunk);
    if (const auto applied = applyChunk(chunk); done)
        done = applied;
    if (const auto acknowledged = m_claims.acknowledge(chunk); done)
        done = acknowledged;
    settle(chunk);
    failWith(done);
    if (!m_parts.runs)
        return;
    QList<Outcome> outcomes;
    std::ranges::transform(chunk, std::back_inserter(outcomes), &ReplayItem::outcome);
    failWith(m_parts.runs->record(m_report.runId, outcomes));
}

Result<void> ReplayRun::applyChunk(ReplayChunk& chunk)
{
    if (m_parts.handler.guard() == Handler::Guard::Consumers)
        return m_send.apply(chunk);
    Q_ASSERT(m_guarded);
    return m_guarded->apply(chunk);
}

void ReplayRun::settle(ReplayChunk& chunk)
{
    for (ReplayItem& item : chunk) {
        m_rule.count(item);
        m_report.outcomes[item.index] = item.outcome();
        if (item.kind == OutcomeKind::NoVerdict)
            m_sent.push_back(item);
    }
}

void ReplayRun::watchSent(const std::stop_token& stop)
{
    const auto watched = m_watch.watch(m_sent, stop);
    QList<Outcome> outcomes;
    for (const ReplayItem& item : m_sent) {
        if (m_report.outcomes[item.index] == item.outcome())
            continue;
        m_report.outcomes[item.index] = item.outcome();
        outcomes.append(item.outcome());
    }
    std::erase_if(m_sent, [](const auto& item) { return item.kind != OutcomeKind::NoVerdict; });
    if (m_parts.runs && !outcomes.isEmpty())
        failWith(m_parts.runs->record(m_report.runId, outcomes));
    failWith(watched);
}

void ReplayRun::endStep(const Replayer::StepFn& step, const std::stop_token& stop)
{
    watchSent(stop);
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
