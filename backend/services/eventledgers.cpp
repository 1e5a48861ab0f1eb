// SPDX-License-Identifier: GPL-3.0-or-later
#include "services/eventledgers.h"

#include "ledger/ledger.h"

#include <QCoreApplication>

#include <algorithm>
#include <utility>

namespace outboard {

namespace {

QList<GroupName> servedOf(const LedgerSettings& ledger, const QList<GroupName>& groups)
{
    QList<GroupName> named;
    for (const QString& group : ledger.groups)
        named.append(GroupName::fromText(group));
    if (named.isEmpty() || groups.isEmpty())
        return named.isEmpty() ? groups : named;
    QList<GroupName> served;
    std::ranges::copy_if(groups, std::back_inserter(served), [&](const GroupName& group) {
        return named.contains(group);
    });
    return served;
}

void merge(LedgerOpinion& opinion, const LedgerOpinion& other)
{
    const auto rank = [](LedgerMark mark) {
        return mark == LedgerMark::Processed ? 2 : mark == LedgerMark::Unknown ? 1 : 0;
    };
    if (opinion.ledger.isEmpty() || rank(other.mark) > rank(opinion.mark))
        opinion = other;
}

QString cannotTell(const QString& ledger)
{
    return QCoreApplication::translate(
               "outboard", "Ledger %1 cannot tell: it may have swept rows of that time.")
        .arg(ledger);
}

} // namespace

QList<LedgerSeat> ledgerSeats(const Profile& profile, const QList<GroupName>& groups)
{
    QList<LedgerSeat> seats;
    for (qsizetype index = 0; index < profile.ledgers.size(); ++index) {
        const LedgerSettings& ledger = profile.ledgers[index];
        const QList<GroupName> served = servedOf(ledger, groups);
        if (ledger.consumer.isEmpty()) {
            // Groups that it does not serve are none of its business.
            if (!served.isEmpty())
                seats.append(LedgerSeat{index, served.first()});
            else if (groups.isEmpty())
                seats.append(LedgerSeat{index, GroupName()});
            continue;
        }
        for (const GroupName& group : served)
            seats.append(LedgerSeat{index, group});
    }
    return seats;
}

EventLedgers::EventLedgers(const Profile& profile, LedgerAt ledgerAt)
    : m_profile(profile)
    , m_ledgerAt(std::move(ledgerAt))
{}

std::vector<LedgerOpinion> EventLedgers::ask(
    const QList<GroupName>& groups,
    std::span<const EventId> ids,
    std::span<const std::optional<TimePoint>> createdAt) const
{
    std::vector<LedgerOpinion> opinions(ids.size());
    for (const LedgerSeat& seat : ledgerSeats(m_profile, groups)) {
        const QString fallback = m_profile.ledgers[seat.index].table;
        const auto ledger = m_ledgerAt(seat.index);
        const auto marks = ledger ? (*ledger)->find(seat.group, ids, createdAt)
                                  : Result<std::vector<LedgerMark>>(ledger.error());
        const QString name = ledger ? (*ledger)->name() : fallback;
        for (size_t i = 0; i < ids.size(); ++i) {
            const LedgerMark mark = marks ? (*marks)[i] : LedgerMark::Unknown;
            const QString reason = !marks                        ? marks.error().what
                                   : mark == LedgerMark::Unknown ? cannotTell(name)
                                                                 : QString();
            merge(opinions[i], {mark, name, reason});
        }
    }
    return opinions;
}

} // namespace outboard
