// SPDX-License-Identifier: GPL-3.0-or-later
#include "commands/idlists.h"

#include "jsonvalues.h"
#include "text/format.h"

namespace outboard {

using namespace Qt::StringLiterals;

namespace {

constexpr size_t shownIds = 10;

} // namespace

QJsonObject idsJson(const NamedIds& lists)
{
    QJsonObject object;
    for (const NamedIdList& list : lists) {
        if (list.isAlwaysPrinted || !list.ids.empty())
            object.insert(list.key, json::ids(list.ids));
    }
    return object;
}

QString idsText(const NamedIds& lists)
{
    QString text;
    for (const NamedIdList& list : lists) {
        if (list.ids.empty() && !text.isEmpty())
            continue;
        QStringList ids;
        for (size_t i = 0; i < list.ids.size() && i < shownIds; ++i)
            ids.append(list.ids[i].text());
        if (list.ids.size() > shownIds)
            ids.append(u"…"_s);
        text += u"%1: %2"_s.arg(list.text, format::number(static_cast<qint64>(list.ids.size())));
        text += (ids.isEmpty() ? QString() : u"  "_s + ids.join(u' ')) + u'\n';
    }
    return text;
}

} // namespace outboard
