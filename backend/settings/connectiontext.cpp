// SPDX-License-Identifier: GPL-3.0-or-later
#include "settings/connectiontext.h"

#include <QRegularExpression>
#include <QStringList>
#include <QUrl>

#include <algorithm>

namespace outboard {

using namespace Qt::StringLiterals;

namespace {

const QRegularExpression& schemePattern()
{
    static const QRegularExpression pattern(u"^[A-Za-z][A-Za-z0-9+.-]*://"_s);
    return pattern;
}

QString decoded(const QString& text)
{
    return QUrl::fromPercentEncoding(text.toUtf8());
}

bool isSecretKey(const QString& key)
{
    return key == u"password"_s || key == u"sslpassword"_s;
}

/// Removes password=… from the part after "?".
void takeFromQuery(QString& query, QString& password)
{
    QStringList kept;
    for (const QString& pair : query.split(u'&')) {
        if (!isSecretKey(pair.section(u'=', 0, 0)))
            kept.append(pair);
        else if (pair.startsWith(u"password="_s))
            password = decoded(pair.section(u'=', 1));
    }
    query = kept.join(u'&');
}

ConnectionText splitUrl(const QString& connection, qsizetype schemeLength)
{
    const qsizetype queryAt = connection.indexOf(u'?', schemeLength);
    QString head = queryAt < 0 ? connection : connection.left(queryAt);
    QString query = queryAt < 0 ? QString() : connection.mid(queryAt + 1);
    QString password;
    if (!query.isEmpty())
        takeFromQuery(query, password);
    const qsizetype slash = head.indexOf(u'/', schemeLength);
    const QString authority = head.mid(schemeLength, slash < 0 ? -1 : slash - schemeLength);
    const qsizetype at = authority.lastIndexOf(u'@');
    const qsizetype colon = authority.indexOf(u':');
    if (at >= 0 && colon >= 0 && colon < at) {
        password = decoded(authority.mid(colon + 1, at - colon - 1));
        // "redis://:password@host" has no user: its @ goes as well.
        head.remove(schemeLength + colon, at - colon + (colon == 0 ? 1 : 0));
    }
    return {query.isEmpty() ? head : head + u'?' + query, password};
}

/// libpq's keyword form. A value is bare or in single quotes with backslash escapes.
ConnectionText splitKeywords(const QString& connection)
{
    static const QRegularExpression pair(
        u"(\\w+)\\s*=\\s*('(?:[^'\\\\]|\\\\.)*(?:'|$)|(?:[^\\s\\\\]|\\\\.)*)"_s);
    static const QRegularExpression escape(u"\\\\(.)"_s);
    ConnectionText result;
    qsizetype copied = 0;
    for (auto it = pair.globalMatch(connection); it.hasNext();) {
        const auto match = it.next();
        if (!isSecretKey(match.captured(1)))
            continue;
        result.text += QStringView(connection).mid(copied, match.capturedStart() - copied);
        copied = match.capturedEnd();
        QString value = match.captured(2);
        if (value.startsWith(u'\''))
            value =
                value.mid(1, value.size() - (value.endsWith(u'\'') && value.size() > 1 ? 2 : 1));
        if (match.captured(1) == u"password"_s)
            result.password = value.replace(escape, u"\\1"_s);
    }
    result.text += QStringView(connection).mid(copied);
    if (copied > 0)
        result.text = result.text.trimmed();
    return result;
}

} // namespace

ConnectionText splitPassword(const QString& connection)
{
    const auto scheme = schemePattern().match(connection);
    if (scheme.hasMatch())
        return splitUrl(connection, scheme.capturedLength());
    return splitKeywords(connection);
}

QString withoutPassword(const QString& connection)
{
    return splitPassword(connection).text;
}

bool hasUnencodedPassword(const QString& connection)
{
    const auto scheme = schemePattern().match(connection);
    if (!scheme.hasMatch())
        return false;
    const QString rest = connection.mid(scheme.capturedLength());
    const auto isEnd = [](QChar c) { return c == u'/' || c == u'?' || c == u'#'; };
    const qsizetype end = std::ranges::find_if(rest, isEnd) - rest.begin();
    const QString authority = rest.left(end);
    // A second @ inside, or a user part that was cut off before its @.
    return authority.count(u'@') > 1
           || (!authority.contains(u'@') && authority.contains(u':')
               && rest.mid(end).contains(u'@'));
}

} // namespace outboard
