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

/// Lines that all three have in common.
Result<QStringList> ScratchSentinel::settings(const Options& options)
{
    if (!options.tls)
        return QStringList();
    const auto certificates = ScratchCertificates::make(m_folder.path());
    if (!certificates)
        return certificates.error();
    m_certificates = *certificates;
    // The last of two lines counts.
    return QStringList{
        u"tls-replication yes"_s,
        u"tls-ca-cert-file %1"_s.arg(m_certificates.authority),
        u"tls-cert-file %1"_s.arg(m_certificates.serverCertificate),
        u"tls-key-file %1"_s.arg(m_certificates.serverKey)};
}

Result<std::unique_ptr<ScratchSentinel>> ScratchSentinel::start(const Options& options)
{
    auto made = std::make_unique<ScratchSentinel>();
    const auto common = made->settings(options);
    if (!common)
        return common.error();
    const auto portOf = [&options](const ScratchRedis& server) {
        return options.tls ? server.tlsPort() : server.port();
    };
    // Whatever becomes a master must be ready to feed a replica at once.
    const QStringList quick = *common + QStringList{u"repl-diskless-sync-delay 0"_s};
    auto first = ScratchRedis::start(
        {.tcp = true, .tls = options.tls, .persistent = true, .settings = quick});
    if (!first)
        return first.error();
    const QString of = u"replicaof 127.0.0.1 %1"_s.arg(portOf(**first));
    auto second = ScratchRedis::start(
        {.tcp = true, .tls = options.tls, .persistent = true, .settings = quick + QStringList{of}});
    if (!second)
        return second.error();
    made->m_servers = {std::move(*first), std::move(*second)};
    const QStringList watch{
        u"sentinel monitor mymaster 127.0.0.1 %1 1"_s.arg(portOf(made->first())),
        u"sentinel down-after-milliseconds mymaster 500"_s,
        u"sentinel failover-timeout mymaster 3000"_s};
    auto sentinel = ScratchRedis::start(
        {.tcp = true, .tls = options.tls, .sentinel = true, .settings = *common + watch});
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

QString ScratchSentinel::tlsUrl() const
{
    return u"rediss+sentinel://127.0.0.1:%1/mymaster/0"_s.arg(m_sentinel->tlsPort());
}

QString ScratchSentinel::url(const QString& master) const
{
    return u"redis+sentinel://127.0.0.1:1,127.0.0.1:%1/%2/0"_s.arg(m_sentinel->port()).arg(master);
}

} // namespace outboard
