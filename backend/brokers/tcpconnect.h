// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/result.h"

#include <QString>

#include <functional>

namespace outboard {

/// A connected, non-blocking TCP socket's descriptor, which the caller owns. All addresses of the
/// name are tried in turn. `isOver` is asked every 100 ms at least, which QTcpSocket cannot do
/// while it connects without an event loop; a name lookup cannot be interrupted. Error::Missing
/// when there is no such host, Cancelled when it was over, else Unreachable; `detail` has the
/// system's words.
Result<int> connectTcp(const QString& host, quint16 port, const std::function<bool()>& isOver);

} // namespace outboard
