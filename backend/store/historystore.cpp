// SPDX-License-Identifier: GPL-3.0-or-later
#include "store/historystore_p.h"

#include <algorithm>

namespace outboard {

using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

namespace {

constexpr std::array seriesNames{
    std::pair(Series::Backlog, "backlog"_L1),
    std::pair(Series::OldestAge, "oldest_age"_L1),
    std::pair(Series::CreatedRate, "created_rate"_L1),
    std::pair(Series::PublishedRate, "published_rate"_L1),
    std::pair(Series::Pending, "pending"_L1),
    std::pair(Series::Lag, "lag"_L1),
    std::pair(Series::OldestIdle, "oldest_idle"_L1),
    std::pair(Series::Dead, "dead"_L1),
    std::pair(Series::GroupPending, "group_pending"_L1),
    std::pair(Series::GroupLag, "group_lag"_L1),
};

/// One that was not seen for longer begins anew when it comes back.
constexpr auto findingPause = 90s;

const QList<QStringList>& migrations()
{
    static const QList<QStringList> all = {{
        u"CREATE TABLE curve (id INTEGER PRIMARY KEY, series TEXT NOT NULL, object TEXT NOT NULL,"
        " seen_s INTEGER NOT NULL, UNIQUE (series, object))"_s,
        u"CREATE TABLE moment (at_s INTEGER NOT NULL, width_s INTEGER NOT NULL,"
        " numbers BLOB NOT NULL, PRIMARY KEY (at_s, width_s))"_s,
        u"CREATE TABLE finding (id TEXT NOT NULL, began_us INTEGER NOT NULL,"
        " seen_us INTEGER NOT NULL, severity INTEGER NOT NULL, title TEXT NOT NULL,"
        " PRIMARY KEY (id, began_us)) WITHOUT ROWID"_s,
        u"CREATE INDEX finding_by_time ON finding (seen_us)"_s,
    }};
    return all;
}

/// SQLite takes a null string or byte array for NULL.
QString text(const QString& value)
{
    return value.isNull() ? u""_s : value;
}

/// What is measured twice in one stretch of time becomes one row.
Result<void> mergeInto(
    const LocalDatabase& store,
    QSqlDatabase& connection,
    qint64 at,
    qint64 width,
    HistoryNumbers numbers)
{
    auto known = store.query(
        connection, u"SELECT numbers FROM moment WHERE at_s = ? AND width_s = ?"_s, {at, width});
    if (!known)
        return known.error();
    if (known->next())
        numbers.merge(HistoryNumbers::decoded(known->value(0).toByteArray()));
    known->finish();
    QByteArray bytes = numbers.encoded();
    const auto put = store.query(
        connection,
        u"INSERT OR REPLACE INTO moment (at_s, width_s, numbers) VALUES (?, ?, ?)"_s,
        {at, width, bytes.isNull() ? QByteArray("") : bytes});
    return put ? Result<void>() : put.error();
}

Result<void> noteFinding(
    const LocalDatabase& store, QSqlDatabase& connection, const Finding& finding, TimePoint at)
{
    const qint64 now = at.time_since_epoch().count();
    const qint64 pause = Microseconds(findingPause).count();
    auto seen = store.query(
        connection,
        u"UPDATE finding SET seen_us = max(seen_us, ?), severity = ?, title = ?"
        " WHERE id = ? AND began_us <= ? AND seen_us >= ?"_s,
        {now, int(finding.severity), text(finding.title), text(finding.id), now, now - pause});
    if (!seen)
        return seen.error();
    if (seen->numRowsAffected() > 0)
        return {};
    const TimePoint began = std::min(finding.since.value_or(at), at);
    const auto begun = store.query(
        connection,
        u"INSERT OR REPLACE INTO finding (id, began_us, seen_us, severity, title)"
        " VALUES (?, ?, ?, ?, ?)"_s,
        {text(finding.id),
         qint64(began.time_since_epoch().count()),
         now,
         int(finding.severity),
         text(finding.title)});
    return begun ? Result<void>() : begun.error();
}

/// Whole stretches of the wider tier move on.
Result<void> thin(
    const LocalDatabase& store,
    QSqlDatabase& connection,
    const stored::Tier& from,
    qint64 width,
    qint64 now)
{
    const qint64 before = (now - from.kept) / width * width;
    std::map<qint64, HistoryNumbers> means;
    auto rows = store.query(
        connection,
        u"SELECT at_s, numbers FROM moment WHERE width_s = ? AND at_s < ?"_s,
        {from.width, before});
    if (!rows)
        return rows.error();
    while (rows->next()) {
        means[rows->value(0).toLongLong() / width * width].merge(
            HistoryNumbers::decoded(rows->value(1).toByteArray()));
    }
    rows->finish();
    for (const auto& [at, numbers] : means) {
        if (const auto merged = mergeInto(store, connection, at, width, numbers); !merged)
            return merged;
    }
    const auto removed = store.query(
        connection, u"DELETE FROM moment WHERE width_s = ? AND at_s < ?"_s, {from.width, before});
    return removed ? Result<void>() : removed.error();
}

/// Curves that were in use until now are not too old.
Result<void> noteUse(
    const LocalDatabase& store,
    QSqlDatabase& connection,
    const std::map<CurveKey, quint32>& ids,
    qint64 now)
{
    for (const auto& [key, id] : ids) {
        const auto noted = store.query(
            connection, u"UPDATE curve SET seen_s = max(seen_s, ?) WHERE id = ?"_s, {now, id});
        if (!noted)
            return noted.error();
    }
    return {};
}

/// What is too old, and what a clock that went ahead has left in the future.
Result<void> forget(const LocalDatabase& store, QSqlDatabase& connection, qint64 now)
{
    constexpr qint64 second = 1'000'000;
    const qint64 oldest = now - stored::tiers.back().kept;
    const qint64 newest = now + 60;
    const QList<std::pair<QString, QVariantList>> statements{
        {u"DELETE FROM moment WHERE at_s < ? OR at_s > ?"_s, {oldest, newest}},
        {u"DELETE FROM finding WHERE seen_us < ? OR began_us > ?"_s,
         {oldest * second, newest * second}},
        {u"DELETE FROM curve WHERE seen_s < ?"_s, {oldest}}};
    for (const auto& [sql, values] : statements) {
        if (const auto done = store.query(connection, sql, values); !done)
            return done.error();
    }
    return {};
}

Result<qint64> pagesInUse(const LocalDatabase& store, QSqlDatabase& connection)
{
    auto size = store.query(
        connection,
        u"SELECT (page_count - freelist_count) * page_size"
        " FROM pragma_page_count, pragma_freelist_count, pragma_page_size"_s);
    if (!size)
        return size.error();
    return size->next() ? size->value(0).toLongLong() : 0;
}

/// Oldest first, a tenth at a time.
Result<void> holdSize(const LocalDatabase& store, QSqlDatabase& connection)
{
    for (;;) {
        const auto used = pagesInUse(store, connection);
        if (!used)
            return used.error();
        if (*used <= HistoryStore::mostBytes)
            return {};
        auto removed = store.query(
            connection,
            u"DELETE FROM moment WHERE at_s <= (SELECT at_s FROM moment ORDER BY at_s"
            " LIMIT 1 OFFSET (SELECT count(*) / 10 FROM moment))"_s);
        if (!removed)
            return removed.error();
        if (removed->numRowsAffected() == 0)
            return {};
    }
}

} // namespace

QString stored::seriesName(Series series)
{
    const auto* found =
        std::ranges::find(seriesNames, series, &decltype(seriesNames)::value_type::first);
    return found->second;
}

std::optional<Series> stored::seriesFromName(const QString& name)
{
    for (const auto& [series, spelling] : seriesNames) {
        if (name == spelling)
            return series;
    }
    return std::nullopt;
}

QString groupNameOf(const QString& object)
{
    return object.section(u" / "_s, -1);
}

QList<Sample> StoredHistory::samples(Series series, const QString& object) const
{
    const auto found = curves.find({series, object});
    return found == curves.end() ? QList<Sample>() : found->second;
}

Result<std::unique_ptr<HistoryStore>> HistoryStore::open(const QString& path)
{
    auto database = LocalDatabase::open(path, migrations());
    if (!database)
        return database.error();
    return std::unique_ptr<HistoryStore>(new HistoryStore(std::move(*database)));
}

HistoryStore::HistoryStore(std::unique_ptr<LocalDatabase> database)
    : m_database(std::move(database))
{}

HistoryStore::~HistoryStore() = default;

/// Inside write().
Result<quint32> HistoryStore::idOf(QSqlDatabase& connection, const CurveKey& key, TimePoint at)
{
    if (const auto known = m_ids.find(key); known != m_ids.end())
        return known->second;
    const QString series = stored::seriesName(key.first);
    const auto noted = m_database->query(
        connection,
        u"INSERT INTO curve (series, object, seen_s) VALUES (?, ?, ?)"
        " ON CONFLICT (series, object) DO UPDATE SET seen_s = max(seen_s, excluded.seen_s)"_s,
        {series, text(key.second), stored::secondOf(at)});
    if (!noted)
        return noted.error();
    auto id = m_database->query(
        connection,
        u"SELECT id FROM curve WHERE series = ? AND object = ?"_s,
        {series, text(key.second)});
    if (!id)
        return id.error();
    id->next();
    return m_ids.emplace(key, id->value(0).toUInt()).first->second;
}

Result<void> HistoryStore::append(const QList<HistoryRow>& rows)
{
    auto written = m_database->write([&](QSqlDatabase& connection) -> Result<void> {
        for (const HistoryRow& row : rows) {
            HistoryNumbers numbers;
            for (const auto& [key, value] : row.values) {
                const auto id = idOf(connection, key, row.at);
                if (!id)
                    return id.error();
                numbers.merge(*id, {value, 1});
            }
            if (auto merged = mergeInto(
                    *m_database, connection, stored::secondOf(row.at), 1, std::move(numbers));
                !merged)
                return merged;
            for (const Finding& finding : row.findings) {
                if (auto noted = noteFinding(*m_database, connection, finding, row.at); !noted)
                    return noted;
            }
        }
        return {};
    });
    if (!written)
        m_ids.clear(); // Those that were new are not in the file.
    return written;
}

Result<bool> HistoryStore::isSteady(QSqlDatabase& connection, TimePoint now) const
{
    auto measured = m_database->query(
        connection,
        u"SELECT 1 FROM moment WHERE at_s BETWEEN ? AND ? LIMIT 1"_s,
        {stored::secondOf(now - 1h), stored::secondOf(now - 5min)});
    if (!measured)
        return measured.error();
    return measured->next();
}

Result<void> HistoryStore::tidy(TimePoint now)
{
    // The next rows look theirs up again: another process may have forgotten them.
    const auto used = std::exchange(m_ids, {});
    return m_database->write([&](QSqlDatabase& connection) -> Result<void> {
        const auto steady = isSteady(connection, now);
        if (!steady)
            return steady.error();
        const qint64 second = stored::secondOf(now);
        for (size_t i = 0; *steady && i + 1 < stored::tiers.size(); ++i) {
            const auto thinned =
                thin(*m_database, connection, stored::tiers[i], stored::tiers[i + 1].width, second);
            if (!thinned)
                return thinned;
        }
        if (auto noted = noteUse(*m_database, connection, used, second); !noted)
            return noted;
        if (*steady) {
            if (auto forgotten = forget(*m_database, connection, second); !forgotten)
                return forgotten;
        }
        return holdSize(*m_database, connection);
    });
}

Result<qint64> HistoryStore::usedBytes() const
{
    qint64 bytes = 0;
    const auto asked = m_database->write([&](QSqlDatabase& connection) -> Result<void> {
        const auto used = pagesInUse(*m_database, connection);
        bytes = used.value_or(0);
        return used ? Result<void>() : used.error();
    });
    return asked ? Result<qint64>(bytes) : asked.error();
}

} // namespace outboard
