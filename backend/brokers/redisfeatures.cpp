// SPDX-License-Identifier: GPL-3.0-or-later
#include "brokers/redisfeatures.h"

#include <QByteArrayList>

namespace outboard {

namespace {

/// What not every server that speaks like Redis has.
const QByteArrayList& optionalCommands()
{
    static const QByteArrayList names{"MEMORY", "WAITAOF"};
    return names;
}

} // namespace

bool RedisFeatures::lacks(RedisConnection& connection, const QByteArray& command)
{
    Q_ASSERT(optionalCommands().contains(command));
    if (!m_isAsked) {
        RedisCommand question{"COMMAND", "INFO"};
        question.insert(question.end(), optionalCommands().begin(), optionalCommands().end());
        const auto reply = connection.run(question);
        m_isAsked = connection.isUsable();
        const size_t answers = reply ? reply->items.size() : 0;
        for (qsizetype i = 0; i < qsizetype(answers) && i < optionalCommands().size(); ++i) {
            // A command that is not known is a nil, or an empty array, in its place.
            if (reply->at(size_t(i)).items.empty())
                m_lacking.insert(optionalCommands().at(i));
        }
    }
    return m_lacking.contains(command);
}

} // namespace outboard
