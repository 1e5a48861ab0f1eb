// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "services/backends.h"
#include "services/recording.h"

#include <QString>

#include <memory>

class QApplication;

namespace outboard {

class DeadStore;
class Incidents;
class MuteStore;
class PasswordKeeper;
class RunStore;

class ProfileStore;

/// Before there is a window: makes the first profile. Its name; empty when the operator gave up.
QString makeFirstProfile(QApplication& app, const ProfileStore& store);

/// Before there is a window: shows what handlers of an imported profile run. The profile with what
/// was approved.
Result<Profile> approvedProfile(
    QApplication& app, const ProfileStore& store, const Profile& profile);

/// Shows the window on these servers until it is closed. Returns the exit code.
/// `runs` may be null: replays can then not be resumed. Without a journal nothing can be changed.
/// `incidents` are a sandbox's, else null; `passwords` is null where none are asked for. Without
/// `mutes` findings cannot be muted. What is measured is kept in the file at `historyPath`; empty:
/// nowhere, as for a sandbox.
int runWindow(
    QApplication& app,
    const BackendsPtr& backends,
    const std::shared_ptr<RunStore>& runs,
    const OpenedJournal& journal,
    const std::shared_ptr<DeadStore>& dead,
    Incidents* incidents = nullptr,
    PasswordKeeper* passwords = nullptr,
    const std::shared_ptr<MuteStore>& mutes = nullptr,
    const QString& historyPath = {});

} // namespace outboard
