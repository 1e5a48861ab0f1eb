// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "model/journal.h"

#include <QByteArray>
#include <QSqlQuery>
#include <QString>
#include <QVariantList>

namespace outboard {

/// One link of the journal's chain, with the texts exactly as they are stored.
struct JournalRecord
{
    qint64 number = 0;
    QString kind;      ///< "intent", "part" or "result".
    qint64 intent = 0; ///< Whose part or result this is; 0 for an intent.
    qint64 atUs = 0;
    QString who;
    QString process;
    QString profile;
    QString environment;
    QString action;
    QString place;
    QString state;
    QString text;
    qint64 idCount = 0;
    QString counts;   ///< JSON
    QString commands; ///< JSON
    QString ids;      ///< JSON

    /// SHA-256 over the hash before it and every field with its length, so that no two records
    /// are spelled alike.
    QByteArray hash(const QByteArray& previous) const;

    /// For journalColumns(), with the hash last.
    QVariantList values(const QByteArray& hash) const;

    /// `row` selects journalColumns().
    static JournalRecord of(const QSqlQuery& row);
};

/// "number, kind, …, ids, hash".
QString journalColumns();

/// JSON arrays as the records hold them; ids that are not UTF-8 are {"base64": ".."}.
QString journalIds(const QList<QByteArray>& ids);
QList<QByteArray> journalIdsOf(const QString& json);
QString journalTexts(const QStringList& texts);
QStringList journalTextsOf(const QString& json);
QString journalCounts(const QList<JournalCount>& counts);
QList<JournalCount> journalCountsOf(const QString& json);

/// Blanks what looks like a password: in URLs, in DSNs, after "password:" and its like.
QString withoutSecrets(QString text);

} // namespace outboard
