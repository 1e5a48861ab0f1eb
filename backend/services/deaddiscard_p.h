// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "model/deadletter.h"
#include "store/deadstore.h"

#include <QList>

#include <algorithm>

/// What both parts of DeadDiscard ask of letters.
namespace outboard::dead {

constexpr qsizetype chunkSize = 500;

inline bool isPending(const DeadLetter& letter)
{
    return letter.id.where == DeadWhere::Poison || letter.id.where == DeadWhere::EntryGone;
}

inline bool isRow(const DeadLetter& letter)
{
    return letter.id.where == DeadWhere::OutboxRow || letter.id.where == DeadWhere::OutboxTable;
}

inline const DeadLetter& letterOf(const DeadLetter& letter)
{
    return letter;
}

inline const DeadLetter& letterOf(const DiscardedLetter& row)
{
    return row.letter;
}

inline bool isOfSamePlace(const DeadLetter& a, const DeadLetter& b)
{
    return a.id.where == b.id.where && a.id.place == b.id.place && a.id.group == b.id.group;
}

/// Letters of one place each, in parts that one call can take.
template<class T>
QList<QList<T>> parts(const QList<T>& all)
{
    QList<QList<T>> parts;
    for (const T& one : all) {
        const auto part = std::ranges::find_if(parts, [&one](const QList<T>& known) {
            return known.size() < chunkSize
                   && isOfSamePlace(letterOf(known.first()), letterOf(one));
        });
        if (part == parts.end())
            parts.append(QList<T>{one});
        else
            part->append(one);
    }
    return parts;
}

inline bool mayBeThere(const DiscardedLetter& row)
{
    return row.state == DiscardedLetter::State::Discarding
           || row.state == DiscardedLetter::State::Restoring;
}

} // namespace outboard::dead
