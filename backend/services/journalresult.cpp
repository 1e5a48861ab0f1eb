// SPDX-License-Identifier: GPL-3.0-or-later
#include "services/journalresult.h"

#include "services/summary.h"
#include "text/format.h"

#include <QCoreApplication>

namespace outboard {

using namespace Qt::StringLiterals;

namespace {

JournalState stateOf(const Summary& summary)
{
    switch (summary.state) {
    case Operation::State::Running:
    case Operation::State::Stopping: return JournalState::Running;
    case Operation::State::Done: return JournalState::Done;
    case Operation::State::DoneInPart: return JournalState::InPart;
    case Operation::State::Failed: break;
    }
    const bool isRefusal = summary.error
                           && (summary.error->kind == Error::Kind::Refused
                               || summary.error->kind == Error::Kind::Auth);
    return isRefusal ? JournalState::Refused : JournalState::Failed;
}

JournalResult resultOf(const Summary& summary)
{
    return {stateOf(summary), summary.text, {}};
}

/// A number of entries that did as the rest: their ids stand in the intent, or were told.
JournalCount counted(const QString& name, qint64 count)
{
    return {name, count, {}};
}

template<class Ids>
JournalCount listed(const QString& name, const Ids& ids)
{
    return {name, qint64(ids.size()), journalIdList(ids)};
}

} // namespace

JournalResult journalResult(const RelayReport& report)
{
    JournalResult result = resultOf(summarize(report));
    std::vector<OutboxRowId> failed;
    for (const RelayFailure& failure : report.failed)
        failed.push_back(failure.id);
    result.counts = {
        counted(u"published"_s, report.published),
        listed(u"failed"_s, failed),
        counted(u"duplicates_possible"_s, report.duplicatesPossible)};
    return result;
}

JournalResult journalResult(const ClaimReport& report)
{
    JournalResult result = resultOf(summarize(report));
    result.counts = {
        counted(u"claimed"_s, qint64(report.claimed.size())),
        listed(u"taken"_s, report.taken),
        listed(u"not_pending"_s, report.notPending),
        listed(u"gone"_s, report.gone),
        listed(u"not_tried"_s, report.notTried),
        listed(u"unknown"_s, report.unknown)};
    return result;
}

JournalResult journalResult(const AckReport& report)
{
    JournalResult result = resultOf(summarize(report));
    result.counts = {
        counted(u"acknowledged"_s, qint64(report.acknowledged.size())),
        listed(u"not_pending"_s, report.notPending),
        listed(u"refused"_s, report.refused),
        listed(u"not_tried"_s, report.notTried),
        listed(u"unknown"_s, report.unknown)};
    return result;
}

JournalResult journalResult(const DiscardReport& report)
{
    JournalResult result = resultOf(summarize(report));
    result.counts = {
        counted(u"discarded"_s, report.discarded),
        counted(u"gone"_s, report.gone),
        counted(u"refused"_s, report.refused),
        counted(u"not_tried"_s, report.notTried),
        counted(u"unknown"_s, report.unknown)};
    return result;
}

JournalResult journalResult(const RestoreReport& report)
{
    JournalResult result = resultOf(summarize(report));
    result.counts = {
        counted(u"restored"_s, report.restored),
        counted(u"moved"_s, report.moved),
        counted(u"already_there"_s, report.alreadyThere),
        counted(u"refused"_s, report.refused),
        counted(u"not_tried"_s, report.notTried),
        counted(u"unknown"_s, report.unknown)};
    return result;
}

JournalResult journalResult(const RunReport& report)
{
    JournalResult result = resultOf(summarize(report));
    const auto idsOf = [&report](OutcomeKind kind) {
        std::vector<EventId> ids;
        for (const Outcome& outcome : report.outcomes) {
            if (outcome.kind == kind)
                ids.push_back(outcome.eventId);
        }
        return ids;
    };
    const auto listedKind = [&](OutcomeKind kind, qint64 count) {
        return JournalCount{outcomeName(kind), count, journalIdList(idsOf(kind))};
    };
    result.counts = {
        counted(outcomeName(OutcomeKind::Applied), report.applied),
        counted(outcomeName(OutcomeKind::Skipped), report.skipped),
        listedKind(OutcomeKind::Failed, report.failed),
        listedKind(OutcomeKind::NoVerdict, report.noVerdict),
        listedKind(OutcomeKind::InDoubt, report.inDoubt),
        listedKind(OutcomeKind::NotRun, report.notRun)};
    return result;
}

JournalResult journalResult(const CeleryReceipt& receipt)
{
    return {
        JournalState::Done,
        QCoreApplication::translate("outboard", "Task %1 enqueued; %2 in the queue.")
            .arg(receipt.taskId, format::number(receipt.waiting)),
        {counted(u"waiting"_s, receipt.waiting)}};
}

JournalResult journalResult(const Error& error)
{
    return resultOf(summarize(error));
}

} // namespace outboard
