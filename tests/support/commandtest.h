// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "support/commandrunner.h"
#include "support/scratchpostgres.h"
#include "support/scratchredis.h"

#include <QObject>

#include <memory>

namespace outboard {

/// What tests of headless commands stand on: a PostgreSQL and a Redis of their own for the whole
/// test, and a runner of the program for each of its functions.
class CommandTest : public QObject
{
protected:
    /// For initTestCase(), under REQUIRE_SERVICE.
    Result<void> startServers()
    {
        auto postgres = ScratchPostgres::start();
        if (!postgres)
            return postgres.error();
        m_postgres = std::move(*postgres);
        auto redis = ScratchRedis::start();
        if (!redis)
            return redis.error();
        m_redis = std::move(*redis);
        return {};
    }

    /// For init(): the seed's tables and nothing else, an empty Redis, no settings.
    Result<void> beginAnew(const QString& program)
    {
        m_redis->wipe();
        m_runner = std::make_unique<CommandRunner>(program);
        if (auto wiped = m_postgres->wipe(); !wiped)
            return wiped;
        return m_postgres->createSeedSchema(true);
    }

    std::unique_ptr<ScratchPostgres> m_postgres;
    std::unique_ptr<ScratchRedis> m_redis;
    std::unique_ptr<CommandRunner> m_runner;
};

} // namespace outboard
