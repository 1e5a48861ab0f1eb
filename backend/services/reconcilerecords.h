// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/result.h"
#include "model/brokerstate.h"
#include "model/message.h"
#include "model/outboxrow.h"
#include "services/pendingwalk.h"
#include "services/reconcileverdicts.h"

#include <QByteArray>
#include <QByteArrayView>

#include <vector>

namespace outboard {

class Broker;

/// What is kept of an entry until it is compared.
struct EntryRecord
{
    quint32 stream = 0;
    EntryId id;
};

QByteArray entryRecord(const EntryRecord& entry);
EntryRecord entryOf(QByteArrayView record);

/// What is kept of a row. `isJudged`: it should have an entry; else it only explains one.
QByteArray rowRecord(const TimedRow& row, bool isJudged);
bool isJudged(QByteArrayView record);
/// Of a judged row: what its verdict needs.
TimedRow rowOf(const EventId& event, QByteArrayView record);

/// Compares the pending lists of a stream with the ledgers, beside its entries as they are read.
class HeldEntries
{
public:
    HeldEntries(
        Broker& broker,
        const BrokerTopicState& stream,
        const EntryId& from,
        ReconcileVerdicts& verdicts);

    /// The next messages, in order, which are all that there are up to and with `end`.
    Result<void> compare(const QList<Message>& messages, const EntryId& end);
    void finish();

    qint64 looked() const { return m_looked; }

    /// Pending entries without a message.
    qint64 gone() const { return m_gone; }

private:
    struct Group
    {
        PendingWalk walk;
        std::vector<LooseEntry> entries; ///< Whose ledger was not asked yet.
    };

    void ask(Group& group);

    BrokerTopic m_stream;
    ReconcileVerdicts& m_verdicts;
    std::vector<Group> m_groups;
    qint64 m_looked = 0;
    qint64 m_gone = 0;
};

} // namespace outboard
