// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/result.h"
#include "support/scratchredis.h"

#include <QByteArray>
#include <QStringList>
#include <QTemporaryDir>

#include <memory>
#include <vector>

namespace outboard {

/// A Redis Cluster of masters that share the slots evenly.
class ScratchCluster
{
public:
    struct Options
    {
        int nodes = 3;
        bool tls = false; ///< Everywhere, with one authority; clients must show a certificate.
        QStringList settings = {}; ///< Lines of every node's redis.conf.
    };

    /// When every node knows all others and all slots are served.
    static Result<std::unique_ptr<ScratchCluster>> start(const Options& options);

    static Result<std::unique_ptr<ScratchCluster>> start() { return start(Options()); }

    ScratchRedis& node(size_t index) const { return *m_nodes.at(index); }

    size_t size() const { return m_nodes.size(); }

    /// Where this key's slot was at the start.
    size_t ownerOf(const QByteArray& key) const;

    /// For BrokerSettings::url: one node, which tells of the others; or all.
    QString url() const { return node(0).tcpUrl(); }

    QString urlOfAll() const;

    /// Of all nodes. Needs Options::tls.
    const ScratchCertificates& certificates() const { return m_certificates; }

    // A slot's move, step by step.
    void beginMove(quint16 slot, size_t from, size_t to) const;
    /// The key, to the node that imports its slot; the reply.
    QByteArray migrate(const QByteArray& key, size_t from, size_t to) const;
    void endMove(quint16 slot, size_t to) const;

    /// Removes all data.
    void wipe() const;

private:
    Result<QStringList> settings(const Options& options, quint16 busPort);
    Result<void> introduce() const;

    QByteArray id(size_t index) const { return node(index).value({"CLUSTER", "MYID"}); }

    std::vector<std::unique_ptr<ScratchRedis>> m_nodes;
    std::vector<quint16> m_busPorts;
    QTemporaryDir m_folder;
    ScratchCertificates m_certificates;
};

} // namespace outboard
