// SPDX-License-Identifier: GPL-3.0-or-later
#include "store/deadstore.h"

#include "store/deadletterform.h"
#include "store/localdatabase.h"

#include <QCoreApplication>
#include <QUuid>
#include <QVariant>

#include <array>
#include <utility>

namespace outboard {

using namespace Qt::StringLiterals;

namespace {

using State = DiscardedLetter::State;

constexpr std::array states = {
    std::pair(State::Discarding, "discarding"),
    std::pair(State::Discarded, "discarded"),
    std::pair(State::Restoring, "restoring"),
    std::pair(State::Restored, "restored"),
};

QString stateName(State state)
{
    for (const auto& [known, name] : states) {
        if (known == state)
            return QString::fromLatin1(name);
    }
    return {};
}

State stateOf(const QString& name)
{
    for (const auto& [known, spelling] : states) {
        if (name == QLatin1StringView(spelling))
            return known;
    }
    return State::Discarding;
}

const QList<QStringList>& migrations()
{
    static const QList<QStringList> all = {{
        u"CREATE TABLE note (profile TEXT NOT NULL, topic BLOB NOT NULL, group_name BLOB NOT NULL,"
        " error_kind TEXT NOT NULL, text TEXT NOT NULL,"
        " PRIMARY KEY (profile, topic, group_name, error_kind)) WITHOUT ROWID"_s,
        u"CREATE TABLE discarded (id TEXT PRIMARY KEY, profile TEXT NOT NULL, at_us INTEGER NOT "
        u"NULL,"
        " reason TEXT NOT NULL, who TEXT NOT NULL, state TEXT NOT NULL, became TEXT NOT NULL,"
        " letter BLOB NOT NULL)"_s,
        u"CREATE INDEX discarded_by_time ON discarded (profile, at_us)"_s,
    }};
    return all;
}

const auto columns = u"id, at_us, reason, who, state, became, letter"_s;

/// SQLite takes a null string or byte array for NULL.
QString text(const QString& value)
{
    return value.isNull() ? u""_s : value;
}

QByteArray bytes(const QByteArray& value)
{
    return value.isNull() ? QByteArray("") : value;
}

QVariantList valuesOf(const QString& profile, const DeadGroupKey& key)
{
    return {profile, bytes(key.topic.bytes()), bytes(key.group.bytes()), text(key.errorKind)};
}

Result<DiscardedLetter> rowOf(const QSqlQuery& query)
{
    auto letter = deadLetterFromCbor(query.value(6).toByteArray());
    if (!letter)
        return letter.error();
    DiscardedLetter row;
    row.id = query.value(0).toString();
    row.at = TimePoint(Microseconds(query.value(1).toLongLong()));
    row.reason = query.value(2).toString();
    row.who = query.value(3).toString();
    row.state = stateOf(query.value(4).toString());
    row.became = query.value(5).toString();
    row.letter = std::move(*letter);
    return row;
}

Error notKept(const QString& id)
{
    return {
        Error::Kind::Missing,
        QCoreApplication::translate(
            "outboard",
            "There is no discarded dead letter %1 on this machine. Look at the list of discarded "
            "ones.")
            .arg(id),
        {}};
}

} // namespace

Result<std::shared_ptr<DeadStore>> DeadStore::open(const QString& path)
{
    auto database = LocalDatabase::open(path, migrations());
    if (!database)
        return database.error();
    return std::shared_ptr<DeadStore>(new DeadStore(std::move(*database)));
}

DeadStore::DeadStore(std::unique_ptr<LocalDatabase> database)
    : m_database(std::move(database))
{}

DeadStore::~DeadStore() = default;

Result<QHash<DeadGroupKey, QString>> DeadStore::notes(const QString& profile) const
{
    auto query = m_database->query(
        u"SELECT topic, group_name, error_kind, text FROM note WHERE profile = ?"_s, {profile});
    if (!query)
        return query.error();
    QHash<DeadGroupKey, QString> notes;
    while (query->next()) {
        const DeadGroupKey key{
            TopicName(query->value(0).toByteArray()),
            GroupName(query->value(1).toByteArray()),
            query->value(2).toString()};
        notes.insert(key, query->value(3).toString());
    }
    return notes;
}

Result<void> DeadStore::setNote(
    const QString& profile, const DeadGroupKey& key, const QString& note)
{
    return m_database->write([&](QSqlDatabase& database) -> Result<void> {
        QVariantList values = valuesOf(profile, key);
        const auto removed = m_database->query(
            database,
            u"DELETE FROM note WHERE profile = ? AND topic = ? AND group_name = ?"
            " AND error_kind = ?"_s,
            values);
        if (!removed)
            return removed.error();
        if (note.trimmed().isEmpty())
            return {};
        values << note.trimmed();
        const auto added =
            m_database->query(database, u"INSERT INTO note VALUES (?, ?, ?, ?, ?)"_s, values);
        return added ? Result<void>() : added.error();
    });
}

Result<QStringList> DeadStore::keep(
    const QString& profile,
    const QList<DeadLetter>& letters,
    const QString& reason,
    const QString& who,
    TimePoint at)
{
    QStringList ids;
    const auto kept = m_database->write([&](QSqlDatabase& database) -> Result<void> {
        for (const DeadLetter& letter : letters) {
            ids << QUuid::createUuid().toString(QUuid::WithoutBraces);
            const auto added = m_database->query(
                database,
                u"INSERT INTO discarded (id, profile, at_us, reason, who, state, became, letter)"
                " VALUES (?, ?, ?, ?, ?, ?, '', ?)"_s,
                {ids.last(),
                 profile,
                 qint64(at.time_since_epoch().count()),
                 text(reason),
                 text(who),
                 stateName(State::Discarding),
                 deadLetterToCbor(letter)});
            if (!added)
                return added.error();
        }
        return {};
    });
    return kept ? Result<QStringList>(ids) : kept.error();
}

Result<void> DeadStore::setState(const QStringList& ids, DiscardedLetter::State state)
{
    return m_database->write([&](QSqlDatabase& database) -> Result<void> {
        for (const QString& id : ids) {
            const auto set = m_database->query(
                database, u"UPDATE discarded SET state = ? WHERE id = ?"_s, {stateName(state), id});
            if (!set)
                return set.error();
        }
        return {};
    });
}

Result<void> DeadStore::setRestored(const QString& id, const QString& became)
{
    return m_database->write([&](QSqlDatabase& database) -> Result<void> {
        const auto set = m_database->query(
            database,
            u"UPDATE discarded SET state = ?, became = ? WHERE id = ?"_s,
            {stateName(State::Restored), text(became), id});
        return set ? Result<void>() : set.error();
    });
}

Result<void> DeadStore::forget(const QStringList& ids)
{
    return m_database->write([&](QSqlDatabase& database) -> Result<void> {
        for (const QString& id : ids) {
            const auto gone =
                m_database->query(database, u"DELETE FROM discarded WHERE id = ?"_s, {id});
            if (!gone)
                return gone.error();
        }
        return {};
    });
}

Result<QList<DiscardedLetter>> DeadStore::discarded(const QString& profile, qint64 limit) const
{
    auto query = m_database->query(
        u"SELECT %1 FROM discarded WHERE profile = ? AND state <> 'restored'"
        " ORDER BY at_us DESC, id LIMIT ?"_s.arg(columns),
        {profile, limit});
    if (!query)
        return query.error();
    QList<DiscardedLetter> rows;
    while (query->next()) {
        const auto row = rowOf(*query);
        if (!row)
            return row.error();
        rows.append(*row);
    }
    return rows;
}

Result<QList<DiscardedLetter>> DeadStore::load(const QStringList& ids) const
{
    QList<DiscardedLetter> rows;
    for (const QString& id : ids) {
        auto query =
            m_database->query(u"SELECT %1 FROM discarded WHERE id = ?"_s.arg(columns), {id});
        if (!query)
            return query.error();
        if (!query->next())
            return notKept(id);
        const auto row = rowOf(*query);
        if (!row)
            return row.error();
        rows.append(*row);
    }
    return rows;
}

} // namespace outboard
