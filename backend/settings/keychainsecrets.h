// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/result.h"
#include "settings/secretstore.h"

#include <memory>

namespace outboard {

/// The system's keychain (Secret Service, KWallet, macOS, Windows), service name "outboard".
/// Where there is none, nothing is found; no call waits longer than 3 s, and once one did, the rest
/// of the session does without the keychain.
class KeychainSecrets final : public SecretStore
{
public:
    KeychainSecrets();
    ~KeychainSecrets() override;
    Q_DISABLE_COPY_MOVE(KeychainSecrets)

    std::optional<QString> find(const QString& key) const override;

    /// Whether one answers, also when it holds nothing of ours.
    bool isThere() const;

    /// Error::Refused with what to do when there is no keychain or it refused.
    Result<void> store(const QString& key, const QString& secret);
    Result<void> remove(const QString& key);

private:
    struct Private;
    std::unique_ptr<Private> d;
};

} // namespace outboard
