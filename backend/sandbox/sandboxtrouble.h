// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "sandbox/actor.h"
#include "sandbox/trafficswitches.h"

#include <QString>

#include <chrono>
#include <memory>
#include <optional>

namespace outboard {

class PgConnection;
class PgTransaction;

/// What others do to the shop's database while an incident asks for it: a retention job, other work
/// that slows it down, a transaction that somebody forgot.
class SandboxTrouble final : public Actor
{
public:
    SandboxTrouble(QString dsn, TrafficSwitchesPtr switches);
    ~SandboxTrouble() override;

    Result<void> open(const std::stop_token& stop) override;
    Result<void> step(const std::stop_token& stop) override;
    void close() override;

private:
    Result<void> slowDown();
    Result<void> pruneLedger();
    Result<void> blockHeadRow(const std::stop_token& stop);
    void letHeadRowGo();

    QString m_dsn;
    TrafficSwitchesPtr m_switches;
    std::unique_ptr<PgConnection> m_database;
    int m_delayMs = 0;
    bool m_isPruned = false;
    std::chrono::steady_clock::time_point m_nextPrune;
    bool m_isHeadRowTaken = false; ///< Also when somebody ended the session meanwhile.
    std::unique_ptr<PgConnection> m_forgotten;
    std::unique_ptr<PgTransaction> m_transaction; ///< Of m_forgotten.
};

} // namespace outboard
