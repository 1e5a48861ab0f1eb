// SPDX-License-Identifier: GPL-3.0-or-later
#include "brokers/redisfeatures.h"

#include <QByteArrayList>

#include <algorithm>

namespace outboard {

namespace {

/// What not every server that speaks like Redis has. Of MEMORY only the subcommand is asked for:
/// a description of the whole is nested deeper than the decoder reads.
const QByteArrayList& optionalCommands()
{
    static const QByteArrayList names{"MEMORY|USAGE", "WAITAOF"};
    return names;
}

/// Those that the server says it does not have.
QSet<QByteArray> unknownOf(RedisConnection& connection, const QByteArrayList& names)
{
    RedisCommand question{"COMMAND", "INFO"};
    question.insert(question.end(), names.begin(), names.end());
    const auto reply = connection.run(question);
    const qsizetype answers = reply ? qsizetype(reply->items.size()) : 0;
    QSet<QByteArray> unknown;
    for (qsizetype i = 0; i < std::min(answers, names.size()); ++i) {
        // A nil, or an empty array, in its place.
        if (reply->at(size_t(i)).items.empty())
            unknown.insert(names.at(i));
    }
    return unknown;
}

} // namespace

bool RedisFeatures::lacks(RedisConnection& connection, const QByteArray& command)
{
    Q_ASSERT(optionalCommands().contains(command));
    if (m_isAsked)
        return m_lacking.contains(command);
    m_lacking = unknownOf(connection, optionalCommands());
    for (const QByteArray& name : optionalCommands()) {
        // Servers that do not tell subcommands apart know the command that they belong to.
        const QByteArray whole = name.first(std::max<qsizetype>(name.indexOf('|'), 0));
        if (!whole.isEmpty() && m_lacking.contains(name)
            && unknownOf(connection, {whole}).isEmpty())
            m_lacking.remove(name);
    }
    m_isAsked = connection.isUsable();
    return m_lacking.contains(command);
}

} // namespace outboard
