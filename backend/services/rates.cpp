// SPDX-License-Identifier: GPL-3.0-or-later
#include "services/rates.h"

#include <algorithm>

namespace outboard {

using namespace std::chrono_literals;

namespace {

// A longer gap (an outage, polling by hand) would show a mean of long ago as if it were now.
constexpr Microseconds longestStep = 1min;

std::optional<double> perSecondOfLastMinute(
    const OutboxState& state, Count OutboxTopicState::*lastMinute)
{
    const auto isExact = [&](const OutboxTopicState& topic) {
        return (topic.*lastMinute).isExact();
    };
    if (!state.topicsNote.isEmpty() || !std::ranges::all_of(state.topics, isExact))
        return std::nullopt;
    qint64 sum = 0;
    for (const OutboxTopicState& topic : state.topics)
        sum += (topic.*lastMinute).value;
    return static_cast<double>(sum) / 60.0;
}

OutboxRates ratesFromIds(const OutboxState& before, const OutboxState& now)
{
    const Microseconds step = now.at - before.at;
    if (!before.highestId || !now.highestId || step <= 0s || step > longestStep)
        return {};
    const qint64 created = *now.highestId - *before.highestId;
    if (created < 0)
        return {};
    const double seconds = std::chrono::duration<double>(step).count();
    OutboxRates rates;
    rates.created = static_cast<double>(created) / seconds;
    if (!before.unpublished.isExact() || !now.unpublished.isExact())
        return rates;
    const qint64 published = created - (now.unpublished.value - before.unpublished.value);
    // Rows that commit late make the backlog grow by more than the highest id does.
    if (published >= 0)
        rates.published = static_cast<double>(published) / seconds;
    return rates;
}

} // namespace

OutboxRates ratesOf(const std::optional<OutboxState>& before, const OutboxState& now)
{
    OutboxRates rates = before ? ratesFromIds(*before, now) : OutboxRates();
    if (!rates.created)
        rates.created = perSecondOfLastMinute(now, &OutboxTopicState::createdLastMinute);
    if (!rates.published)
        rates.published = perSecondOfLastMinute(now, &OutboxTopicState::publishedLastMinute);
    return rates;
}

} // namespace outboard
