// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/result.h"
#include "core/strongid.h"
#include "core/time.h"
#include "handlers/handler.h"
#include "settings/profile.h"

#include <QString>

#include <memory>
#include <optional>
#include <span>
#include <stop_token>

namespace outboard {

class Broker;

/// What handlers are built from, besides their settings.
struct HandlerParts
{
    Broker& broker;
    Clock clock;
    std::stop_token stop = {}; ///< The run's: handlers that wait look at it.
};

/// One kind of handler: its spelling in a profile, what it needs, how it is made.
struct HandlerKind
{
    using Make = Result<std::unique_ptr<Handler>> (*)(const HandlerSettings&, const HandlerParts&);

    QLatin1StringView kind;
    Handler::Guard guard; ///< Guard::Ledger: replaying needs a ledger that can be written to.
    Make make;
};

/// All kinds; adding one is a line in handlerkinds.cpp.
std::span<const HandlerKind> handlerKinds();

/// Null for an unknown kind.
const HandlerKind* findHandlerKind(const QString& kind);

/// The profile's handler of this name; "republish" exists also when the profile does not list it.
/// Error::Missing naming those that exist.
Result<HandlerSettings> findHandler(const Profile& profile, const QString& name);

/// Names of all handlers of a profile, "republish" among them.
QStringList handlerNames(const Profile& profile);

/// Error::Refused when the kind is unknown, a setting that it needs is empty, or what an imported
/// handler runs was not approved.
Result<std::unique_ptr<Handler>> makeHandler(
    const HandlerSettings& settings, const HandlerParts& parts);

/// Whether the topic passes the handler's patterns (* and ?); no pattern passes every topic.
bool acceptsTopic(const HandlerSettings& settings, const TopicName& topic);

/// Index into profile.ledgers of the ledger that guards this handler's events of a group: the one
/// the handler names, else the first that serves the group. Absent when there is none.
std::optional<qsizetype> ledgerIndex(
    const Profile& profile, const HandlerSettings& settings, const GroupName& group);

} // namespace outboard
