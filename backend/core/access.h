// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

namespace outboard {

/// Which privilege a connection has. Monitor connections are read-only at the server (PostgreSQL)
/// and accept only an allow-list of read commands (Redis).
enum class Access { Monitor, Operate };

} // namespace outboard
