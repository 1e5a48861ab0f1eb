// SPDX-License-Identifier: GPL-3.0-or-later
#include "exitcode.h"

#include <algorithm>

namespace outboard {

ExitCode exitCodeOf(const Error& error)
{
    switch (error.kind) {
    case Error::Kind::Unreachable:
    case Error::Kind::Timeout:
    case Error::Kind::Protocol: return ExitCode::Unreachable;
    case Error::Kind::Auth:
    case Error::Kind::Tls:
    case Error::Kind::Missing:
    case Error::Kind::Refused:
    case Error::Kind::Internal: return ExitCode::Usage;
    case Error::Kind::Conflict:
    case Error::Kind::Cancelled: return ExitCode::InPart;
    }
    return ExitCode::Usage;
}

ExitCode worse(ExitCode a, ExitCode b)
{
    return std::max(a, b);
}

} // namespace outboard
