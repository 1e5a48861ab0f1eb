// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/processname.h"
#include "store/journal_p.h"

#include <QCoreApplication>

namespace outboard {

using namespace Qt::StringLiterals;

namespace {

struct Text
{
    Q_DECLARE_TR_FUNCTIONS(Journal)
};

Error stopped()
{
    return {Error::Kind::Cancelled, Text::tr("The journal was not checked to its end."), {}};
}

void breakAt(JournalCheck& check, qint64 number, const QString& problem)
{
    check.broken = number;
    check.problem = problem;
}

/// The next link of the chain; false at the first that does not follow.
bool follows(JournalCheck& check, const QSqlQuery& row)
{
    const JournalRecord record = JournalRecord::of(row);
    const qint64 expected = check.whole.number + 1;
    if (record.number != expected) {
        breakAt(check, expected, Text::tr("Record %1 is missing.").arg(expected));
        return false;
    }
    const QByteArray hash = row.value(16).toByteArray();
    if (record.hash(check.whole.hash) != hash) {
        breakAt(
            check,
            expected,
            Text::tr("Record %1 was changed after it was written, or one before it.")
                .arg(expected));
        return false;
    }
    check.whole = {record.number, hash};
    return true;
}

void compareWithHead(JournalCheck& check, const JournalMark& head)
{
    if (check.broken || check.whole == head)
        return;
    const qint64 next = check.whole.number + 1;
    breakAt(
        check,
        next,
        head.number > check.whole.number
            ? Text::tr("The last records, %1 to %2, are missing.").arg(next).arg(head.number)
            : Text::tr("The end of the journal does not match its last record."));
}

Result<void> walk(const LocalDatabase& database, JournalCheck& check, const std::stop_token& stop)
{
    auto head = database.query(u"SELECT number, hash FROM journal_head"_s);
    if (!head)
        return head.error();
    const bool hasHead = head->next();
    const JournalMark end =
        hasHead ? JournalMark{head->value(0).toLongLong(), head->value(1).toByteArray()}
                : JournalMark();
    head->finish();
    auto rows = database.query(
        u"SELECT %1 FROM journal WHERE number > ? ORDER BY number"_s.arg(journalColumns()),
        {check.whole.number});
    if (!rows)
        return rows.error();
    while (rows->next() && follows(check, *rows)) {
        if (stop.stop_requested())
            return stopped();
    }
    compareWithHead(check, end);
    return {};
}

Result<void> findCutOff(const LocalDatabase& database, JournalCheck& check)
{
    auto open = database.query(
        u"SELECT number, process FROM journal AS i WHERE kind = 'intent' AND NOT EXISTS"
        " (SELECT 1 FROM journal AS r WHERE r.kind = 'result' AND r.intent = i.number)"
        " ORDER BY number"_s);
    if (!open)
        return open.error();
    while (open->next()) {
        if (isProcessAlive(open->value(1).toString()))
            continue;
        if (check.cutOff++ == 0)
            check.firstCutOff = open->value(0).toLongLong();
    }
    return {};
}

} // namespace

Result<JournalCheck> Journal::check(const JournalMark& from, const std::stop_token& stop) const
{
    JournalCheck check;
    check.whole = from.hash.isEmpty() ? JournalMark{0, journalSeed()} : from;
    // One look at the file, whatever others append meanwhile.
    if (const auto begun = d->database->query(u"BEGIN"_s); !begun)
        return begun.error();
    auto checked = walk(*d->database, check, stop);
    if (checked)
        checked = findCutOff(*d->database, check);
    if (const auto ended = d->database->query(u"COMMIT"_s); !ended && checked)
        checked = ended.error();
    if (!checked)
        return checked.error();
    return check;
}

} // namespace outboard
