// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/result.h"
#include "core/time.h"
#include "model/deadletter.h"
#include "model/pending.h"
#include "model/plan.h"
#include "services/relay.h"

#include <QStringList>

#include <vector>

namespace outboard {

class Broker;
class Connections;
class DeadStore;

/// The SQL and broker commands that an action will run, for the confirm dialogs. Read-only.
namespace preview {

/// With the first waiting row as the example of a message.
Result<QStringList> relay(
    Connections& connections, const RelayRequest& request, const Clock& clock);

/// The same with names in place of what a row holds: fit for the journal.
Result<QStringList> relayPattern(
    Connections& connections, const RelayRequest& request, const Clock& clock);

/// Error::Refused for a broker without pending lists; so are the next ones.
Result<QStringList> claim(Connections& connections, const ClaimRequest& request);
Result<QStringList> acknowledge(
    Connections& connections,
    const BrokerTopic& topic,
    const GroupName& group,
    const std::vector<EntryId>& ids);

/// Claims, the ledger's statements around the handler's, acknowledgements.
Result<QStringList> replay(Connections& connections, const Plan& plan, const Clock& clock);

/// The same with connections that are open already; `handled` is what handler and ledger run.
Result<QStringList> replay(
    Broker& broker, const Plan& plan, Milliseconds idleThreshold, const QStringList& handled);

/// What discarding and restoring these letters sends. Error::Refused without a store.
Result<QStringList> discardDead(
    Connections& connections, const QList<DeadLetter>& letters, DeadStore* store);
Result<QStringList> restoreDead(
    Connections& connections, const QList<DeadLetter>& letters, DeadStore* store);

} // namespace preview

} // namespace outboard
