// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/result.h"
#include "core/time.h"
#include "model/deadletter.h"

#include <QHash>
#include <QList>
#include <QString>
#include <QStringList>

#include <memory>

namespace outboard {

class LocalDatabase;

/// A dead letter that an operator discarded, with the original.
struct DiscardedLetter
{
    enum class State {
        Discarding, ///< Kept here; whether it was removed at the server is not known.
        Discarded,
        Restoring, ///< Whether it is back at the server is not known.
        Restored,
    };

    QString id; ///< UUID without braces.
    DeadLetter letter;
    QString reason;
    QString who;
    TimePoint at; ///< The desktop's clock.
    State state = State::Discarding;
    QString became; ///< Translated; once restored, what it is now.

    friend bool operator==(const DiscardedLetter&, const DiscardedLetter&) = default;
};

/// Notes on groups of dead letters, and the originals of discarded ones, in a local SQLite
/// database. Any thread may call. Every change is synced before the call returns.
class DeadStore
{
public:
    /// Opens or creates the file (mode 0600); Error::Refused with what to do when that is
    /// impossible.
    static Result<std::shared_ptr<DeadStore>> open(const QString& path);
    ~DeadStore();
    Q_DISABLE_COPY_MOVE(DeadStore)

    Result<QHash<DeadGroupKey, QString>> notes(const QString& profile) const;
    /// An empty text removes the note.
    Result<void> setNote(const QString& profile, const DeadGroupKey& key, const QString& text);

    /// Keeps the originals, as Discarding; their ids, in order. Nothing is kept after an error.
    Result<QStringList> keep(
        const QString& profile,
        const QList<DeadLetter>& letters,
        const QString& reason,
        const QString& who,
        TimePoint at);

    Result<void> setState(const QStringList& ids, DiscardedLetter::State state);
    Result<void> setRestored(const QString& id, const QString& became);
    /// Of letters that are still at the server.
    Result<void> forget(const QStringList& ids);

    /// All that are not restored, newest first, at most `limit`.
    Result<QList<DiscardedLetter>> discarded(const QString& profile, qint64 limit) const;
    /// In the order of `ids`. Error::Missing for one that is not there.
    Result<QList<DiscardedLetter>> load(const QStringList& ids) const;

private:
    explicit DeadStore(std::unique_ptr<LocalDatabase> database);

    std::unique_ptr<LocalDatabase> m_database;
};

} // namespace outboard
