// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "brokers/rediscodec.h"
#include "model/entryid.h"

#include <QString>

#include <optional>
#include <span>

namespace outboard {

/// Whether a monitoring connection may send this: only commands that change nothing, by a list.
bool isReadCommand(const RedisCommand& command);

/// The key that the command is about; absent where it concerns a server as a whole.
std::optional<QByteArray> redisKeyOf(const RedisCommand& command);

/// The command as one would type it into redis-cli, with long and binary arguments shortened.
QString redisCommandText(const RedisCommand& command);

/// As redisCommandText, with a long list of ids shortened to the first ones and a count; what comes
/// after the ids in `tail`.
QString redisCommandText(
    RedisCommand head, std::span<const EntryId> ids, const RedisCommand& tail = {});

} // namespace outboard
