// SPDX-License-Identifier: GPL-3.0-or-later
#include "services/doctor/rules.h"

#include <algorithm>

namespace outboard::doctor {

using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

QList<Finding> otherRelay(const Case& patient)
{
    const auto& health = patient.snapshot.health.outbox;
    if (!health || !health->relaying)
        return {};
    // A relay batch of this window is over in less.
    const Milliseconds lasting =
        std::min<Milliseconds>(10s, patient.profile.thresholds.oldestUnpublished);
    if (health->at - health->relaying->since < lasting)
        return {};
    Finding finding;
    finding.id = u"other_relay"_s;
    finding.severity = Severity::Notice;
    finding.title = Text::tr("An Outboard is relaying: %1").arg(sessionText(*health->relaying));
    finding.evidence = Text::tr("It has held the relay lock of this table for %1 at least.")
                           .arg(elapsed(health->at - health->relaying->since));
    finding.explanation =
        Text::tr("Only one Outboard relays a table at a time, so that no row is sent twice. While "
                 "it does, relaying from here is refused. Talk to whoever runs it.");
    finding.since = patient.snapshot.finishedAt - (health->at - health->relaying->since);
    return {finding};
}

} // namespace outboard::doctor
