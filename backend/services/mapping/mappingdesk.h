// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/lane.h"
#include "services/mapping/mappingpreview.h"
#include "services/mapping/sampling.h"

#include <QFuture>
#include <QHash>
#include <QString>
#include <QStringList>

namespace outboard {

/// What the wizard asks of servers, away from the GUI thread: one lane for databases, one for the
/// broker, so that a dead one does not hold up the other, and one for the keychain. Closing cuts
/// what is under way.
class MappingDesk
{
public:
    MappingDesk();
    ~MappingDesk();
    Q_DISABLE_COPY_MOVE(MappingDesk)

    QFuture<Result<SampledDatabase>> lookAtDatabase(
        const QString& dsn, const std::optional<QString>& password);
    QFuture<Result<SampledBroker>> lookAtBroker(
        const BrokerSettings& settings, const std::optional<QString>& password);
    QFuture<Result<MappingPreview>> preview(
        const OutboxSettings& settings, const std::optional<QString>& password);

    /// Puts secrets into the system's keychain, by the keys of secretKey(). Error::Refused when
    /// there is none.
    QFuture<Result<void>> storeSecrets(const QHash<QString, QString>& secrets);

private:
    /// Each question opens a connection of its own; what lasts is only the token of the lane.
    struct Desk
    {
        std::stop_token stop;

        static bool isUsable() { return true; }
    };

    static Result<std::unique_ptr<Desk>> open(std::stop_token stop);

    Lane<Desk> m_databases;
    Lane<Desk> m_broker;
    Lane<Desk> m_keychain;
};

} // namespace outboard
