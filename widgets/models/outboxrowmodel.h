// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "model/outboxrow.h"
#include "models/rowtablemodel.h"
#include "services/payloadmask.h"

#include <memory>

namespace outboard {

/// Rows of the outbox, with ages by the database's clock.
class OutboxRowModel final : public RowTableModel<OutboxRow, OutboxRowId>
{
    Q_OBJECT

public:
    /// Unpublished rows older than `oldAge` stand out; payloads are shown through `mask`.
    OutboxRowModel(Milliseconds oldAge, const PayloadMask& mask, QObject* parent = nullptr);

    /// The database's clock now.
    void setNow(TimePoint now);

    TimePoint now() const { return *m_now; }

private:
    OutboxRowModel(
        Milliseconds oldAge,
        const PayloadMask& mask,
        std::shared_ptr<TimePoint> now,
        QObject* parent);

    std::shared_ptr<TimePoint> m_now;
};

/// "Unpublished", translated.
QString stateText(RowState state);

} // namespace outboard
