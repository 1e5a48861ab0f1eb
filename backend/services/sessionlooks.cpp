// SPDX-License-Identifier: GPL-3.0-or-later
// The part of Session that joins what outbox, broker, ledgers and journal know of events.
#include "services/connections.h"
#include "services/reconciler.h"
#include "services/session_p.h"
#include "services/tracer.h"
#include "text/format.h"

namespace outboard {

namespace {

LedgerAt ledgersOf(Connections& connections)
{
    return [&connections](qsizetype index) { return connections.ledger(index); };
}

Result<Reconciliation> reconciled(const ActionContext& context, const ReconcileRequest& request)
{
    Connections& connections = context.connections;
    const auto outbox = connections.outbox();
    if (!outbox)
        return outbox.error();
    const auto broker = connections.broker();
    if (!broker)
        return broker.error();
    return Reconciler(connections.profile(), **outbox, **broker, ledgersOf(connections))
        .run(request, context.progress, context.stop);
}

} // namespace

Started<Trace> Session::trace(const TraceRequest& request)
{
    return look<Trace>(
        tr("Trace %1").arg(format::oneLine(request.what, 60)),
        [request, journal = d->journal.opened()](const ActionContext& context) {
            Connections& connections = context.connections;
            Tracer tracer(
                connections.profile(),
                {connections.outbox(), connections.broker(), ledgersOf(connections), journal});
            return tracer.run(request, context.stop);
        });
}

Started<Reconciliation> Session::reconcile(const ReconcileRequest& request)
{
    return look<Reconciliation>(tr("Reconcile"), [request](const ActionContext& context) {
        return reconciled(context, request);
    });
}

} // namespace outboard
