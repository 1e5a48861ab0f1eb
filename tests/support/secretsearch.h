// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QByteArray>
#include <QString>
#include <QStringList>

namespace outboard {

/// Looks for passwords as they are, percent-encoded, escaped as JSON, C and libpq do, as base64 and
/// as hex.
class SecretSearch
{
public:
    explicit SecretSearch(const QStringList& secrets);

    /// The first secret that is in there, in which spelling; empty when there is none.
    QString find(const QByteArray& bytes) const;

    /// In all files under a folder, hidden ones too, except those in `own`, which the operator
    /// wrote; and in their names. "path: secret" of the first; `searched` counts the files.
    QString findInFiles(const QString& folder, const QStringList& own, int& searched) const;

    /// In the command line of this process and all that it started.
    QString findInProcesses(qint64 root) const;

private:
    struct Spelling
    {
        QByteArray bytes;
        QString name;
    };

    QList<Spelling> m_spellings;
};

} // namespace outboard
