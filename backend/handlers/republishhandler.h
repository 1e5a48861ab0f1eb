// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "brokers/broker.h"
#include "core/time.h"
#include "handlers/handler.h"

namespace outboard {

/// Sends an event to the broker again, with the same event id; the consumers' own ledgers keep it
/// from being applied twice. An append cannot be taken back, so it works on one event at a time.
class RepublishHandler final : public Handler
{
public:
    /// `clock` dates events whose own time nobody knows any more.
    RepublishHandler(Broker& broker, QString name, Clock clock, Durability durability = {});

    QString name() const override;
    Guard guard() const override;
    bool isTransactional() const override;

    /// Error::Refused when the mapping would send an event to another place than it came from.
    Result<void> apply(std::span<const Event> events, SqlTransaction* transaction) override;

    QStringList commands() const override;

private:
    Result<OutgoingMessage> messageFor(const Event& event) const;

    Broker& m_broker;
    QString m_name;
    Clock m_clock;
    Durability m_durability;
};

} // namespace outboard
