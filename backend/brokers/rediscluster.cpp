// SPDX-License-Identifier: GPL-3.0-or-later
#include "brokers/rediscluster.h"

#include "brokers/rediscommands.h"
#include "brokers/rediserrors.h"
#include "core/log.h"

#include <QCoreApplication>

#include <algorithm>
#include <chrono>
#include <utility>

namespace outboard {

using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

namespace {

constexpr int mostRedirects = 5;
constexpr auto unreachableFor = 3s;

bool isForAllMasters(const RedisCommand& command)
{
    return !command.empty() && (command.front() == "WAIT" || command.front() == "WAITAOF");
}

bool isScan(const RedisCommand& command)
{
    return command.size() > 1 && command.front() == "SCAN";
}

/// Nothing was sent to it, so that the kind must not say "may have been carried out".
Error unreachableNode(const RedisAddress& node, const Error& why)
{
    if (why.kind != Error::Kind::Unreachable && why.kind != Error::Kind::Timeout)
        return why;
    return {
        Error::Kind::Refused,
        QCoreApplication::translate(
            "outboard",
            "The cluster's node %1 cannot be reached, so that its streams are unknown. %2")
            .arg(node.text(), why.what),
        why.detail};
}

Error runsInCircles()
{
    return {
        Error::Kind::Refused,
        QCoreApplication::translate(
            "outboard",
            "The cluster's nodes send the command from one to the other. Try again when the "
            "cluster has settled."),
        u"too many redirections"_s};
}

/// "cursor@host:port", so that a sweep goes on where it was, also when nodes come and go.
QByteArray cursorText(const QByteArray& cursor, const RedisAddress& node)
{
    return cursor + '@' + node.text().toUtf8();
}

/// The smaller of two numbers, or of each pair of numbers (WAITAOF).
RedisReply least(const RedisReply& a, const RedisReply& b)
{
    RedisReply reply = a;
    reply.integer = std::min(a.integer, b.integer);
    for (size_t i = 0; i < std::min(a.items.size(), b.items.size()); ++i)
        reply.items[i] = least(a.items[i], b.items[i]);
    return reply;
}

} // namespace

Result<std::unique_ptr<RedisCluster>> RedisCluster::open(
    const RedisEndpoint& endpoint, const Options& options)
{
    std::optional<Error> first;
    for (const RedisAddress& address : endpoint.addresses) {
        auto session = RedisSession::open(endpoint.at(address), options);
        auto cluster = session ? around(std::move(*session), endpoint.at(address), options)
                               : Result<std::unique_ptr<RedisCluster>>(session.error());
        if (cluster || cluster.error().kind == Error::Kind::Cancelled)
            return cluster;
        // A wrong password says more than a node that is down.
        if (!first || (isTransient(first->kind) && !isTransient(cluster.error().kind)))
            first = cluster.error();
    }
    return first.value_or(Error());
}

Result<std::unique_ptr<RedisCluster>> RedisCluster::around(
    std::unique_ptr<RedisSession> session, const RedisEndpoint& endpoint, const Options& options)
{
    const auto reply = session->run({"CLUSTER", "SLOTS"});
    if (!reply)
        return reply.error();
    const RedisAddress asked{
        endpoint.host.isEmpty() ? u"127.0.0.1"_s : endpoint.host, endpoint.port};
    const auto map = RedisSlotMap::parse(*reply, asked);
    if (!map)
        return map.error();
    auto cluster = std::make_unique<RedisCluster>(endpoint, options, *map);
    const bool isByAddress = endpoint.transport != RedisEndpoint::Transport::UnixSocket;
    if (isByAddress && std::ranges::count(map->masters(), asked) > 0)
        cluster->m_nodes[asked].session = std::move(session);
    return cluster;
}

RedisCluster::RedisCluster(const RedisEndpoint& endpoint, const Options& options, RedisSlotMap map)
    : RedisConnection(options)
    , m_endpoint(endpoint)
    , m_map(std::move(map))
{}

QString RedisCluster::serversText() const
{
    return QCoreApplication::translate(
        "outboard", "cluster of %n masters", nullptr, int(m_map.masters().size()));
}

Result<RedisSession*> RedisCluster::session(const RedisAddress& address)
{
    Node& node = m_nodes[address];
    if (node.session && node.session->isUsable())
        return node.session.get();
    if (node.why && !node.retry.hasExpired())
        return *node.why;
    auto opened = RedisSession::open(m_endpoint.at(address), options());
    if (opened) {
        node = {std::move(*opened), std::nullopt, {}};
        return node.session.get();
    }
    node = {nullptr, opened.error(), QDeadlineTimer(unreachableFor)};
    return *node.why;
}

RedisAddress RedisCluster::anyNode()
{
    for (const RedisAddress& address : m_map.masters()) {
        const auto known = m_nodes.find(address);
        if (known != m_nodes.end() && known->second.session && known->second.session->isUsable())
            return address;
    }
    std::optional<Error> why;
    for (const RedisAddress& address : m_map.masters()) {
        const auto opened = session(address);
        if (opened)
            return address;
        why = opened.error();
    }
    m_failure = why;
    return m_map.masters().front();
}

RedisCluster::Request RedisCluster::route(size_t index, const RedisCommand& command)
{
    if (isScan(command)) {
        Request scan{index, command, m_map.masters().front()};
        const QByteArray& cursor = command[1];
        const qsizetype at = cursor.indexOf('@');
        if (at < 0)
            return scan;
        // The master of the cursor; when it is gone, the sweep begins anew.
        const QString place = QString::fromUtf8(cursor.sliced(at + 1));
        const auto& masters = m_map.masters();
        const auto same = std::find_if(masters.begin(), masters.end(), [&](const auto& master) {
            return master.text() == place;
        });
        scan.command[1] = same == masters.end() ? QByteArray("0") : cursor.first(at);
        scan.node = same == masters.end() ? masters.front() : *same;
        return scan;
    }
    const auto key = redisKeyOf(command);
    const auto owner = key ? m_map.ownerOf(redisSlot(*key)) : std::nullopt;
    // A node that does not serve the slot says what is wrong with it.
    return {index, command, owner ? *owner : anyNode()};
}

std::vector<Result<RedisReply>> RedisCluster::exchange(
    std::span<const RedisCommand> commands, Milliseconds longer)
{
    if (m_failure)
        return {commands.size(), *m_failure};
    Replies replies(commands.size(), runsInCircles());
    std::vector<Request> open;
    std::vector<Request> scans;
    for (size_t i = 0; i < commands.size(); ++i) {
        if (!isForAllMasters(commands[i]))
            open.push_back(route(i, commands[i]));
        if (isScan(commands[i]))
            scans.push_back(open.back());
    }
    if (m_failure)
        return {commands.size(), *m_failure};
    for (int round = 0; round <= mostRedirects && !open.empty(); ++round)
        open = send(open, longer, replies);
    for (const Request& lost : open)
        replies[lost.index] = runsInCircles();
    for (const Request& scan : scans)
        nextCursor(scan, replies[scan.index]);
    // Only when all others are settled do these speak of all of them.
    for (size_t i = 0; i < commands.size(); ++i) {
        if (isForAllMasters(commands[i]))
            replies[i] = askAll(commands[i], longer);
    }
    return replies;
}

std::vector<RedisCluster::Request> RedisCluster::send(
    const std::vector<Request>& requests, Milliseconds longer, Replies& replies)
{
    std::map<RedisAddress, std::vector<Request>> byNode;
    for (const Request& request : requests)
        byNode[request.node].push_back(request);
    for (const auto& [node, part] : byNode)
        sendTo(node, part, longer, replies);
    std::vector<Request> again;
    for (const Request& request : requests) {
        if (replies[request.index])
            continue;
        if (auto next = redirected(request, replies[request.index].error()))
            again.push_back(std::move(*next));
    }
    refreshMap();
    return again;
}

void RedisCluster::sendTo(
    const RedisAddress& node,
    std::span<const Request> requests,
    Milliseconds longer,
    Replies& replies)
{
    const auto there = session(node);
    if (!there) {
        for (const Request& request : requests)
            replies[request.index] = unreachableNode(node, there.error());
        m_isMapOld = true;
        return;
    }
    std::vector<RedisCommand> commands;
    for (const Request& request : requests) {
        if (request.asks)
            commands.push_back({"ASKING"});
        commands.push_back(request.command);
    }
    auto answers = (*there)->pipeline(commands, longer);
    size_t next = 0;
    for (const Request& request : requests) {
        next += request.asks ? 1 : 0;
        replies[request.index] = std::move(answers[next++]);
    }
    if (const auto broken = (*there)->failure())
        m_failure = broken;
}

/// Where to send it again; absent: the error stays.
std::optional<RedisCluster::Request> RedisCluster::redirected(
    const Request& request, const Error& error)
{
    if (m_failure)
        return std::nullopt;
    if (const auto redirect = redirectOf(error, request.node)) {
        if (!redirect->isAsk) {
            m_map.move(redirect->slot, redirect->to);
            m_mapSource = redirect->to;
            m_isMapOld = true;
        }
        return Request{request.index, request.command, redirect->to, redirect->isAsk};
    }
    const auto known = m_nodes.find(request.node);
    const bool wasSent = known != m_nodes.end() && known->second.session;
    const auto key = redisKeyOf(request.command);
    if (wasSent || !key)
        return std::nullopt;
    refreshMap(); // Its slots may be served by another by now.
    const auto owner = m_map.ownerOf(redisSlot(*key));
    return owner && !(*owner == request.node)
               ? std::optional(Request{request.index, request.command, *owner})
               : std::nullopt;
}

void RedisCluster::refreshMap()
{
    if (m_failure || !std::exchange(m_isMapOld, false))
        return;
    const auto source = std::exchange(m_mapSource, std::nullopt);
    const RedisAddress asked = source ? *source : anyNode();
    const auto there = session(asked);
    const auto reply = there ? (*there)->run({"CLUSTER", "SLOTS"}) : there.error();
    const auto map = reply ? RedisSlotMap::parse(*reply, asked) : reply.error();
    if (!map)
        return; // The old one, with what MOVED told, is the best there is.
    m_map = *map;
    qCInfo(logRedis) << "slots were moved; masters now:" << m_map.masters().size();
}

Result<RedisReply> RedisCluster::askAll(const RedisCommand& command, Milliseconds longer)
{
    std::optional<RedisReply> all;
    if (m_failure)
        return *m_failure;
    for (const RedisAddress& master : m_map.masters()) {
        Replies one(1, runsInCircles());
        const Request request{0, command, master};
        sendTo(master, std::span(&request, 1), longer, one);
        if (!one.front())
            return one.front().error();
        all = all ? least(*all, *one.front()) : *one.front();
    }
    return all.value_or(RedisReply());
}

void RedisCluster::nextCursor(const Request& scan, Result<RedisReply>& reply) const
{
    if (!reply || reply->items.empty())
        return;
    QByteArray& cursor = reply->items.front().bytes;
    if (cursor != "0") {
        cursor = cursorText(cursor, scan.node);
        return;
    }
    const auto& masters = m_map.masters();
    const auto next = std::upper_bound(masters.begin(), masters.end(), scan.node);
    if (next != masters.end())
        cursor = cursorText("0", *next);
}

} // namespace outboard
