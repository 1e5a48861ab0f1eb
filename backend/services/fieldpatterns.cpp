// SPDX-License-Identifier: GPL-3.0-or-later
#include "services/fieldpatterns.h"

#include <algorithm>

namespace outboard {

using namespace Qt::StringLiterals;

namespace {

/// One name of a pattern as a regular expression, without anchors.
QString expressionOf(const QString& name)
{
    QString expression;
    for (const QChar letter : FieldPatterns::normalised(name)) {
        if (letter == u'*')
            expression += u".*"_s;
        else if (letter == u'?')
            expression += u'.';
        else
            expression += QRegularExpression::escape(QString(letter));
    }
    return expression;
}

QRegularExpression anchored(const QString& expression)
{
    return QRegularExpression(
        QRegularExpression::anchoredPattern(expression),
        QRegularExpression::DotMatchesEverythingOption);
}

} // namespace

FieldPatterns::FieldPatterns(const QStringList& patterns)
{
    QStringList single;
    for (const QString& pattern : patterns) {
        QStringList names = pattern.split(u'.', Qt::SkipEmptyParts);
        while (names.size() > 1 && names.first() == u"*"_s)
            names.removeFirst();
        if (names.size() == 1)
            single.append(expressionOf(names.first()));
        if (names.size() < 2)
            continue;
        QList<QRegularExpression> path;
        for (const QString& name : std::as_const(names))
            path.append(anchored(expressionOf(name)));
        m_paths.append(path);
    }
    if (!single.isEmpty())
        m_names = anchored(single.join(u'|'));
}

const QStringList& FieldPatterns::defaults()
{
    static const QStringList patterns{
        // Credentials.
        u"*password*"_s,
        u"passwd"_s,
        u"passphrase"_s,
        u"*secret*"_s,
        u"*token*"_s,
        u"*api_key"_s,
        u"authorization"_s,
        u"cookie*"_s,
        // Payment.
        u"card*"_s,
        u"*card"_s,
        u"*card_number"_s,
        u"pan"_s,
        u"cvv*"_s,
        u"cvc*"_s,
        u"*iban"_s,
        u"bic"_s,
        u"*account_number"_s,
        u"*routing_number"_s,
        // People.
        u"*email*"_s,
        u"*phone*"_s,
        u"mobile*"_s,
        u"*first_name"_s,
        u"*last_name"_s,
        u"*full_name"_s,
        u"*address*"_s,
        u"street*"_s,
        u"*birth*"_s,
        u"ssn"_s,
        u"*tax_id"_s,
        u"*passport*"_s,
    };
    return patterns;
}

QString FieldPatterns::normalised(const QString& name)
{
    QString result = name.toCaseFolded();
    result.removeIf(
        [](QChar letter) { return letter == u'_' || letter == u'-' || letter == u' '; });
    return result;
}

bool FieldPatterns::fits(const QStringList& path) const
{
    if (path.isEmpty())
        return false;
    if (m_names && m_names->match(path.last()).hasMatch())
        return true;
    return std::ranges::any_of(m_paths, [&path](const QList<QRegularExpression>& names) {
        if (names.size() > path.size())
            return false;
        const qsizetype from = path.size() - names.size();
        for (qsizetype i = 0; i < names.size(); ++i) {
            if (!names.at(i).match(path.at(from + i)).hasMatch())
                return false;
        }
        return true;
    });
}

} // namespace outboard
