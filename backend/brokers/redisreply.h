// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QByteArray>
#include <QByteArrayView>

#include <optional>
#include <vector>

namespace outboard {

/// One answer of a Redis server, as a value.
struct RedisReply
{
    enum class Kind { Nil, Integer, Text, Error, Array };

    Kind kind = Kind::Nil;
    qint64 integer = 0;
    QByteArray bytes; ///< Of a Text or an Error, as sent.
    std::vector<RedisReply> items;

    bool isNil() const { return kind == Kind::Nil; }

    bool isArray() const { return kind == Kind::Array; }

    /// An integer, also one that came as text.
    std::optional<qint64> number() const;

    /// The item, or a nil where the array is shorter or this is none.
    const RedisReply& at(size_t index) const;

    /// The value that follows this name in an array of names and values (XINFO); a nil where there
    /// is none, because older servers leave fields out.
    const RedisReply& field(QByteArrayView name) const;

    friend bool operator==(const RedisReply&, const RedisReply&) = default;
};

} // namespace outboard
