// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "model/deadletter.h"
#include "model/journal.h"
#include "model/pending.h"
#include "model/plan.h"
#include "services/relay.h"
#include "services/replayer.h"
#include "settings/profile.h"

#include <vector>

namespace outboard {

/// What each action is called in the journal, where it happens and to which ids; without the
/// commands. The window and the commands of the terminal write the same.
namespace intent {

JournalIntent relay(const Profile& profile, const RelayRequest& request);
JournalIntent relayViaCelery(const Profile& profile);
JournalIntent claim(const Profile& profile, const ClaimRequest& request);
JournalIntent acknowledge(
    const Profile& profile,
    const BrokerTopic& topic,
    const GroupName& group,
    const std::vector<EntryId>& ids);
JournalIntent acknowledgeProcessed(
    const Profile& profile, const BrokerTopic& topic, const GroupName& group);

/// With the ids of those events that will be tried.
JournalIntent replay(const Profile& profile, const Plan& plan, const ReplayOptions& options);

/// With the reason; ids are those of the events, else where they are not known of the letters.
JournalIntent discardDead(
    const Profile& profile, const QList<DeadLetter>& letters, const QString& reason);
JournalIntent restoreDead(const Profile& profile, const QList<DeadLetter>& letters);

/// Without a plan, as long as the stored run was not read.
JournalIntent resume(const Profile& profile, const QString& runId);
/// What is left of a run: all but those whose outcome is settled.
QList<QByteArray> idsLeft(
    const Profile& profile,
    const Plan& plan,
    const ReplayOptions& options,
    const QList<Outcome>& done);

} // namespace intent

/// "order.paid/billing"
QString groupPlace(const BrokerTopic& topic, const GroupName& group);

} // namespace outboard
