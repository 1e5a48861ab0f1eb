// SPDX-License-Identifier: GPL-3.0-or-later
#include "support/fakeledger.h"

#include <QScopeGuard>

#include <algorithm>

namespace outboard {

using namespace Qt::StringLiterals;

namespace {

class FakeTransaction final : public SqlTransaction
{
public:
    Result<void> execute(
        const QByteArray& sql, const std::vector<std::optional<QByteArray>>& parameters) override
    {
        statements.push_back({sql, parameters});
        return {};
    }

    std::vector<FakeStatement> statements;
};

Error unreachable()
{
    return {Error::Kind::Unreachable, u"The ledger's database cannot be reached."_s, {}};
}

} // namespace

void FakeLedgerTable::setGroups(QSet<GroupName> groups)
{
    const std::lock_guard lock(m_mutex);
    m_groups = std::move(groups);
}

void FakeLedgerTable::insert(const EventId& id, std::optional<TimePoint> at)
{
    const std::lock_guard lock(m_mutex);
    m_ids.insert(id);
    if (at)
        m_times.insert(id, *at);
}

void FakeLedgerTable::remove(const EventId& id)
{
    const std::lock_guard lock(m_mutex);
    m_ids.remove(id);
}

bool FakeLedgerTable::contains(const EventId& id) const
{
    const std::lock_guard lock(m_mutex);
    return m_ids.contains(id);
}

qint64 FakeLedgerTable::size() const
{
    const std::lock_guard lock(m_mutex);
    return m_ids.size();
}

void FakeLedgerTable::setSweptBefore(std::optional<TimePoint> time)
{
    const std::lock_guard lock(m_mutex);
    m_sweptBefore = time;
}

void FakeLedgerTable::setUnreachable(bool unreachable)
{
    const std::lock_guard lock(m_mutex);
    m_isUnreachable = unreachable;
}

void FakeLedgerTable::endMarks(qint64 call, Ending ending, bool breaks)
{
    const std::lock_guard lock(m_mutex);
    m_endings.insert(m_calls + call, {ending, breaks});
}

void FakeLedgerTable::onMarks(std::function<void()> hook)
{
    m_onMarks = std::move(hook);
}

void FakeLedgerTable::onFind(std::function<void()> hook)
{
    m_onFind = std::move(hook);
}

std::vector<FakeStatement> FakeLedgerTable::executed() const
{
    const std::lock_guard lock(m_mutex);
    return m_executed;
}

qint64 FakeLedgerTable::transactions() const
{
    const std::lock_guard lock(m_mutex);
    return m_commits;
}

bool FakeLedgerTable::serves(const GroupName& group) const
{
    return m_groups.isEmpty() || m_groups.contains(group);
}

FakeLedger::FakeLedger(std::shared_ptr<FakeLedgerTable> table, QString name)
    : m_table(std::move(table))
    , m_name(std::move(name))
{}

bool FakeLedger::isUsable() const
{
    const std::lock_guard lock(m_table->m_mutex);
    return !m_isBroken && !m_table->m_isUnreachable;
}

Result<Microseconds> FakeLedger::ping()
{
    if (!isUsable())
        return unreachable();
    return Microseconds(150);
}

QString FakeLedger::name() const
{
    return m_name;
}

Result<std::vector<LedgerMark>> FakeLedger::find(
    const GroupName& group,
    std::span<const EventId> ids,
    std::span<const std::optional<TimePoint>> createdAt)
{
    Q_ASSERT(ids.size() == createdAt.size());
    if (m_table->m_onFind)
        m_table->m_onFind();
    if (!isUsable())
        return unreachable();
    const std::lock_guard lock(m_table->m_mutex);
    std::vector<LedgerMark> marks;
    for (size_t i = 0; i < ids.size(); ++i) {
        const auto& swept = m_table->m_sweptBefore;
        const bool isOld = swept && createdAt[i] && *createdAt[i] < *swept;
        if (!m_table->serves(group))
            marks.push_back(LedgerMark::Unknown);
        else if (m_table->m_ids.contains(ids[i]))
            marks.push_back(LedgerMark::Processed);
        else
            marks.push_back(isOld ? LedgerMark::Unknown : LedgerMark::Unprocessed);
    }
    return marks;
}

Result<QHash<EventId, TimePoint>> FakeLedger::times(
    const GroupName& group, std::span<const EventId> ids)
{
    if (!isUsable())
        return unreachable();
    const std::lock_guard lock(m_table->m_mutex);
    QHash<EventId, TimePoint> found;
    for (const EventId& id : ids) {
        const auto at = m_table->m_times.constFind(id);
        if (m_table->serves(group) && at != m_table->m_times.constEnd())
            found.insert(id, *at);
    }
    return found;
}

Result<std::vector<EventId>> FakeLedger::withMarks(
    const GroupName& group, std::span<const EventId> ids, const Work& work)
{
    if (m_table->m_onMarks)
        m_table->m_onMarks();
    if (!isUsable())
        return unreachable();
    std::unique_lock lock(m_table->m_mutex);
    // As the unique index makes a second inserter of the same id wait.
    m_table->m_ended.wait(lock, [&] {
        return std::ranges::none_of(
            ids, [this](const EventId& id) { return m_table->m_beingInserted.contains(id); });
    });
    if (!m_table->serves(group))
        return Error{Error::Kind::Refused, u"This ledger does not serve the group."_s, {}};
    const auto end = m_table->m_endings.value(m_table->m_calls++);
    std::vector<EventId> inserted;
    for (const EventId& id : ids) {
        if (!m_table->m_ids.contains(id) && std::ranges::find(inserted, id) == inserted.end())
            inserted.push_back(id);
    }
    FakeTransaction transaction;
    if (!inserted.empty()) {
        const QSet<EventId> mine(inserted.begin(), inserted.end());
        m_table->m_beingInserted += mine;
        // Also when the work throws, as a test's crash does.
        const auto ended = qScopeGuard([&] {
            lock.lock();
            m_table->m_beingInserted -= mine;
            m_table->m_ended.notify_all();
        });
        lock.unlock();
        if (const auto done = work(inserted, transaction); !done)
            return done.error();
    }
    using Ending = FakeLedgerTable::Ending;
    if (end.ending == Ending::Committed || end.ending == Ending::InDoubtCommitted) {
        m_table->m_ids.unite(QSet<EventId>(inserted.begin(), inserted.end()));
        std::ranges::move(transaction.statements, std::back_inserter(m_table->m_executed));
        ++m_table->m_commits;
    }
    if (end.ending == Ending::Committed)
        return inserted;
    m_isBroken = end.breaks || end.ending == Ending::Broken;
    if (end.ending == Ending::Broken)
        return unreachable();
    return Error{Error::Kind::Conflict, u"It is unknown whether the events were applied."_s, {}};
}

QStringList FakeLedger::markSql(const QStringList& work) const
{
    return QStringList{u"INSERT INTO %1 (event_id) … ON CONFLICT DO NOTHING"_s.arg(m_name)} + work
           + QStringList{u"COMMIT"_s};
}

} // namespace outboard
