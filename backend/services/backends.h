// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/access.h"
#include "core/result.h"
#include "settings/profile.h"

#include <memory>
#include <stop_token>
#include <vector>

namespace outboard {

class Broker;
class Ledger;
class OutboxStore;

/// Opens connections. The real one reads a profile; tests hand in fakes.
/// Every call blocks up to the connect deadline and belongs on a lane or in a headless command.
class Backends
{
public:
    virtual ~Backends() = default;

    virtual const Profile& profile() const = 0;

    virtual Result<std::unique_ptr<OutboxStore>> openOutbox(
        Access access, std::stop_token stop) const = 0;
    virtual Result<std::unique_ptr<Broker>> openBroker(
        Access access, std::stop_token stop) const = 0;

    /// `index` into profile().ledgers.
    virtual Result<std::unique_ptr<Ledger>> openLedger(
        qsizetype index, Access access, std::stop_token stop) const = 0;
};

using BackendsPtr = std::shared_ptr<const Backends>;

/// The real servers of a profile. Secrets come from `secrets`.
class SecretStore;
BackendsPtr makeBackends(Profile profile, std::shared_ptr<const SecretStore> secrets);

} // namespace outboard
