// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/error.h"

#include <QByteArray>
#include <QString>

#include <initializer_list>

namespace outboard {

class PgDsn;

/// Puts the values in the places of %1, %2 …, in one pass: a value that holds "%2" stays as it is,
/// and a sentence need not use every value.
QString filledSentence(const char* sentence, std::initializer_list<QString> values);

/// What a failed statement means, by its SQLSTATE (empty when the server gave none). Only the first
/// line of the server's text is kept: the others can quote rows, and with them payloads.
Error statementError(const QByteArray& sqlstate, const QString& serverText);

/// The error itself, unless the user lacked a permission: PostgreSQL names the table or function,
/// and this adds which rights the statement needs there, and who is to get them.
Error withNeededRights(Error error, const QByteArray& sql, const PgDsn& dsn);

/// The connection broke, or its deadline passed, while a statement ran.
Error connectionLost(const PgDsn& dsn, const QString& serverText);
Error answerTimedOut(const PgDsn& dsn);

/// A COMMIT without an answer.
Error commitInDoubt(const QString& serverText);

/// What a failed connection attempt means. libpq gives no SQLSTATE for it, only (English) text.
Error connectError(const PgDsn& dsn, const QString& libpqText);

} // namespace outboard
