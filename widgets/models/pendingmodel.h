// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "model/entryid.h"
#include "models/rowtablemodel.h"
#include "services/payloadmask.h"
#include "services/session.h"

namespace outboard {

/// Pending entries of one group with event id, ledger state and payload preview.
class PendingModel final : public RowTableModel<PendingDetail, EntryId>
{
    Q_OBJECT

public:
    /// Payloads are shown through `mask`.
    PendingModel(const Thresholds& thresholds, const PayloadMask& mask, QObject* parent = nullptr);
};

/// Words for a ledger state, as screens show them.
QString ledgerText(LedgerMark mark);

} // namespace outboard
