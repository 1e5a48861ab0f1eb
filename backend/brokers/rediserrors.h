// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "brokers/rediscodec.h"
#include "brokers/redisurl.h"
#include "core/error.h"

#include <QByteArrayView>

namespace outboard {

/// The server's error reply as an Error: never Unreachable or Timeout, because the connection still
/// works and the command was not carried out.
Error redisError(QByteArrayView text);

/// The same, naming the stream (and group), or the permission, that the command was about where the
/// server does not.
Error redisError(QByteArrayView text, const RedisCommand& command);

/// Whether an error came from the server with this code, e.g. "WRONGTYPE".
bool hasRedisCode(const Error& error, QByteArrayView code);

/// The server closed the connection before it answered anything: the reason that TLS gave in
/// `failure`, else the likely one by transport.
Error closedBeforeAnswer(const RedisEndpoint& endpoint, const QString& failure);

/// The connection broke later on.
Error connectionBroke(const QString& detail);

} // namespace outboard
