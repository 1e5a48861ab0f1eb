// SPDX-License-Identifier: GPL-3.0-or-later
#include "services/backends.h"

#include "brokers/broker.h"
#include "brokers/brokerkinds.h"
#include "ledger/pgledger.h"
#include "net/sshroutes.h"
#include "outbox/outboxpresets.h"
#include "outbox/outboxstore.h"
#include "outbox/pgoutboxstore.h"
#include "settings/connectiontext.h"
#include "settings/secretstores.h"

namespace outboard {

using namespace Qt::StringLiterals;

namespace {

/// Where the entries carry the event id inside their payload, the outbox row's id is another one:
/// rows are then known by the same path, so that ledgers recognise them.
OutboxSettings withEventIdOf(const BrokerSettings& broker, OutboxSettings outbox)
{
    const QString prefix = broker.payload + u'.';
    if (!outbox.columns.eventId.isEmpty() || !broker.eventId.startsWith(prefix))
        return outbox;
    if (const auto preset = withPreset(outbox)) {
        outbox.columns.eventId =
            preset->settings.columns.payload + u'.' + broker.eventId.mid(prefix.size());
    }
    return outbox;
}

using Routes = std::shared_ptr<const SshRoutes>; ///< Null: directly.

Routes routesOf(const SshSettings& settings)
{
    return settings.host.isEmpty() ? nullptr : std::make_shared<const SshRoutes>(settings);
}

NetRoute through(const Routes& routes, const std::stop_token& stop)
{
    if (!routes)
        return {};
    return [routes, stop](const NetPlace& server) { return routes->to(server, stop); };
}

/// At the near end of a tunnel, a server that the SSH host does not reach looks like one that hangs
/// up: ssh knows better.
template<class T>
Result<T> explained(Result<T> opened, const Routes& routes, const std::stop_token& stop)
{
    if (opened || !routes || !isTransient(opened.error().kind))
        return opened;
    const auto complaint = routes->complaint(stop);
    return complaint ? Result<T>(*complaint) : std::move(opened);
}

/// The real servers of one profile.
class ServerBackends final : public Backends
{
public:
    ServerBackends(Profile profile, std::shared_ptr<const SecretStore> secrets)
        : m_profile(std::move(profile))
        , m_secrets(std::move(secrets))
    {
        m_profile.outbox = withEventIdOf(m_profile.broker, m_profile.outbox);
        m_outboxRoutes = routesOf(m_profile.outbox.ssh);
        m_brokerRoutes = routesOf(m_profile.broker.ssh);
        for (const LedgerSettings& ledger : std::as_const(m_profile.ledgers))
            m_ledgerRoutes.push_back(ledger.dsn.isEmpty() ? m_outboxRoutes : routesOf(ledger.ssh));
    }

    const Profile& profile() const override { return m_profile; }

    Result<std::unique_ptr<OutboxStore>> openOutbox(
        Access access, std::stop_token stop) const override
    {
        return explained(
            makePgOutboxStore(
                m_profile.outbox,
                access,
                secret(u"outbox"_s, dsnFor(m_profile.outbox, access)),
                stop,
                through(m_outboxRoutes, stop)),
            m_outboxRoutes,
            stop);
    }

    Result<std::unique_ptr<Broker>> openBroker(Access access, std::stop_token stop) const override
    {
        return explained(
            outboard::openBroker(
                m_profile.broker,
                m_profile.thresholds,
                access,
                secret(u"broker"_s, m_profile.broker.url),
                stop,
                through(m_brokerRoutes, stop)),
            m_brokerRoutes,
            stop);
    }

    Result<std::unique_ptr<Ledger>> openLedger(
        qsizetype index, Access access, std::stop_token stop) const override
    {
        const LedgerSettings& settings = m_profile.ledgers.at(index);
        const QString& dsn = settings.dsn.isEmpty() ? m_profile.outbox.dsn : settings.dsn;
        const Routes& routes = m_ledgerRoutes.at(static_cast<std::size_t>(index));
        return explained(
            makePgLedger(
                settings,
                m_profile.outbox.dsn,
                access,
                secret(ledgerSource(settings), dsn),
                stop,
                through(routes, stop)),
            routes,
            stop);
    }

private:
    /// Not asked for where the profile's own text holds one.
    std::optional<QString> secret(const QString& source, const QString& connection) const
    {
        if (!m_secrets || !splitPassword(connection).password.isEmpty())
            return std::nullopt;
        return m_secrets->find(secretKey(m_profile.name, source));
    }

    Profile m_profile;
    std::shared_ptr<const SecretStore> m_secrets;
    Routes m_outboxRoutes;
    Routes m_brokerRoutes;
    std::vector<Routes> m_ledgerRoutes;
};

} // namespace

BackendsPtr makeBackends(Profile profile, std::shared_ptr<const SecretStore> secrets)
{
    return std::make_shared<ServerBackends>(std::move(profile), std::move(secrets));
}

} // namespace outboard
