// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QString>

#include <optional>

namespace outboard {

/// Where passwords come from. Never a file, the journal or a log.
/// Keys are "profile/outbox", "profile/broker", "profile/ledger/<table>", "profile/celery".
/// Any thread may call.
class SecretStore
{
public:
    virtual ~SecretStore() = default;
    virtual std::optional<QString> find(const QString& key) const = 0;
};

} // namespace outboard
