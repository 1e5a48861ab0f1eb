// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "brokers/redisconnection.h"

#include <QByteArray>
#include <QSet>

namespace outboard {

/// Which optional commands a server has: found by asking for them, never by a version, because
/// forks and hosted servers count differently and leave commands out.
class RedisFeatures
{
public:
    /// Asks once, with the first question. Whether the server says that it has no such command;
    /// one that may not be asked (an ACL without COMMAND) is believed to have it.
    /// Source: COMMAND INFO.
    bool lacks(RedisConnection& connection, const QByteArray& command);

private:
    bool m_isAsked = false;
    QSet<QByteArray> m_lacking;
};

} // namespace outboard
