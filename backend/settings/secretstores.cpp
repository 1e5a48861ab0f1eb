// SPDX-License-Identifier: GPL-3.0-or-later
#include "settings/secretstores.h"

#include <utility>

namespace outboard {

using namespace Qt::StringLiterals;

std::optional<QString> MemorySecrets::find(const QString& key) const
{
    const std::lock_guard lock(m_mutex);
    const auto secret = m_secrets.constFind(key);
    return secret == m_secrets.constEnd() ? std::nullopt : std::optional(*secret);
}

void MemorySecrets::insert(const QString& key, const QString& secret)
{
    const std::lock_guard lock(m_mutex);
    m_secrets.insert(key, secret);
}

std::optional<QString> EnvironmentSecrets::find(const QString& key) const
{
    const QString secret = qEnvironmentVariable("REDISCLI_AUTH");
    const bool isRedis = key.endsWith(u"/broker") || key.endsWith(u"/celery");
    return isRedis && !secret.isEmpty() ? std::optional(secret) : std::nullopt;
}

SecretChain::SecretChain(std::vector<std::shared_ptr<const SecretStore>> stores)
    : m_stores(std::move(stores))
{}

std::optional<QString> SecretChain::find(const QString& key) const
{
    for (const auto& store : m_stores) {
        if (auto secret = store->find(key))
            return secret;
    }
    return std::nullopt;
}

QString ledgerSource(const LedgerSettings& ledger)
{
    return ledger.dsn.isEmpty() ? u"outbox"_s : QString(u"ledger/"_s + ledger.table);
}

QString secretKey(const QString& profile, const QString& source)
{
    return profile + u'/' + source;
}

} // namespace outboard
