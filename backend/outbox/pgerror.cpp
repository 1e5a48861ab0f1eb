// SPDX-License-Identifier: GPL-3.0-or-later
#include "outbox/pgerror.h"

#include "outbox/pgdsn.h"

#include <QCoreApplication>

#include <algorithm>
#include <array>
#include <initializer_list>

namespace outboard {

using namespace Qt::StringLiterals;

namespace {

/// "relation \"x\" does not exist", without the severity that precedes it.
QString firstLine(const QString& serverText)
{
    QString line = serverText.trimmed().section(u'\n', 0, 0).trimmed();
    const qsizetype colon = line.indexOf(u":  ");
    return colon >= 0 ? line.mid(colon + 3).trimmed() : line;
}

struct StateRule
{
    const char* state; ///< A whole SQLSTATE, or the first two characters of a class.
    Error::Kind kind;
    const char* sentence; ///< %1 is the server's own first line.
};

// The first rule that fits decides.
constexpr std::array stateRules = {
    StateRule{
        "57P",
        Error::Kind::Unreachable,
        QT_TRANSLATE_NOOP(
            "outboard", "PostgreSQL ended the connection (%1). Wait until the server is back.")},
    StateRule{
        "08",
        Error::Kind::Unreachable,
        QT_TRANSLATE_NOOP(
            "outboard", "The connection to PostgreSQL broke (%1). Check that the server runs.")},
    StateRule{
        "53300",
        Error::Kind::Unreachable,
        QT_TRANSLATE_NOOP(
            "outboard",
            "PostgreSQL has no free connection (%1). Close some, or raise max_connections.")},
    StateRule{
        "28",
        Error::Kind::Auth,
        QT_TRANSLATE_NOOP(
            "outboard",
            "PostgreSQL refused the login (%1). Check user and password of the profile.")},
    StateRule{
        "42P01",
        Error::Kind::Missing,
        QT_TRANSLATE_NOOP(
            "outboard",
            "A table does not exist (%1). Check \"table\" in the profile and the database of the "
            "DSN.")},
    StateRule{
        "3F000",
        Error::Kind::Missing,
        QT_TRANSLATE_NOOP(
            "outboard", "A schema does not exist (%1). Check \"table\" in the profile.")},
    StateRule{
        "42703",
        Error::Kind::Missing,
        QT_TRANSLATE_NOOP(
            "outboard",
            "A column does not exist (%1). Check the columns and conditions in the profile.")},
    StateRule{
        "42883",
        Error::Kind::Missing,
        QT_TRANSLATE_NOOP(
            "outboard",
            "A function or operator does not exist (%1). Check the names and conditions in the "
            "profile.")},
    StateRule{
        "42725",
        Error::Kind::Refused,
        QT_TRANSLATE_NOOP(
            "outboard",
            "Several functions fit the call (%1). Give the wanted one a name of its own.")},
    StateRule{
        "42501",
        Error::Kind::Refused,
        QT_TRANSLATE_NOOP(
            "outboard",
            "The database user lacks a permission (%1). GRANT it, or use another user in the "
            "DSN.")},
    StateRule{
        "25006",
        Error::Kind::Refused,
        QT_TRANSLATE_NOOP(
            "outboard",
            "The session is read-only (%1). Use the primary server, or arm writing first.")},
    StateRule{
        "57014",
        Error::Kind::Timeout,
        QT_TRANSLATE_NOOP(
            "outboard",
            "PostgreSQL did not finish in time (%1). Narrow the filter, or look for what slows the "
            "database.")},
    StateRule{
        "55P03",
        Error::Kind::Timeout,
        QT_TRANSLATE_NOOP(
            "outboard",
            "Another session holds a lock for too long (%1). See pg_stat_activity for who, then "
            "try again.")},
    StateRule{
        "25P03",
        Error::Kind::Unreachable,
        QT_TRANSLATE_NOOP(
            "outboard", "PostgreSQL ended a transaction that stayed idle (%1). Try again.")},
    StateRule{
        "40003",
        Error::Kind::Conflict,
        QT_TRANSLATE_NOOP(
            "outboard",
            "It is unknown whether the transaction was committed (%1). Look at the rows before you "
            "try again.")},
    StateRule{
        "40",
        Error::Kind::Conflict,
        QT_TRANSLATE_NOOP(
            "outboard",
            "Another transaction came first and this one was rolled back (%1). Try again.")},
    StateRule{
        "42601",
        Error::Kind::Refused,
        QT_TRANSLATE_NOOP(
            "outboard",
            "PostgreSQL cannot read the SQL (%1). Check the conditions and the SET list in the "
            "profile.")},
    StateRule{
        "22",
        Error::Kind::Refused,
        QT_TRANSLATE_NOOP(
            "outboard",
            "A value does not fit its column or parameter (%1). Compare the profile's mapping with "
            "the column types.")},
    StateRule{
        "23",
        Error::Kind::Refused,
        QT_TRANSLATE_NOOP(
            "outboard", "A constraint of the table forbids this (%1). Nothing was changed.")},
    StateRule{
        "53",
        Error::Kind::Refused,
        QT_TRANSLATE_NOOP(
            "outboard",
            "The database server lacks a resource (%1). Free disk space or memory there.")},
    StateRule{
        "",
        Error::Kind::Refused,
        QT_TRANSLATE_NOOP(
            "outboard", "PostgreSQL refused the statement (%1). Nothing was changed.")},
};

/// The rights that a statement needs on what the server named.
QString neededRights(const QString& denied, const QByteArray& sql)
{
    if (denied.contains(u"for schema"))
        return u"USAGE"_s;
    if (denied.contains(u"for function") || denied.contains(u"for procedure"))
        return u"EXECUTE"_s;
    if (denied.contains(u"for sequence"))
        return u"USAGE"_s;
    const QByteArray text = sql.toUpper();
    QStringList rights;
    if (text.contains("SELECT ") || text.contains("RETURNING ") || text.contains("WHERE "))
        rights << u"SELECT"_s;
    if (text.contains("INSERT INTO "))
        rights << u"INSERT"_s;
    if (text.contains("UPDATE "))
        rights << u"UPDATE"_s;
    if (text.contains("DELETE FROM "))
        rights << u"DELETE"_s;
    return rights.join(u", "_s);
}

Error recoveryConflict(const QString& line)
{
    return Error{
        Error::Kind::Timeout,
        filledSentence(
            QT_TRANSLATE_NOOP(
                "outboard",
                "The standby ended the query so that it could go on following its primary (%1). "
                "Ask again; max_standby_streaming_delay there gives queries more time."),
            {line}),
        QString(u"40001 " + line)};
}

} // namespace

QString filledSentence(const char* sentence, std::initializer_list<QString> values)
{
    const QString pattern = QCoreApplication::translate("outboard", sentence);
    QString text;
    for (qsizetype i = 0; i < pattern.size(); ++i) {
        const int place =
            pattern.at(i) == u'%' && i + 1 < pattern.size() ? pattern.at(i + 1).digitValue() : -1;
        if (place >= 1 && place <= static_cast<int>(values.size())) {
            text += *(values.begin() + place - 1);
            ++i;
        } else {
            text += pattern.at(i);
        }
    }
    return text;
}

Error statementError(const QByteArray& sqlstate, const QString& serverText)
{
    const QString line = firstLine(serverText);
    // It shares the SQLSTATE of serialization failures.
    if (sqlstate.startsWith("40") && serverText.contains(u"conflict with recovery"))
        return recoveryConflict(line);
    const auto* rule = std::find_if(stateRules.begin(), stateRules.end(), [&](const StateRule& r) {
        return sqlstate.startsWith(r.state);
    });
    const QString detail = sqlstate.isEmpty() ? line : QString::fromLatin1(sqlstate) + u' ' + line;
    return Error{rule->kind, filledSentence(rule->sentence, {line}), detail};
}

Error withNeededRights(Error error, const QByteArray& sql, const PgDsn& dsn)
{
    if (!error.detail.startsWith(u"42501 permission denied for "_s))
        return error;
    const QString denied = error.detail.section(u' ', 1);
    const QString user = dsn.user();
    error.what = filledSentence(
        QT_TRANSLATE_NOOP(
            "outboard",
            "The database user%3 lacks a permission (%1): this needs %2. GRANT it, or use another "
            "user in the DSN."),
        {denied,
         neededRights(denied, sql),
         user.isEmpty() ? QString() : QString(u" \""_s + user + u'"')});
    return error;
}

Error connectionLost(const PgDsn& dsn, const QString& serverText)
{
    return Error{
        Error::Kind::Unreachable,
        filledSentence(
            QT_TRANSLATE_NOOP(
                "outboard",
                "The connection to PostgreSQL at %1 broke. Check that the server runs."),
            {dsn.server()}),
        dsn.redacted(firstLine(serverText))};
}

Error answerTimedOut(const PgDsn& dsn)
{
    return Error{
        Error::Kind::Timeout,
        filledSentence(
            QT_TRANSLATE_NOOP(
                "outboard",
                "PostgreSQL at %1 did not answer in time and the connection was cut. Check the "
                "server and the network."),
            {dsn.server()}),
        {}};
}

Error commitInDoubt(const QString& serverText)
{
    return Error{
        Error::Kind::Conflict,
        QCoreApplication::translate(
            "outboard",
            "The connection broke during COMMIT: it is unknown whether it took place. Look at the "
            "rows before you try again."),
        firstLine(serverText)};
}

} // namespace outboard
