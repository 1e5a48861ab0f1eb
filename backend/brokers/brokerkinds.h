// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/access.h"
#include "core/result.h"
#include "net/netplace.h"
#include "settings/profile.h"

#include <QList>
#include <QString>

#include <functional>
#include <memory>
#include <optional>
#include <stop_token>

namespace outboard {

class Broker;

/// One setting of a kind of broker, as a form shows it.
struct BrokerField
{
    QString key;         ///< As in the profile file, e.g. "url" or "tls.ca".
    QString title;       ///< Translated.
    QString help;        ///< Translated; what to write.
    QString placeholder; ///< The default, or an example.
    bool isFile = false; ///< A path: the form offers to choose one.
};

/// What is needed to open a connection.
struct BrokerRequest
{
    BrokerSettings settings;
    Thresholds thresholds;
    Access access = Access::Monitor;
    std::optional<QString> password; ///< Used when the URL holds none.
    std::stop_token stop;
    NetRoute route = {}; ///< How to reach a node; empty: directly.
};

struct BrokerKind
{
    QString name;  ///< As in the profile file.
    QString title; ///< Translated.
    QList<BrokerField> fields;
    std::function<Result<std::unique_ptr<Broker>>(const BrokerRequest&)> open;
};

/// All kinds that Outboard knows: a new one costs one entry in the table.
QList<BrokerKind> brokerKinds();

/// Opens a connection of the settings' kind. Blocks up to the connect deadline; for a lane or a
/// headless command. Error::Refused for an unknown kind, an unreadable URL or an unreadable rule.
Result<std::unique_ptr<Broker>> openBroker(
    const BrokerSettings& settings,
    const Thresholds& thresholds,
    Access access,
    const std::optional<QString>& password,
    std::stop_token stop,
    const NetRoute& route = {});

} // namespace outboard
