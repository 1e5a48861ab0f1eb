// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "support/redisclient.h"

#include <QByteArrayList>
#include <QList>
#include <QMetaType>
#include <QString>
#include <QStringList>

#include <optional>

namespace outboard {

/// A service as it is found in the wild, and what is true of it.
struct MappingCase
{
    // What is there.
    QString tables;                      ///< SQL: the schema, as its library or project makes it.
    QString rows;                        ///< SQL: rows as they are written.
    QString otherDatabase;               ///< SQL for a second database; empty: there is none.
    QList<RedisClient::Command> streams; ///< Entries and groups.

    // What must be found, without any key that a person wrote.
    QString preset;
    QString table;
    std::optional<qint64> unpublished; ///< Absent: unknown, with a reason.
    qint64 dead = 0;
    QString states; ///< Of all rows in id order: U, I, P, D, O.

    // What must happen.
    QStringList relayed; ///< "stream event-id" in order.
    QString notRelayed;  ///< The row that the broker must refuse; empty: none.
    QString afterwards;  ///< SQL with one cell, after the relay.
    QByteArray cell;
    QStringList deadEvents; ///< Event ids of the dead letters in the database.

    // What ledgers say: "event-id processed".
    QString group;
    QStringList verdicts;
    QByteArray payload = {}; ///< Of the first relayed event; empty: not looked at.
};

/// By name, which is a sentence.
QList<std::pair<QByteArray, MappingCase>> mappingCases();

} // namespace outboard

Q_DECLARE_METATYPE(outboard::MappingCase)
