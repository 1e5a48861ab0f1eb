// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/result.h"

#include <QByteArray>
#include <QString>
#include <QStringList>

#include <vector>

namespace outboard::sqltext {

/// One name as PostgreSQL's quoted identifier: keeps case, and nothing in it can end the quotes.
QByteArray identifier(const QString& name);

/// A dotted name, part by part.
QByteArray qualified(const QStringList& parts);

/// "schema.name" or "name" as a profile spells it; a part in double quotes may hold dots and
/// (doubled) quotes. Names are taken as they are, never folded to lower case. Error::Refused for an
/// empty part or an open quote. `key` names the profile's key in the error.
Result<QStringList> splitName(const QString& text, const QString& key);

/// A string literal for SQL that is shown to the operator; what is run uses parameters.
QByteArray literal(const QByteArray& value);

/// The text form of an array, for a parameter that is cast to type[].
QByteArray arrayLiteral(const std::vector<QByteArray>& values);

/// A timestamp as microseconds since 1970. One without time zone is taken in the session's, as
/// now() is when it is stored there.
QByteArray micros(const QByteArray& time);

/// A condition or SET list of a profile, which is put into a statement in parentheses or after SET:
/// Error::Refused when it is empty, holds a semicolon, a
/// comment or a parameter ($1), or closes more than it opens.
Result<void> checkFragment(const QString& sql, const QString& key);

/// The parts between top-level commas, trimmed.
QStringList splitList(const QString& sql);

/// The columns that a SET list assigns, unquoted, in order.
QStringList assignedColumns(const QString& setList);

} // namespace outboard::sqltext
