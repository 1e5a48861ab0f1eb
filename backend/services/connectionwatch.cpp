// SPDX-License-Identifier: GPL-3.0-or-later
#include "services/connectionwatch.h"

namespace outboard {

namespace {

/// "No such table" and a slow query are answers of a server that is there.
bool isLost(Error::Kind kind)
{
    switch (kind) {
    case Error::Kind::Unreachable:
    case Error::Kind::Auth:
    case Error::Kind::Tls:
    case Error::Kind::Protocol: return true;
    case Error::Kind::Timeout:
    case Error::Kind::Missing:
    case Error::Kind::Refused:
    case Error::Kind::Conflict:
    case Error::Kind::Cancelled:
    case Error::Kind::Internal: break;
    }
    return false;
}

} // namespace

QString ConnectionWatch::changed(const QList<SourceHealth>& sources)
{
    QString first;
    for (const SourceHealth& source : sources) {
        // Not asked yet.
        if (!source.isOk && !source.error)
            continue;
        const bool isConnected = source.isOk || !isLost(source.error->kind);
        const auto before = m_isConnected.constFind(source.name);
        if (before != m_isConnected.cend() && *before != isConnected && first.isEmpty())
            first = source.name;
        m_isConnected.insert(source.name, isConnected);
    }
    return first;
}

} // namespace outboard
