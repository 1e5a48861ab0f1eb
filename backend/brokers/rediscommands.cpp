// SPDX-License-Identifier: GPL-3.0-or-later
#include "brokers/rediscommands.h"

#include <QByteArrayList>
#include <QCoreApplication>
#include <QSet>
#include <QStringList>

#include <algorithm>

namespace outboard {

using namespace Qt::StringLiterals;

namespace {

constexpr qsizetype longestArgument = 120;
constexpr size_t shownIds = 3;

bool isPlain(const QByteArray& argument)
{
    return !argument.isEmpty() && std::all_of(argument.begin(), argument.end(), [](char letter) {
        return letter > ' ' && letter < 0x7f && letter != '"' && letter != '\'' && letter != '\\';
    });
}

QString quoted(const QByteArray& argument)
{
    QString text = u"\""_s;
    for (const char letter : argument) {
        if (letter == '"' || letter == '\\')
            text += u'\\';
        if (letter >= ' ' && letter < 0x7f)
            text += QLatin1Char(letter);
        else
            text += u"\\x%1"_s.arg(quint8(letter), 2, 16, QLatin1Char('0'));
    }
    return text + u'"';
}

QString argumentText(const QByteArray& argument)
{
    const bool isLong = argument.size() > longestArgument;
    const QByteArray shown = argument.first(std::min(argument.size(), longestArgument));
    const QString text = isPlain(argument) ? QString::fromLatin1(shown) : quoted(shown);
    return isLong ? QString(text + u'…') : text;
}

} // namespace

bool isReadCommand(const RedisCommand& command)
{
    static const QSet<QByteArray> single{
        "ASKING", // Only a mark for the next command of a cluster's connection.
        "DBSIZE",
        "EXISTS",
        "INFO",
        "LLEN",
        "LPOS",
        "LRANGE",
        "PING",
        "ROLE",
        "SCAN",
        "TIME",
        "TYPE",
        "XLEN",
        "XRANGE",
        "XREVRANGE",
        "XPENDING",
        "ZCARD",
        "ZRANGE"};
    static const QSet<QByteArray> withSubcommand{
        "CLUSTER SLOTS",
        "COMMAND INFO",
        "MEMORY USAGE",
        "SENTINEL GET-MASTER-ADDR-BY-NAME",
        "XINFO CONSUMERS",
        "XINFO GROUPS",
        "XINFO STREAM"};
    if (command.empty())
        return false;
    const QByteArray name = command.front().toUpper();
    if (single.contains(name))
        return true;
    return command.size() > 1
           && withSubcommand.contains(QByteArray(name + ' ' + command[1].toUpper()));
}

std::optional<QByteArray> redisKeyOf(const RedisCommand& command)
{
    static const QSet<QByteArray> keyless{
        "ASKING",
        "AUTH",
        "CLIENT",
        "CLUSTER",
        "COMMAND",
        "DBSIZE",
        "INFO",
        "PING",
        "ROLE",
        "SCAN",
        "SELECT",
        "SENTINEL",
        "TIME",
        "WAIT",
        "WAITAOF"};
    static const QSet<QByteArray> withSubcommand{"MEMORY", "XGROUP", "XINFO"};
    if (command.empty() || keyless.contains(command.front()))
        return std::nullopt;
    const size_t place = withSubcommand.contains(command.front()) ? 2 : 1;
    return command.size() > place ? std::optional(command[place]) : std::nullopt;
}

QString redisCommandText(const RedisCommand& command)
{
    QStringList words;
    for (const QByteArray& argument : command)
        words << argumentText(argument);
    return words.join(u' ');
}

QString redisCommandText(RedisCommand head, std::span<const EntryId> ids, const RedisCommand& tail)
{
    for (const EntryId& id : ids.first(std::min(ids.size(), shownIds)))
        head.push_back(id.bytes());
    QStringList parts{redisCommandText(head)};
    if (ids.size() > shownIds)
        parts << QCoreApplication::translate(
            "outboard", "… (%n more)", nullptr, int(ids.size() - shownIds));
    if (!tail.empty())
        parts << redisCommandText(tail);
    return parts.join(u' ');
}

} // namespace outboard
