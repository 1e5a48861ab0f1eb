// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "handlers/handler.h"

#include <QHash>

#include <functional>

namespace outboard {

/// A handler that notes what it was called for. A transactional one works through the transaction,
/// so that FakeLedgerTable::executed() holds only what was committed.
class FakeHandler final : public Handler
{
public:
    FakeHandler(Guard guard, bool transactional);

    QString name() const override;
    Guard guard() const override;
    bool isTransactional() const override;
    Result<void> apply(std::span<const Event> events, SqlTransaction* transaction) override;
    QStringList commands() const override;

    /// apply() answers this error when the event's turn comes.
    void failOn(const EventId& id, Error error);
    void heal(const EventId& id);

    /// Called with every event before it is applied.
    void onApply(std::function<void(const Event&)> hook);

    /// Events whose application began and did not fail, in order, rolled back ones included.
    const std::vector<EventId>& calls() const { return m_calls; }

    /// Number of apply() calls.
    qint64 batches() const { return m_batches; }

private:
    Guard m_guard;
    bool m_isTransactional;
    QHash<EventId, Error> m_failing;
    std::function<void(const Event&)> m_onApply;
    std::vector<EventId> m_calls;
    qint64 m_batches = 0;
};

} // namespace outboard
