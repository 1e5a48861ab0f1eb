// SPDX-License-Identifier: GPL-3.0-or-later
// The part of PlanSelection that freezes dead letters.
#include "services/deadcollector.h"
#include "services/deadletterof.h"
#include "services/planerrors.h"
#include "services/planselection.h"

namespace outboard {

Result<void> PlanSelection::freezeDead()
{
    const auto letters =
        m_request.dead.isEmpty() ? deadNow() : Result<QList<DeadLetter>>(m_request.dead);
    if (!letters)
        return letters.error();
    for (const DeadLetter& letter : *letters) {
        if (const auto added = add(eventOf(letter)); !added)
            return added;
    }
    return {};
}

Result<QList<DeadLetter>> PlanSelection::deadNow()
{
    DeadRequest request = m_request.deadFilter;
    if (m_request.topic)
        request.topic = m_request.topic;
    if (!m_request.group.isEmpty())
        request.group = m_request.group;
    request.limit = m_request.limit;
    auto found = DeadCollector(m_profile, m_outbox, m_broker).collect(request, m_progress, m_stop);
    if (!found)
        return found.error();
    // Dead rows that could not be read would be missing from the plan without a word.
    if (found->outboxError)
        return *found->outboxError;
    if (!found->isWhole)
        return planErrors::tooMany(m_request.limit);
    return found->letters;
}

} // namespace outboard
