// SPDX-License-Identifier: GPL-3.0-or-later
#include "support/fakeoutboxstore.h"

#include <algorithm>
#include <map>

namespace outboard {

using namespace Qt::StringLiterals;

namespace {

constexpr qint64 monitorCap = 10'000;

Count capped(qint64 count, qint64 cap)
{
    return count > cap ? Count::atLeast(cap) : Count::exact(count);
}

bool matches(const OutboxRow& row, const OutboxFilter& filter, TimePoint now)
{
    const bool byId = filter.idText.isEmpty() || row.id.text() == filter.idText
                      || row.eventId.text() == filter.idText;
    const bool byText =
        filter.payloadText.isEmpty()
        || QString::fromUtf8(row.payload).contains(filter.payloadText, Qt::CaseInsensitive);
    return byId && byText && (!filter.state || row.state == *filter.state)
           && (!filter.topic || row.topic == *filter.topic)
           && (!filter.olderThan || now - *row.createdAt > *filter.olderThan);
}

void addToTopic(OutboxTopicState& topic, const OutboxRow& row, TimePoint now)
{
    topic.topic = row.topic;
    if (!topic.unpublished.isKnown())
        topic.unpublished = Count::exact(0);
    if (row.publishedAt)
        topic.lastPublishedAt = std::max(topic.lastPublishedAt, row.publishedAt);
    if (row.state != RowState::Unpublished)
        return;
    ++topic.unpublished.value;
    const auto age = std::chrono::floor<Milliseconds>(now - *row.createdAt);
    topic.oldestAge = std::max(age, topic.oldestAge.value_or(age));
}

OutgoingMessage toMessage(const OutboxRow& row)
{
    return {row.eventId, row.topic, row.payload, *row.createdAt, row.key, {}};
}

} // namespace

FakeOutboxStore::FakeOutboxStore(std::shared_ptr<FakeOutboxTable> table)
    : m_table(table)
    , m_dead(std::move(table))
{}

bool FakeOutboxStore::isUsable() const
{
    const std::lock_guard lock(m_table->m_mutex);
    return !m_isBroken && !m_table->m_isUnreachable;
}

Result<Microseconds> FakeOutboxStore::ping()
{
    const std::lock_guard lock(m_table->m_mutex);
    if (const auto problem = m_table->problem())
        return *problem;
    return Microseconds(120);
}

Result<OutboxState> FakeOutboxStore::state()
{
    const std::lock_guard lock(m_table->m_mutex);
    if (const auto problem = m_table->problem())
        return *problem;
    OutboxState state;
    state.at = m_table->m_now;
    state.table = u"orders_outboxevent"_s;
    state.hasUnpublishedIndex = true;
    state.dead =
        Count::exact(std::ranges::count(m_table->m_rows, RowState::Dead, &OutboxRow::state));
    std::map<TopicName, OutboxTopicState> topics;
    qint64 waiting = 0;
    for (const OutboxRow& row : m_table->m_rows) {
        state.highestId = row.id.bytes().toLongLong();
        addToTopic(topics[row.topic], row, state.at);
        if (row.state != RowState::Unpublished)
            continue;
        ++waiting;
        const auto oldest = state.oldestUnpublishedAt.value_or(*row.createdAt);
        state.oldestUnpublishedAt = std::min(*row.createdAt, oldest);
    }
    if (state.oldestUnpublishedAt)
        state.oldestAge = std::chrono::floor<Milliseconds>(state.at - *state.oldestUnpublishedAt);
    for (const auto& [name, topic] : topics)
        state.topics.append(topic);
    state.unpublished = capped(waiting, monitorCap);
    return state;
}

Result<OutboxPage> FakeOutboxStore::page(
    const OutboxFilter& filter, const std::optional<OutboxRowId>& after, qint64 limit)
{
    const std::lock_guard lock(m_table->m_mutex);
    if (const auto problem = m_table->problem())
        return *problem;
    std::vector<OutboxRow> ordered = m_table->m_rows;
    if (filter.newestFirst)
        std::ranges::reverse(ordered);
    OutboxPage page;
    page.at = m_table->m_now;
    bool isReached = !after;
    for (OutboxRow& row : ordered) {
        const bool isAfter = isReached;
        isReached = isReached || row.id == *after;
        if (!isAfter || !matches(row, filter, page.at))
            continue;
        if (page.rows.size() == limit) {
            page.next = page.rows.last().id;
            break;
        }
        if (filter.payloadBytes > 0)
            row.payload.truncate(filter.payloadBytes);
        page.rows.append(row);
    }
    return page;
}

Result<QList<OutboxRow>> FakeOutboxStore::rows(std::span<const OutboxRowId> ids)
{
    const std::lock_guard lock(m_table->m_mutex);
    if (const auto problem = m_table->problem())
        return *problem;
    QList<OutboxRow> found;
    std::ranges::copy_if(m_table->m_rows, std::back_inserter(found), [&](const OutboxRow& row) {
        return std::ranges::find(ids, row.id) != ids.end();
    });
    return found;
}

Result<QList<OutboxRow>> FakeOutboxStore::rowsOfEvents(std::span<const EventId> ids)
{
    const std::lock_guard lock(m_table->m_mutex);
    if (const auto problem = m_table->problem())
        return *problem;
    const QSet<EventId> wanted(ids.begin(), ids.end());
    QList<OutboxRow> found;
    std::ranges::copy_if(m_table->m_rows, std::back_inserter(found), [&](const OutboxRow& row) {
        return wanted.contains(row.eventId);
    });
    return found;
}

Result<LaterRows> FakeOutboxStore::laterOfKeys(
    const QList<QByteArray>& keys, const OutboxRowId& after)
{
    const std::lock_guard lock(m_table->m_mutex);
    if (const auto problem = m_table->problem())
        return *problem;
    LaterRows later;
    for (const OutboxRow& row : m_table->m_rows) {
        const bool isLater = row.id.bytes().toLongLong() > after.bytes().toLongLong();
        if (isLater && row.key && keys.contains(*row.key))
            later.rows.append({row.id, row.eventId, *row.key, *row.createdAt});
    }
    return later;
}

Result<FoundRows> FakeOutboxStore::lookUp(const QByteArray& id)
{
    const std::lock_guard lock(m_table->m_mutex);
    if (const auto problem = m_table->problem())
        return *problem;
    FoundRows found;
    std::ranges::copy_if(m_table->m_rows, std::back_inserter(found.rows), [&](const auto& row) {
        return row.eventId.bytes() == id;
    });
    if (found.rows.isEmpty())
        std::ranges::copy_if(m_table->m_rows, std::back_inserter(found.rows), [&](const auto& row) {
            return row.id.bytes() == id;
        });
    return found;
}

Result<TimedRows> FakeOutboxStore::rowsOfTime(
    const RowWindow& window, const std::optional<OutboxRowId>& after, qint64 limit)
{
    const std::lock_guard lock(m_table->m_mutex);
    if (const auto problem = m_table->problem())
        return *problem;
    const auto isWithin = [&](const std::optional<TimePoint>& time) {
        return time && *time >= window.since && *time <= window.until;
    };
    TimedRows page;
    page.at = m_table->m_now;
    page.keepsPublished = m_table->m_keepsPublished;
    qint64 looked = 0;
    for (const OutboxRow& row : m_table->m_rows) {
        if (after && row.id.bytes().toLongLong() <= after->bytes().toLongLong())
            continue;
        if (looked++ == limit)
            return page;
        page.next = row.id;
        if (isWithin(row.createdAt) || isWithin(row.publishedAt))
            page.rows.append(
                {row.id, row.eventId, row.topic, row.createdAt, row.publishedAt, row.state});
    }
    page.next.reset();
    return page;
}

Result<Count> FakeOutboxStore::countUnpublished(const QList<TopicName>& topics, qint64 cap)
{
    const std::lock_guard lock(m_table->m_mutex);
    if (const auto problem = m_table->problem())
        return *problem;
    const auto count = std::ranges::count_if(m_table->m_rows, [&](const OutboxRow& row) {
        return row.state == RowState::Unpublished
               && (topics.isEmpty() || topics.contains(row.topic));
    });
    return capped(count, cap);
}

Result<RelayChunk> FakeOutboxStore::relay(const RelayBatch& batch, const Publish& publish)
{
    if (m_table->m_onChunk)
        m_table->m_onChunk(m_table->chunks());
    std::vector<OutboxRow> selected;
    FakeOutboxTable::Ending ending{};
    {
        const std::lock_guard lock(m_table->m_mutex);
        if (const auto problem = m_table->problem())
            return *problem;
        selected = m_table->selectForRelay(batch);
        ending = m_table->beginChunk();
    }
    if (selected.empty())
        return RelayChunk{};
    std::vector<OutgoingMessage> messages;
    std::ranges::transform(selected, std::back_inserter(messages), toMessage);
    const auto answers = publish(messages);
    Q_ASSERT(answers.size() == messages.size());

    const std::lock_guard lock(m_table->m_mutex);
    using Ending = FakeOutboxTable::Ending;
    const bool isCommitted = ending == Ending::Committed || ending == Ending::InDoubtCommitted;
    const RelayChunk chunk = m_table->mark(selected, answers, isCommitted);
    if (ending == Ending::Committed)
        return chunk;
    m_isBroken = true;
    if (ending == Ending::Broken)
        return Error{Error::Kind::Unreachable, u"The connection to the database broke."_s, {}};
    return Error{Error::Kind::Conflict, u"It is unknown whether the rows were marked."_s, {}};
}

QStringList FakeOutboxStore::relaySql(const RelayBatch& batch) const
{
    return {
        u"SELECT … ORDER BY id LIMIT %1 FOR UPDATE SKIP LOCKED"_s.arg(batch.limit),
        u"UPDATE … SET published_at = now() WHERE id = ANY(…)"_s,
        u"COMMIT"_s,
    };
}

} // namespace outboard
