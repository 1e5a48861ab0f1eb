// SPDX-License-Identifier: GPL-3.0-or-later
#include "settings/passwordkeeper.h"

#include "settings/connectiontext.h"

#include <utility>

namespace outboard {

using namespace Qt::StringLiterals;

PasswordKeeper::PasswordKeeper(std::shared_ptr<MemorySecrets> memory, Keychain keychain)
    : m_memory(std::move(memory))
    , m_lane(
          u"keychain"_s,
          [keychain =
               std::move(keychain)](const std::stop_token&) -> Result<std::unique_ptr<Source>> {
              return std::make_unique<Source>(Source{keychain});
          })
{}

void PasswordKeeper::keep(const QString& key, const QString& password)
{
    m_memory->insert(key, password);
}

QFuture<Result<bool>> PasswordKeeper::hasKeychain()
{
    return m_lane.run([](Source& source) -> Result<bool> { return source.keychain.isThere(); });
}

QFuture<Result<void>> PasswordKeeper::remember(const QString& key, const QString& password)
{
    return m_lane.run(
        [key, password](Source& source) { return source.keychain.store(key, password); });
}

std::optional<QString> passwordKeyOf(const Profile& profile, const QString& source)
{
    QString name = source;
    QString connection = source == u"broker"_s ? profile.broker.url : profile.outbox.dsn;
    for (const LedgerSettings& ledger : profile.ledgers) {
        if (source != u"ledger "_s + ledger.table)
            continue;
        name = ledgerSource(ledger);
        connection = ledger.dsn.isEmpty() ? profile.outbox.dsn : ledger.dsn;
    }
    if (!splitPassword(connection).password.isEmpty())
        return std::nullopt;
    return secretKey(profile.name, name);
}

} // namespace outboard
