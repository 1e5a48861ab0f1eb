// SPDX-License-Identifier: GPL-3.0-or-later
#include "support/scratchsentinel.h"

#include <QDeadlineTimer>
#include <QThread>

#include <functional>

namespace outboard {

using namespace Qt::StringLiterals;

namespace {

Result<void> waitUntil(const QString& what, const std::function<bool()>& isTrue)
{
    const QDeadlineTimer deadline(30'000);
    while (!isTrue()) {
        if (deadline.hasExpired())
            return Error{Error::Kind::Timeout, what, {}};
        QThread::msleep(20);
    }
    return {};
}

} // namespace

Result<std::unique_ptr<ScratchSentinel>> ScratchSentinel::start()
{
    auto made = std::make_unique<ScratchSentinel>();
    // Whatever becomes a master must be ready to feed a replica at once.
    const QString quick = u"repl-diskless-sync-delay 0"_s;
    auto first = ScratchRedis::start({.tcp = true, .persistent = true, .settings = {quick}});
    if (!first)
        return first.error();
    const QString of = u"replicaof 127.0.0.1 %1"_s.arg((*first)->port());
    auto second = ScratchRedis::start({.tcp = true, .persistent = true, .settings = {quick, of}});
    if (!second)
        return second.error();
    made->m_servers = {std::move(*first), std::move(*second)};
    auto sentinel = ScratchRedis::start(
        {.tcp = true,
         .sentinel = true,
         .settings = {
             u"sentinel monitor mymaster 127.0.0.1 %1 1"_s.arg(made->first().port()),
             u"sentinel down-after-milliseconds mymaster 500"_s,
             u"sentinel failover-timeout mymaster 3000"_s}});
    if (!sentinel)
        return sentinel.error();
    made->m_sentinel = std::move(*sentinel);
    auto ready = waitUntil(u"The replica is not in step."_s, [&] {
        return made->second().value({"INFO", "replication"}).contains("master_link_status:up");
    });
    if (ready)
        ready = waitUntil(u"Sentinel does not know the replica."_s, [&] {
            return made->sentinel().values({"SENTINEL", "REPLICAS", "mymaster"}).contains("name");
        });
    if (!ready)
        return ready.error();
    return made;
}

quint16 ScratchSentinel::masterPort() const
{
    const auto place = m_sentinel->values({"SENTINEL", "GET-MASTER-ADDR-BY-NAME", "mymaster"});
    return place.value(1).toUShort();
}

QString ScratchSentinel::url(const QString& master) const
{
    return u"redis+sentinel://127.0.0.1:1,127.0.0.1:%1/%2/0"_s.arg(m_sentinel->port()).arg(master);
}

} // namespace outboard
