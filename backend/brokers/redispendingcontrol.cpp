// SPDX-License-Identifier: GPL-3.0-or-later
#include "brokers/redispendingcontrol.h"

#include "brokers/redisclaimchunk.h"
#include "brokers/rediscommands.h"
#include "brokers/redisrecords.h"

#include <QCoreApplication>

#include <algorithm>
#include <set>

namespace outboard {

using namespace Qt::StringLiterals;

namespace {

constexpr qint64 mostPerPage = 2000;
constexpr size_t idsPerClaim = 500;
constexpr size_t idsPerAcknowledge = 1000;

/// Each id once, in the order asked for.
std::vector<EntryId> unique(std::span<const EntryId> ids)
{
    std::set<EntryId> seen;
    std::vector<EntryId> kept;
    for (const EntryId& id : ids) {
        if (seen.insert(id).second)
            kept.push_back(id);
    }
    return kept;
}

std::span<const EntryId> chunkOf(std::span<const EntryId> ids, size_t begin, size_t size)
{
    return ids.subspan(begin, std::min(size, ids.size() - begin));
}

template<class Report>
void leaveOut(Report& report, std::span<const EntryId> ids)
{
    report.notTried.insert(report.notTried.end(), ids.begin(), ids.end());
}

Error stopped()
{
    return {Error::Kind::Cancelled, QCoreApplication::translate("outboard", "Stopped."), {}};
}

/// Whether the call failed by the server's or the session's word before it changed anything.
bool isRefusal(const std::optional<Error>& error, const RedisConnection& session, size_t changed)
{
    return error && session.isUsable() && changed == 0 && error->kind != Error::Kind::Cancelled;
}

} // namespace

RedisPendingControl::RedisPendingControl(RedisConnection& session)
    : m_session(session)
{}

Result<PendingPage> RedisPendingControl::page(const PendingQuery& query)
{
    const Pacer::Turn turn(m_pacer);
    const qint64 limit = std::clamp<qint64>(query.limit, 1, mostPerPage);
    RedisCommand command{
        "XPENDING",
        query.topic.bytes(),
        query.group.bytes(),
        query.from.bytes(),
        "+",
        QByteArray::number(limit)};
    if (query.consumer)
        command.push_back(query.consumer->bytes());
    const auto reply = m_session.run(command);
    if (!reply)
        return reply.error();
    auto entries = pendingOf(*reply, m_names);
    if (!entries)
        return entries.error();
    PendingPage page;
    if (qint64(entries->size()) == limit && entries->back().id != EntryId::highest())
        page.next = entries->back().id.next();
    std::erase_if(*entries, [&query](const PendingEntry& entry) {
        return entry.idle < query.minIdle || entry.deliveries < query.minDeliveries;
    });
    page.entries = std::move(*entries);
    return page;
}

Result<ClaimReport> RedisPendingControl::claim(
    const ClaimRequest& request, const std::stop_token& stop)
{
    if (const auto may = m_session.mayWrite(); !may)
        return may.error();
    const std::vector<EntryId> ids = unique(request.ids);
    ClaimReport report;
    for (size_t begin = 0; begin < ids.size(); begin += idsPerClaim) {
        const auto chunk = chunkOf(ids, begin, idsPerClaim);
        if (!report.error && stop.stop_requested())
            report.error = stopped();
        if (report.error)
            leaveOut(report, chunk);
        else
            claimChunk(request, chunk, report);
    }
    if (isRefusal(report.error, m_session, report.claimed.size()))
        return *report.error;
    return report;
}

void RedisPendingControl::claimChunk(
    const ClaimRequest& request, std::span<const EntryId> ids, ClaimReport& report)
{
    using Verdict = RedisClaimChunk::Verdict;
    const Pacer::Turn turn(m_pacer);
    RedisClaimChunk chunk(m_session, request, ids);
    if (const auto done = chunk.run(); !done)
        report.error = done.error();
    for (const EntryId& id : ids) {
        switch (chunk.verdicts().at(id)) {
        case Verdict::NotTried: report.notTried.push_back(id); break;
        case Verdict::Claimed: report.claimed.push_back(id); break;
        case Verdict::Taken: report.taken.push_back(id); break;
        case Verdict::NotPending: report.notPending.push_back(id); break;
        case Verdict::Gone: report.gone.push_back(id); break;
        case Verdict::Unknown: report.unknown.push_back(id); break;
        }
    }
}

Result<AckReport> RedisPendingControl::acknowledge(
    const BrokerTopic& topic,
    const GroupName& group,
    std::span<const EntryId> wanted,
    const std::stop_token& stop)
{
    if (const auto may = m_session.mayWrite(); !may)
        return may.error();
    const std::vector<EntryId> ids = unique(wanted);
    AckReport report;
    if (stop.stop_requested())
        report.error = stopped();
    else if (!ids.empty()) {
        // XACK on a group that is not there just answers 0.
        const auto summary = m_session.run({"XPENDING", topic.bytes(), group.bytes()});
        if (!summary)
            report.error = summary.error();
    }
    for (size_t begin = 0; begin < ids.size(); begin += idsPerAcknowledge) {
        const auto chunk = chunkOf(ids, begin, idsPerAcknowledge);
        if (!report.error && stop.stop_requested())
            report.error = stopped();
        if (report.error)
            leaveOut(report, chunk);
        else
            acknowledgeChunk(topic, group, chunk, report);
    }
    if (isRefusal(report.error, m_session, report.acknowledged.size()))
        return *report.error;
    return report;
}

/// One XACK for each id, because only then it is known which ones were still pending.
void RedisPendingControl::acknowledgeChunk(
    const BrokerTopic& topic,
    const GroupName& group,
    std::span<const EntryId> ids,
    AckReport& report)
{
    const Pacer::Turn turn(m_pacer);
    std::vector<RedisCommand> commands;
    for (const EntryId& id : ids)
        commands.push_back({"XACK", topic.bytes(), group.bytes(), id.bytes()});
    const auto replies = m_session.pipeline(commands);
    for (size_t index = 0; index < replies.size(); ++index) {
        const Result<RedisReply>& reply = replies[index];
        if (reply)
            (reply->number() == 1 ? report.acknowledged : report.notPending).push_back(ids[index]);
        else if (!m_session.isUsable())
            report.unknown.push_back(ids[index]);
        else
            report.refused.push_back(ids[index]);
        if (!reply)
            report.error = reply.error();
    }
}

QStringList RedisPendingControl::claimCommands(const ClaimRequest& request) const
{
    const bool isRelease = request.effect == ClaimEffect::Release;
    const ConsumerName to =
        isRelease
            ? ConsumerName::fromText(QCoreApplication::translate("outboard", "<its own consumer>"))
            : request.consumer;
    const RedisCommand whole = claimCommand(request, to, {});
    const auto tail = whole.begin() + 5;
    return {redisCommandText(
        RedisCommand(whole.begin(), tail), request.ids, RedisCommand(tail, whole.end()))};
}

QStringList RedisPendingControl::acknowledgeCommands(
    const BrokerTopic& topic, const GroupName& group, std::span<const EntryId> ids) const
{
    return {redisCommandText({"XACK", topic.bytes(), group.bytes()}, ids)};
}

} // namespace outboard
