// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "settings/profile.h"
#include "settings/secretstore.h"

#include <QHash>

#include <memory>
#include <mutex>
#include <vector>

namespace outboard {

/// What the operator typed in this session; gone when the application ends.
class MemorySecrets final : public SecretStore
{
public:
    std::optional<QString> find(const QString& key) const override;
    void insert(const QString& key, const QString& secret);

private:
    // Written on the GUI thread when asked for, read on lanes when they open connections.
    mutable std::mutex m_mutex;
    QHash<QString, QString> m_secrets;
};

/// REDISCLI_AUTH, for the broker and the Celery queue. (PGPASSWORD and ~/.pgpass are libpq's own
/// business.)
class EnvironmentSecrets final : public SecretStore
{
public:
    std::optional<QString> find(const QString& key) const override;
};

/// The first store that knows the secret.
class SecretChain final : public SecretStore
{
public:
    explicit SecretChain(std::vector<std::shared_ptr<const SecretStore>> stores);

    std::optional<QString> find(const QString& key) const override;

private:
    std::vector<std::shared_ptr<const SecretStore>> m_stores;
};

/// Which source's password opens a ledger: its own, or the outbox's when it lives in that database.
QString ledgerSource(const LedgerSettings& ledger);

/// "shop/outbox": the keys that SecretStore documents, of a profile's name and a source's.
QString secretKey(const QString& profile, const QString& source);

} // namespace outboard
