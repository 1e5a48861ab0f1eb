// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/error.h"
#include "model/plan.h"

#include <QList>
#include <QString>

namespace outboard::planReasons {

/// What all groups say together: in flight as soon as one works on it, processed once all have it;
/// it runs where one group needs it.
Verdict together(const QList<GroupVerdict>& groups);

/// One group's own reason, or one clause a group.
QString together(const QList<GroupVerdict>& groups, Verdict verdict);

QString withoutId(const Event& event);
QString withoutPayload();
QString holds(const QString& ledger, const std::optional<TimePoint>& since);
QString doesNotHold(const QString& ledger);
/// `ledger` is empty when none records the group.
QString unknown(const QString& ledger, const GroupName& group);
QString heldBy(const PendingEntry& entry, Milliseconds threshold);
QString noLongerPending();

Error stopped();

} // namespace outboard::planReasons
