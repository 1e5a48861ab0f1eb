// SPDX-License-Identifier: GPL-3.0-or-later
#include "text/csv.h"

namespace outboard::csv {

using namespace Qt::StringLiterals;

QString cell(QString text)
{
    if (!text.isEmpty() && u"=+-@\t\r"_s.contains(text[0]))
        text.prepend(u'\'');
    if (text.contains(u'"') || text.contains(u',') || text.contains(u'\n') || text.contains(u'\r'))
        text = u'"' + text.replace(u'"', u"\"\""_s) + u'"';
    return text;
}

QByteArray line(const QStringList& cells)
{
    QStringList quoted;
    for (const QString& text : cells)
        quoted << cell(text);
    return quoted.join(u',').toUtf8() + "\r\n";
}

} // namespace outboard::csv
