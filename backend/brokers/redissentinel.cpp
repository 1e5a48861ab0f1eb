// SPDX-License-Identifier: GPL-3.0-or-later
#include "brokers/redissentinel.h"

#include "brokers/rediserrors.h"
#include "core/log.h"

#include <QCoreApplication>
#include <QStringList>

#include <algorithm>
#include <chrono>
#include <utility>

namespace outboard {

using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

namespace {

constexpr auto lookEvery = 1s;

struct Found
{
    std::unique_ptr<RedisSession> session;
    RedisAddress address;
};

Error noSentinel(const RedisEndpoint& endpoint, const QString& detail)
{
    QStringList places;
    for (const RedisAddress& address : endpoint.addresses)
        places << address.text();
    return {
        Error::Kind::Unreachable,
        QCoreApplication::translate(
            "outboard", "No Sentinel answers at %1. Start one, or correct the addresses.")
            .arg(places.join(u", ")),
        detail};
}

Error unknownMaster(const RedisEndpoint& endpoint, const RedisAddress& sentinel)
{
    return {
        Error::Kind::Missing,
        QCoreApplication::translate(
            "outboard",
            "The Sentinel at %1 knows no master named \"%2\". Correct the name behind the "
            "addresses in the profile.")
            .arg(sentinel.text(), endpoint.master),
        u"SENTINEL GET-MASTER-ADDR-BY-NAME"_s};
}

Error notMaster(const RedisAddress& address)
{
    return {
        Error::Kind::Unreachable,
        QCoreApplication::translate(
            "outboard",
            "Sentinel names %1, but that is no master now: a failover is under way. The next "
            "attempt asks again.")
            .arg(address.text()),
        u"ROLE"_s};
}

Error masterDemoted(const RedisAddress& address, const QString& detail)
{
    return {
        Error::Kind::Refused,
        QCoreApplication::translate(
            "outboard",
            "%1 is no master any more and took no changes. The next attempt goes to the one that "
            "Sentinel names.")
            .arg(address.text()),
        detail};
}

/// Sentinels have users of their own, or none: the login is only shown to one that asks for it.
Result<std::unique_ptr<RedisSession>> openSentinel(
    const RedisEndpoint& endpoint, RedisSession::Options options)
{
    options.access = Access::Monitor;
    RedisEndpoint open = endpoint;
    open.database = 0;
    open.user.clear();
    open.password.reset();
    auto session = RedisSession::open(open, options);
    if (session || !hasRedisCode(session.error(), "NOAUTH") || !endpoint.password)
        return session;
    open.user = endpoint.user;
    open.password = endpoint.password;
    return RedisSession::open(open, options);
}

Result<RedisAddress> askSentinel(
    const RedisEndpoint& endpoint,
    const RedisAddress& sentinel,
    const RedisSession::Options& options)
{
    const auto session = openSentinel(endpoint.at(sentinel), options);
    if (!session)
        return session.error();
    const auto reply =
        (*session)->run({"SENTINEL", "GET-MASTER-ADDR-BY-NAME", endpoint.master.toUtf8()});
    if (!reply)
        return reply.error();
    const auto port = reply->at(1).number();
    if (!port)
        return unknownMaster(endpoint, sentinel);
    return RedisAddress{QString::fromUtf8(reply->at(0).bytes), quint16(*port)};
}

/// Whether it says so itself; who may not ask takes Sentinel's word for it.
Result<bool> isMaster(RedisSession& session)
{
    const auto role = session.run({"ROLE"});
    if (role)
        return role->at(0).bytes == "master";
    return session.isUsable() ? Result<bool>(true) : role.error();
}

Result<Found> connectTo(
    const RedisEndpoint& endpoint,
    const RedisAddress& address,
    const RedisSession::Options& options)
{
    auto session = RedisSession::open(endpoint.at(address), options);
    if (!session)
        return session.error();
    const auto master = isMaster(**session);
    if (!master)
        return master.error();
    return *master ? Result<Found>(Found{std::move(*session), address}) : notMaster(address);
}

/// The first server that a sentinel names and that is the master.
Result<Found> findMaster(const RedisEndpoint& endpoint, const RedisSession::Options& options)
{
    std::optional<Error> why; // The one that says most: of a master, of a name, of a sentinel.
    std::optional<Error> ofSentinel;
    QList<RedisAddress> tried;
    for (const RedisAddress& sentinel : endpoint.addresses) {
        const auto named = askSentinel(endpoint, sentinel, options);
        if (!named && named.error().kind == Error::Kind::Cancelled)
            return named.error();
        if (!named) {
            if (!ofSentinel || isTransient(ofSentinel->kind))
                ofSentinel = named.error();
            continue;
        }
        if (tried.contains(*named))
            continue;
        tried.append(*named);
        auto found = connectTo(endpoint, *named, options);
        if (found)
            return found;
        why = found.error();
    }
    if (why)
        return *why;
    const bool says = ofSentinel && !isTransient(ofSentinel->kind);
    return says ? *ofSentinel : noSentinel(endpoint, ofSentinel ? ofSentinel->detail : QString());
}

} // namespace

Result<std::unique_ptr<RedisMaster>> RedisMaster::open(
    const RedisEndpoint& endpoint, const Options& options)
{
    auto found = findMaster(endpoint, options);
    if (!found)
        return found.error();
    return std::make_unique<RedisMaster>(
        endpoint, options, std::move(found->session), found->address);
}

RedisMaster::RedisMaster(
    const RedisEndpoint& endpoint,
    const Options& options,
    std::unique_ptr<RedisSession> session,
    const RedisAddress& address)
    : RedisConnection(options)
    , m_endpoint(endpoint)
    , m_session(std::move(session))
    , m_address(address)
    , m_nextLook(lookEvery)
{}

QString RedisMaster::serversText() const
{
    return QCoreApplication::translate("outboard", "master of \"%1\" at %2")
        .arg(m_endpoint.master, m_address.text());
}

/// Nothing is under way between two calls: another server can be taken without a doubt.
Result<void> RedisMaster::follow()
{
    if (!isUsable() || !m_nextLook.hasExpired())
        return {};
    const auto master = isMaster(*m_session);
    if (!master)
        return master.error();
    m_nextLook.setRemainingTime(lookEvery);
    if (*master)
        return {};
    auto found = findMaster(m_endpoint, options());
    if (!found) {
        m_failure = found.error();
        return found.error();
    }
    qCInfo(logRedis) << "master is now" << found->address.text();
    m_session = std::move(found->session);
    m_address = found->address;
    return {};
}

std::vector<Result<RedisReply>> RedisMaster::exchange(
    std::span<const RedisCommand> commands, Milliseconds longer)
{
    if (const auto followed = follow(); !followed)
        return {commands.size(), followed.error()};
    if (m_failure)
        return {commands.size(), *m_failure};
    auto replies = m_session->pipeline(commands, longer);
    for (auto& reply : replies) {
        if (reply || !hasRedisCode(reply.error(), "READONLY"))
            continue;
        reply = masterDemoted(m_address, reply.error().detail);
        m_nextLook.setRemainingTime(0ms);
    }
    return replies;
}

} // namespace outboard
