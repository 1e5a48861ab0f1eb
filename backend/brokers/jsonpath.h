// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QByteArray>
#include <QByteArrayView>

#include <optional>
#include <span>

namespace outboard {

/// Text of the string or number at `path` (names of members, or numbers of elements, from 0).
/// A number is returned as it is written, so that 64-bit ids keep every digit; a string is returned
/// unescaped, as UTF-8. Absent for anything else, for text that is not JSON, and for documents that
/// are nested deeper than 128 levels or larger than 16 MiB. Of equal names the last one counts, as
/// in Python and PostgreSQL. NaN and Infinity, which Python writes, are passed over.
std::optional<QByteArray> jsonScalar(QByteArrayView json, std::span<const QByteArray> path);

} // namespace outboard
