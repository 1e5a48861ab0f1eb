// SPDX-License-Identifier: GPL-3.0-or-later
#include "store/mutestore.h"

#include "store/localdatabase.h"

#include <QVariant>

namespace outboard {

using namespace Qt::StringLiterals;

namespace {

const QList<QStringList>& migrations()
{
    static const QList<QStringList> all = {{
        u"CREATE TABLE mute (profile TEXT NOT NULL, finding TEXT NOT NULL, reason TEXT NOT NULL,"
        " who TEXT NOT NULL, at_us INTEGER NOT NULL, until_us INTEGER NOT NULL,"
        " PRIMARY KEY (profile, finding)) WITHOUT ROWID"_s,
    }};
    return all;
}

qint64 micros(TimePoint time)
{
    return time.time_since_epoch().count();
}

TimePoint timeOf(const QVariant& value)
{
    return TimePoint(Microseconds(value.toLongLong()));
}

/// SQLite takes a null string for NULL.
QString text(const QString& value)
{
    return value.isNull() ? u""_s : value;
}

} // namespace

Result<std::shared_ptr<MuteStore>> MuteStore::open(const QString& path)
{
    auto database = LocalDatabase::open(path, migrations());
    if (!database)
        return database.error();
    return std::shared_ptr<MuteStore>(new MuteStore(std::move(*database)));
}

MuteStore::MuteStore(std::unique_ptr<LocalDatabase> database)
    : m_database(std::move(database))
{}

MuteStore::~MuteStore() = default;

Result<QHash<QString, Mute>> MuteStore::mutes(const QString& profile, TimePoint now) const
{
    auto query = m_database->query(
        u"SELECT finding, reason, who, at_us, until_us FROM mute"
        " WHERE profile = ? AND until_us > ?"_s,
        {text(profile), micros(now)});
    if (!query)
        return query.error();
    QHash<QString, Mute> mutes;
    while (query->next()) {
        mutes.insert(
            query->value(0).toString(),
            {query->value(1).toString(),
             query->value(2).toString(),
             timeOf(query->value(3)),
             timeOf(query->value(4))});
    }
    return mutes;
}

Result<void> MuteStore::mute(const QString& profile, const QString& finding, const Mute& mute)
{
    return m_database->write([&](QSqlDatabase& database) -> Result<void> {
        // What is over is of no use to anybody.
        const auto swept = m_database->query(
            database, u"DELETE FROM mute WHERE until_us <= ?"_s, {micros(mute.at)});
        if (!swept)
            return swept.error();
        const auto added = m_database->query(
            database,
            u"INSERT OR REPLACE INTO mute VALUES (?, ?, ?, ?, ?, ?)"_s,
            {text(profile),
             text(finding),
             text(mute.reason),
             text(mute.by),
             micros(mute.at),
             micros(mute.until)});
        return added ? Result<void>() : added.error();
    });
}

Result<void> MuteStore::unmute(const QString& profile, const QString& finding)
{
    return m_database->write([&](QSqlDatabase& database) -> Result<void> {
        const auto removed = m_database->query(
            database,
            u"DELETE FROM mute WHERE profile = ? AND finding = ?"_s,
            {text(profile), text(finding)});
        return removed ? Result<void>() : removed.error();
    });
}

} // namespace outboard
