// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/result.h"
#include "model/journal.h"
#include "model/pending.h"
#include "model/plan.h"
#include "model/relayreport.h"
#include "services/celeryrelay.h"
#include "services/deaddiscard.h"

namespace outboard {

/// How an action ended, for the journal: its state, its sentence, every number, and the ids that
/// went another way than the rest. A new kind of report needs one of these, as it needs a
/// summarize().
JournalResult journalResult(const RelayReport& report);
JournalResult journalResult(const ClaimReport& report);
JournalResult journalResult(const AckReport& report);
JournalResult journalResult(const RunReport& report);
JournalResult journalResult(const CeleryReceipt& receipt);
JournalResult journalResult(const DiscardReport& report);
JournalResult journalResult(const RestoreReport& report);
JournalResult journalResult(const Error& error);

template<class T>
JournalResult journalResult(const Result<T>& answer)
{
    return answer ? journalResult(*answer) : journalResult(answer.error());
}

/// Ids as the journal keeps them: the bytes that the server knows.
template<class Ids>
QList<QByteArray> journalIdList(const Ids& ids)
{
    QList<QByteArray> list;
    list.reserve(static_cast<qsizetype>(ids.size()));
    for (const auto& id : ids)
        list.append(id.bytes());
    return list;
}

} // namespace outboard
