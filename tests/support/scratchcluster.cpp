// SPDX-License-Identifier: GPL-3.0-or-later
#include "support/scratchcluster.h"

#include "brokers/redisslots.h"

#include <QDeadlineTimer>
#include <QTcpServer>
#include <QThread>

#include <algorithm>
#include <utility>

namespace outboard {

using namespace Qt::StringLiterals;

namespace {

constexpr int slotCount = 16384;

quint16 freePort()
{
    QTcpServer probe;
    return probe.listen(QHostAddress::LocalHost) ? probe.serverPort() : quint16(0);
}

} // namespace

Result<std::unique_ptr<ScratchCluster>> ScratchCluster::start(const Options& options)
{
    auto made = std::make_unique<ScratchCluster>();
    for (int number = 0; number < options.nodes; ++number) {
        // The default, 10 000 above the port, can be no port at all.
        made->m_busPorts.push_back(freePort());
        const auto settings = made->settings(options, made->m_busPorts.back());
        if (!settings)
            return settings.error();
        auto node = ScratchRedis::start(
            {.tcp = true, .tls = options.tls, .persistent = true, .settings = *settings});
        if (!node)
            return node.error();
        made->m_nodes.push_back(std::move(*node));
    }
    if (auto introduced = made->introduce(); !introduced)
        return introduced.error();
    return made;
}

Result<QStringList> ScratchCluster::settings(const Options& options, quint16 busPort)
{
    QStringList lines{
        u"cluster-enabled yes"_s,
        u"cluster-port %1"_s.arg(busPort),
        u"cluster-node-timeout 2000"_s,
        u"cluster-require-full-coverage no"_s};
    if (!options.tls)
        return lines + options.settings;
    if (m_certificates.authority.isEmpty()) {
        const auto certificates = ScratchCertificates::make(m_folder.path());
        if (!certificates)
            return certificates.error();
        m_certificates = *certificates;
    }
    // The last of two lines counts.
    lines << u"tls-cluster yes"_s << u"tls-auth-clients yes"_s
          << u"tls-ca-cert-file %1"_s.arg(m_certificates.authority)
          << u"tls-cert-file %1"_s.arg(m_certificates.serverCertificate)
          << u"tls-key-file %1"_s.arg(m_certificates.serverKey);
    return lines + options.settings;
}

Result<void> ScratchCluster::introduce() const
{
    const int share = slotCount / int(size());
    for (size_t i = 0; i < size(); ++i) {
        const bool isLast = i + 1 == size();
        const int first = int(i) * share;
        const int last = isLast ? slotCount - 1 : first + share - 1;
        const QByteArray added = node(i).value(
            {"CLUSTER", "ADDSLOTSRANGE", QByteArray::number(first), QByteArray::number(last)});
        if (added != "OK")
            return Error{Error::Kind::Refused, u"No slots."_s, QString::fromUtf8(added)};
        // Two nodes with one epoch would quarrel over it later.
        node(i).value({"CLUSTER", "SET-CONFIG-EPOCH", QByteArray::number(int(i) + 1)});
    }
    for (size_t i = 1; i < size(); ++i) {
        const bool isTls = !m_certificates.authority.isEmpty();
        const quint16 port = isTls ? node(i).tlsPort() : node(i).port();
        node(0).value(
            {"CLUSTER",
             "MEET",
             "127.0.0.1",
             QByteArray::number(port),
             QByteArray::number(m_busPorts[i])});
    }
    const QDeadlineTimer deadline(30'000);
    const QByteArray known = "cluster_known_nodes:" + QByteArray::number(int(size()));
    for (size_t i = 0; i < size();) {
        const QByteArray info = node(i).value({"CLUSTER", "INFO"});
        if (info.contains("cluster_slots_assigned:16384") && info.contains(known)
            && info.contains("cluster_state:ok"))
            ++i;
        else if (deadline.hasExpired())
            return Error{Error::Kind::Timeout, u"No cluster."_s, QString::fromUtf8(info)};
        else
            QThread::msleep(20);
    }
    return {};
}

size_t ScratchCluster::ownerOf(const QByteArray& key) const
{
    const size_t share = size_t(slotCount) / size();
    return std::min(size_t(redisSlot(key)) / share, size() - 1);
}

QString ScratchCluster::urlOfAll() const
{
    QStringList places;
    for (size_t i = 0; i < size(); ++i)
        places << u"127.0.0.1:%1"_s.arg(node(i).port());
    return u"redis+cluster://"_s + places.join(u',');
}

void ScratchCluster::beginMove(quint16 slot, size_t from, size_t to) const
{
    const QByteArray number = QByteArray::number(slot);
    node(to).value({"CLUSTER", "SETSLOT", number, "IMPORTING", id(from)});
    node(from).value({"CLUSTER", "SETSLOT", number, "MIGRATING", id(to)});
}

QByteArray ScratchCluster::migrate(const QByteArray& key, size_t from, size_t to) const
{
    return node(from).value(
        {"MIGRATE", "127.0.0.1", QByteArray::number(node(to).port()), key, "0", "10000"});
}

void ScratchCluster::endMove(quint16 slot, size_t to) const
{
    node(to).value({"CLUSTER", "SETSLOT", QByteArray::number(slot), "NODE", id(to)});
    for (size_t i = 0; i < size(); ++i)
        node(i).value({"CLUSTER", "SETSLOT", QByteArray::number(slot), "NODE", id(to)});
}

void ScratchCluster::wipe() const
{
    for (size_t i = 0; i < size(); ++i)
        node(i).wipe();
}

} // namespace outboard
