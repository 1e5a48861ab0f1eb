// SPDX-License-Identifier: GPL-3.0-or-later
#include "services/claimer.h"

#include "brokers/broker.h"
#include "core/operatorname.h"
#include "services/chunkedpending.h"
#include "services/pendingpages.h"
#include "services/processedentries.h"

#include <QCoreApplication>

#include <algorithm>

namespace outboard {

using namespace Qt::StringLiterals;

namespace {

Error noIdleTime()
{
    return {
        Error::Kind::Refused,
        QCoreApplication::translate(
            "outboard",
            "Claiming without a minimum idle time takes entries from consumers at work. Give one, "
            "for example 60s."),
        {}};
}

} // namespace

Claimer::Claimer(Broker& broker)
    : m_broker(broker)
{}

Result<std::vector<PendingEntry>> Claimer::scan(
    PendingQuery query, const ProgressFn& progress, const std::stop_token& stop)
{
    std::vector<PendingEntry> entries;
    const auto done = forEachPendingPage(m_broker, query, stop, [&](auto& page) {
        std::ranges::move(page, std::back_inserter(entries));
        if (progress)
            progress(qint64(entries.size()), std::nullopt);
        return Result<void>();
    });
    if (!done)
        return done.error();
    return entries;
}

Result<ClaimReport> Claimer::claim(
    const ClaimRequest& request, const ProgressFn& progress, const std::stop_token& stop)
{
    if (request.minIdle <= Milliseconds(0))
        return noIdleTime();
    return claimInChunks(m_broker, request, progress, stop);
}

Result<AckReport> Claimer::acknowledge(
    const BrokerTopic& topic,
    const GroupName& group,
    const std::vector<EntryId>& ids,
    const ProgressFn& progress,
    const std::stop_token& stop)
{
    return acknowledgeInChunks(m_broker, topic, group, ids, progress, stop);
}

Result<AckReport> Claimer::acknowledgeProcessed(
    const BrokerTopic& topic,
    const GroupName& group,
    Ledger& ledger,
    const ProgressFn& progress,
    const std::stop_token& stop)
{
    AckReport report;
    qint64 looked = 0;
    PendingQuery query;
    query.topic = topic;
    query.group = group;
    const auto done = forEachPendingPage(m_broker, query, stop, [&](auto& page) -> Result<void> {
        auto processed = processedAmong(m_broker, ledger, topic, group, page);
        if (!processed)
            return processed.error();
        std::ranges::move(processed->unreadable, std::back_inserter(report.refused));
        auto chunk = acknowledgeInChunks(m_broker, topic, group, processed->ids, {}, stop);
        if (!chunk)
            return chunk.error();
        append(report, std::move(*chunk));
        looked += qint64(page.size());
        if (progress)
            progress(looked, std::nullopt);
        return report.error ? Result<void>(*report.error) : Result<void>();
    });
    // What was acknowledged before an error is told together with it.
    if (!done && report.acknowledged.empty() && report.unknown.empty())
        return done.error();
    if (!done)
        report.error = done.error();
    return report;
}

ConsumerName replayConsumer()
{
    return ConsumerName::fromText(u"outboard:"_s + operatorName());
}

} // namespace outboard
