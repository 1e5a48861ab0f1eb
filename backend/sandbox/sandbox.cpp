// SPDX-License-Identifier: GPL-3.0-or-later
#include "sandbox/sandbox.h"

#include "core/log.h"
#include "sandbox/incidents.h"
#include "sandbox/privatepostgres.h"
#include "sandbox/privateredis.h"
#include "sandbox/sandboxdirectory.h"
#include "sandbox/sandboxprofile.h"
#include "sandbox/shophistory.h"
#include "sandbox/traffic.h"

#include <QCoreApplication>
#include <QThread>

// Outside any namespace: the macro declares a function of the resource compiler. A static library's
// resources are linked in only when somebody asks for them.
static void initSandboxResources()
{
    Q_INIT_RESOURCE(sandbox);
}

namespace outboard {

using namespace Qt::StringLiterals;

namespace {

/// In the order they must run.
QStringList schemaFiles()
{
    return {
        u":/sandbox/schema.sql"_s,
        u":/sandbox/billing_amount_strict.sql"_s,
        u":/sandbox/functions.sql"_s,
        u":/sandbox/shop.sql"_s,
        u":/sandbox/history.sql"_s};
}

} // namespace

Sandbox::Sandbox(const SandboxOptions& options, QObject* parent)
    : QObject(parent)
    , m_options(options)
{
    initSandboxResources();
}

Sandbox::~Sandbox()
{
    stop();
}

bool Sandbox::isRunning() const
{
    const auto runs = [](const ServerProcess* server) { return server && server->isRunning(); };
    return m_postgres && m_redis && runs(m_postgres->server()) && runs(m_redis->server());
}

Profile Sandbox::profile() const
{
    return m_directory ? sandboxProfile(m_postgres->dsn(), m_redis->url()) : sandboxProfile({}, {});
}

QString Sandbox::directory() const
{
    return m_directory ? m_directory->path() : QString();
}

qint64 Sandbox::postgresProcessId() const
{
    return m_postgres && m_postgres->server() ? m_postgres->server()->processId() : 0;
}

qint64 Sandbox::redisProcessId() const
{
    return m_redis && m_redis->server() ? m_redis->server()->processId() : 0;
}

Result<void> Sandbox::start()
{
    Q_ASSERT(QThread::currentThread() == QCoreApplication::instance()->thread());
    Q_ASSERT(!m_directory);
    auto started = startServers();
    if (started)
        started = startShop();
    if (!started)
        stop();
    return started;
}

void Sandbox::stop()
{
    m_incidents.reset();
    m_traffic.reset();
    m_redis.reset();
    m_postgres.reset();
    m_directory.reset();
}

Result<void> Sandbox::startServers()
{
    const auto user = serverUser();
    if (!user)
        return user.error();
    if (const int swept = SandboxDirectory::sweep(*user); swept > 0)
        qCInfo(logSandbox) << "removed" << swept << "directories of sandboxes that were killed";
    auto directory = SandboxDirectory::create(*user);
    if (!directory)
        return directory.error();
    m_directory = *std::move(directory);
    m_postgres = std::make_unique<PrivatePostgres>(*m_directory, *user);
    m_redis = std::make_unique<PrivateRedis>(*m_directory, *user);
    // Redis starts while PostgreSQL's files are made.
    if (auto begun = m_postgres->begin(); !begun)
        return begun;
    if (auto begun = m_redis->begin(); !begun)
        return begun;
    if (auto ready = m_postgres->finish(schemaFiles()); !ready)
        return ready;
    if (auto ready = m_redis->finish(); !ready)
        return ready;
    connect(m_postgres->server(), &ServerProcess::died, this, &Sandbox::serverDied);
    connect(m_redis->server(), &ServerProcess::died, this, &Sandbox::serverDied);
    return {};
}

void Sandbox::restartRedis()
{
    if (!m_redis)
        return;
    m_redis->stop();
    if (auto begun = m_redis->begin(); !begun) {
        emit serverDied(begun.error());
        return;
    }
    connect(m_redis->server(), &ServerProcess::died, this, &Sandbox::serverDied);
}

Result<void> Sandbox::startShop()
{
    const Profile shop = profile();
    if (auto loaded = loadShopHistory(shop, m_options.historyOrders); !loaded)
        return loaded;
    // The servers belong to the main thread.
    m_traffic = std::make_unique<Traffic>(shop, m_options, [this] {
        QMetaObject::invokeMethod(this, &Sandbox::restartRedis, Qt::QueuedConnection);
    });
    m_incidents = std::make_unique<Incidents>(*m_traffic, m_options);
    if (m_options.hasTraffic)
        m_traffic->start();
    return {};
}

} // namespace outboard
