// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/result.h"
#include "core/time.h"
#include "model/journal.h"
#include "services/journalresult.h"
#include "settings/profile.h"

#include <memory>
#include <optional>

namespace outboard {

class Journal;

/// The journal, or why there is none: nothing can be changed then.
using OpenedJournal = Result<std::shared_ptr<Journal>>;

/// One action while it goes on: its intent is in the journal, its result is not yet. When it is
/// destroyed without a result, it writes that nobody knows how it ended.
class Recording
{
public:
    /// Writes the intent. An error means that the action must not begin; it says what to do.
    static Result<std::unique_ptr<Recording>> begin(
        const OpenedJournal& journal, const JournalIntent& intent, Clock clock);
    ~Recording();
    Q_DISABLE_COPY_MOVE(Recording)

    /// Ids that the intent could not name; written in large parts. After an error the action is to
    /// stop.
    Result<void> found(const QList<QByteArray>& ids);

    /// Writes what was found and the result. An error means that both are missing in the journal.
    Result<void> end(const JournalResult& result);

private:
    Recording(std::shared_ptr<Journal> journal, qint64 intent, Clock clock);
    Result<void> flush();

    std::shared_ptr<Journal> m_journal;
    qint64 m_intent;
    Clock m_clock;
    QList<QByteArray> m_found;
    bool m_hasEnded = false;
};

/// The one way in which Outboard changes something: writes the intent, works, writes the result.
/// When the intent cannot be written, `work(Recording&) -> Result<T>` is not called and the answer
/// is that error. `lost` is set when the result could not be written: what the answer tells was
/// done nevertheless.
template<class T, class Work>
Result<T> recorded(
    const OpenedJournal& journal,
    const JournalIntent& intent,
    const Clock& clock,
    std::optional<Error>& lost,
    const Work& work)
{
    const auto recording = Recording::begin(journal, intent, clock);
    if (!recording)
        return recording.error();
    Result<T> done = work(**recording);
    if (const auto ended = (*recording)->end(journalResult(done)); !ended)
        lost = ended.error();
    return done;
}

/// The intent of an action on this profile.
JournalIntent intentOn(
    const Profile& profile,
    const QString& action,
    const QString& place,
    QList<QByteArray> ids = {});

} // namespace outboard
