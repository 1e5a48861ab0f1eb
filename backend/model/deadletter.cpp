// SPDX-License-Identifier: GPL-3.0-or-later
#include "model/deadletter.h"

#include <QCoreApplication>
#include <QHash>

#include <algorithm>
#include <array>
#include <chrono>
#include <utility>

namespace outboard {

using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

namespace {

constexpr std::array names = {
    std::pair(DeadWhere::Poison, "poison"),
    std::pair(DeadWhere::EntryGone, "entry_gone"),
    std::pair(DeadWhere::Stream, "stream"),
    std::pair(DeadWhere::List, "list"),
    std::pair(DeadWhere::SortedSet, "sorted_set"),
    std::pair(DeadWhere::OutboxRow, "outbox_row"),
    std::pair(DeadWhere::OutboxTable, "outbox_table"),
};

/// A group that is still being counted.
struct Tally
{
    DeadGroup group;
    qint64 hour = 0;
    qint64 day = 0;
    qint64 week = 0;
    qint64 timeless = 0;
};

void add(Tally& tally, const DeadLetter& letter, TimePoint at)
{
    ++tally.group.count;
    if (!letter.diedAt) {
        ++tally.timeless;
        return;
    }
    const TimePoint died = *letter.diedAt;
    tally.group.firstAt = std::min(tally.group.firstAt.value_or(died), died);
    tally.group.lastAt = std::max(tally.group.lastAt.value_or(died), died);
    tally.hour += at - died < 1h ? 1 : 0;
    tally.day += at - died < 24h ? 1 : 0;
    tally.week += at - died < 24h * 7 ? 1 : 0;
}

Count countOf(qint64 count, const Tally& tally)
{
    if (tally.timeless == 0)
        return Count::exact(count);
    const QString reason =
        QCoreApplication::translate("outboard", "When %1 of them died was not recorded.")
            .arg(tally.timeless);
    return tally.timeless == tally.group.count ? Count::unknown(reason)
                                               : Count::atLeast(count, reason);
}

} // namespace

QString deadWhereName(DeadWhere where)
{
    const auto* found = std::ranges::find(names, where, &decltype(names)::value_type::first);
    return QString::fromLatin1(found->second);
}

std::optional<DeadWhere> deadWhereFromName(const QString& name)
{
    for (const auto& [where, spelling] : names) {
        if (name == QLatin1StringView(spelling))
            return where;
    }
    return std::nullopt;
}

DeadGroupKey groupKeyOf(const DeadLetter& letter)
{
    return {letter.topic, letter.group, letter.errorKind};
}

QList<DeadGroup> groupDeadLetters(const QList<DeadLetter>& letters, TimePoint at)
{
    QHash<DeadGroupKey, Tally> tallies;
    QList<DeadGroupKey> order;
    for (const DeadLetter& letter : letters) {
        const DeadGroupKey key = groupKeyOf(letter);
        Tally& tally = tallies[key];
        if (tally.group.count == 0)
            order.append(key);
        add(tally, letter, at);
    }
    QList<DeadGroup> groups;
    for (const DeadGroupKey& key : std::as_const(order)) {
        const Tally tally = tallies.value(key);
        DeadGroup group = tally.group;
        group.key = key;
        group.lastHour = countOf(tally.hour, tally);
        group.lastDay = countOf(tally.day, tally);
        group.lastWeek = countOf(tally.week, tally);
        groups.append(group);
    }
    std::ranges::stable_sort(groups, std::ranges::greater(), &DeadGroup::count);
    return groups;
}

} // namespace outboard
