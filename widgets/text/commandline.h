// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "model/pending.h"
#include "services/planner.h"
#include "services/relay.h"
#include "services/replayer.h"

#include <QString>
#include <QStringList>

namespace outboard {

/// The headless commands that do what a dialog is about to do, ready to be pasted into a shell:
/// every argument is quoted where a POSIX shell would read it otherwise. Source: the contract of
/// the commands.
namespace commandline {

QString quoted(const QString& argument);
QString join(const QStringList& arguments);

QString relay(const QString& profile, const RelayRequest& request);
QString claim(const QString& profile, const ClaimRequest& request);
QString acknowledge(
    const QString& profile,
    const BrokerTopic& topic,
    const GroupName& group,
    const std::vector<EntryId>& ids);
QString acknowledgeProcessed(
    const QString& profile, const BrokerTopic& topic, const GroupName& group);
QString plan(const QString& profile, const PlanRequest& request, const QString& file);
QString replay(const QString& profile, const QString& file, const ReplayOptions& options);
QString resume(const QString& profile, const QString& runId, bool repeatInDoubt);

} // namespace commandline
} // namespace outboard
