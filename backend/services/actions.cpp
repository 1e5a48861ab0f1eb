// SPDX-License-Identifier: GPL-3.0-or-later
#include "services/actions.h"

#include "services/claimer.h"
#include "services/connections.h"
#include "services/journalresult.h"

#include <QCoreApplication>

namespace outboard::action {

Result<RelayReport> relay(const ActionContext& context, const RelayRequest& request)
{
    const auto broker = context.connections.broker();
    if (!broker)
        return broker.error();
    const auto outbox = context.connections.outbox();
    if (!outbox)
        return outbox.error();
    return Relay(**outbox, **broker).run(request, context.progress, context.stop, context.found);
}

Result<ClaimReport> claim(const ActionContext& context, const ClaimRequest& request)
{
    const auto broker = context.connections.broker();
    if (!broker)
        return broker.error();
    return Claimer(**broker).claim(request, context.progress, context.stop);
}

Result<AckReport> acknowledge(
    const ActionContext& context,
    const BrokerTopic& topic,
    const GroupName& group,
    const std::vector<EntryId>& ids)
{
    const auto broker = context.connections.broker();
    if (!broker)
        return broker.error();
    return Claimer(**broker).acknowledge(topic, group, ids, context.progress, context.stop);
}

Result<AckReport> acknowledgeProcessed(
    const ActionContext& context, const BrokerTopic& topic, const GroupName& group)
{
    const auto ledger = context.connections.ledgerOf(group);
    if (!ledger)
        return ledger.error();
    if (!*ledger) {
        return Error{
            Error::Kind::Refused,
            QCoreApplication::translate(
                "outboard",
                "No ledger of the profile records the events of group \"%1\", so nobody knows "
                "which are done. Add the group to a ledger of the profile.")
                .arg(group.text()),
            {}};
    }
    const auto broker = context.connections.broker();
    if (!broker)
        return broker.error();
    auto report = Claimer(**broker).acknowledgeProcessed(
        topic, group, **ledger, context.progress, context.stop);
    if (report && context.found) {
        if (const auto told = context.found(journalIdList(report->acknowledged)); !told)
            report->error = told.error();
    }
    return report;
}

} // namespace outboard::action
