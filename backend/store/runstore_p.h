// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "store/localdatabase.h"
#include "store/runstore.h"

#include <memory>

namespace outboard {

/// SQLite takes a null string or byte array for NULL.
namespace sqlite {

inline QString text(const QString& value)
{
    return value.isNull() ? QStringLiteral("") : value;
}

inline QByteArray bytes(const QByteArray& value)
{
    return value.isNull() ? QByteArray("") : value;
}

} // namespace sqlite

/// One row of the table of outcomes.
struct StoredOutcome
{
    qsizetype item = 0;
    QString kind;
    QString reason;
};

struct RunStore::Private
{
    std::unique_ptr<LocalDatabase> database;

    Result<void> writeOutcomes(const QString& runId, const QList<StoredOutcome>& outcomes) const;
    Result<RunReport> countOutcomes(const QString& runId, qint64 items) const;
    Result<RunSummary> summaryOf(const QSqlQuery& row) const;
};

} // namespace outboard
