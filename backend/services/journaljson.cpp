// SPDX-License-Identifier: GPL-3.0-or-later
#include "services/journaljson.h"

#include "services/strictjson.h"
#include "text/format.h"

#include <QCoreApplication>
#include <QJsonArray>

namespace outboard {

using namespace Qt::StringLiterals;

namespace {

QJsonValue textOrNull(const QString& text)
{
    return text.isEmpty() ? QJsonValue(QJsonValue::Null) : QJsonValue(text);
}

QString endText(const JournalEntry& entry)
{
    return entry.endedAt ? isoText(*entry.endedAt) : QString();
}

QJsonArray idsJson(const QList<QByteArray>& ids)
{
    QJsonArray array;
    for (const QByteArray& id : ids)
        array.append(bytesToJson(id));
    return array;
}

QJsonObject resultJson(const JournalDetails& details)
{
    QJsonObject counts;
    QJsonObject lists;
    for (const JournalCount& count : details.counts) {
        counts.insert(count.name, count.count);
        if (!count.ids.isEmpty())
            lists.insert(count.name, idsJson(count.ids));
    }
    const JournalEntry& entry = details.entry;
    return {
        {u"state"_s, journalStateName(entry.state)},
        {u"at"_s, textOrNull(endText(entry))},
        {u"text"_s, textOrNull(journalResultText(entry))},
        {u"counts"_s, counts},
        {u"ids"_s, lists},
        {u"where"_s, textOrNull(entry.place)},
        {u"environment"_s, entry.environment},
        {u"number"_s, entry.number},
        {u"hash"_s, QString::fromLatin1(details.hash.toHex())},
    };
}

} // namespace

QJsonObject journalJson(const JournalDetails& details)
{
    return {
        {u"at"_s, isoText(details.entry.at)},
        {u"who"_s, details.entry.who},
        {u"profile"_s, details.entry.profile},
        {u"action"_s, details.entry.action},
        {u"ids"_s, idsJson(details.ids)},
        {u"commands"_s, QJsonArray::fromStringList(details.commands)},
        {u"result"_s, resultJson(details)},
    };
}

QStringList journalCellTitles()
{
    return {
        u"number"_s,
        u"at"_s,
        u"who"_s,
        u"profile"_s,
        u"environment"_s,
        u"action"_s,
        u"where"_s,
        u"state"_s,
        u"ended_at"_s,
        u"result"_s,
        u"id_count"_s,
        u"ids"_s,
        u"commands"_s,
        u"hash"_s};
}

QStringList journalCells(const JournalDetails& details)
{
    const JournalEntry& entry = details.entry;
    QStringList ids;
    for (const QByteArray& id : details.ids)
        ids.append(format::oneLine(id, id.size() * 4));
    return {
        QString::number(entry.number),
        isoText(entry.at),
        entry.who,
        entry.profile,
        entry.environment,
        entry.action,
        entry.place,
        journalStateName(entry.state),
        endText(entry),
        journalResultText(entry),
        QString::number(entry.idCount),
        ids.join(u'\n'),
        details.commands.join(u'\n'),
        QString::fromLatin1(details.hash.toHex())};
}

QString journalResultText(const JournalEntry& entry)
{
    if (!entry.result.isEmpty() || entry.state != JournalState::CutOff)
        return entry.result;
    return QCoreApplication::translate("Journal", "Cut off: unknown whether it was done.");
}

} // namespace outboard
