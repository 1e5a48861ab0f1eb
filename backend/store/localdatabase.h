// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/result.h"

#include <QList>
#include <QSqlDatabase>
#include <QSqlQuery>
#include <QString>
#include <QStringList>
#include <QVariantList>

#include <functional>
#include <memory>

namespace outboard {

/// A SQLite file of Outboard's own: readable by its user only, in write-ahead mode, every commit
/// synced. Each thread gets a connection of its own; any thread may call. Several processes can
/// share the file.
class LocalDatabase
{
public:
    /// Opens or creates the file (0600; missing folders 0700) and brings its tables up to date:
    /// `migrations[n]` are the statements that lead from version n to n + 1.
    /// Error::Refused with what to do when that is impossible.
    static Result<std::unique_ptr<LocalDatabase>> open(
        const QString& path, const QList<QStringList>& migrations);

    ~LocalDatabase();
    Q_DISABLE_COPY_MOVE(LocalDatabase)

    /// One transaction: committed and synced when `work` succeeds, else rolled back.
    Result<void> write(const std::function<Result<void>(QSqlDatabase&)>& work) const;

    /// Runs a statement with values for its "?".
    Result<QSqlQuery> query(const QString& sql, const QVariantList& values = {}) const;

    /// The same inside write().
    Result<QSqlQuery> query(
        QSqlDatabase& connection, const QString& sql, const QVariantList& values = {}) const;

private:
    explicit LocalDatabase(QString path);

    Result<QSqlDatabase> connection() const;
    Result<void> migrate(const QList<QStringList>& migrations) const;

    QString m_path;
    quint64 m_number; ///< Tells the connections of one instance from those of another.
};

} // namespace outboard
