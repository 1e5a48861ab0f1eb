// SPDX-License-Identifier: GPL-3.0-or-later
#include "support/secretsearch.h"

#include <QDir>
#include <QDirIterator>
#include <QFile>
#include <QJsonArray>
#include <QJsonDocument>

namespace outboard {

using namespace Qt::StringLiterals;

namespace {

QByteArray contentOf(const QString& path)
{
    QFile file(path);
    return file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray();
}

QByteArray jsonText(const QString& text)
{
    const QByteArray json = QJsonDocument(QJsonArray{text}).toJson(QJsonDocument::Compact);
    return json.sliced(2, json.size() - 4);
}

/// Of /proc/PID/stat; the name before it may hold spaces.
qint64 parentOf(const QString& pid)
{
    const QByteArray stat = contentOf(u"/proc/%1/stat"_s.arg(pid));
    return stat.mid(stat.lastIndexOf(')') + 2).split(' ').value(1).toLongLong();
}

} // namespace

SecretSearch::SecretSearch(const QStringList& secrets)
{
    for (const QString& secret : secrets) {
        const QByteArray raw = secret.toUtf8();
        m_spellings.append({raw, secret});
        m_spellings.append({raw.toPercentEncoding(), secret + u", percent-encoded"_s});
        m_spellings.append({raw.toPercentEncoding().toLower(), secret + u", percent-encoded"_s});
        m_spellings.append({jsonText(secret), secret + u", as JSON"_s});
        QByteArray quoted = raw;
        quoted.replace('\\', "\\\\").replace('\'', "\\'");
        m_spellings.append({quoted, secret + u", as libpq quotes it"_s});
        m_spellings.append({raw.toHex(), secret + u", as hex"_s});
        for (int offset = 0; offset < 3; ++offset) {
            // The characters at both ends depend on what stands beside.
            const QByteArray encoded = QByteArray(QByteArray(offset, 'x') + raw).toBase64();
            m_spellings.append({encoded.sliced(4, encoded.size() - 8), secret + u", as base64"_s});
        }
    }
}

QString SecretSearch::find(const QByteArray& bytes) const
{
    for (const Spelling& spelling : m_spellings) {
        if (bytes.contains(spelling.bytes))
            return spelling.name;
    }
    return {};
}

QString SecretSearch::findInFiles(
    const QString& folder, const QStringList& own, int& searched) const
{
    QDirIterator files(
        folder,
        QDir::AllEntries | QDir::Hidden | QDir::System | QDir::NoDotAndDotDot,
        QDirIterator::Subdirectories);
    while (files.hasNext()) {
        const QString path = files.next();
        if (own.contains(path))
            continue;
        const QString found =
            find(path.toUtf8() + (files.fileInfo().isFile() ? contentOf(path) : QByteArray()));
        if (!found.isEmpty())
            return path + u": "_s + found;
        searched += files.fileInfo().isFile() ? 1 : 0;
    }
    return {};
}

QString SecretSearch::findInProcesses(qint64 root) const
{
    const QStringList pids = QDir(u"/proc"_s).entryList(QDir::Dirs);
    for (const QString& pid : pids) {
        qint64 ancestor = pid.toLongLong();
        while (ancestor > 1 && ancestor != root)
            ancestor = parentOf(QString::number(ancestor));
        if (ancestor != root)
            continue;
        const QString found = find(contentOf(u"/proc/%1/cmdline"_s.arg(pid)));
        if (!found.isEmpty())
            return u"process %1: %2"_s.arg(pid, found);
    }
    return {};
}

} // namespace outboard
