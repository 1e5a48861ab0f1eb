// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QString>

#include <optional>

namespace outboard {

/// A number that says how far it can be trusted. Unknown is never 0.
struct Count
{
    enum class Quality {
        Exact,
        AtLeast,   ///< Counting stopped at a cap: "10 000+".
        Estimated, ///< From the planner's statistics: "~12 000".
        Unknown,   ///< "?", with `reason` saying why.
    };

    qint64 value = 0;
    Quality quality = Quality::Unknown;
    QString reason; ///< Translated; why it is unknown, capped or estimated.

    static Count exact(qint64 value) { return {value, Quality::Exact, {}}; }

    static Count atLeast(qint64 value, QString reason = {})
    {
        return {value, Quality::AtLeast, std::move(reason)};
    }

    static Count estimated(qint64 value, QString reason = {})
    {
        return {value, Quality::Estimated, std::move(reason)};
    }

    static Count unknown(QString reason) { return {0, Quality::Unknown, std::move(reason)}; }

    bool isKnown() const { return quality != Quality::Unknown; }

    bool isExact() const { return quality == Quality::Exact; }

    std::optional<qint64> known() const { return isKnown() ? std::optional(value) : std::nullopt; }

    friend bool operator==(const Count&, const Count&) = default;

    /// A sum is only as good as its worst part.
    friend Count operator+(const Count& a, const Count& b)
    {
        if (!a.isKnown() || !b.isKnown())
            return a.isKnown() ? b : a;
        const Count& worse = a.quality >= b.quality ? a : b;
        return {a.value + b.value, worse.quality, worse.reason};
    }
};

} // namespace outboard
