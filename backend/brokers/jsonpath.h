// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QByteArray>
#include <QByteArrayView>
#include <QList>

#include <optional>
#include <span>

namespace outboard {

/// Text of the string or number at `path` (names of members, or numbers of elements, from 0).
/// A number is returned as it is written, so that 64-bit ids keep every digit; a string is returned
/// unescaped, as UTF-8. Absent for anything else, for text that is not JSON, and for documents that
/// are nested deeper than 128 levels or larger than 16 MiB. Of equal names the last one counts, as
/// in Python and PostgreSQL. NaN and Infinity, which Python writes, are passed over.
std::optional<QByteArray> jsonScalar(QByteArrayView json, std::span<const QByteArray> path);

/// One member of a JSON object.
struct JsonMember
{
    QByteArray name;  ///< Unescaped.
    QByteArray value; ///< A string unescaped; anything else as it is written.
    QByteArray rawName;
    QByteArray raw; ///< The value as it is written.
    bool isObject = false;
    bool isNull = false;
};

/// The members of the object that `json` is, in order; absent when it is no object, or beyond the
/// limits of jsonScalar().
std::optional<QList<JsonMember>> jsonMembers(QByteArrayView json);

/// The object without this member, its other values as they are written; unchanged when it has no
/// such member.
QByteArray jsonWithout(QByteArrayView json, QByteArrayView name);

} // namespace outboard
