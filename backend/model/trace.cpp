// SPDX-License-Identifier: GPL-3.0-or-later
#include "model/trace.h"

#include <QCoreApplication>

#include <array>

namespace outboard {

using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

QString traceWhatName(TraceWhat what)
{
    switch (what) {
    case TraceWhat::Committed: return u"committed"_s;
    case TraceWhat::Relayed: return u"relayed"_s;
    case TraceWhat::Waiting: return u"waiting"_s;
    case TraceWhat::RowDead: return u"row_dead"_s;
    case TraceWhat::Copied: return u"copied"_s;
    case TraceWhat::NotDelivered: return u"not_delivered"_s;
    case TraceWhat::Pending: return u"pending"_s;
    case TraceWhat::Acknowledged: return u"acknowledged"_s;
    case TraceWhat::Processed: return u"processed"_s;
    case TraceWhat::NotProcessed: return u"not_processed"_s;
    case TraceWhat::LedgerUnknown: return u"ledger_unknown"_s;
    case TraceWhat::DeadLettered: return u"dead_lettered"_s;
    case TraceWhat::Replayed: return u"replayed"_s;
    case TraceWhat::Action: return u"action"_s;
    }
    return {};
}

QString traceWhatTitle(TraceWhat what)
{
    const auto tr = [](const char* text) { return QCoreApplication::translate("outboard", text); };
    switch (what) {
    case TraceWhat::Committed: return tr("Committed");
    case TraceWhat::Relayed: return tr("Relayed");
    case TraceWhat::Waiting: return tr("Not relayed");
    case TraceWhat::RowDead: return tr("Failed by the producer");
    case TraceWhat::Copied: return tr("Entry");
    case TraceWhat::NotDelivered: return tr("Not delivered");
    case TraceWhat::Pending: return tr("Pending");
    case TraceWhat::Acknowledged: return tr("Acknowledged");
    case TraceWhat::Processed: return tr("Processed");
    case TraceWhat::NotProcessed: return tr("Not processed");
    case TraceWhat::LedgerUnknown: return tr("Unknown");
    case TraceWhat::DeadLettered: return tr("Dead-lettered");
    case TraceWhat::Replayed: return tr("Replayed");
    case TraceWhat::Action: return tr("Operator");
    }
    return {};
}

std::optional<Milliseconds> widerReach(Milliseconds reach)
{
    for (const Milliseconds wider : std::array<Milliseconds, 3>{1h, 24h, 30 * 24h}) {
        if (wider > reach)
            return wider;
    }
    return std::nullopt;
}

} // namespace outboard
