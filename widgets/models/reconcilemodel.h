// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/time.h"
#include "model/reconciliation.h"
#include "models/rowtablemodel.h"

namespace outboard {

/// Names one discrepancy: an event can have several, of several groups.
struct ReconcileKey
{
    Discrepancy kind = Discrepancy::Unknown;
    EventId eventId;
    BrokerTopic stream;
    GroupName group;
    std::optional<OutboxRowId> row;
    std::optional<EntryId> entry;

    friend bool operator==(const ReconcileKey&, const ReconcileKey&) = default;

    friend size_t qHash(const ReconcileKey& key, size_t seed = 0)
    {
        return qHashMulti(
            seed,
            int(key.kind),
            key.eventId,
            key.stream,
            key.group,
            key.row.value_or(OutboxRowId()),
            key.entry.value_or(EntryId()));
    }
};

/// What a comparison found.
class ReconcileModel final : public RowTableModel<ReconcileItem, ReconcileKey>
{
    Q_OBJECT

public:
    explicit ReconcileModel(Clock clock, QObject* parent = nullptr);
};

Tone toneOf(Discrepancy kind);

} // namespace outboard
