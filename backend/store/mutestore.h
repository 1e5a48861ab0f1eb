// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/result.h"
#include "core/time.h"
#include "model/finding.h"

#include <QHash>
#include <QString>

#include <memory>

namespace outboard {

class LocalDatabase;

/// Which findings an operator knows of already, in a local SQLite database. Any thread may call.
/// Every change is synced before the call returns.
class MuteStore
{
public:
    /// Opens or creates the file (mode 0600); Error::Refused with what to do when that is
    /// impossible.
    static Result<std::shared_ptr<MuteStore>> open(const QString& path);
    ~MuteStore();
    Q_DISABLE_COPY_MOVE(MuteStore)

    /// By finding id, those that hold at `now`.
    Result<QHash<QString, Mute>> mutes(const QString& profile, TimePoint now) const;

    /// Replaces what holds for this finding.
    Result<void> mute(const QString& profile, const QString& finding, const Mute& mute);
    Result<void> unmute(const QString& profile, const QString& finding);

private:
    explicit MuteStore(std::unique_ptr<LocalDatabase> database);

    std::unique_ptr<LocalDatabase> m_database;
};

} // namespace outboard
