// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/result.h"
#include "model/brokerstate.h"
#include "model/journal.h"
#include "model/message.h"
#include "model/outboxrow.h"
#include "model/trace.h"
#include "services/eventledgers.h"
#include "services/recording.h"
#include "settings/profile.h"

#include <QHash>
#include <QList>

#include <optional>
#include <stop_token>
#include <vector>

namespace outboard {

class Broker;
class DeadLetterControl;
struct DeadPlace;
class OutboxStore;

/// Where a trace looks. What does not answer is left out, and the trace says so.
struct TraceSources
{
    Result<OutboxStore*> outbox;
    Result<Broker*> broker;
    LedgerAt ledgerAt;
    OpenedJournal journal;
};

/// Follows one event through the outbox, the streams, the groups, the ledgers, the dead letters and
/// the journal. Bounded: rows by index, entries in windows around the times at which the event is
/// known to have moved.
class Tracer
{
public:
    Tracer(const Profile& profile, TraceSources sources);

    /// Only reads. An error when neither the outbox nor the broker answers, Cancelled when stopped.
    Result<Trace> run(const TraceRequest& request, const std::stop_token& stop);

private:
    /// A step, and where it stands in the timeline.
    struct Placed
    {
        TraceStep step;
        std::optional<TimePoint> order; ///< Absent: it tells how things stand now.
    };

    // Which event it is.
    Result<void> lookUp(const QByteArray& id);
    Result<void> lookAtServers();
    Result<void> identifyByEntry();
    Result<void> identifyByPayload();
    void take(const QList<OutboxRow>& rows);

    // What is known of it.
    void addRows();
    void readJournal();
    void addJournal();
    void addJournalOfEntries();
    Result<void> findCopies();
    Result<void> searchStream(const BrokerTopicState& stream, qint64 budget);
    bool isCopy(const Message& message) const;
    void addCopy(const Message& message);
    Result<void> addGroups(const BrokerTopicState& stream);
    Result<void> addGroup(const BrokerTopicState& stream, const GroupState& group);
    void addLedgers();
    void addLedger(const LedgerSeat& seat);
    Result<void> addDead();
    Result<void> addDeadPlace(DeadLetterControl& control, const DeadPlace& place);
    Result<void> addDeadTable();

    std::vector<TimePoint> moments() const;
    QList<GroupName> groups() const;
    QList<BrokerTopic> ownStreams() const;
    qint64 scaled(qint64 budget) const;
    Result<void> checkStop() const;
    void note(const QString& place, const Error& error);
    void add(TraceStep step, const std::optional<TimePoint>& order);

    TimePoint brokerOrder(TimePoint time) const { return time - m_skew; }

    void arrange();

    const Profile& m_profile;
    TraceSources m_sources;
    std::stop_token m_stop;
    Trace m_trace;
    BrokerState m_state;
    Microseconds m_skew{0}; ///< The broker's clock minus the database's, where it is noticeable.
    QList<OutboxRow> m_rows;
    QList<JournalEntry> m_journal;
    QHash<BrokerTopic, QList<EntryId>> m_copies;
    std::vector<Placed> m_steps;
};

} // namespace outboard
