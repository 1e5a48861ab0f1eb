// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "brokers/broker.h"
#include "core/lane.h"
#include "ledger/ledger.h"
#include "outbox/outboxstore.h"
#include "services/backends.h"
#include "services/sourcewatch.h"

#include <QList>
#include <QObject>

#include <functional>
#include <memory>
#include <vector>

namespace outboard {

/// The poller's connections: one lane per source, with the last answer of each. Lives on the GUI
/// thread.
class PollerLanes
{
public:
    PollerLanes(const BackendsPtr& backends, Clock clock);
    ~PollerLanes();
    Q_DISABLE_COPY_MOVE(PollerLanes)

    /// Asks all sources at once, except (unless `forced`) those that back off, and calls `done`
    /// once after the last answer, never within this call, and never when `context` died before.
    /// How the servers are is asked every 10 s, and in a forced round.
    void ask(TimePoint startedAt, bool forced, QObject* context, std::function<void()> done);

    /// The last answers; an Error for a source that did not answer when it was asked last.
    const Result<OutboxState>& outbox() const { return m_outbox; }

    const Result<BrokerState>& broker() const { return m_broker; }

    /// Outbox, broker, then the ledgers in profile order.
    QList<SourceHealth> health() const;

    /// As it was asked last.
    const ServerHealth& serverHealth() const { return m_health; }

    /// Without waiting; the destructor waits.
    void close();

private:
    template<class Source>
    struct Watched
    {
        Watched(const QString& name, typename Lane<Source>::Open open)
            : watch(name)
            , lane(name, std::move(open))
        {}

        SourceWatch watch;
        Lane<Source> lane;
    };

    template<class Source, class Job, class Take>
    void askOne(Watched<Source>& source, Job job, Take take);
    void askOutbox();
    void askBroker();
    void askLedger(qsizetype index);
    bool isHealthDue() const;
    void oneLess();

    Profile m_profile;
    Clock m_clock;
    Watched<OutboxStore> m_outboxSource;
    Watched<Broker> m_brokerSource;
    std::vector<std::unique_ptr<Watched<Ledger>>> m_ledgers;

    Result<OutboxState> m_outbox;
    Result<BrokerState> m_broker;
    QList<TopicName> m_topics; ///< Of the last outbox answer; where the broker is to look.
    ServerHealth m_health;
    QList<std::optional<LedgerHealth>> m_ledgerLooks; ///< As they were answered.
    std::optional<TimePoint> m_healthAt;              ///< When a round asked for it last.

    // The running round.
    TimePoint m_startedAt;
    bool m_isForced = false;
    bool m_asksHealth = false;
    QObject* m_context = nullptr;
    std::function<void()> m_done;
    int m_awaited = 0;
};

} // namespace outboard
