// SPDX-License-Identifier: GPL-3.0-or-later
#include "services/runtalk.h"

#include <thread>

namespace outboard {

namespace {

/// An answer, or a stop, is noticed after this long.
constexpr Milliseconds askSlice{20};

} // namespace

void RunTalk::tell(std::span<const Outcome> outcomes)
{
    if (!outcomes.empty())
        m_news.addResult(RunNews{QList<Outcome>(outcomes.begin(), outcomes.end()), false});
}

bool RunTalk::ask(const std::stop_token& stop)
{
    // An answer that nobody asked for does not count.
    m_mayGoOn = false;
    m_news.addResult(RunNews{{}, true});
    while (!stop.stop_requested()) {
        if (m_mayGoOn.exchange(false))
            return true;
        std::this_thread::sleep_for(askSlice);
    }
    return false;
}

Result<void> ToldRunLog::begin(const QString& runId, const Plan& plan, const ReplayOptions& options)
{
    return m_inner ? m_inner->begin(runId, plan, options) : Result<void>();
}

Result<void> ToldRunLog::intend(const QString& runId, std::span<const qsizetype> items)
{
    return m_inner ? m_inner->intend(runId, items) : Result<void>();
}

Result<void> ToldRunLog::record(const QString& runId, std::span<const Outcome> outcomes)
{
    // Also what could not be written down has happened.
    m_talk->tell(outcomes);
    return m_inner ? m_inner->record(runId, outcomes) : Result<void>();
}

Result<void> ToldRunLog::finish(const RunReport& report)
{
    return m_inner ? m_inner->finish(report) : Result<void>();
}

} // namespace outboard
