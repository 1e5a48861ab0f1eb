// SPDX-License-Identifier: GPL-3.0-or-later
#include "commands/relayviacelery.h"

#include "context.h"
#include "jsonvalues.h"
#include "outbox/outboxstore.h"
#include "services/celeryrelay.h"
#include "services/claimer.h"
#include "text.h"
#include "text/format.h"

#include <chrono>

namespace outboard {

using namespace Qt::StringLiterals;

namespace {

constexpr qint64 countedRows = 100'000;

Error usageError(const QString& what)
{
    return {Error::Kind::Refused, what, {}};
}

/// How much waits for the task; unknown, with the reason on standard error, when nobody answers.
Count waitingRows(Context& context)
{
    const auto outbox = context.openOutbox(Access::Monitor);
    auto count =
        outbox ? (*outbox)->countUnpublished({}, countedRows) : Result<Count>(outbox.error());
    if (count)
        return *count;
    context.out().message(count.error().what);
    return Count::unknown(count.error().what);
}

/// A relay report in which what the worker does is unknown.
QJsonObject document(const Count& remaining, QJsonValue elapsed, QJsonValue taskId)
{
    const QJsonValue unknown(QJsonValue::Null);
    return {
        {u"published"_s, unknown},
        {u"failed"_s, QJsonArray()},
        {u"remaining"_s, json::count(remaining)},
        {u"duplicates_possible"_s, unknown},
        {u"elapsed_s"_s, elapsed},
        {u"task_id"_s, taskId},
    };
}

Result<ExitCode> dryRun(Context& context, const Count& waiting)
{
    const QString command = enqueueCommand(context.profile().celery);
    QJsonObject object = document(waiting, 0, QJsonValue(QJsonValue::Null));
    object.insert(u"dry_run"_s, true);
    object.insert(u"commands"_s, QJsonArray{command});
    context.out().document(object);
    context.out().text(
        Text::tr("Would enqueue the service's relay task; %1 rows wait for it:\n  %2\n")
            .arg(format::count(waiting), command));
    return ExitCode::Done;
}

} // namespace

Result<bool> viaCelery(const CommandLine& line)
{
    const QString via = line.has(u"via"_s) ? line.value(u"via"_s) : u"direct"_s;
    if (via != u"direct"_s && via != u"celery"_s)
        return usageError(Text::tr("--via must be direct or celery, but it is \"%1\".").arg(via));
    if (via == u"direct"_s)
        return false;
    for (const QString& option : {u"topic"_s, u"batch"_s, u"max"_s, u"durability"_s}) {
        if (line.has(option)) {
            return usageError(
                Text::tr("--%1 cannot be used with --via celery: the service's own task decides.")
                    .arg(option));
        }
    }
    return true;
}

Result<ExitCode> relayViaCelery(Context& context)
{
    const CelerySettings& celery = context.profile().celery;
    if (celery.url.isEmpty()) {
        return usageError(Text::tr("Profile \"%1\" has no \"celery\" section. Add one with url, "
                                   "queue and task, or use "
                                   "--via direct.")
                              .arg(context.profile().name));
    }
    const Count waiting = waitingRows(context);
    if (context.isDryRun())
        return dryRun(context, waiting);
    const QString question =
        Text::tr("Enqueue task %1 in queue %2 on profile \"%3\" (%4)? %5 rows wait.")
            .arg(celery.task, celery.queue, context.profile().name)
            .arg(environmentName(context.profile().environment))
            .arg(format::count(waiting));
    if (const auto refused = context.refuseUnlessConfirmed(question, waiting))
        return *refused;
    const auto startedAt = std::chrono::steady_clock::now();
    const auto receipt = context.act<CeleryReceipt>({enqueueCommand(celery)}, [&](Recording&) {
        return context.withPassword(u"celery"_s, [&] {
            return enqueueRelayTask(
                celery, context.secret(u"celery"_s), replayConsumer().text(), context.stop());
        });
    });
    if (!receipt)
        return receipt.error();
    const auto elapsed =
        std::chrono::duration_cast<Milliseconds>(std::chrono::steady_clock::now() - startedAt);
    context.out().document(
        document(waiting, json::seconds(std::optional(elapsed)), receipt->taskId));
    context.out().text(
        Text::tr("Task %1 is enqueued; %2 in the queue. What a worker publishes shows in outboard "
                 "status.\n")
            .arg(receipt->taskId, format::number(receipt->waiting)));
    return ExitCode::Done;
}

} // namespace outboard
