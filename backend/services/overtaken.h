// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/result.h"
#include "model/plan.h"
#include "services/judgedledgers.h"

#include <QHash>
#include <QList>
#include <QSet>

#include <map>
#include <stop_token>

namespace outboard {

class OutboxStore;
struct KeyedRow;

/// Finds out which events of a plan come late: a newer event of their key was processed already.
class Overtaken
{
public:
    Overtaken(OutboxStore& outbox, JudgedLedgers ledgers)
        : m_outbox(outbox)
        , m_ledgers(std::move(ledgers))
    {}

    /// Keys, and rows, of events that were not read from the outbox. Error::Cancelled when stopped.
    Result<void> addKeys(QList<Event>& events, const std::stop_token& stop);

    /// Sets PlanItem::newer, and Plan::note to what was not looked at. The plan must be judged.
    /// An outbox that does not answer is said in the note; a ledger that does not is an error.
    Result<void> warn(Plan& plan);

private:
    using RowsOfKey = QHash<QByteArray, QList<KeyedRow>>;

    Result<void> ask(const Plan& plan, const QList<KeyedRow>& rows);
    std::optional<NewerEvent> newerThan(const PlanItem& item, const RowsOfKey& rows) const;

    OutboxStore& m_outbox;
    JudgedLedgers m_ledgers;
    std::map<GroupName, QSet<EventId>> m_processed; ///< Of the later rows.
};

} // namespace outboard
