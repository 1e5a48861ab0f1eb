// SPDX-License-Identifier: GPL-3.0-or-later
#include "support/printers.h"

namespace outboard {

QByteArray describe(const Error& error)
{
    return (kindName(error.kind) + u": " + error.what + u" (" + error.detail + u")").toUtf8();
}

} // namespace outboard
