// SPDX-License-Identifier: GPL-3.0-or-later
#include "services/chunkedpending.h"

#include "brokers/broker.h"

#include <QCoreApplication>
#include <QSet>

#include <algorithm>
#include <iterator>

namespace outboard {

namespace {

constexpr size_t claimChunk = 500;
constexpr size_t acknowledgeChunk = 1'000;

Error noPendingLists()
{
    return {
        Error::Kind::Refused,
        QCoreApplication::translate(
            "outboard",
            "This broker keeps no pending lists: there is nothing to claim or acknowledge."),
        {}};
}

Error stopped()
{
    return {
        Error::Kind::Cancelled,
        QCoreApplication::translate("outboard", "Stopped before all entries were reached."),
        {}};
}

std::vector<EntryId> unique(std::span<const EntryId> ids)
{
    QSet<EntryId> seen;
    std::vector<EntryId> kept;
    for (const EntryId& id : ids) {
        if (seen.contains(id))
            continue;
        seen.insert(id);
        kept.push_back(id);
    }
    return kept;
}

void moveInto(std::vector<EntryId>& whole, std::vector<EntryId>& chunk)
{
    std::ranges::move(chunk, std::back_inserter(whole));
}

/// Calls `one` for each chunk and gathers the reports, until one ends early.
template<class Report, class One>
Result<Report> inChunks(
    std::span<const EntryId> ids,
    size_t chunkSize,
    const ProgressFn& progress,
    const std::stop_token& stop,
    One one)
{
    Report report;
    for (size_t at = 0; at < ids.size(); at += chunkSize) {
        const auto rest = ids.subspan(at);
        if (stop.stop_requested())
            report.error = stopped();
        if (report.error) {
            report.notTried.insert(report.notTried.end(), rest.begin(), rest.end());
            break;
        }
        auto chunk = one(rest.first(std::min(chunkSize, rest.size())));
        if (!chunk && at == 0)
            return chunk.error();
        if (!chunk) {
            report.error = chunk.error();
            report.notTried.insert(report.notTried.end(), rest.begin(), rest.end());
            break;
        }
        append(report, std::move(*chunk));
        if (progress)
            progress(qint64(std::min(at + chunkSize, ids.size())), qint64(ids.size()));
    }
    return report;
}

} // namespace

Result<ClaimReport> claimInChunks(
    Broker& broker,
    const ClaimRequest& request,
    const ProgressFn& progress,
    const std::stop_token& stop)
{
    PendingControl* pending = broker.pending();
    if (!pending)
        return noPendingLists();
    const auto ids = unique(request.ids);
    return inChunks<ClaimReport>(ids, claimChunk, progress, stop, [&](auto chunk) {
        ClaimRequest part = request;
        part.ids.assign(chunk.begin(), chunk.end());
        return pending->claim(part, stop);
    });
}

Result<AckReport> acknowledgeInChunks(
    Broker& broker,
    const BrokerTopic& topic,
    const GroupName& group,
    std::span<const EntryId> ids,
    const ProgressFn& progress,
    const std::stop_token& stop)
{
    PendingControl* pending = broker.pending();
    if (!pending)
        return noPendingLists();
    const auto once = unique(ids);
    return inChunks<AckReport>(once, acknowledgeChunk, progress, stop, [&](auto chunk) {
        return pending->acknowledge(topic, group, chunk, stop);
    });
}

void append(ClaimReport& whole, ClaimReport chunk)
{
    moveInto(whole.claimed, chunk.claimed);
    moveInto(whole.taken, chunk.taken);
    moveInto(whole.notPending, chunk.notPending);
    moveInto(whole.gone, chunk.gone);
    moveInto(whole.notTried, chunk.notTried);
    moveInto(whole.unknown, chunk.unknown);
    if (chunk.error)
        whole.error = std::move(chunk.error);
}

void append(AckReport& whole, AckReport chunk)
{
    moveInto(whole.acknowledged, chunk.acknowledged);
    moveInto(whole.notPending, chunk.notPending);
    moveInto(whole.refused, chunk.refused);
    moveInto(whole.notTried, chunk.notTried);
    moveInto(whole.unknown, chunk.unknown);
    if (chunk.error)
        whole.error = std::move(chunk.error);
}

} // namespace outboard
