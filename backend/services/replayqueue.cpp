// SPDX-License-Identifier: GPL-3.0-or-later
#include "services/replayqueue.h"

#include <algorithm>
#include <iterator>
#include <utility>

namespace outboard {

void ReplayQueue::add(ReplayItem item)
{
    const qsizetype index = item.index;
    m_ready.emplace(index, std::move(item));
    ++m_size;
}

ReplayChunk ReplayQueue::take(qint64 size)
{
    m_lastSize = std::max<qint64>(1, size);
    ReplayChunk chunk;
    QSet<QByteArray> mine;
    while (qint64(chunk.size()) < size && !m_ready.empty()) {
        if (tryNext(chunk, mine) == Next::OtherGroup)
            break;
    }
    m_out += mine;
    return chunk;
}

ReplayQueue::Next ReplayQueue::tryNext(ReplayChunk& chunk, QSet<QByteArray>& mine)
{
    const auto next = m_ready.begin();
    ReplayItem& item = next->second;
    const QByteArray token = KeyOrder::tokenOf(item.event);
    if (mustWait(item, token, mine.contains(token))) {
        m_behind[token].insert(m_ready.extract(next));
        return Next::Passed;
    }
    if (const QString reason = m_order.heldBackBecause(item.event); !reason.isEmpty()) {
        item.settle(OutcomeKind::NotRun, reason);
        m_heldBack.push_back(std::move(item));
        m_ready.erase(next);
        --m_size;
        // No chunk of this key will come back to let them go: their turn is to be held back.
        if (const auto behind = m_behind.find(token); behind != m_behind.end()) {
            m_ready.merge(*behind);
            m_behind.erase(behind);
        }
        return Next::Passed;
    }
    // One transaction writes to the ledger for one group.
    if (!chunk.empty() && chunk.front().group != item.group)
        return Next::OtherGroup;
    mine.insert(token);
    chunk.push_back(std::move(item));
    m_ready.erase(next);
    --m_size;
    return Next::Taken;
}

bool ReplayQueue::mustWait(const ReplayItem& item, const QByteArray& token, bool isMine) const
{
    if (!isMine && m_out.contains(token))
        return true;
    // Those that waited longer go first.
    const auto behind = m_behind.constFind(token);
    return behind != m_behind.constEnd() && !behind->empty() && behind->begin()->first < item.index;
}

void ReplayQueue::giveBack(const ReplayChunk& chunk)
{
    for (const ReplayItem& item : chunk)
        m_order.note(item);
    for (const ReplayItem& item : chunk) {
        const QByteArray token = KeyOrder::tokenOf(item.event);
        if (!m_out.remove(token))
            continue;
        const auto behind = m_behind.find(token);
        if (behind == m_behind.end())
            continue;
        // Not all of them: with one key for everything each chunk would move the whole queue.
        for (qint64 i = 0; i < m_lastSize && !behind->empty(); ++i)
            m_ready.insert(behind->extract(behind->begin()));
        if (behind->empty())
            m_behind.erase(behind);
    }
}

ReplayChunk ReplayQueue::takeHeldBack()
{
    return std::exchange(m_heldBack, {});
}

} // namespace outboard
