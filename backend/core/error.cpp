// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/error.h"

namespace outboard {

using namespace Qt::StringLiterals;

QString kindName(Error::Kind kind)
{
    switch (kind) {
    case Error::Kind::Unreachable: return u"unreachable"_s;
    case Error::Kind::Timeout: return u"timeout"_s;
    case Error::Kind::Auth: return u"auth"_s;
    case Error::Kind::Tls: return u"tls"_s;
    case Error::Kind::Missing: return u"missing"_s;
    case Error::Kind::Refused: return u"refused"_s;
    case Error::Kind::Conflict: return u"conflict"_s;
    case Error::Kind::Protocol: return u"protocol"_s;
    case Error::Kind::Cancelled: return u"cancelled"_s;
    case Error::Kind::Internal: return u"internal"_s;
    }
    return u"internal"_s;
}

bool isTransient(Error::Kind kind)
{
    return kind == Error::Kind::Unreachable || kind == Error::Kind::Timeout
           || kind == Error::Kind::Protocol;
}

} // namespace outboard
