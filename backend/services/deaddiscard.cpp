// SPDX-License-Identifier: GPL-3.0-or-later
#include "services/deaddiscard.h"

#include "services/claimer.h"
#include "services/deaddiscard_p.h"

#include <QCoreApplication>

#include <algorithm>
#include <utility>

namespace outboard {

using namespace dead;

namespace {

using Kind = DeadMove::Kind;

QString tr(const char* text)
{
    return QCoreApplication::translate("outboard", text);
}

Error stoppedByUser()
{
    return {Error::Kind::Cancelled, tr("Stopped before all dead letters were reached."), {}};
}

/// The letters whose move is of this kind.
QStringList idsWith(const QStringList& ids, const std::vector<DeadMove>& moves, Kind kind)
{
    QStringList chosen;
    for (qsizetype i = 0; i < ids.size(); ++i) {
        if (moves[size_t(i)].kind == kind)
            chosen << ids.at(i);
    }
    return chosen;
}

/// The first error that says that going on is pointless.
std::optional<Error> fatal(const std::vector<DeadMove>& moves)
{
    for (const DeadMove& move : moves) {
        if (move.kind == Kind::Unknown || move.kind == Kind::NotTried)
            return move.error;
    }
    return std::nullopt;
}

std::optional<Error> firstError(const std::vector<DeadMove>& moves)
{
    const auto failed =
        std::ranges::find_if(moves, [](const DeadMove& move) { return move.error.has_value(); });
    return failed == moves.end() ? std::nullopt : failed->error;
}

} // namespace

DeadDiscard::DeadDiscard(
    const Profile& profile, OutboxStore* outbox, Broker& broker, DeadStore& store, Clock clock)
    : m_profile(profile)
    , m_outbox(outbox)
    , m_broker(broker)
    , m_store(store)
    , m_clock(std::move(clock))
{}

DiscardReport DeadDiscard::discard(
    const QList<DeadLetter>& letters,
    const QString& reason,
    const ProgressFn& progress,
    const std::stop_token& stop)
{
    DiscardReport report;
    const QString who = replayConsumer().text();
    std::optional<Error> end;
    qint64 reached = 0;
    for (const QList<DeadLetter>& part : parts(letters)) {
        if (!end && stop.stop_requested())
            end = stoppedByUser();
        if (end) {
            report.notTried += part.size();
            continue;
        }
        const auto ids = m_store.keep(m_profile.name, part, reason, who, m_clock());
        if (!ids) {
            end = ids.error();
            report.notTried += part.size();
            continue;
        }
        const Moves moves = removeAll(part, stop);
        const auto settled = settleDiscard(*ids, moves, report);
        end = settled ? fatal(moves) : settled.error();
        if (!report.error)
            report.error = firstError(moves);
        reached += part.size();
        if (progress)
            progress(reached, letters.size());
    }
    if (end)
        report.error = end;
    return report;
}

Result<void> DeadDiscard::settleDiscard(
    const QStringList& ids, const Moves& moves, DiscardReport& report)
{
    const QStringList done = idsWith(ids, moves, Kind::Done);
    const QStringList gone = idsWith(ids, moves, Kind::NotThere);
    const QStringList refused = idsWith(ids, moves, Kind::Refused);
    const QStringList notTried = idsWith(ids, moves, Kind::NotTried);
    const QStringList unknown = idsWith(ids, moves, Kind::Unknown);
    report.discarded += done.size();
    report.gone += gone.size();
    report.refused += refused.size();
    report.notTried += notTried.size();
    report.unknown += unknown.size();
    report.ids += done + unknown;
    if (auto set = m_store.setState(done, DiscardedLetter::State::Discarded); !set)
        return set;
    // They are where they were, or somebody else has them.
    return m_store.forget(gone + refused + notTried);
}

RestoreReport DeadDiscard::restore(
    const QStringList& ids, const ProgressFn& progress, const std::stop_token& stop)
{
    RestoreReport report;
    const auto rows = m_store.load(ids);
    if (!rows) {
        report.error = rows.error();
        report.notTried = ids.size();
        return report;
    }
    std::optional<Error> end;
    qint64 reached = 0;
    for (const QList<DiscardedLetter>& part : parts(*rows)) {
        if (!end && stop.stop_requested())
            end = stoppedByUser();
        QStringList partIds;
        for (const DiscardedLetter& row : part)
            partIds << row.id;
        if (!end) {
            const auto set = m_store.setState(partIds, DiscardedLetter::State::Restoring);
            if (!set)
                end = set.error();
        }
        if (end) {
            report.notTried += part.size();
            continue;
        }
        const Moves moves = putBackAll(part, stop);
        const auto settled = settleRestore(part, moves, report);
        end = settled ? fatal(moves) : settled.error();
        if (!report.error)
            report.error = firstError(moves);
        reached += part.size();
        if (progress)
            progress(reached, rows->size());
    }
    if (end)
        report.error = end;
    return report;
}

QString DeadDiscard::becameOf(const DeadLetter& letter, const DeadMove& move) const
{
    if (isPending(letter) && !move.became.isEmpty())
        return tr("in the dead-letter stream %1").arg(move.became);
    if (isPending(letter))
        return tr("pending again for %1").arg(letter.original.consumer.text());
    if (isRow(letter))
        return tr("row %1 again").arg(QString::fromUtf8(letter.id.id));
    return move.became.isEmpty() ? tr("back in %1").arg(QString::fromUtf8(letter.id.place))
                                 : tr("entry %1").arg(move.became);
}

Result<void> DeadDiscard::settleRestore(
    const QList<DiscardedLetter>& rows, const Moves& moves, RestoreReport& report)
{
    QStringList stay;
    for (qsizetype i = 0; i < rows.size(); ++i) {
        const DeadMove& move = moves[size_t(i)];
        const DiscardedLetter& row = rows.at(i);
        const bool isMoved = isPending(row.letter) && !move.became.isEmpty();
        switch (move.kind) {
        case Kind::Done: ++(isMoved ? report.moved : report.restored); break;
        case Kind::AlreadyThere: ++report.alreadyThere; break;
        case Kind::NotThere:
        case Kind::Refused: ++report.refused; break;
        case Kind::NotTried: ++report.notTried; break;
        case Kind::Unknown: ++report.unknown; break;
        }
        if (move.kind == Kind::Done || move.kind == Kind::AlreadyThere) {
            if (auto set = m_store.setRestored(row.id, becameOf(row.letter, move)); !set)
                return set;
        } else if (move.kind != Kind::Unknown && !mayBeThere(row)) {
            stay << row.id;
        }
    }
    // One that was in doubt before stays in doubt.
    return m_store.setState(stay, DiscardedLetter::State::Discarded);
}

} // namespace outboard
