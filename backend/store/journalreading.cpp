// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/processname.h"
#include "store/journal_p.h"

#include <QCoreApplication>

namespace outboard {

using namespace Qt::StringLiterals;

namespace {

/// Intents with their results; ids and commands stay in the file.
const QString& entrySelect()
{
    static const QString sql =
        u"SELECT i.number, i.at_us, i.who, i.profile, i.environment, i.action, i.place,"
        " i.id_count + (SELECT coalesce(sum(p.id_count), 0) FROM journal AS p"
        " WHERE p.kind = 'part' AND p.intent = i.number),"
        " i.process, r.state, r.at_us, r.text FROM journal AS i LEFT JOIN journal AS r"
        " ON r.kind = 'result' AND r.intent = i.number WHERE i.kind = 'intent'"_s;
    return sql;
}

TimePoint timeOf(const QVariant& value)
{
    return TimePoint(Microseconds(value.toLongLong()));
}

JournalEntry entryOf(const QSqlQuery& row)
{
    JournalEntry entry;
    entry.number = row.value(0).toLongLong();
    entry.at = timeOf(row.value(1));
    entry.who = row.value(2).toString();
    entry.profile = row.value(3).toString();
    entry.environment = row.value(4).toString();
    entry.action = row.value(5).toString();
    entry.place = row.value(6).toString();
    entry.idCount = row.value(7).toLongLong();
    if (row.value(9).isNull()) {
        entry.state =
            isProcessAlive(row.value(8).toString()) ? JournalState::Running : JournalState::CutOff;
        return entry;
    }
    entry.state = journalStateFromName(row.value(9).toString()).value_or(JournalState::Failed);
    entry.endedAt = timeOf(row.value(10));
    entry.result = row.value(11).toString();
    return entry;
}

QString likePattern(QString text)
{
    for (const QChar special : u"\\%_"_s)
        text.replace(special, u'\\' + QString(special));
    return u'%' + text + u'%';
}

/// How ids stand in the file, without the brackets of their array.
QString spelled(const QByteArray& id)
{
    const QString array = journalIds({id});
    return array.mid(1, array.size() - 2);
}

struct Condition
{
    QString sql;
    QVariantList values;

    void add(const QString& condition, const QVariantList& more)
    {
        sql += u" AND "_s + condition;
        values += more;
    }
};

Condition conditionOf(const JournalFilter& filter)
{
    Condition condition;
    if (!filter.profile.isEmpty())
        condition.add(u"i.profile = ?"_s, {filter.profile});
    if (!filter.action.isEmpty())
        condition.add(u"i.action = ?"_s, {filter.action});
    if (filter.since)
        condition.add(u"i.at_us >= ?"_s, {qint64(filter.since->time_since_epoch().count())});
    if (filter.text.isEmpty())
        return condition;
    const QString like = likePattern(filter.text);
    // Inside the arrays texts are spelled as in JSON.
    const QString inArray = likePattern(spelled(filter.text.toUtf8()).chopped(1).mid(1));
    condition.add(
        u"(i.who LIKE ? ESCAPE '\\' OR i.place LIKE ? ESCAPE '\\' OR r.text LIKE ? ESCAPE '\\'"
        " OR i.commands LIKE ? ESCAPE '\\' OR i.ids LIKE ? ESCAPE '\\'"
        " OR r.counts LIKE ? ESCAPE '\\' OR EXISTS (SELECT 1 FROM journal AS p WHERE"
        " p.kind = 'part' AND p.intent = i.number AND p.ids LIKE ? ESCAPE '\\'))"_s,
        {like, like, like, inArray, inArray, inArray, inArray});
    return condition;
}

Error noSuchEntry(qint64 number)
{
    return {
        Error::Kind::Missing,
        QCoreApplication::translate(
            "outboard", "The journal has no entry %1. Look at its list of entries.")
            .arg(number),
        {}};
}

} // namespace

Result<JournalPage> Journal::page(
    const JournalFilter& filter, std::optional<qint64> before, qint64 limit) const
{
    Condition condition = conditionOf(filter);
    if (before)
        condition.add(u"i.number < ?"_s, {*before});
    auto rows = d->database->query(
        entrySelect() + condition.sql + u" ORDER BY i.number DESC LIMIT ?"_s,
        condition.values + QVariantList{limit + 1});
    if (!rows)
        return rows.error();
    JournalPage page;
    while (rows->next()) {
        if (page.entries.size() == limit) {
            page.next = page.entries.last().number;
            break;
        }
        page.entries.append(entryOf(*rows));
    }
    return page;
}

Result<JournalDetails> Journal::details(qint64 number) const
{
    auto row = d->database->query(entrySelect() + u" AND i.number = ?"_s, {number});
    if (!row)
        return row.error();
    if (!row->next())
        return noSuchEntry(number);
    JournalDetails details;
    details.entry = entryOf(*row);
    row->finish();
    // The conditions are those of the indexes.
    auto records = d->database->query(
        u"SELECT %1 FROM journal WHERE number = ? UNION ALL SELECT %1 FROM journal"
        " WHERE kind = 'part' AND intent = ? UNION ALL SELECT %1 FROM journal"
        " WHERE kind = 'result' AND intent = ? ORDER BY number"_s.arg(journalColumns()),
        {number, number, number});
    if (!records)
        return records.error();
    while (records->next()) {
        const JournalRecord record = JournalRecord::of(*records);
        details.ids += journalIdsOf(record.ids);
        details.commands += journalTextsOf(record.commands);
        details.counts += journalCountsOf(record.counts);
        details.hash = records->value(16).toByteArray();
    }
    return details;
}

Result<QList<JournalEntry>> Journal::involving(const QByteArray& id, qint64 limit) const
{
    const QString wanted = spelled(id);
    auto rows = d->database->query(
        entrySelect()
            + u" AND (instr(i.ids, ?) OR EXISTS (SELECT 1 FROM journal AS p WHERE p.kind = 'part'"
              " AND p.intent = i.number AND instr(p.ids, ?))) ORDER BY i.number LIMIT ?"_s,
        {wanted, wanted, limit});
    if (!rows)
        return rows.error();
    QList<JournalEntry> entries;
    while (rows->next())
        entries.append(entryOf(*rows));
    return entries;
}

Result<qint64> Journal::last() const
{
    auto row = d->database->query(u"SELECT number FROM journal_head"_s);
    if (!row)
        return row.error();
    return row->next() ? row->value(0).toLongLong() : 0;
}

} // namespace outboard
