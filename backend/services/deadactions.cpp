// SPDX-License-Identifier: GPL-3.0-or-later
// The actions on dead letters.
#include "services/actions.h"
#include "services/connections.h"
#include "services/deaddiscard.h"
#include "store/deadstore.h"

#include <QCoreApplication>

#include <algorithm>

namespace outboard::action {

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

bool isRow(const DeadLetter& letter)
{
    return letter.id.where == DeadWhere::OutboxRow || letter.id.where == DeadWhere::OutboxTable;
}

/// The outbox only where it is needed: letters of the broker must not wait for a dead database.
Result<OutboxStore*> outboxFor(const ActionContext& context, bool isNeeded)
{
    return isNeeded ? context.connections.outbox() : Result<OutboxStore*>(nullptr);
}

} // namespace

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
    const auto outbox = outboxFor(context, std::ranges::any_of(letters, isRow));
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
        context, std::ranges::any_of(*rows, [](const auto& row) { return isRow(row.letter); }));
    if (!outbox)
        return outbox.error();
    return DeadDiscard(context.connections.profile(), *outbox, **broker, *store, context.clock)
        .restore(ids, context.progress, context.stop);
}

} // namespace outboard::action
