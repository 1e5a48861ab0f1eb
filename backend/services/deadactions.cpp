// SPDX-License-Identifier: GPL-3.0-or-later
// The actions on dead letters, and what they send.
#include "services/actions.h"
#include "services/connections.h"
#include "services/deaddiscard.h"
#include "services/deaddiscard_p.h"
#include "services/previews.h"
#include "store/deadstore.h"

#include <QCoreApplication>

#include <algorithm>

namespace outboard {

using dead::isRow;

namespace {

Error noStore()
{
    return {
        Error::Kind::Refused,
        QCoreApplication::translate(
            "outboard",
            "Originals cannot be kept on this machine, so nothing is discarded. Check the local "
            "store."),
        {}};
}

/// The outbox only where it is needed: letters of the broker must not wait for a dead database.
Result<OutboxStore*> outboxFor(Connections& connections, bool isNeeded)
{
    return isNeeded ? connections.outbox() : Result<OutboxStore*>(nullptr);
}

using Commands = QStringList (DeadDiscard::*)(const QList<DeadLetter>&) const;

Result<QStringList> commandsOf(
    Connections& connections, const QList<DeadLetter>& letters, DeadStore* store, Commands which)
{
    if (!store)
        return noStore();
    const auto broker = connections.broker();
    if (!broker)
        return broker.error();
    const auto outbox = outboxFor(connections, std::ranges::any_of(letters, isRow));
    if (!outbox)
        return outbox.error();
    const DeadDiscard discard(connections.profile(), *outbox, **broker, *store, systemClock());
    return (discard.*which)(letters);
}

} // namespace

namespace action {

Result<DiscardReport> discardDead(
    const ActionContext& context,
    const QList<DeadLetter>& letters,
    const QString& reason,
    DeadStore* store)
{
    if (!store)
        return noStore();
    const auto broker = context.connections.broker();
    if (!broker)
        return broker.error();
    const auto outbox = outboxFor(context.connections, std::ranges::any_of(letters, isRow));
    if (!outbox)
        return outbox.error();
    return DeadDiscard(context.connections.profile(), *outbox, **broker, *store, context.clock)
        .discard(letters, reason, context.progress, context.stop);
}

Result<RestoreReport> restoreDead(
    const ActionContext& context, const QStringList& ids, DeadStore* store)
{
    if (!store)
        return noStore();
    const auto rows = store->load(ids);
    if (!rows)
        return rows.error();
    const auto broker = context.connections.broker();
    if (!broker)
        return broker.error();
    const auto outbox = outboxFor(
        context.connections,
        std::ranges::any_of(*rows, [](const auto& row) { return isRow(row.letter); }));
    if (!outbox)
        return outbox.error();
    return DeadDiscard(context.connections.profile(), *outbox, **broker, *store, context.clock)
        .restore(ids, context.progress, context.stop);
}

} // namespace action

namespace preview {

Result<QStringList> discardDead(
    Connections& connections, const QList<DeadLetter>& letters, DeadStore* store)
{
    return commandsOf(connections, letters, store, &DeadDiscard::discardCommands);
}

Result<QStringList> restoreDead(
    Connections& connections, const QList<DeadLetter>& letters, DeadStore* store)
{
    return commandsOf(connections, letters, store, &DeadDiscard::restoreCommands);
}

} // namespace preview

} // namespace outboard
