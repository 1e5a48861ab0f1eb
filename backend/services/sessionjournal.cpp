// SPDX-License-Identifier: GPL-3.0-or-later
#include "services/sessionjournal.h"

#include <QDeadlineTimer>
#include <QThread>

#include <chrono>
#include <utility>

namespace outboard {

using namespace Qt::StringLiterals;

namespace {

constexpr std::chrono::milliseconds patience{2000};
constexpr unsigned long sliceMs = 2;

} // namespace

SessionJournal::SessionJournal(OpenedJournal journal, Clock clock)
    : m_journal(std::move(journal))
    , m_clock(std::move(clock))
    , m_notes(u"journal notes"_s, open())
    , m_reads(u"journal reads"_s, open())
{}

SessionJournal::~SessionJournal()
{
    close();
}

Lane<SessionJournal::Source>::Open SessionJournal::open() const
{
    return [journal = m_journal](const std::stop_token&) -> Result<std::unique_ptr<Source>> {
        if (!journal)
            return journal.error();
        return std::make_unique<Source>(Source{*journal});
    };
}

QFuture<Result<void>> SessionJournal::note(const JournalIntent& intent, const JournalResult& result)
{
    m_lastNote = m_notes.run([intent, result, at = m_clock()](Source& source) {
        return source.journal->note(intent, result, at);
    });
    return m_lastNote;
}

QFuture<Result<JournalPage>> SessionJournal::page(
    const JournalFilter& filter, std::optional<qint64> before, qint64 limit)
{
    return m_reads.run([filter, before, limit](Source& source) {
        return source.journal->page(filter, before, limit);
    });
}

QFuture<Result<JournalDetails>> SessionJournal::details(qint64 number)
{
    return m_reads.run([number](Source& source) { return source.journal->details(number); });
}

QFuture<Result<JournalCheck>> SessionJournal::check(const JournalMark& from)
{
    return m_reads.run([from, stop = m_stop.get_token()](Source& source) {
        return source.journal->check(from, stop);
    });
}

QFuture<Result<qint64>> SessionJournal::exportTo(
    const QString& path, JournalFormat format, const JournalFilter& filter)
{
    return m_reads.run([=, stop = m_stop.get_token()](Source& source) {
        return exportJournal(*source.journal, filter, path, format, stop);
    });
}

void SessionJournal::close()
{
    m_stop.request_stop();
    // A slow disk does not keep the window open for longer than this.
    const QDeadlineTimer deadline(patience);
    while (m_lastNote.isValid() && !m_lastNote.isFinished() && !deadline.hasExpired())
        QThread::msleep(sliceMs);
    m_notes.close();
    m_reads.close();
}

} // namespace outboard
