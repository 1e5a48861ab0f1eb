// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QByteArrayView>
#include <QHashFunctions>
#include <QString>

#include <compare>
#include <limits>
#include <optional>

namespace outboard {

/// Where a message is inside a broker topic: `ms-seq` in a Redis stream, `partition-offset` in
/// Kafka. 16 bytes, ordered as the broker orders.
struct EntryId
{
    quint64 first = 0;
    quint64 second = 0;

    static constexpr EntryId lowest() { return {0, 0}; }

    static constexpr EntryId highest()
    {
        return {std::numeric_limits<quint64>::max(), std::numeric_limits<quint64>::max()};
    }

    /// Reads "1700000000000-3" or "1700000000000"; nothing when it is neither.
    static std::optional<EntryId> parse(QByteArrayView text);

    QByteArray bytes() const;

    QString text() const { return QString::fromLatin1(bytes()); }

    /// The next possible id, for exclusive lower bounds.
    constexpr EntryId next() const
    {
        return second == std::numeric_limits<quint64>::max() ? EntryId{first + 1, 0}
                                                             : EntryId{first, second + 1};
    }

    /// The id just below, for exclusive upper bounds; lowest() stays what it is.
    constexpr EntryId previous() const
    {
        if (second > 0)
            return {first, second - 1};
        return first > 0 ? EntryId{first - 1, std::numeric_limits<quint64>::max()} : lowest();
    }

    friend bool operator==(const EntryId&, const EntryId&) = default;
    friend auto operator<=>(const EntryId&, const EntryId&) = default;

    friend size_t qHash(const EntryId& id, size_t seed = 0)
    {
        return qHashMulti(seed, id.first, id.second);
    }
};

} // namespace outboard
