// SPDX-License-Identifier: GPL-3.0-or-later
#include "profilesource.h"

#include "sandbox/sandbox.h"
#include "settings/keychainsecrets.h"
#include "settings/profilestore.h"
#include "text.h"

namespace outboard {

using namespace Qt::StringLiterals;

ProfileSource::ProfileSource()
    : m_keychain(std::make_shared<KeychainSecrets>())
{}

ProfileSource::~ProfileSource() = default;

Result<Profile> ProfileSource::open(const CommandLine& line)
{
    if (line.has(u"sandbox"_s))
        return startSandbox();
    const ProfileStore store;
    if (line.has(u"profile-file"_s)) {
        auto profile = ProfileStore::loadFile(line.value(u"profile-file"_s));
        return profile ? store.approvals().applied(*profile) : profile;
    }
    if (line.has(u"profile"_s))
        return store.load(line.value(u"profile"_s));
    const QStringList names = store.names();
    return Error{
        Error::Kind::Refused,
        names.isEmpty() ? Text::tr(
            "Which servers? Give --profile-file FILE, or --sandbox to try Outboard; there "
            "are no saved profiles.")
                        : Text::tr("Which servers? Give --profile NAME; there are: %1.")
                              .arg(names.join(u", "_s)),
        {}};
}

Result<Profile> ProfileSource::startSandbox()
{
    m_sandbox = std::make_unique<Sandbox>();
    if (auto started = m_sandbox->start(); !started)
        return started.error();
    return m_sandbox->profile();
}

Incidents* ProfileSource::incidents() const
{
    return m_sandbox ? m_sandbox->incidents() : nullptr;
}

std::shared_ptr<const SecretStore> ProfileSource::secrets() const
{
    if (m_sandbox)
        return m_asked;
    return std::make_shared<SecretChain>(std::vector<std::shared_ptr<const SecretStore>>{
        m_asked, m_keychain, std::make_shared<EnvironmentSecrets>()});
}

} // namespace outboard
