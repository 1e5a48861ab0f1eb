// SPDX-License-Identifier: GPL-3.0-or-later
#include "services/guardedapply.h"

#include "handlers/handler.h"
#include "ledger/ledger.h"
#include "services/keyorder.h"

#include <QCoreApplication>
#include <QHash>
#include <QSet>

#include <algorithm>

namespace outboard {

namespace {

/// A deadlock or serialisation failure is worth one more try; more would hide a real problem.
constexpr int attemptsAlone = 2;

bool mayBeApplied(const Error& error)
{
    return error.kind == Error::Kind::Unreachable || error.kind == Error::Kind::Timeout
           || error.kind == Error::Kind::Conflict;
}

std::vector<EventId> idsOf(const std::vector<ReplayItem*>& items)
{
    QSet<EventId> seen;
    std::vector<EventId> ids;
    for (const ReplayItem* item : items) {
        if (!seen.contains(item->event.id))
            ids.push_back(item->event.id);
        seen.insert(item->event.id);
    }
    return ids;
}

void settleAll(const std::vector<ReplayItem*>& items, OutcomeKind kind, const QString& reason)
{
    for (ReplayItem* item : items) {
        if (!item->isSettled)
            item->settle(kind, reason);
    }
}

} // namespace

GuardedApply::GuardedApply(
    Handler& handler, Ledger& ledger, std::function<bool(ReplayItem&)> goesOn)
    : m_handler(handler)
    , m_ledger(ledger)
    , m_goesOn(std::move(goesOn))
{}

Result<void> GuardedApply::apply(ReplayChunk& chunk)
{
    Items items;
    for (ReplayItem& item : chunk) {
        if (!item.isSettled)
            items.push_back(&item);
    }
    if (m_handler.isTransactional() && items.size() > 1) {
        const auto together = applyTogether(items);
        if (!together)
            return together.error();
        if (*together)
            return {};
    }
    return applyOneByOne(items);
}

GuardedApply::Attempt GuardedApply::attempt(const Items& items)
{
    QHash<EventId, const Event*> events;
    // Of copies of one event the first counts, as the ledger sees it.
    for (auto it = items.rbegin(); it != items.rend(); ++it)
        events.insert((*it)->event.id, &(*it)->event);
    Attempt attempt{std::vector<EventId>(), {}, {}};
    const auto ids = idsOf(items);
    const auto work = [&](std::span<const EventId> inserted, SqlTransaction& transaction) {
        std::vector<Event> batch;
        for (const EventId& id : inserted)
            batch.push_back(*events.value(id));
        attempt.begun.assign(inserted.begin(), inserted.end());
        attempt.handled = m_handler.apply(batch, &transaction);
        return *attempt.handled;
    };
    attempt.inserted = m_ledger.withMarks(items.front()->group, ids, work);
    return attempt;
}

Result<bool> GuardedApply::applyTogether(const Items& items)
{
    const Attempt done = attempt(items);
    if (done.inserted) {
        settleCommitted(items, *done.inserted);
        return true;
    }
    const Error& error = done.inserted.error();
    if (error.kind == Error::Kind::Conflict)
        return settleInDoubt(items, done);
    if (m_ledger.isUsable())
        return false;
    settleAll(items, OutcomeKind::NotRun, replayReasons::notRunBecause(error));
    return error;
}

Result<void> GuardedApply::applyOneByOne(const Items& items)
{
    Result<void> done;
    bool goesOn = true;
    KeyOrder order;
    for (ReplayItem* item : items) {
        const QString heldBack = order.heldBackBecause(item->event);
        if (!done) {
            item->settle(OutcomeKind::NotRun, replayReasons::notRunBecause(done.error()));
        } else if (!goesOn) {
            item->settle(
                OutcomeKind::NotRun,
                QCoreApplication::translate("outboard", "The run stopped before its turn."));
        } else if (!heldBack.isEmpty()) {
            item->settle(OutcomeKind::NotRun, heldBack);
        } else {
            done = applyAlone(*item);
            goesOn = m_goesOn(*item);
            order.note(*item);
        }
    }
    return done;
}

Result<void> GuardedApply::applyAlone(ReplayItem& item)
{
    Attempt last{std::vector<EventId>(), {}, {}};
    for (int i = 0; i < attemptsAlone; ++i) {
        last = attempt({&item});
        if (last.inserted) {
            settleCommitted({&item}, *last.inserted);
            return {};
        }
        const bool isInDoubt = last.inserted.error().kind == Error::Kind::Conflict;
        if (!isInDoubt || !m_handler.isTransactional())
            break;
        const auto committed = settleInDoubt({&item}, last);
        if (!committed)
            return committed.error();
        if (*committed)
            return {};
    }
    return settleFailure(item, last);
}

Result<bool> GuardedApply::settleInDoubt(const Items& items, const Attempt& attempt)
{
    const std::vector<EventId>& begun = attempt.begun;
    const std::vector<std::optional<TimePoint>> ages(begun.size());
    const auto marks = m_ledger.find(items.front()->group, begun, ages);
    if (!marks) {
        settleAll(
            items,
            OutcomeKind::InDoubt,
            QCoreApplication::translate(
                "outboard",
                "The connection broke while it was committed. Resume the run: the ledger then "
                "tells."));
        return marks.error();
    }
    // One transaction: either all rows that it inserted are there, or it did not happen.
    const bool isCommitted = !begun.empty() && std::ranges::all_of(*marks, [](auto mark) {
        return mark == LedgerMark::Processed;
    });
    if (!isCommitted)
        return false;
    settleCommitted(items, begun);
    for (ReplayItem* item : items) {
        if (item->kind == OutcomeKind::Applied) {
            item->reason = QCoreApplication::translate(
                "outboard", "The commit was in doubt; the ledger holds it.");
        }
    }
    return true;
}

Result<void> GuardedApply::settleFailure(ReplayItem& item, const Attempt& attempt)
{
    const Error& error = attempt.inserted.error();
    const bool wasCalled = attempt.handled.has_value();
    if (wasCalled && error.kind == Error::Kind::Cancelled) {
        item.settle(OutcomeKind::NotRun, error.what);
        return {};
    }
    if (wasCalled && !m_handler.isTransactional()) {
        // The ledger row is gone; the handler's effect is not.
        const bool isUnknown = attempt.handled->has_value() || mayBeApplied(error);
        item.settle(isUnknown ? OutcomeKind::InDoubt : OutcomeKind::Failed, error.what);
        return m_ledger.isUsable() ? Result<void>() : error;
    }
    if (m_ledger.isUsable()) {
        item.settle(OutcomeKind::Failed, error.what);
        return {};
    }
    item.settle(OutcomeKind::NotRun, replayReasons::notRunBecause(error));
    return error;
}

void GuardedApply::settleCommitted(const Items& items, const std::vector<EventId>& inserted)
{
    QSet<EventId> left(inserted.begin(), inserted.end());
    for (ReplayItem* item : items) {
        if (left.remove(item->event.id))
            item->settleDone(OutcomeKind::Applied, {});
        else
            item->settleDone(
                OutcomeKind::Skipped, replayReasons::alreadyProcessed(m_ledger.name()));
    }
}

} // namespace outboard
