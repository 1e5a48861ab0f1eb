// SPDX-License-Identifier: GPL-3.0-or-later
#include "services/previews.h"

#include "handlers/handlerkinds.h"
#include "services/claimer.h"
#include "services/connections.h"
#include "services/payloadmask.h"

#include <QCoreApplication>

#include <algorithm>
#include <map>
#include <utility>

namespace outboard::preview {

using namespace Qt::StringLiterals;

namespace {

using List = std::pair<BrokerTopic, GroupName>;

Result<PendingControl*> pendingControl(Broker& broker)
{
    if (PendingControl* control = broker.pending())
        return control;
    return Error{
        Error::Kind::Refused,
        QCoreApplication::translate("outboard", "This kind of broker has no pending lists."),
        {}};
}

Result<PendingControl*> pendingControl(Connections& connections)
{
    const auto broker = connections.broker();
    return broker ? pendingControl(**broker) : Result<PendingControl*>(broker.error());
}

OutgoingMessage example(const RelayRequest& request, const Clock& clock)
{
    OutgoingMessage message;
    message.eventId = EventId("EVENT-ID");
    message.topic = request.topics.isEmpty() ? TopicName("TOPIC") : request.topics.first();
    message.payload = "PAYLOAD";
    message.createdAt = clock();
    return message;
}

/// For eyes: its payload is masked as the profile says.
Result<OutgoingMessage> firstWaiting(
    OutboxStore& outbox, const RelayRequest& request, const PayloadMask& mask, const Clock& clock)
{
    OutboxFilter filter;
    filter.state = RowState::Unpublished;
    filter.newestFirst = false;
    if (!request.topics.isEmpty())
        filter.topic = request.topics.first();
    const auto page = outbox.page(filter, std::nullopt, 1);
    if (!page)
        return page.error();
    if (page->rows.isEmpty())
        return example(request, clock);
    const OutboxRow& row = page->rows.first();
    return OutgoingMessage{
        row.eventId,
        row.topic,
        mask.shown(row.payload),
        row.createdAt.value_or(clock()),
        row.key,
        {}};
}

Result<QStringList> relayOf(
    Connections& connections, const RelayRequest& request, const OutgoingMessage& message)
{
    const auto broker = connections.broker();
    if (!broker)
        return broker.error();
    const auto outbox = connections.outbox();
    if (!outbox)
        return outbox.error();
    RelayBatch batch;
    batch.topics = request.topics;
    batch.limit = std::min(request.batch, request.max.value_or(request.batch));
    return (*outbox)->relaySql(batch) + (*broker)->publishCommands(message, request.durability);
}

std::map<List, std::vector<EntryId>> pendingEntriesOf(const Plan& plan)
{
    std::map<List, std::vector<EntryId>> lists;
    for (const PlanItem& item : plan.items) {
        if (const auto& origin = item.event.origin; origin && item.verdict == Verdict::Run)
            lists[{origin->topic, origin->group}].push_back(origin->entry);
    }
    return lists;
}

Result<QStringList> handlerCommands(Connections& connections, const Plan& plan, const Clock& clock)
{
    const auto settings = findHandler(connections.profile(), plan.handler);
    if (!settings)
        return settings.error();
    const auto broker = connections.broker();
    if (!broker)
        return broker.error();
    const auto handler = makeHandler(*settings, {**broker, clock});
    if (!handler)
        return handler.error();
    QStringList commands = (*handler)->commands();
    if ((*handler)->guard() == Handler::Guard::Consumers)
        return commands;
    const auto index = ledgerIndex(connections.profile(), *settings, plan.group);
    const auto ledger = index ? connections.ledger(*index) : Result<Ledger*>(nullptr);
    if (!ledger)
        return ledger.error();
    return *ledger ? (*ledger)->markSql(commands) : commands;
}

} // namespace

Result<QStringList> relay(Connections& connections, const RelayRequest& request, const Clock& clock)
{
    const auto outbox = connections.outbox();
    if (!outbox)
        return outbox.error();
    const auto message = firstWaiting(**outbox, request, PayloadMask(connections.profile()), clock);
    if (!message)
        return message.error();
    return relayOf(connections, request, *message);
}

Result<QStringList> relayPattern(
    Connections& connections, const RelayRequest& request, const Clock& clock)
{
    return relayOf(connections, request, example(request, clock));
}

Result<QStringList> claim(Connections& connections, const ClaimRequest& request)
{
    const auto control = pendingControl(connections);
    return control ? (*control)->claimCommands(request) : Result<QStringList>(control.error());
}

Result<QStringList> acknowledge(
    Connections& connections,
    const BrokerTopic& topic,
    const GroupName& group,
    const std::vector<EntryId>& ids)
{
    const auto control = pendingControl(connections);
    return control ? (*control)->acknowledgeCommands(topic, group, ids)
                   : Result<QStringList>(control.error());
}

Result<QStringList> replay(Connections& connections, const Plan& plan, const Clock& clock)
{
    const auto handled = handlerCommands(connections, plan, clock);
    if (!handled)
        return handled.error();
    const auto broker = connections.broker();
    if (!broker)
        return broker.error();
    return replay(**broker, plan, connections.profile().thresholds.idle, *handled);
}

Result<QStringList> replay(
    Broker& broker, const Plan& plan, Milliseconds idleThreshold, const QStringList& handled)
{
    const auto lists = pendingEntriesOf(plan);
    if (lists.empty())
        return handled;
    const auto control = pendingControl(broker);
    if (!control)
        return control.error();
    QStringList claims;
    QStringList acknowledgements;
    for (const auto& [list, ids] : lists) {
        ClaimRequest request;
        request.topic = list.first;
        request.group = list.second;
        request.ids = ids;
        request.effect = ClaimEffect::TakeForReplay;
        request.consumer = replayConsumer();
        request.minIdle = idleThreshold;
        claims += (*control)->claimCommands(request);
        acknowledgements += (*control)->acknowledgeCommands(list.first, list.second, ids);
    }
    return claims + handled + acknowledgements;
}

} // namespace outboard::preview
