// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/result.h"
#include "core/time.h"
#include "model/deadletter.h"
#include "services/relay.h"
#include "settings/profile.h"
#include "store/deadstore.h"

#include <QList>
#include <QString>
#include <QStringList>

#include <functional>
#include <optional>
#include <stop_token>
#include <vector>

namespace outboard {

class Broker;
class OutboxStore;

/// Every letter that was asked for is counted once.
struct DiscardReport
{
    qint64 discarded = 0; ///< Removed at the server, the original is kept.
    qint64 gone = 0;      ///< Somebody else was faster.
    qint64 refused = 0;   ///< Still at the server.
    qint64 notTried = 0;
    qint64 unknown = 0; ///< The connection broke before the answer; the original is kept.
    QStringList ids;    ///< Of what is kept, for restoring it.
    std::optional<Error> error;

    friend bool operator==(const DiscardReport&, const DiscardReport&) = default;
};

struct RestoreReport
{
    qint64 restored = 0; ///< As they were.
    qint64 moved = 0;    ///< To a dead-letter place, because their entry is gone from its stream.
    qint64 alreadyThere = 0; ///< They had not been removed, or were restored before.
    qint64 refused = 0;      ///< They stay discarded.
    qint64 notTried = 0;
    qint64 unknown = 0; ///< The connection broke before the answer; restoring again is safe.
    std::optional<Error> error;

    friend bool operator==(const RestoreReport&, const RestoreReport&) = default;
};

/// Discards dead letters and restores them. An original is kept and synced before anything is
/// removed at the server, and stays kept when it is restored: killed at any point, nothing is lost.
///
/// What restoring makes of it: a pending entry becomes pending again for its consumer, with its
/// count of deliveries; where its stream no longer has the entry, it goes to the stream's
/// dead-letter place. An entry of a dead-letter stream is added at the end, under a new id; an
/// element of a list at its end, of a sorted set at its score. A row is inserted as it was.
class DeadDiscard
{
public:
    /// `outbox` may be null: letters that are rows are then refused.
    DeadDiscard(
        const Profile& profile, OutboxStore* outbox, Broker& broker, DeadStore& store, Clock clock);

    DiscardReport discard(
        const QList<DeadLetter>& letters,
        const QString& reason,
        const ProgressFn& progress,
        const std::stop_token& stop);

    RestoreReport restore(
        const QStringList& ids, const ProgressFn& progress, const std::stop_token& stop);

    // What the two will send, for the confirm dialog.
    QStringList discardCommands(const QList<DeadLetter>& letters) const;
    QStringList restoreCommands(const QList<DeadLetter>& letters) const;

private:
    using Moves = std::vector<DeadMove>;

    Moves removeAll(const QList<DeadLetter>& letters, const std::stop_token& stop);
    Moves acknowledge(const QList<DeadLetter>& letters, const std::stop_token& stop);
    Moves putBackAll(const QList<DiscardedLetter>& rows, const std::stop_token& stop);
    Moves putBackPending(const QList<DiscardedLetter>& rows, const std::stop_token& stop);
    Moves putInDeadPlace(const QList<DiscardedLetter>& rows, const std::stop_token& stop);
    Result<void> settleDiscard(const QStringList& ids, const Moves& moves, DiscardReport& report);
    Result<void> settleRestore(
        const QList<DiscardedLetter>& rows, const Moves& moves, RestoreReport& report);
    QList<Field> fieldsForDeadPlace(const DeadLetter& letter) const;
    QString becameOf(const DeadLetter& letter, const DeadMove& move) const;

    const Profile& m_profile;
    OutboxStore* m_outbox;
    Broker& m_broker;
    DeadStore& m_store;
    Clock m_clock;
};

} // namespace outboard
