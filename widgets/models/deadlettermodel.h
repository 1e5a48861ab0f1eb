// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "model/deadletter.h"
#include "models/rowtablemodel.h"
#include "services/payloadmask.h"
#include "store/deadstore.h"

namespace outboard {

/// Dead letters one by one.
class DeadLetterModel final : public RowTableModel<DeadLetter, DeadLetterId>
{
    Q_OBJECT

public:
    /// Payloads are shown through `mask`.
    explicit DeadLetterModel(const PayloadMask& mask, QObject* parent = nullptr);
};

/// Discarded dead letters, which can be restored.
class DiscardedModel final : public RowTableModel<DiscardedLetter, QString>
{
    Q_OBJECT

public:
    explicit DiscardedModel(QObject* parent = nullptr);
};

/// Where a dead letter lies, in one line.
QString deadPlaceText(const DeadLetter& letter);

} // namespace outboard
