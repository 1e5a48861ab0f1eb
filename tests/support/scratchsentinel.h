// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/result.h"
#include "support/scratchcertificates.h"
#include "support/scratchredis.h"

#include <QStringList>
#include <QTemporaryDir>

#include <array>
#include <memory>

namespace outboard {

/// Two servers, the second a replica of the first at the start, and a Sentinel that knows their
/// master as "mymaster" and makes the other one master half a second after it is gone.
class ScratchSentinel
{
public:
    struct Options
    {
        bool tls = false; ///< Everywhere, with one authority.
    };

    /// When the replica is in step and Sentinel knows of it. Error::Missing without redis-server.
    static Result<std::unique_ptr<ScratchSentinel>> start(const Options& options);

    static Result<std::unique_ptr<ScratchSentinel>> start() { return start(Options()); }

    ScratchRedis& sentinel() const { return *m_sentinel; }

    ScratchRedis& first() const { return *m_servers[0]; }

    ScratchRedis& second() const { return *m_servers[1]; }

    /// Of the server that Sentinel names.
    quint16 masterPort() const;

    /// Of all servers. Needs Options::tls.
    const ScratchCertificates& certificates() const { return m_certificates; }

    /// Needs Options::tls.
    QString tlsUrl() const;

    /// For BrokerSettings::url; nobody listens at the first of the two addresses.
    QString url(const QString& master = QStringLiteral("mymaster")) const;

private:
    Result<QStringList> settings(const Options& options);

    QTemporaryDir m_folder;
    ScratchCertificates m_certificates;
    std::array<std::unique_ptr<ScratchRedis>, 2> m_servers;
    std::unique_ptr<ScratchRedis> m_sentinel;
};

} // namespace outboard
