// SPDX-License-Identifier: GPL-3.0-or-later
#include "services/recording.h"

#include "core/log.h"
#include "store/journal.h"

#include <QCoreApplication>

#include <utility>

namespace outboard {

namespace {

/// A relay of millions keeps this many ids in memory.
constexpr qsizetype idsInPart = 10'000;

struct Text
{
    Q_DECLARE_TR_FUNCTIONS(Journal)
};

Error refused(const Error& cause)
{
    return {
        Error::Kind::Refused,
        Text::tr("Nothing was done, because it could not be written to the journal. %1")
            .arg(cause.what),
        cause.detail};
}

Error notWritten(const Error& cause)
{
    return {
        cause.kind,
        Text::tr("It was done, but its result could not be written to the journal. %1")
            .arg(cause.what),
        cause.detail};
}

} // namespace

Result<std::unique_ptr<Recording>> Recording::begin(
    const OpenedJournal& journal, const JournalIntent& intent, Clock clock)
{
    if (!journal)
        return refused(journal.error());
    const auto number = (*journal)->intend(intent, clock());
    if (!number)
        return refused(number.error());
    return std::unique_ptr<Recording>(new Recording(*journal, *number, std::move(clock)));
}

Recording::Recording(std::shared_ptr<Journal> journal, qint64 intent, Clock clock)
    : m_journal(std::move(journal))
    , m_intent(intent)
    , m_clock(std::move(clock))
{}

Recording::~Recording()
{
    if (m_hasEnded)
        return;
    const auto ended = end(
        {JournalState::CutOff,
         Text::tr("Outboard failed unexpectedly: unknown whether it was done."),
         {}});
    if (!ended)
        qCWarning(logStore) << "no result in the journal" << ended.error().detail;
}

Result<void> Recording::found(const QList<QByteArray>& ids)
{
    m_found += ids;
    return m_found.size() < idsInPart ? Result<void>() : flush();
}

Result<void> Recording::end(const JournalResult& result)
{
    m_hasEnded = true;
    if (const auto flushed = flush(); !flushed)
        return notWritten(flushed.error());
    const auto written = m_journal->finish(m_intent, result, m_clock());
    return written ? written : notWritten(written.error());
}

Result<void> Recording::flush()
{
    if (m_found.isEmpty())
        return {};
    auto written = m_journal->add(m_intent, m_found, m_clock());
    if (written)
        m_found.clear();
    return written;
}

JournalIntent intentOn(
    const Profile& profile, const QString& action, const QString& place, QList<QByteArray> ids)
{
    JournalIntent intent;
    intent.action = action;
    intent.profile = profile.name;
    intent.environment = environmentName(profile.environment);
    intent.place = place;
    intent.ids = std::move(ids);
    return intent;
}

} // namespace outboard
