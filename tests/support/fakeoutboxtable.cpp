// SPDX-License-Identifier: GPL-3.0-or-later
#include "support/fakeoutboxstore.h"

#include <algorithm>

namespace outboard {

using namespace Qt::StringLiterals;

namespace {

qint64 number(const OutboxRowId& id)
{
    return id.bytes().toLongLong();
}

bool isBefore(const OutboxRow& a, const OutboxRow& b)
{
    return number(a.id) < number(b.id);
}

bool mayBeAppended(const Error& error)
{
    return error.kind == Error::Kind::Unreachable || error.kind == Error::Kind::Timeout
           || error.kind == Error::Kind::Conflict;
}

} // namespace

OutboxRowId FakeOutboxTable::insert(
    qint64 id, const QByteArray& topic, const QByteArray& payload, const QByteArray& eventId)
{
    OutboxRow row;
    row.id = OutboxRowId(QByteArray::number(id));
    row.eventId = EventId(eventId.isEmpty() ? row.id.bytes() : eventId);
    row.topic = TopicName(topic);
    row.payload = payload;
    {
        const std::lock_guard lock(m_mutex);
        row.createdAt = m_now;
    }
    insert(row);
    return row.id;
}

void FakeOutboxTable::insert(OutboxRow row)
{
    const std::lock_guard lock(m_mutex);
    row.payloadBytes = row.payload.size();
    const auto at = std::ranges::upper_bound(m_rows, row, isBefore);
    m_rows.insert(at, std::move(row));
}

void FakeOutboxTable::remove(const OutboxRowId& id)
{
    const std::lock_guard lock(m_mutex);
    std::erase_if(m_rows, [&](const OutboxRow& row) { return row.id == id; });
}

void FakeOutboxTable::setState(const OutboxRowId& id, RowState state)
{
    const std::lock_guard lock(m_mutex);
    OutboxRow* row = find(id);
    Q_ASSERT(row);
    row->state = state;
    row->publishedAt = state == RowState::Published ? std::optional(m_now) : std::nullopt;
}

void FakeOutboxTable::setLocked(const OutboxRowId& id, bool locked)
{
    const std::lock_guard lock(m_mutex);
    if (locked)
        m_locked.insert(id);
    else
        m_locked.remove(id);
}

void FakeOutboxTable::setNow(TimePoint now)
{
    const std::lock_guard lock(m_mutex);
    m_now = now;
}

void FakeOutboxTable::setKeepsPublished(bool keeps)
{
    const std::lock_guard lock(m_mutex);
    m_keepsPublished = keeps;
}

void FakeOutboxTable::setUnreachable(bool unreachable)
{
    const std::lock_guard lock(m_mutex);
    m_isUnreachable = unreachable;
}

void FakeOutboxTable::setFailure(std::optional<Error> error)
{
    const std::lock_guard lock(m_mutex);
    m_failure = std::move(error);
}

void FakeOutboxTable::endChunk(qint64 chunk, Ending ending)
{
    const std::lock_guard lock(m_mutex);
    m_endings.emplace_back(m_chunks + chunk, ending);
}

void FakeOutboxTable::onChunk(std::function<void(qint64)> hook)
{
    const std::lock_guard lock(m_mutex);
    m_onChunk = std::move(hook);
}

QList<OutboxRow> FakeOutboxTable::rows() const
{
    const std::lock_guard lock(m_mutex);
    return {m_rows.begin(), m_rows.end()};
}

QList<OutboxRowId> FakeOutboxTable::unpublished() const
{
    const std::lock_guard lock(m_mutex);
    QList<OutboxRowId> ids;
    for (const OutboxRow& row : m_rows) {
        if (row.state == RowState::Unpublished)
            ids.append(row.id);
    }
    return ids;
}

qint64 FakeOutboxTable::chunks() const
{
    const std::lock_guard lock(m_mutex);
    return m_chunks;
}

OutboxRow* FakeOutboxTable::find(const OutboxRowId& id)
{
    const auto it = std::ranges::find(m_rows, id, &OutboxRow::id);
    return it == m_rows.end() ? nullptr : &*it;
}

std::optional<Error> FakeOutboxTable::problem() const
{
    if (m_isUnreachable)
        return Error{Error::Kind::Unreachable, u"The database cannot be reached."_s, {}};
    return m_failure;
}

std::vector<OutboxRow> FakeOutboxTable::selectForRelay(const RelayBatch& batch) const
{
    std::vector<OutboxRow> selected;
    for (const OutboxRow& row : m_rows) {
        const bool isAsked = batch.topics.isEmpty() || batch.topics.contains(row.topic);
        const bool isAbove = !batch.after || number(row.id) > number(*batch.after);
        if (row.state != RowState::Unpublished || !isAsked || !isAbove || m_locked.contains(row.id))
            continue;
        if (qint64(selected.size()) == batch.limit)
            break;
        selected.push_back(row);
    }
    return selected;
}

FakeOutboxTable::Ending FakeOutboxTable::beginChunk()
{
    const qint64 number = m_chunks++;
    const auto it = std::ranges::find(m_endings, number, &std::pair<qint64, Ending>::first);
    return it == m_endings.end() ? Ending::Committed : it->second;
}

RelayChunk FakeOutboxTable::mark(
    const std::vector<OutboxRow>& selected,
    const std::vector<Result<EntryId>>& answers,
    bool isCommitted)
{
    RelayChunk chunk;
    chunk.seen = qint64(selected.size());
    chunk.last = selected.back().id;
    for (size_t i = 0; i < selected.size(); ++i) {
        if (!answers[i] && mayBeAppended(answers[i].error())) {
            ++chunk.report.duplicatesPossible;
        } else if (!answers[i]) {
            chunk.report.failed.append({selected[i].id, answers[i].error()});
        } else if (OutboxRow* row = find(selected[i].id); row && isCommitted) {
            row->state = RowState::Published;
            row->publishedAt = m_now;
            ++chunk.report.published;
        }
    }
    return chunk;
}

} // namespace outboard
