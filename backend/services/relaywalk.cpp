// SPDX-License-Identifier: GPL-3.0-or-later
#include "services/relaywalk.h"

#include <algorithm>
#include <utility>

namespace outboard {

namespace {

/// Sequences commit out of order: rows can appear below those already walked past. After this many
/// chunks one chunk is taken from the low end, even while rows are left above.
constexpr qint64 chunksBetweenLooksBack = 200;

/// Without an index that chunk passes everything ever published: looking back may take one part in
/// so many of the run, unless it is cheap.
constexpr int lookBackShare = 20;
constexpr Milliseconds cheapLook{20};

} // namespace

RelayWalk::RelayWalk(const RelayRequest& request)
    : m_request(request)
    , m_atLow(std::chrono::steady_clock::now())
{}

bool RelayWalk::isOver() const
{
    return m_isDrained || (m_request.max && m_offered >= *m_request.max);
}

RelayBatch RelayWalk::next() const
{
    RelayBatch batch;
    batch.topics = m_request.topics;
    batch.after = m_after;
    batch.limit = std::clamp<qint64>(m_request.batch, 1, 1000);
    if (m_request.max)
        batch.limit = std::min(batch.limit, *m_request.max - m_offered);
    return batch;
}

void RelayWalk::moveOn(const Step& step)
{
    m_offered += step.fresh;
    m_foundInWalk += step.fresh;
    if (!m_after) {
        m_atLow = std::chrono::steady_clock::now();
        m_lowTook = step.took;
    }
    if (step.seen == 0)
        return startOver();
    // Above a look back that met only refused rows there is nothing new below the old position.
    const bool isBackFromLook = m_lookedBackFrom && step.fresh == 0;
    m_after = isBackFromLook ? m_lookedBackFrom : step.last;
    m_lookedBackFrom.reset();
    ++m_chunksSinceLow;
    if (mayLookBack()) {
        m_lookedBackFrom = std::exchange(m_after, std::nullopt);
        m_chunksSinceLow = 0;
    }
}

bool RelayWalk::mayLookBack() const
{
    if (m_chunksSinceLow < chunksBetweenLooksBack)
        return false;
    return m_lowTook < cheapLook
           || std::chrono::steady_clock::now() - m_atLow >= m_lowTook * lookBackShare;
}

/// After a drained walk; the last one met nothing new, for what is left then has failed.
void RelayWalk::startOver()
{
    m_isDrained = m_foundInWalk == 0;
    m_after.reset();
    m_lookedBackFrom.reset();
    m_chunksSinceLow = 0;
    m_foundInWalk = 0;
}

} // namespace outboard
