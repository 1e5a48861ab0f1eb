// SPDX-License-Identifier: GPL-3.0-or-later
#include "outbox/sqltext.h"

#include <QCoreApplication>

namespace outboard::sqltext {

using namespace Qt::StringLiterals;

namespace {

/// Walks over SQL text and knows what is inside quotes, dollar quotes and parentheses.
class Scanner
{
public:
    explicit Scanner(const QString& sql)
        : m_sql(sql)
    {}

    struct Findings
    {
        bool isOpen = false;       ///< A quote or parenthesis is not closed, or closed too often.
        bool hasSeparator = false; ///< A semicolon, comment or parameter outside of quotes.
        QList<qsizetype> commas;   ///< At top level.
    };

    Findings scan()
    {
        while (m_at < m_sql.size()) {
            const QChar c = m_sql.at(m_at);
            if (c == u'\'')
                skipString();
            else if (c == u'"')
                skipTo(u"\""_s, 1);
            else if (c == u'$' && !isWordBefore())
                skipDollar();
            else
                look(c);
        }
        m_found.isOpen = m_found.isOpen || m_depth != 0;
        return m_found;
    }

private:
    void look(QChar c)
    {
        const QStringView two = QStringView(m_sql).mid(m_at, 2);
        if (c == u';' || two == u"--" || two == u"/*")
            m_found.hasSeparator = true;
        else if (c == u'(' || c == u'[')
            ++m_depth;
        else if ((c == u')' || c == u']') && --m_depth < 0)
            m_found.isOpen = true;
        else if (c == u',' && m_depth == 0)
            m_found.commas << m_at;
        ++m_at;
    }

    /// After the end of the next `end`; the text is open when there is none.
    void skipTo(const QString& end, qsizetype opening)
    {
        const qsizetype found = m_sql.indexOf(end, m_at + opening);
        m_found.isOpen = m_found.isOpen || found < 0;
        m_at = found < 0 ? m_sql.size() : found + end.size();
    }

    /// '' inside is two strings in a row, which comes to the same; E'' knows backslashes.
    void skipString()
    {
        const bool isEscaped = m_at > 0 && m_sql.at(m_at - 1).toLower() == u'e'
                               && !(m_at > 1 && isWord(m_sql.at(m_at - 2)));
        if (!isEscaped)
            return skipTo(u"'"_s, 1);
        for (++m_at; m_at < m_sql.size() && m_sql.at(m_at) != u'\''; ++m_at) {
            if (m_sql.at(m_at) == u'\\')
                ++m_at;
        }
        m_found.isOpen = m_found.isOpen || m_at >= m_sql.size();
        ++m_at;
    }

    void skipDollar()
    {
        qsizetype end = m_at + 1;
        while (end < m_sql.size() && isWord(m_sql.at(end)))
            ++end;
        const bool isTag = end < m_sql.size() && m_sql.at(end) == u'$'
                           && !(end > m_at + 1 && m_sql.at(m_at + 1).isDigit());
        if (!isTag) {
            // "$1" would take a parameter of the statement around it.
            m_found.hasSeparator = m_found.hasSeparator || end > m_at + 1;
            ++m_at;
            return;
        }
        const QString tag = m_sql.mid(m_at, end - m_at + 1);
        skipTo(tag, tag.size());
    }

    static bool isWord(QChar c) { return c.isLetterOrNumber() || c == u'_'; }

    bool isWordBefore() const { return m_at > 0 && isWord(m_sql.at(m_at - 1)); }

    const QString m_sql;
    qsizetype m_at = 0;
    int m_depth = 0;
    Findings m_found;
};

/// The name at the start of the text, unquoted.
QString leadingName(const QString& text)
{
    if (!text.startsWith(u'"')) {
        qsizetype end = 0;
        while (end < text.size()
               && (text.at(end).isLetterOrNumber() || text.at(end) == u'_' || text.at(end) == u'$'))
            ++end;
        // Like PostgreSQL: only quotes keep upper case.
        return text.left(end).toLower();
    }
    QString name;
    for (qsizetype i = 1; i < text.size(); ++i) {
        if (text.at(i) == u'"' && (i + 1 >= text.size() || text.at(++i) != u'"'))
            break;
        name += text.at(i);
    }
    return name;
}

} // namespace

QByteArray identifier(const QString& name)
{
    QByteArray text = name.toUtf8();
    text.replace('\0', "").replace('"', "\"\"");
    return '"' + text + '"';
}

QByteArray qualified(const QStringList& parts)
{
    QByteArrayList quoted;
    for (const QString& part : parts)
        quoted << identifier(part);
    return quoted.join('.');
}

Result<QStringList> splitName(const QString& text, const QString& key)
{
    QStringList parts{QString()};
    bool isQuoted = false;
    for (qsizetype i = 0; i < text.size(); ++i) {
        const QChar c = text.at(i);
        const bool isDouble = isQuoted && text.mid(i, 2) == u"\"\"";
        if (isDouble)
            parts.last() += text.at(i++);
        else if (c == u'"')
            isQuoted = !isQuoted;
        else if (c == u'.' && !isQuoted)
            parts << QString();
        else
            parts.last() += c;
    }
    if (!isQuoted && parts.size() <= 2 && !parts.contains(QString()))
        return parts;
    return Error{
        Error::Kind::Refused,
        QCoreApplication::translate(
            "outboard",
            "\"%1\" is not a name. Set \"%2\" in the profile to name or schema.name; write a name "
            "that holds a dot in double quotes.")
            .arg(text, key),
        {}};
}

QByteArray literal(const QByteArray& value)
{
    QByteArray text = value;
    text.replace('\'', "''");
    if (!text.contains('\\'))
        return '\'' + text + '\'';
    return "E'" + text.replace('\\', "\\\\") + '\'';
}

QByteArray arrayLiteral(const std::vector<QByteArray>& values)
{
    QByteArray text = "{";
    for (const QByteArray& value : values) {
        if (text.size() > 1)
            text += ',';
        text += '"';
        for (const char c : value) {
            if (c == '"' || c == '\\')
                text += '\\';
            text += c;
        }
        text += '"';
    }
    return text + '}';
}

QByteArray micros(const QByteArray& time)
{
    return "(extract(epoch from (" + time + ")::timestamptz) * 1000000)::bigint";
}

Result<void> checkFragment(const QString& sql, const QString& key)
{
    const Scanner::Findings found = Scanner(sql).scan();
    if (!sql.trimmed().isEmpty() && !found.isOpen && !found.hasSeparator)
        return {};
    return Error{
        Error::Kind::Refused,
        QCoreApplication::translate(
            "outboard",
            "\"%1\" in the profile is not one SQL expression. Remove semicolons, comments and "
            "parameters, and close every quote and parenthesis.")
            .arg(key),
        sql};
}

QStringList splitList(const QString& sql)
{
    QStringList parts;
    qsizetype from = 0;
    for (const qsizetype comma : Scanner(sql).scan().commas) {
        parts << sql.mid(from, comma - from).trimmed();
        from = comma + 1;
    }
    return parts << sql.mid(from).trimmed();
}

QStringList assignedColumns(const QString& setList)
{
    QStringList names;
    for (const QString& part : splitList(setList))
        names << leadingName(part);
    return names;
}

} // namespace outboard::sqltext
