// SPDX-License-Identifier: GPL-3.0-or-later
#include "services/mapping/rowstates.h"

#include "services/mapping/statuswords.h"

#include <QCoreApplication>

#include <algorithm>

namespace outboard {

using namespace Qt::StringLiterals;
using mapping::sqlName;
using mapping::sqlText;

namespace {

QString tr(const char* text)
{
    return QCoreApplication::translate("outboard", text);
}

bool isTime(const PgColumn& column)
{
    return column.kind == PgKind::Time;
}

bool isNullableTime(const PgColumn& column)
{
    return isTime(column) && column.isNullable;
}

bool isFlag(const PgColumn& column)
{
    return column.kind == PgKind::Boolean;
}

bool isStatus(const PgColumn& column)
{
    return column.kind == PgKind::Text || column.kind == PgKind::Integer
           || !column.labels.isEmpty();
}

std::optional<qsizetype> sentTime(const SampledTable& table)
{
    return table.find(
        {u"publishedat"_s,
         u"sentat"_s,
         u"processedat"_s,
         u"deliveredat"_s,
         u"dispatchedat"_s,
         u"relayedat"_s,
         u"emittedat"_s,
         u"forwardedat"_s,
         u"publishedon"_s,
         u"senton"_s,
         u"processedon"_s,
         u"completedat"_s},
        isNullableTime);
}

std::optional<qsizetype> errorColumn(const SampledTable& table)
{
    return table.find(
        {u"lasterror"_s, u"error"_s, u"errormessage"_s, u"failurereason"_s, u"exception"_s});
}

/// "status = 'pending'", "status IN (1, 2)"; empty for no values.
QString isOneOf(const PgColumn& column, const QList<QByteArray>& values)
{
    QStringList texts;
    for (const QByteArray& value : values)
        texts << (column.kind == PgKind::Integer ? QString::fromUtf8(value) : sqlText(value));
    if (texts.isEmpty())
        return {};
    return texts.size() == 1
               ? QString(sqlName(column.name) + u" = " + texts.first())
               : QString(sqlName(column.name) + u" IN (" + texts.join(u", "_s) + u')');
}

QString thenSent(const SampledTable& table, const QString& assignment)
{
    const auto time = sentTime(table);
    return time ? QString(assignment + u", " + sqlName(table.column(*time).name) + u" = now()")
                : assignment;
}

/// "3 of 5 rows".
QString share(
    const SampledTable& table,
    qsizetype column,
    const std::function<bool(const SampledTable::Cell&)>& fits)
{
    const auto count =
        std::ranges::count_if(table.rows, [&](const auto& row) { return fits(row.at(column)); });
    return tr("%1 of %2 rows").arg(count).arg(table.rows.size());
}

/// What no row shows yet: the participle that a time's name holds, in the letters of the others.
std::optional<QByteArray> guessedDone(const SampledTable& table, const StatusWords& words)
{
    const auto time = sentTime(table);
    if (!time || words.waiting.isEmpty())
        return std::nullopt;
    QByteArray word = table.column(*time).name.toLower().section(u'_', 0, 0).toUtf8();
    const QByteArray& model = words.waiting.first();
    return model == model.toUpper() ? word.toUpper() : word;
}

std::optional<RowStates> byStatus(const SampledTable& table)
{
    const auto index = table.find(
        {u"status"_s,
         u"state"_s,
         u"statusname"_s,
         u"publishstatus"_s,
         u"publicationstatus"_s,
         u"deliverystatus"_s,
         u"outboxstatus"_s,
         u"eventstatus"_s,
         u"processingstatus"_s},
        isStatus);
    if (!index)
        return std::nullopt;
    const PgColumn& column = table.column(*index);
    StatusWords words = readStatus(table, *index, sentTime(table), errorColumn(table));
    if (words.waiting.isEmpty())
        return std::nullopt;
    RowStates states;
    states.family = RowStates::Family::Status;
    states.reasons = words.reasons;
    states.doubts = words.doubts;
    if (words.done.isEmpty() && column.kind != PgKind::Integer && column.labels.isEmpty()) {
        if (const auto guess = guessedDone(table, words)) {
            words.done << *guess;
            states.doubts << tr("No row shows the status of a published one: %1 is a guess.")
                                 .arg(QString::fromUtf8(*guess));
        }
    }
    states.unpublished = isOneOf(column, words.waiting);
    states.inFlight = isOneOf(column, words.inFlight);
    states.published = isOneOf(column, words.done);
    states.dead = isOneOf(column, words.dead);
    if (words.done.isEmpty())
        states.doubts << tr("No row shows the status of a published one, so that Outboard cannot "
                            "relay. Set \"mark_published\".");
    else
        states.markPublished = thenSent(table, isOneOf(column, words.done.first(1)));
    states.reasons << tr("column %1 holds a status; %2 wait")
                          .arg(column.name, share(table, *index, [&](const auto& cell) {
                                   return cell && words.waiting.contains(*cell);
                               }));
    return states;
}

std::optional<RowStates> byTime(const SampledTable& table)
{
    const auto index = sentTime(table);
    if (!index)
        return std::nullopt;
    const QString name = table.column(*index).name;
    RowStates states;
    states.family = RowStates::Family::Time;
    states.unpublished = sqlName(name) + u" IS NULL";
    states.markPublished = sqlName(name) + u" = now()";
    states.reasons << tr("column %1 is a nullable timestamp and %2 have it null")
                          .arg(name, share(table, *index, [](const auto& cell) { return !cell; }));
    return states;
}

std::optional<RowStates> byFlag(const SampledTable& table)
{
    const auto index = table.find(
        {u"published"_s,
         u"ispublished"_s,
         u"sent"_s,
         u"issent"_s,
         u"processed"_s,
         u"isprocessed"_s,
         u"delivered"_s,
         u"isdelivered"_s,
         u"dispatched"_s,
         u"isdispatched"_s,
         u"relayed"_s,
         u"isrelayed"_s},
        isFlag);
    if (!index)
        return std::nullopt;
    const PgColumn& column = table.column(*index);
    RowStates states;
    states.family = RowStates::Family::Flag;
    states.unpublished = column.isNullable ? QString(sqlName(column.name) + u" IS NOT TRUE")
                                           : QString(u"NOT " + sqlName(column.name));
    states.markPublished = thenSent(table, sqlName(column.name) + u" = true");
    states.reasons << tr("column %1 is a flag and %2 do not have it set")
                          .arg(column.name, share(table, *index, [](const auto& cell) {
                                   return cell != "true";
                               }));
    return states;
}

RowStates byExistence(const SampledTable& table)
{
    RowStates states;
    states.unpublished = u"true"_s;
    states.markPublished = u"DELETE"_s;
    states.reasons << tr("no column tells what was sent");
    states.doubts << tr("It is taken that a row is deleted when it was sent, so that all %1 rows "
                        "that were looked at wait. Check that nothing else sends them.")
                         .arg(table.rows.size());
    return states;
}

void addDead(const SampledTable& table, RowStates& states)
{
    if (const auto flag = table.find(
            {u"dead"_s,
             u"isdead"_s,
             u"deadletter"_s,
             u"isdeadletter"_s,
             u"failed"_s,
             u"isfailed"_s},
            isFlag)) {
        states.dead = sqlName(table.column(*flag).name);
    } else if (
        const auto time = table.find(
            {u"deadat"_s, u"deadletteredat"_s, u"diedat"_s, u"abandonedat"_s, u"failedat"_s},
            isNullableTime)) {
        states.dead = sqlName(table.column(*time).name) + u" IS NOT NULL";
        if (mapping::plainName(table.column(*time).name) == u"failedat")
            states.doubts << tr("A row with failed_at is taken to be dead, not to be tried again.");
    }
    if (!states.dead.isEmpty())
        states.reasons << tr("dead rows meet %1").arg(states.dead);
}

void addLease(const SampledTable& table, RowStates& states)
{
    if (const auto until = table.find(
            {u"leaseuntil"_s,
             u"lockeduntil"_s,
             u"leaseexpiresat"_s,
             u"claimeduntil"_s,
             u"reserveduntil"_s},
            isTime)) {
        states.inFlight = sqlName(table.column(*until).name) + u" > now()";
    } else if (
        const auto since =
            table.find({u"lockedat"_s, u"claimedat"_s, u"leasedat"_s}, isNullableTime)) {
        states.inFlight = sqlName(table.column(*since).name) + u" > now() - interval '5 minutes'"_s;
        states.doubts << tr("How long a relay holds a row is not known: 5 minutes are a guess.");
    } else {
        return;
    }
    // A published row may keep the lease under which it was sent.
    if (states.family == RowStates::Family::Time || states.family == RowStates::Family::Flag)
        states.inFlight = u'(' + states.unpublished + u") AND "_s + states.inFlight;
    states.reasons << tr("rows that a relay holds meet %1").arg(states.inFlight);
}

} // namespace

void RowStates::applyTo(OutboxSettings& settings) const
{
    settings.unpublished = unpublished;
    settings.inFlight = inFlight;
    settings.published = published;
    settings.markPublished = markPublished;
    settings.dead = dead;
}

RowStates findRowStates(const SampledTable& table)
{
    RowStates states;
    if (const auto found = byStatus(table))
        states = *found;
    else if (const auto flag = byFlag(table)) // Before the time, which is set with it.
        states = *flag;
    else if (const auto time = byTime(table))
        states = *time;
    else
        states = byExistence(table);
    if (states.dead.isEmpty())
        addDead(table, states);
    if (states.inFlight.isEmpty())
        addLease(table, states);
    return states;
}

} // namespace outboard
