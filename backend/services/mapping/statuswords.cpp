// SPDX-License-Identifier: GPL-3.0-or-later
#include "services/mapping/statuswords.h"

#include <QCoreApplication>
#include <QHash>
#include <QMap>
#include <QRegularExpression>

#include <algorithm>

namespace outboard {

using namespace Qt::StringLiterals;

namespace {

enum class Meaning { Waiting, InFlight, Done, Dead, Unclear };

Meaning meaningOf(const QString& text)
{
    static const QHash<QString, Meaning> words = [] {
        QHash<QString, Meaning> made;
        const auto add = [&made](Meaning meaning, const QStringList& list) {
            for (const QString& word : list)
                made.insert(word, meaning);
        };
        add(Meaning::Waiting,
            {u"pending"_s,
             u"new"_s,
             u"created"_s,
             u"scheduled"_s,
             u"schedule"_s,
             u"waiting"_s,
             u"unpublished"_s,
             u"unsent"_s,
             u"notsent"_s,
             u"ready"_s,
             u"queued"_s,
             u"open"_s,
             u"retry"_s,
             u"retrying"_s,
             u"topublish"_s,
             u"delayed"_s,
             u"init"_s,
             u"initial"_s});
        add(Meaning::InFlight,
            {u"processing"_s,
             u"inprogress"_s,
             u"publishing"_s,
             u"sending"_s,
             u"locked"_s,
             u"claimed"_s,
             u"inflight"_s,
             u"started"_s,
             u"leased"_s,
             u"dispatching"_s,
             u"running"_s});
        add(Meaning::Done,
            {u"published"_s,
             u"sent"_s,
             u"processed"_s,
             u"delivered"_s,
             u"dispatched"_s,
             u"succeeded"_s,
             u"success"_s,
             u"done"_s,
             u"completed"_s,
             u"complete"_s,
             u"relayed"_s,
             u"handled"_s,
             u"finished"_s,
             u"ok"_s});
        add(Meaning::Dead,
            {u"dead"_s,
             u"deadletter"_s,
             u"deadlettered"_s,
             u"failed"_s,
             u"failure"_s,
             u"error"_s,
             u"abandoned"_s,
             u"poison"_s,
             u"discarded"_s,
             u"exhausted"_s,
             u"givenup"_s});
        return made;
    }();
    QString plain;
    for (const QChar c : text.toLower()) {
        if (c.isLetter())
            plain += c;
    }
    return words.value(plain, Meaning::Unclear);
}

void put(StatusWords& words, const QByteArray& value, Meaning meaning)
{
    switch (meaning) {
    case Meaning::Waiting: words.waiting << value; break;
    case Meaning::InFlight: words.inFlight << value; break;
    case Meaning::Done: words.done << value; break;
    case Meaning::Dead: words.dead << value; break;
    case Meaning::Unclear: words.unclear << value; break;
    }
}

/// The value of "'pending'::character varying" or "0".
std::optional<QByteArray> defaultOf(const PgColumn& column)
{
    static const QRegularExpression form(u"\\A\\(?'?([\\w-]+)'?\\)?(::.*)?\\z"_s);
    const auto match = form.match(QString::fromUtf8(column.defaultValue));
    return match.hasMatch() ? std::optional(match.captured(1).toUtf8()) : std::nullopt;
}

QList<QByteArray> valuesOf(const SampledTable& table, qsizetype index)
{
    const PgColumn& column = table.column(index);
    QSet<QByteArray> values = table.values(index);
    values.unite(QSet<QByteArray>(column.labels.begin(), column.labels.end()));
    if (const auto value = defaultOf(column))
        values.insert(*value);
    QList<QByteArray> sorted = values.values();
    std::ranges::sort(sorted);
    return sorted;
}

StatusWords readText(const SampledTable& table, qsizetype index)
{
    StatusWords words;
    for (const QByteArray& value : valuesOf(table, index))
        put(words, value, meaningOf(QString::fromUtf8(value)));
    return words;
}

/// "0=pending, 1=sent" of a remark.
QMap<QByteArray, Meaning> meaningsOfRemark(const QString& remark)
{
    static const QRegularExpression pair(u"(-?\\d+)\\s*[:=-]?>?\\s*([A-Za-z][A-Za-z _-]*)"_s);
    QMap<QByteArray, Meaning> meanings;
    for (auto it = pair.globalMatch(remark); it.hasNext();) {
        const auto match = it.next();
        meanings.insert(match.captured(1).toUtf8(), meaningOf(match.captured(2)));
    }
    return meanings;
}

/// What the rows with one number show.
struct NumberRows
{
    qsizetype rows = 0;
    qsizetype sent = 0;
    qsizetype failed = 0;
};

QMap<qint64, NumberRows> countNumbers(
    const SampledTable& table,
    qsizetype column,
    std::optional<qsizetype> sentAt,
    std::optional<qsizetype> error)
{
    QMap<qint64, NumberRows> numbers;
    for (const auto& row : table.rows) {
        if (!row.at(column))
            continue;
        NumberRows& seen = numbers[row.at(column)->toLongLong()];
        ++seen.rows;
        seen.sent += sentAt && row.at(*sentAt) ? 1 : 0;
        seen.failed += error && row.at(*error).value_or(QByteArray()).size() > 0 ? 1 : 0;
    }
    return numbers;
}

Meaning meaningOfNumber(qint64 number, const NumberRows& seen, bool hasSentAt, qint64 mostOften)
{
    if (number < 0)
        return Meaning::Dead;
    if (hasSentAt && seen.sent == seen.rows)
        return Meaning::Done;
    if (seen.failed == seen.rows)
        return Meaning::Dead;
    return !hasSentAt && number == mostOften ? Meaning::Done : Meaning::InFlight;
}

StatusWords readNumbers(
    const SampledTable& table,
    qsizetype index,
    std::optional<qsizetype> sentAt,
    std::optional<qsizetype> error)
{
    StatusWords words;
    const PgColumn& column = table.column(index);
    if (const auto meanings = meaningsOfRemark(column.remark); !meanings.isEmpty()) {
        for (auto it = meanings.cbegin(); it != meanings.cend(); ++it)
            put(words, it.key(), it.value());
        words.reasons << QCoreApplication::translate(
                             "outboard", "the remark of column %1 says what its numbers mean: %2")
                             .arg(column.name, column.remark);
        return words;
    }
    const auto numbers = countNumbers(table, index, sentAt, error);
    if (numbers.isEmpty())
        return words;
    const auto byDefault = defaultOf(column);
    const qint64 first =
        byDefault ? byDefault->toLongLong() : std::max<qint64>(numbers.firstKey(), 0);
    qint64 mostOften = first;
    for (auto it = numbers.cbegin(); it != numbers.cend(); ++it) {
        if (it.key() > first && (mostOften == first || it->rows > numbers.value(mostOften).rows))
            mostOften = it.key();
    }
    words.waiting << QByteArray::number(first);
    for (auto it = numbers.cbegin(); it != numbers.cend(); ++it) {
        if (it.key() != first)
            put(words,
                QByteArray::number(it.key()),
                meaningOfNumber(it.key(), it.value(), sentAt.has_value(), mostOften));
    }
    words.doubts << QCoreApplication::translate(
                        "outboard",
                        "Nothing says what the numbers of column %1 mean: that %2 is waiting, and "
                        "the others, is concluded from the rows.")
                        .arg(column.name)
                        .arg(first);
    return words;
}

} // namespace

StatusWords readStatus(
    const SampledTable& table,
    qsizetype column,
    std::optional<qsizetype> sentAt,
    std::optional<qsizetype> error)
{
    StatusWords words = table.column(column).kind == PgKind::Integer
                            ? readNumbers(table, column, sentAt, error)
                            : readText(table, column);
    if (!words.unclear.isEmpty()) {
        words.doubts
            << QCoreApplication::translate("outboard", "What %1 means in column %2 is not known.")
                   .arg(QString::fromUtf8(words.unclear.join(", ")), table.column(column).name);
    }
    return words;
}

} // namespace outboard
