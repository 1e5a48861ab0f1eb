// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/result.h"
#include "settings/profile.h"

#include <QByteArray>
#include <QString>

#include <optional>
#include <stop_token>

namespace outboard {

/// A task that waits in a Celery queue.
struct CeleryReceipt
{
    QString taskId;
    qint64 waiting = 0; ///< Tasks in the queue, this one among them.
};

/// A call of `task` without arguments as Celery's message protocol 2 puts it into a Redis list.
/// `origin` says who sent it.
QByteArray celeryMessage(
    const QString& task, const QString& queue, const QString& taskId, const QString& origin);

/// Asks the service's own relay task to run, by putting a call of it into the profile's queue.
/// Says nothing about when a worker takes it, or whether one exists.
/// `password` is used when the URL holds none. Error::Refused when the profile has no "celery"
/// section; Unreachable and Timeout mean "may have been enqueued". Source: LPUSH queue message.
Result<CeleryReceipt> enqueueRelayTask(
    const CelerySettings& settings,
    const std::optional<QString>& password,
    const QString& origin,
    std::stop_token stop);

/// The command that enqueueRelayTask() sends, for the confirm question; the message is shortened.
QString enqueueCommand(const CelerySettings& settings);

} // namespace outboard
