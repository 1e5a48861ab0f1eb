// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/lane.h"
#include "services/journalexport.h"
#include "services/recording.h"
#include "store/journal.h"

#include <memory>
#include <stop_token>

namespace outboard {

/// What a session does with the journal apart from its actions: short notes and reading, each on a
/// lane, so that a slow disk stalls nobody.
class SessionJournal
{
public:
    SessionJournal(OpenedJournal journal, Clock clock);
    ~SessionJournal();
    Q_DISABLE_COPY_MOVE(SessionJournal)

    const OpenedJournal& opened() const { return m_journal; }

    /// For what takes no time. In the order of the calls.
    QFuture<Result<void>> note(const JournalIntent& intent, const JournalResult& result);

    QFuture<Result<JournalPage>> page(
        const JournalFilter& filter, std::optional<qint64> before, qint64 limit);
    QFuture<Result<JournalDetails>> details(qint64 number);
    QFuture<Result<JournalCheck>> check(const JournalMark& from);

    /// How many entries were written.
    QFuture<Result<qint64>> exportTo(
        const QString& path, JournalFormat format, const JournalFilter& filter);

    /// Waits 2 s at most for the notes; reading is broken off.
    void close();

private:
    struct Source
    {
        std::shared_ptr<Journal> journal;

        static bool isUsable() { return true; }
    };

    Lane<Source>::Open open() const;

    OpenedJournal m_journal;
    Clock m_clock;
    std::stop_source m_stop;
    QFuture<Result<void>> m_lastNote;
    Lane<Source> m_notes;
    Lane<Source> m_reads;
};

} // namespace outboard
