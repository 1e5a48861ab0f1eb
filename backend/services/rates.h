// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "model/outboxrow.h"

#include <optional>

namespace outboard {

/// Rows per second; absent when it cannot be told exactly.
struct OutboxRates
{
    std::optional<double> created;
    std::optional<double> published;

    friend bool operator==(const OutboxRates&, const OutboxRates&) = default;
};

/// Inflow and outflow of the outbox at `now`, without any scan of the table.
/// Created is the growth of the highest id, published what of it did not stay unpublished, by the
/// database's clock; only between exact numbers at most a minute apart, and never negative. Where
/// that fails (ids are not integers, counts are capped, rows vanish) the last minute's counts of
/// the topics are used, if all are exact.
OutboxRates ratesOf(const std::optional<OutboxState>& before, const OutboxState& now);

} // namespace outboard
