// SPDX-License-Identifier: GPL-3.0-or-later
#include "services/replayworkers.h"

#include <utility>

namespace outboard {

void InlineWorker::start(ReplayChunk chunk, const Work& work)
{
    Q_ASSERT(!m_applied);
    m_applied.emplace(AppliedChunk{std::move(chunk), {}});
    m_applied->done = work(m_applied->chunk, m_tools);
}

bool InlineWorker::hasFinished() const
{
    return m_applied.has_value();
}

AppliedChunk InlineWorker::finish()
{
    Q_ASSERT(m_applied);
    AppliedChunk applied = std::move(*m_applied);
    m_applied.reset();
    return applied;
}

} // namespace outboard
