// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "model/deadletter.h"
#include "models/rowtablemodel.h"

namespace outboard {

/// Groups of dead letters: same topic, same consumer group, same kind of error.
class DeadGroupModel final : public RowTableModel<DeadGroup, DeadGroupKey>
{
    Q_OBJECT

public:
    explicit DeadGroupModel(QObject* parent = nullptr);
};

/// "?" with no name, for a group or topic that nobody recorded.
QString deadNameText(const QByteArray& name);

/// The error, or that none was recorded.
QString deadErrorText(const QString& error);

/// "2026-03-01 03:14:15 UTC", or "?".
QString deadTimeText(const std::optional<TimePoint>& time);

} // namespace outboard
