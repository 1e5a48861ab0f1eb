// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/strongid.h"
#include "model/message.h"
#include "outbox/pgcatalogue.h"

#include <QByteArray>
#include <QList>
#include <QSet>
#include <QString>

#include <functional>
#include <optional>

namespace outboard {

/// A table with some of its rows, as text: the newest ones by the primary key, and others.
struct SampledTable
{
    using Cell = std::optional<QByteArray>; ///< Cut at 2 000 characters; bytea as hex, 64 bytes.

    PgKeyedTable facts;
    QList<QList<Cell>> rows; ///< As many cells as columns, in their order.

    const PgTable& table() const { return facts.table; }

    /// Index of the first column whose name, without case and underscores, comes first in `names`,
    /// and that `fits`; absent when there is none.
    std::optional<qsizetype> find(
        const QStringList& names, const std::function<bool(const PgColumn&)>& fits = {}) const;

    const PgColumn& column(qsizetype index) const { return table().columns.at(index); }

    qsizetype indexOf(const QString& columnName) const;

    /// Values of a column that are not NULL.
    QSet<QByteArray> values(qsizetype index) const;

    bool isUnique(const QStringList& columnNames) const;
};

/// What was seen of one database.
struct SampledDatabase
{
    QString dsn;
    QList<SampledTable> tables; ///< Those that could be outboxes, ledgers or dead letters.
    qsizetype seen = 0;         ///< All tables that may be read.
};

struct SampledStream
{
    BrokerTopic name;
    QList<QList<Field>> entries;
    QList<GroupName> groups;
};

/// What was seen of the broker.
struct SampledBroker
{
    QList<SampledStream> streams;
    QString note; ///< Translated; why streams may be missing.
};

/// All that proposals are drawn from.
struct MappingEvidence
{
    QList<SampledDatabase> databases; ///< The outbox's first.
    SampledBroker broker;

    /// Whether the stream holds dead letters of another one, by its name.
    bool isDeadStream(const BrokerTopic& name) const;

    /// Streams that hold events.
    QList<SampledStream> eventStreams() const;
};

namespace mapping {

/// Without case and underscores: "PublishedAt", "published_at" -> "publishedat".
QString plainName(const QString& name);

/// A column in SQL that people read: quoted only where it must be.
QString sqlName(const QString& name);

/// A text literal.
QString sqlText(const QByteArray& value);

} // namespace mapping

} // namespace outboard
