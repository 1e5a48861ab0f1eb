// SPDX-License-Identifier: GPL-3.0-or-later
#include "store/localdatabase.h"

#include "core/log.h"
#include "store/localfile.h"

#include <QCoreApplication>
#include <QSqlError>
#include <QThread>
#include <QThreadStorage>

#include <atomic>
#include <map>

namespace outboard {

using namespace Qt::StringLiterals;

namespace {

/// A registered Qt SQL connection; closed and forgotten on the thread that opened it.
class ThreadConnection
{
public:
    ThreadConnection(const QString& path, quint64 number)
        : m_name(
            u"outboard-local-%1-%2"_s.arg(number).arg(quintptr(QThread::currentThreadId()), 0, 16))
    {
        auto database = QSqlDatabase::addDatabase(u"QSQLITE"_s, m_name);
        database.setDatabaseName(path);
        // Another process may hold the file for the length of its commit.
        database.setConnectOptions(u"QSQLITE_BUSY_TIMEOUT=5000"_s);
    }

    ~ThreadConnection() { QSqlDatabase::removeDatabase(m_name); }
    Q_DISABLE_COPY_MOVE(ThreadConnection)

    QSqlDatabase database() const { return QSqlDatabase::database(m_name, false); }

private:
    QString m_name;
};

using ThreadConnections = std::map<quint64, std::shared_ptr<ThreadConnection>>;
Q_GLOBAL_STATIC(QThreadStorage<ThreadConnections>, connections)

std::atomic<quint64> nextNumber{1};

Error storeError(const QString& path, const QSqlError& error)
{
    return {
        Error::Kind::Refused,
        QCoreApplication::translate(
            "outboard",
            "The local store %1 could not be used. Check the free space and the file; if it is "
            "damaged, move it away.")
            .arg(path),
        error.text()};
}

Error newerStore(const QString& path)
{
    return {
        Error::Kind::Refused,
        QCoreApplication::translate(
            "outboard",
            "A newer Outboard wrote the local store %1. Use that one, or move the file.")
            .arg(path),
        {}};
}

} // namespace

Result<std::unique_ptr<LocalDatabase>> LocalDatabase::open(
    const QString& path, const QList<QStringList>& migrations)
{
    if (const auto ready = ensurePrivateFile(path); !ready)
        return ready.error();
    std::unique_ptr<LocalDatabase> database(new LocalDatabase(path));
    if (const auto migrated = database->migrate(migrations); !migrated)
        return migrated.error();
    return database;
}

LocalDatabase::LocalDatabase(QString path)
    : m_path(std::move(path))
    , m_number(nextNumber++)
{}

LocalDatabase::~LocalDatabase()
{
    // Those of other threads go with their threads.
    if (!connections.isDestroyed() && connections->hasLocalData())
        connections->localData().erase(m_number);
}

Result<QSqlDatabase> LocalDatabase::connection() const
{
    auto& mine = connections->localData()[m_number];
    if (mine)
        return mine->database();
    auto opened = std::make_shared<ThreadConnection>(m_path, m_number);
    auto database = opened->database();
    if (!database.open())
        return storeError(m_path, database.lastError());
    for (const QString& pragma :
         {u"PRAGMA journal_mode = WAL"_s,
          u"PRAGMA synchronous = FULL"_s,
          u"PRAGMA foreign_keys = ON"_s}) {
        if (const auto set = query(database, pragma); !set)
            return set.error();
    }
    mine = std::move(opened);
    return database;
}

Result<void> LocalDatabase::write(const std::function<Result<void>(QSqlDatabase&)>& work) const
{
    auto database = connection();
    if (!database)
        return database.error();
    // Taken at once: a reader that turns writer half-way can be refused.
    if (const auto begun = query(*database, u"BEGIN IMMEDIATE"_s); !begun)
        return begun.error();
    Result<void> done = work(*database);
    if (done) {
        if (const auto committed = query(*database, u"COMMIT"_s); !committed)
            done = committed.error();
    }
    if (!done) {
        if (const auto undone = query(*database, u"ROLLBACK"_s); !undone)
            qCWarning(logStore) << "rollback failed" << undone.error().detail;
    }
    return done;
}

Result<QSqlQuery> LocalDatabase::query(const QString& sql, const QVariantList& values) const
{
    auto database = connection();
    if (!database)
        return database.error();
    return query(*database, sql, values);
}

Result<QSqlQuery> LocalDatabase::query(
    QSqlDatabase& connection, const QString& sql, const QVariantList& values) const
{
    QSqlQuery query(connection);
    query.setForwardOnly(true);
    if (!query.prepare(sql))
        return storeError(m_path, query.lastError());
    for (const QVariant& value : values)
        query.addBindValue(value);
    if (!query.exec())
        return storeError(m_path, query.lastError());
    return query;
}

Result<void> LocalDatabase::migrate(const QList<QStringList>& migrations) const
{
    return write([&](QSqlDatabase& database) -> Result<void> {
        for (const QString& sql :
             {u"CREATE TABLE IF NOT EXISTS schema_version (version INTEGER NOT NULL)"_s,
              u"INSERT INTO schema_version SELECT 0 WHERE NOT EXISTS"
              " (SELECT 1 FROM schema_version)"_s}) {
            if (const auto done = query(database, sql); !done)
                return done.error();
        }
        auto version = query(database, u"SELECT version FROM schema_version"_s);
        if (!version || !version->next())
            return version ? storeError(m_path, version->lastError()) : version.error();
        const qint64 from = version->value(0).toLongLong();
        version->finish();
        if (from > migrations.size())
            return newerStore(m_path);
        for (const QStringList& statements : migrations.mid(from)) {
            for (const QString& sql : statements) {
                if (const auto done = query(database, sql); !done)
                    return done.error();
            }
        }
        const auto done = query(
            database, u"UPDATE schema_version SET version = ?"_s, {qint64(migrations.size())});
        return done ? Result<void>() : done.error();
    });
}

} // namespace outboard
