// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/lane.h"
#include "settings/profile.h"
#include "settings/secretstores.h"

#include <QFuture>
#include <QString>

#include <functional>
#include <memory>
#include <optional>

namespace outboard {

/// Where a password goes that the operator typed into the window: into memory, and into the
/// system's keychain when there is one and the operator wants that. Nowhere else.
class PasswordKeeper
{
public:
    /// Called on a thread of their own: a keychain may take seconds.
    struct Keychain
    {
        std::function<bool()> isThere;
        std::function<Result<void>(const QString& key, const QString& password)> store;
    };

    PasswordKeeper(std::shared_ptr<MemorySecrets> memory, Keychain keychain);

    /// For as long as the application runs. Keys as SecretStore has them.
    void keep(const QString& key, const QString& password);

    QFuture<Result<bool>> hasKeychain();

    /// Error::Refused with what to do when the keychain refused.
    QFuture<Result<void>> remember(const QString& key, const QString& password);

private:
    struct Source
    {
        Keychain keychain;

        static bool isUsable() { return true; }
    };

    std::shared_ptr<MemorySecrets> m_memory;
    Lane<Source> m_lane;
};

/// The key of the password that opens a source of a snapshot ("outbox", "broker", "ledger x").
/// Nothing where the profile's own text holds one, which is used instead of any other.
std::optional<QString> passwordKeyOf(const Profile& profile, const QString& source);

} // namespace outboard
