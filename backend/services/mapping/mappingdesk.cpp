// SPDX-License-Identifier: GPL-3.0-or-later
#include "services/mapping/mappingdesk.h"

#include "settings/keychainsecrets.h"

namespace outboard {

using namespace Qt::StringLiterals;

MappingDesk::MappingDesk()
    : m_databases(u"wizard databases"_s, &MappingDesk::open)
    , m_broker(u"wizard broker"_s, &MappingDesk::open)
    , m_keychain(u"wizard keychain"_s, &MappingDesk::open)
{}

MappingDesk::~MappingDesk()
{
    // All at once, so that they wait at the same time.
    m_databases.close();
    m_broker.close();
    m_keychain.close();
}

Result<std::unique_ptr<MappingDesk::Desk>> MappingDesk::open(std::stop_token stop)
{
    auto desk = std::make_unique<Desk>();
    desk->stop = std::move(stop);
    return desk;
}

QFuture<Result<SampledDatabase>> MappingDesk::lookAtDatabase(
    const QString& dsn, const std::optional<QString>& password)
{
    return m_databases.run(
        [dsn, password](Desk& desk) { return sampleDatabase(dsn, password, desk.stop); });
}

QFuture<Result<SampledBroker>> MappingDesk::lookAtBroker(
    const BrokerSettings& settings, const std::optional<QString>& password)
{
    return m_broker.run(
        [settings, password](Desk& desk) { return sampleBroker(settings, password, desk.stop); });
}

QFuture<Result<MappingPreview>> MappingDesk::preview(
    const OutboxSettings& settings, const std::optional<QString>& password)
{
    return m_databases.run(
        [settings, password](Desk& desk) { return previewMapping(settings, password, desk.stop); });
}

QFuture<Result<void>> MappingDesk::storeSecrets(const QHash<QString, QString>& secrets)
{
    return m_keychain.run([secrets](Desk&) -> Result<void> {
        KeychainSecrets keychain;
        for (auto it = secrets.cbegin(); it != secrets.cend(); ++it) {
            if (auto stored = keychain.store(it.key(), it.value()); !stored)
                return stored;
        }
        return {};
    });
}

} // namespace outboard
