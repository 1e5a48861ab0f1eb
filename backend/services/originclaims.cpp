// SPDX-License-Identifier: GPL-3.0-or-later
#include "services/originclaims.h"

#include "brokers/broker.h"
#include "ledger/ledger.h"
#include "services/chunkedpending.h"
#include "services/claimer.h"
#include "services/pendinglookup.h"

#include <QCoreApplication>
#include <QHash>

#include <algorithm>
#include <functional>
#include <map>

namespace outboard {

namespace {

using Items = std::vector<ReplayItem*>;

/// The items of each pending list that pass the filter.
std::map<std::pair<BrokerTopic, GroupName>, Items> byList(
    ReplayChunk& chunk, bool (*filter)(const ReplayItem&))
{
    std::map<std::pair<BrokerTopic, GroupName>, Items> lists;
    for (ReplayItem& item : chunk) {
        if (item.event.origin && filter(item))
            lists[{item.event.origin->topic, item.event.origin->group}].push_back(&item);
    }
    return lists;
}

Items among(const Items& items, const std::vector<EntryId>& ids)
{
    const QSet<EntryId> wanted(ids.begin(), ids.end());
    Items found;
    std::ranges::copy_if(items, std::back_inserter(found), [&](const ReplayItem* item) {
        return wanted.contains(item->event.origin->entry);
    });
    return found;
}

std::vector<EntryId> entriesOf(const Items& items)
{
    std::vector<EntryId> ids;
    for (const ReplayItem* item : items)
        ids.push_back(item->event.origin->entry);
    return ids;
}

void settleNotRun(const Items& items, const Error& error)
{
    for (ReplayItem* item : items)
        item->settle(OutcomeKind::NotRun, replayReasons::notRunBecause(error));
}

void addToReason(const Items& items, const QString& sentence)
{
    for (ReplayItem* item : items)
        item->reason += (item->reason.isEmpty() ? QString() : QStringLiteral(" ")) + sentence;
}

QString notAcknowledged(const QString& why)
{
    return QCoreApplication::translate(
               "outboard", "Its pending entry could not be acknowledged: %1")
        .arg(why);
}

} // namespace

OriginClaims::OriginClaims(Broker& broker, Ledger* ledger, Milliseconds idleThreshold)
    : m_broker(broker)
    , m_ledger(ledger)
    , m_idleThreshold(idleThreshold)
{}

Result<void> OriginClaims::claim(ReplayChunk& chunk)
{
    Result<void> done;
    for (const auto& [list, items] :
         byList(chunk, [](const ReplayItem& item) { return !item.isSettled; })) {
        if (done)
            done = claimList(*items.front()->event.origin, items);
        else
            settleNotRun(items, done.error());
    }
    return done;
}

Result<void> OriginClaims::claimList(const EventOrigin& list, const Items& items)
{
    ClaimRequest request;
    request.topic = list.topic;
    request.group = list.group;
    request.ids = entriesOf(items);
    request.effect = ClaimEffect::TakeForReplay;
    request.consumer = replayConsumer();
    request.minIdle = m_idleThreshold;
    // A chunk is one command or two, so a stop waits for its end.
    const auto report = claimInChunks(m_broker, request, {}, {});
    if (!report && report.error().kind == Error::Kind::Missing) {
        settleNotPending(items);
        return {};
    }
    if (!report) {
        settleNotRun(items, report.error());
        return report.error();
    }
    // What left the stream can reach no consumer any more: the plan's payload is its last chance.
    for (ReplayItem* item : among(items, report->gone))
        item->isGone = true;
    settleNotPending(among(items, report->notPending));
    if (report->error) {
        settleNotRun(among(items, report->notTried), *report->error);
        settleNotRun(among(items, report->unknown), *report->error);
        settleNotRun(among(items, report->taken), *report->error);
        return *report->error;
    }
    return settleTaken(list, among(items, report->taken));
}

Result<void> OriginClaims::settleTaken(const EventOrigin& list, const Items& items)
{
    const bool anyBegun = std::ranges::any_of(items, &ReplayItem::wasBegun);
    const auto owners = anyBegun
                            ? findPending(m_broker, list.topic, list.group, entriesOf(items), {})
                            : Result(QHash<EntryId, PendingEntry>());
    if (!owners) {
        settleNotRun(items, owners.error());
        return owners.error();
    }
    for (ReplayItem* item : items) {
        const auto owner = owners->value(item->event.origin->entry).consumer;
        if (item->wasBegun && owner == replayConsumer())
            continue;
        item->settle(
            OutcomeKind::Skipped,
            QCoreApplication::translate(
                "outboard", "Someone else took its pending entry since the plan was made."));
    }
    return {};
}

void OriginClaims::settleNotPending(const Items& items)
{
    for (ReplayItem* item : items) {
        const std::optional<TimePoint> anyAge;
        const auto marks =
            m_ledger
                ? m_ledger->find(item->group, std::span(&item->event.id, 1), std::span(&anyAge, 1))
                : Result(std::vector{LedgerMark::Unknown});
        const bool isProcessed = marks && marks->front() == LedgerMark::Processed;
        item->settle(
            OutcomeKind::Skipped,
            isProcessed ? replayReasons::alreadyProcessed(m_ledger->name())
                        : QCoreApplication::translate(
                            "outboard",
                            "No longer pending: someone acknowledged it since the plan was made."));
    }
}

Result<void> OriginClaims::acknowledge(ReplayChunk& chunk)
{
    Result<void> done;
    for (const auto& [list, items] :
         byList(chunk, [](const ReplayItem& item) { return item.isToBeAcknowledged; })) {
        if (done)
            done = acknowledgeList(*items.front()->event.origin, items);
        else
            addToReason(items, notAcknowledged(done.error().what));
    }
    return done;
}

Result<void> OriginClaims::acknowledgeList(const EventOrigin& list, const Items& items)
{
    const auto ids = entriesOf(items);
    // A stop must not leave done work pending.
    const auto report = acknowledgeInChunks(m_broker, list.topic, list.group, ids, {}, {});
    if (!report) {
        addToReason(items, notAcknowledged(report.error().what));
        return report.error();
    }
    for (ReplayItem* item : among(items, report->acknowledged)) {
        if (item->kind == OutcomeKind::Skipped) {
            addToReason(
                {item},
                QCoreApplication::translate("outboard", "Its pending entry was acknowledged."));
        }
    }
    Items notPending = among(items, report->notPending);
    std::erase_if(notPending, std::mem_fn(&ReplayItem::isGone));
    addToReason(
        notPending,
        notAcknowledged(QCoreApplication::translate("outboard", "it was no longer pending.")));
    addToReason(
        among(items, report->refused),
        notAcknowledged(QCoreApplication::translate("outboard", "the server refused.")));
    if (!report->error)
        return {};
    addToReason(among(items, report->notTried), notAcknowledged(report->error->what));
    addToReason(among(items, report->unknown), notAcknowledged(report->error->what));
    return *report->error;
}

} // namespace outboard
