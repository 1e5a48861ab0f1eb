// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/result.h"

#include <QByteArray>
#include <QList>
#include <QString>

#include <memory>

namespace outboard {

/// A plain hiredis connection for tests: independent of the code under test, and a second client
/// that can produce, consume and hold entries against it.
class RedisClient
{
public:
    using Command = QList<QByteArray>;

    static Result<std::unique_ptr<RedisClient>> open(const QString& socketPath);
    ~RedisClient();
    Q_DISABLE_COPY_MOVE(RedisClient)

    /// The reply's text; the first one of an array; null for nil; "error: ..." when the server
    /// refuses or the connection is gone, so that a comparison shows it.
    QByteArray value(const Command& command);

    /// All texts and numbers of a reply in order, however deeply nested.
    QList<QByteArray> values(const Command& command);

    /// Sends all in one go and reads all replies; the first error ends it.
    Result<void> pipeline(const QList<Command>& commands);

private:
    struct Private;
    explicit RedisClient(std::unique_ptr<Private> d);
    std::unique_ptr<Private> d;
};

} // namespace outboard
