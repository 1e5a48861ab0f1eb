// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QByteArrayView>
#include <QString>
#include <QStringView>

#include <optional>

namespace outboard {

/// Reads one UTF-8 character at `position` and moves past it. Nothing when the bytes there are no
/// character (also overlong forms and surrogates): `position` then moves past one byte.
std::optional<char32_t> nextCharacter(QByteArrayView utf8, qsizetype& position);

/// The same for UTF-16; half a pair is U+FFFD.
char32_t nextCharacter(QStringView text, qsizetype& position);

/// Whether this character must not reach the screen as it is: it is invisible, turns the writing
/// direction round, or breaks the line.
bool isTreacherous(char32_t character);

/// "\n", "\x1b" (below U+0080), "\u202e", "\u{e0001}".
QString escapeOf(char32_t character);

/// "\xff", for a byte that belongs to no character.
QString escapeOfByte(char byte);

} // namespace outboard
