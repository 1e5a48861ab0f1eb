// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "commandline.h"
#include "core/result.h"
#include "settings/profile.h"
#include "settings/secretstores.h"

#include <memory>

namespace outboard {

class Incidents;
class KeychainSecrets;
class Sandbox;

/// Where the profile of a command line comes from, its secrets, and the sandbox, if it is one.
class ProfileSource
{
public:
    ProfileSource();
    ~ProfileSource();
    Q_DISABLE_COPY_MOVE(ProfileSource)

    /// --profile, --profile-file or --sandbox. Error::Refused without any of them.
    Result<Profile> open(const CommandLine& line);

    /// Looks among what was typed in this session first, then in the keychain, then in
    /// REDISCLI_AUTH; a sandbox has no secrets, so that only the first is asked there.
    std::shared_ptr<const SecretStore> secrets() const;

    /// Of the sandbox that open() started; null otherwise.
    Incidents* incidents() const;

    const std::shared_ptr<MemorySecrets>& asked() const { return m_asked; }

    const std::shared_ptr<KeychainSecrets>& keychain() const { return m_keychain; }

private:
    Result<Profile> startSandbox();

    std::shared_ptr<MemorySecrets> m_asked = std::make_shared<MemorySecrets>();
    std::shared_ptr<KeychainSecrets> m_keychain;
    std::unique_ptr<Sandbox> m_sandbox;
};

} // namespace outboard
