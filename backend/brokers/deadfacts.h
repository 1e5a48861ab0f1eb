// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "brokers/deadlettercontrol.h"

#include <QByteArray>
#include <QList>

namespace outboard {

/// What these fields of a dead letter say of its death, under all names that are in use. Of several
/// fields that say the same the first one in the list of names counts.
DeadFacts deadFactsOf(const QList<Field>& fields);

/// Fields that only a dead letter has, so that the original never had them.
bool isDeadFact(const QByteArray& name);

/// Takes from `inner` what `facts` does not know.
void completeFacts(DeadFacts& facts, const DeadFacts& inner);

/// Whether anything is known.
bool hasFacts(const DeadFacts& facts);

/// Of ISO 8601 with an offset, or seconds, milliseconds or microseconds since 1970. Nothing for
/// times between which nobody can tell, such as those without an offset.
std::optional<TimePoint> deadTimeOf(const QByteArray& text);

} // namespace outboard
