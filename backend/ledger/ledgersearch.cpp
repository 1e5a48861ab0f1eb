// SPDX-License-Identifier: GPL-3.0-or-later
#include "ledger/ledgersearch.h"

#include "outbox/pgconnection.h"
#include "settings/secretstores.h"

#include <QCoreApplication>

#include <algorithm>

namespace outboard {

using namespace Qt::StringLiterals;

namespace {

const QString suffix = u"_processedevent"_s;

/// Tables that the session can name without their schema come without it, as in a profile.
const QByteArray tablesSql =
    "SELECT c.relname, CASE WHEN pg_table_is_visible(c.oid) THEN NULL ELSE n.nspname END "
    "FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace "
    "WHERE c.relkind IN ('r', 'p', 'v', 'm', 'f') AND c.relname LIKE '%\\_processedevent' "
    "AND n.nspname <> 'information_schema' AND n.nspname NOT LIKE 'pg\\_%' "
    "ORDER BY 2 NULLS FIRST, 1";

bool isAutomatic(const LedgerSettings& ledger)
{
    return ledger.table.isEmpty();
}

QString spelled(const QString& part)
{
    return part.contains(u'.') || part.contains(u'"')
               ? QString(u'"' + QString(part).replace(u"\""_s, u"\"\""_s) + u'"')
               : part;
}

struct FoundTable
{
    QString table; ///< As a profile spells it.
    QString group; ///< What its name begins with.
};

Result<QList<FoundTable>> searchTables(const PgTarget& target, const std::stop_token& stop)
{
    const auto connection = PgConnection::open(target, stop);
    if (!connection)
        return connection.error();
    const auto rows = (*connection)->query(tablesSql);
    if (!rows)
        return rows.error();
    QList<FoundTable> tables;
    for (qsizetype row = 0; row < rows->size(); ++row) {
        const QString name = rows->text(row, 0);
        const QString schema =
            rows->isNull(row, 1) ? QString() : spelled(rows->text(row, 1)) + u'.';
        tables.append({schema + spelled(name), name.chopped(suffix.size())});
    }
    return tables;
}

/// The ledgers that one automatic entry of the profile stands for.
Result<QList<LedgerSettings>> expand(const LedgerSettings& ledger, const QList<FoundTable>& tables)
{
    // Only what was asked for must be there: a service without any ledger is a fact, not a mistake.
    if (tables.isEmpty() && ledger != LedgerSettings{}) {
        return Error{
            Error::Kind::Missing,
            QCoreApplication::translate(
                "outboard",
                "No table of the ledger's database ends in %1. Set \"table\" of this ledger in the "
                "profile.")
                .arg(suffix),
            {}};
    }
    const bool namesGroups = !ledger.groups.isEmpty();
    if (tables.size() > 1 && namesGroups) {
        QStringList names;
        for (const FoundTable& table : tables)
            names.append(table.table);
        return Error{
            Error::Kind::Missing,
            QCoreApplication::translate(
                "outboard",
                "Several tables of the ledger's database end in %1: %2. Set \"table\" of the "
                "ledger of "
                "group %3 in the profile.")
                .arg(suffix, names.join(u", "_s), ledger.groups.join(u", "_s)),
            {}};
    }
    QList<LedgerSettings> ledgers;
    for (const FoundTable& table : tables) {
        LedgerSettings found = ledger;
        found.table = table.table;
        if (tables.size() > 1)
            found.groups = {table.group};
        ledgers.append(found);
    }
    return ledgers;
}

} // namespace

bool hasAutomaticLedgers(const Profile& profile)
{
    return std::ranges::any_of(profile.ledgers, isAutomatic);
}

Profile withoutAutomaticLedgers(Profile profile)
{
    profile.ledgers.removeIf(isAutomatic);
    return profile;
}

Result<Profile> findLedgers(Profile profile, const SecretStore& secrets, std::stop_token stop)
{
    QList<LedgerSettings> ledgers;
    for (const LedgerSettings& ledger : profile.ledgers) {
        if (!isAutomatic(ledger)) {
            ledgers.append(ledger);
            continue;
        }
        PgTarget target;
        target.dsn = ledger.dsn.isEmpty() ? profile.outbox.dsn : ledger.dsn;
        target.password = secrets.find(secretKey(profile.name, ledgerSource(ledger)));
        const auto tables = searchTables(target, stop);
        if (!tables)
            return tables.error();
        const auto found = expand(ledger, *tables);
        if (!found)
            return found.error();
        ledgers += *found;
    }
    profile.ledgers = ledgers;
    return profile;
}

} // namespace outboard
