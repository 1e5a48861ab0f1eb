// SPDX-License-Identifier: GPL-3.0-or-later
// The part of FakeBroker that keeps dead letters.
#include "support/fakebroker.h"

#include <algorithm>

namespace outboard {

using namespace Qt::StringLiterals;

namespace {

DeadMove moved(DeadMove::Kind kind, const QString& became = {})
{
    DeadMove move;
    move.kind = kind;
    move.became = became;
    return move;
}

} // namespace

DeadLetterControl* FakeBroker::dead()
{
    return m_streams->faults.withoutDead ? nullptr : this;
}

std::optional<DeadPlace> FakeBroker::placeNamed(const BrokerTopic& name) const
{
    DeadPlace place;
    place.name = name;
    if (const auto problem = m_streams->faults.problems.find(name);
        problem != m_streams->faults.problems.end()) {
        place.problem = problem->second;
        place.length = Count::unknown(place.problem);
    } else if (m_streams->streams().contains(name)) {
        place.length = Count::exact(qint64(m_streams->streams()[name].entries.size()));
    } else if (m_streams->lists().contains(name)) {
        place.kind = DeadWhere::List;
        place.length = Count::exact(m_streams->lists()[name].size());
    } else if (m_streams->sortedSets().contains(name)) {
        place.kind = DeadWhere::SortedSet;
        place.length = Count::exact(qint64(m_streams->sortedSets()[name].size()));
    } else {
        return std::nullopt;
    }
    return place;
}

Count FakeBroker::deadOf(const BrokerTopic& topic) const
{
    Count count = Count::exact(0);
    for (const BrokerTopic& name : m_deadNames.placesOf(topic)) {
        if (const auto place = placeNamed(name))
            count = count + place->length;
    }
    return count;
}

Result<QList<DeadPlace>> FakeBroker::find(std::span<const BrokerTopic> topics)
{
    if (auto entered = enter("findDead"); !entered)
        return entered.error();
    const std::lock_guard lock(m_streams->mutex());
    QList<DeadPlace> found;
    for (const BrokerTopic& topic : topics) {
        for (const BrokerTopic& name : m_deadNames.placesOf(topic)) {
            auto place = placeNamed(name);
            const bool isKnown = std::ranges::find(found, name, &DeadPlace::name) != found.end();
            if (!place || isKnown)
                continue;
            place->origin = m_deadNames.isFixed() ? BrokerTopic() : topic;
            found.append(*place);
        }
    }
    return found;
}

std::optional<BrokerTopic> FakeBroker::originOf(const BrokerTopic& topic) const
{
    return m_deadNames.originOf(topic);
}

BrokerTopic FakeBroker::placeFor(const BrokerTopic& topic) const
{
    return m_deadNames.placesOf(topic).first();
}

DeadPage FakeBroker::streamPage(const DeadPlace& place, const EntryId& from, qint64 limit) const
{
    DeadPage page;
    const auto& entries = m_streams->streams()[place.name].entries;
    for (auto entry = entries.lower_bound(from); entry != entries.end(); ++entry) {
        if (page.records.size() == limit) {
            page.next = entry->first.bytes();
            break;
        }
        page.records.append(m_envelope.ofEntry(place, entry->first, entry->second));
    }
    return page;
}

/// Elements of a list in its order, of a sorted set by score; with their scores.
QList<std::pair<QByteArray, QByteArray>> FakeBroker::elementsOf(const DeadPlace& place) const
{
    QList<std::pair<QByteArray, QByteArray>> elements;
    if (place.kind == DeadWhere::List) {
        for (const QByteArray& element : m_streams->lists()[place.name])
            elements.append({element, {}});
        return elements;
    }
    std::vector<std::pair<qint64, QByteArray>> ordered;
    for (const auto& [element, score] : m_streams->sortedSets()[place.name])
        ordered.emplace_back(score, element);
    std::ranges::sort(ordered);
    for (const auto& [score, element] : ordered)
        elements.append({element, QByteArray::number(score)});
    return elements;
}

Result<DeadPage> FakeBroker::page(
    const DeadPlace& place, const std::optional<QByteArray>& from, qint64 limit)
{
    if (auto entered = enter("deadPage"); !entered)
        return entered.error();
    const std::lock_guard lock(m_streams->mutex());
    const qint64 size = std::clamp<qint64>(limit, 1, 500);
    if (place.kind == DeadWhere::Stream)
        return streamPage(place, from ? *EntryId::parse(*from) : EntryId::lowest(), size);
    const auto elements = elementsOf(place);
    const qint64 first = from ? from->toLongLong() : 0;
    DeadPage page;
    for (const auto& [element, score] : elements.mid(first, size))
        page.records.append(m_envelope.ofElement(place, element, score));
    if (first + size < elements.size())
        page.next = QByteArray::number(first + size);
    return page;
}

std::vector<DeadMove> FakeBroker::moveAll(
    const char* call,
    size_t count,
    const std::stop_token& stop,
    const std::function<DeadMove(size_t)>& work)
{
    std::vector<DeadMove> moves(count);
    const auto entered = enterWriting(call);
    const std::lock_guard lock(m_streams->mutex());
    std::optional<Error> error;
    for (size_t i = 0; i < count; ++i) {
        if (stop.stop_requested())
            error = Error{Error::Kind::Cancelled, u"Stopped."_s, {}};
        if (!entered) {
            moves[i].kind = m_usable ? DeadMove::Kind::Refused : DeadMove::Kind::Unknown;
            moves[i].error = entered.error();
        } else if (error) {
            moves[i].error = error;
        } else if (answer()) {
            moves[i] = work(i);
        } else {
            if (m_streams->faults.unansweredAreDone)
                work(i);
            error = Error{Error::Kind::Unreachable, u"The fake broker's connection broke."_s, {}};
            moves[i].kind = DeadMove::Kind::Unknown;
            moves[i].error = error;
        }
    }
    return moves;
}

bool FakeBroker::removeOne(const DeadPlace& place, const DeadElement& element)
{
    if (place.kind == DeadWhere::List)
        return m_streams->lists()[place.name].removeOne(element.original.bytes);
    if (place.kind == DeadWhere::SortedSet)
        return m_streams->sortedSets()[place.name].erase(element.original.bytes) > 0;
    FakeStreams::Stream& stream = m_streams->streams()[place.name];
    const auto id = EntryId::parse(element.id);
    const bool isThere = id && stream.entries.contains(*id);
    if (isThere)
        m_streams->remove(place.name, *id);
    return isThere;
}

std::vector<DeadMove> FakeBroker::remove(
    const DeadPlace& place, std::span<const DeadElement> elements, const std::stop_token& stop)
{
    return moveAll("removeDead", elements.size(), stop, [&](size_t i) {
        return moved(
            removeOne(place, elements[i]) ? DeadMove::Kind::Done : DeadMove::Kind::NotThere);
    });
}

DeadMove FakeBroker::putBackOne(const DeadPlace& place, const DeadElement& element)
{
    const DeadOriginal& original = element.original;
    if (place.kind == DeadWhere::List) {
        QList<QByteArray>& list = m_streams->lists()[place.name];
        if (element.mayBeThere && list.contains(original.bytes))
            return moved(DeadMove::Kind::AlreadyThere);
        list.append(original.bytes);
        return moved(DeadMove::Kind::Done);
    }
    if (place.kind == DeadWhere::SortedSet) {
        const bool isNew = m_streams->sortedSets()[place.name]
                               .emplace(original.bytes, original.score.toLongLong())
                               .second;
        return moved(isNew ? DeadMove::Kind::Done : DeadMove::Kind::AlreadyThere);
    }
    for (const auto& [id, fields] : m_streams->streams()[place.name].entries) {
        if (element.mayBeThere && (id.bytes() == element.id || fields == original.fields))
            return moved(DeadMove::Kind::AlreadyThere, id.text());
    }
    return moved(DeadMove::Kind::Done, m_streams->add(place.name, original.fields).text());
}

std::vector<DeadMove> FakeBroker::putBack(
    const DeadPlace& place, std::span<const DeadElement> elements, const std::stop_token& stop)
{
    return moveAll("putDeadBack", elements.size(), stop, [&](size_t i) {
        return putBackOne(place, elements[i]);
    });
}

std::vector<DeadMove> FakeBroker::putBackPending(
    const BrokerTopic& topic,
    const GroupName& group,
    std::span<const PendingEntry> entries,
    const std::stop_token& stop)
{
    return moveAll("putPendingBack", entries.size(), stop, [&](size_t i) {
        FakeStreams::Stream& stream = m_streams->streams()[topic];
        auto& pending = stream.groups[group].pending;
        if (pending.contains(entries[i].id))
            return moved(DeadMove::Kind::AlreadyThere);
        if (!stream.entries.contains(entries[i].id))
            return moved(DeadMove::Kind::NotThere);
        pending[entries[i].id] = {entries[i].consumer, m_streams->now(), entries[i].deliveries};
        return moved(DeadMove::Kind::Done);
    });
}

QStringList FakeBroker::removeCommands(
    const DeadPlace& place, std::span<const DeadElement> elements) const
{
    return {u"REMOVE %1 from %2"_s.arg(elements.size()).arg(place.name.text())};
}

QStringList FakeBroker::putBackCommands(
    const DeadPlace& place, std::span<const DeadElement> elements) const
{
    return {u"PUT BACK %1 into %2"_s.arg(elements.size()).arg(place.name.text())};
}

QStringList FakeBroker::putBackPendingCommands(
    const BrokerTopic& topic, const GroupName& group, std::span<const PendingEntry> entries) const
{
    return {
        u"PEND %1 of %2 / %3"_s.arg(QString::number(entries.size()), topic.text(), group.text())};
}

} // namespace outboard
