// SPDX-License-Identifier: GPL-3.0-or-later
#include "services/deaderror.h"

#include <QRegularExpression>
#include <QStringList>

#include <array>

namespace outboard {

using namespace Qt::StringLiterals;

namespace {

constexpr qsizetype longestKind = 200;
/// What comes after this much of an error tells no kinds apart.
constexpr qsizetype longestRead = 64 * 1024;

struct Fold
{
    QRegularExpression pattern;
    QString replacement;
};

/// In this order: what a later pattern would take apart is folded whole by an earlier one.
const std::array<Fold, 10>& folds()
{
    static const auto insensitive = QRegularExpression::CaseInsensitiveOption;
    static const std::array<Fold, 10> all{{
        // Quotes open after and close before something that is no letter: "can't" has none.
        {QRegularExpression(uR"((?<![\w])(['"`])(?:\\.|(?!\1).){0,2000}?\1(?!\w))"_s),
         u"'<value>'"_s},
        {QRegularExpression(uR"([“‘«][^”’»]{0,2000}[”’»])"_s), u"'<value>'"_s},
        {QRegularExpression(uR"(\b[0-9a-f]{8}-?(?:[0-9a-f]{4}-?){3}[0-9a-f]{12}\b)"_s, insensitive),
         u"<uuid>"_s},
        // A time of day looks much like an IPv6 address.
        {QRegularExpression(uR"((?<![\w.:\]-])\d{1,2}:\d{2}(?::\d{2}(?:\.\d+)?)?(?![\w:]))"_s),
         u"<n>"_s},
        {QRegularExpression(uR"(\b[a-z][a-z0-9+.-]{1,20}://[^\s'"<>]+)"_s, insensitive),
         u"<addr>"_s},
        {QRegularExpression(uR"(\b[\w.+-]{1,64}@[\w-]+(?:\.[\w-]+)*\b)"_s), u"<addr>"_s},
        {QRegularExpression(
             uR"((?<![\w.])(?:\d{1,3}(?:\.\d{1,3}){3}|\[?(?:[0-9a-f]{0,4}:){2,7}[0-9a-f]{1,4}\]?|(?:[a-z0-9-]+\.)+[a-z]{2,}(?=:\d)|localhost(?=:\d))(?::\d{1,5})?(?![\w.]*\w))"_s,
             insensitive),
         u"<addr>"_s},
        {QRegularExpression(uR"(\b0x[0-9a-f]+\b)"_s, insensitive), u"<hex>"_s},
        {QRegularExpression(uR"(\b(?=[0-9a-f]*\d)(?=[0-9a-f]*[a-f])[0-9a-f]{8,}\b)"_s, insensitive),
         u"<hex>"_s},
        {QRegularExpression(uR"(\d+(?:[.,:]\d+)*)"_s), u"<n>"_s},
    }};
    return all;
}

bool isIndented(const QString& line)
{
    return line.startsWith(u' ') || line.startsWith(u'\t');
}

/// Of a Python traceback the line after its last frame, which names the exception; of anything else
/// its first line.
QString tellingLine(const QString& error)
{
    const QStringList lines = error.split(u'\n', Qt::SkipEmptyParts);
    qsizetype frame = -1;
    for (qsizetype i = 0; i < lines.size(); ++i) {
        if (isIndented(lines.at(i)) && lines.at(i).trimmed().startsWith(u"File \""_s))
            frame = i;
    }
    for (qsizetype i = frame + 1; i < lines.size(); ++i) {
        const QString line = lines.at(i).trimmed();
        const bool isHeading = line.startsWith(u"Traceback (most recent call last)"_s);
        if (!line.isEmpty() && !isHeading && !(frame >= 0 && isIndented(lines.at(i))))
            return line;
    }
    return lines.isEmpty() ? QString() : lines.last().trimmed();
}

} // namespace

QString errorKindOf(const QString& error)
{
    QString kind = tellingLine(error.left(longestRead)).left(2000);
    for (const Fold& fold : folds())
        kind.replace(fold.pattern, fold.replacement);
    kind = kind.simplified();
    if (kind.size() > longestKind)
        kind = kind.left(longestKind - 1) + u'…';
    return kind;
}

} // namespace outboard
