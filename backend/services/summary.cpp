// SPDX-License-Identifier: GPL-3.0-or-later
#include "services/summary.h"

#include "text/format.h"

#include <QCoreApplication>
#include <QStringList>

namespace outboard {

using namespace Qt::StringLiterals;

namespace {

struct Text
{
    Q_DECLARE_TR_FUNCTIONS(Summary)
};

/// Gathers "500 published, 3 refused"; only what happened is told, except the first number.
class Numbers
{
public:
    explicit Numbers(const QString& first) { m_parts.append(first); }

    Numbers& add(qint64 count, const QString& sentence)
    {
        if (count > 0)
            m_parts.append(sentence.arg(format::number(count)));
        return *this;
    }

    QString text() const { return m_parts.join(u", "_s); }

private:
    QStringList m_parts;
};

qint64 size(const std::vector<EntryId>& ids)
{
    return static_cast<qint64>(ids.size());
}

/// `isWhole`: everything that was asked for was done. `didAnything`: an error came too late to
/// call all of it failed.
Summary ended(const QString& numbers, bool isWhole, bool didAnything, std::optional<Error> error)
{
    Summary summary;
    summary.text = error ? Text::tr("%1: %2").arg(numbers, error->what) : numbers + u'.';
    summary.state = isWhole ? Operation::State::Done : Operation::State::DoneInPart;
    if (error && !didAnything)
        summary.state = Operation::State::Failed;
    summary.error = std::move(error);
    return summary;
}

QString stopped(bool isStopped, const QString& numbers)
{
    return isStopped ? Text::tr("Stopped: %1").arg(numbers) : numbers;
}

} // namespace

Summary summarize(const RelayReport& report)
{
    Numbers numbers(Text::tr("%1 published").arg(format::number(report.published)));
    numbers.add(report.failed.size(), Text::tr("%1 refused"));
    QString text = numbers.text();
    if (report.remaining.isKnown())
        text += u", "_s + Text::tr("%1 remain").arg(format::count(report.remaining));
    else
        text += u", "_s + Text::tr("how many remain is not known");
    if (report.duplicatesPossible > 0) {
        text +=
            u"; "_s
            + Text::tr("duplicates possible for %1").arg(format::number(report.duplicatesPossible));
    }
    const bool isWhole = report.failed.isEmpty() && !report.stopped && !report.error
                         && report.duplicatesPossible == 0;
    const bool didAnything = report.published > 0 || report.duplicatesPossible > 0;
    return ended(stopped(report.stopped, text), isWhole, didAnything, report.error);
}

Summary summarize(const ClaimReport& report)
{
    Numbers numbers(Text::tr("%1 claimed").arg(format::number(size(report.claimed))));
    numbers.add(size(report.taken), Text::tr("%1 in someone else's hands meanwhile"))
        .add(size(report.notPending), Text::tr("%1 no longer pending"))
        .add(size(report.gone), Text::tr("%1 gone from the stream"))
        .add(size(report.notTried), Text::tr("%1 not tried"))
        .add(size(report.unknown), Text::tr("%1 without an answer"));
    const bool isWhole = report.taken.empty() && report.notPending.empty() && report.gone.empty()
                         && report.notTried.empty() && report.unknown.empty() && !report.error;
    const bool didAnything = !report.claimed.empty() || !report.unknown.empty();
    return ended(numbers.text(), isWhole, didAnything, report.error);
}

Summary summarize(const AckReport& report)
{
    Numbers numbers(Text::tr("%1 acknowledged").arg(format::number(size(report.acknowledged))));
    numbers.add(size(report.notPending), Text::tr("%1 were acknowledged before"))
        .add(size(report.refused), Text::tr("%1 refused"))
        .add(size(report.notTried), Text::tr("%1 not tried"))
        .add(size(report.unknown), Text::tr("%1 without an answer"));
    const bool isWhole = report.refused.empty() && report.notTried.empty() && report.unknown.empty()
                         && !report.error;
    const bool didAnything = !report.acknowledged.empty() || !report.unknown.empty();
    return ended(numbers.text(), isWhole, didAnything, report.error);
}

Summary summarize(const RunReport& report)
{
    Numbers numbers(Text::tr("%1 applied").arg(format::number(report.applied)));
    numbers.add(report.noVerdict, Text::tr("%1 sent, no verdict yet"))
        .add(report.skipped, Text::tr("%1 skipped"))
        .add(report.failed, Text::tr("%1 failed"))
        .add(report.inDoubt, Text::tr("%1 in doubt"))
        .add(report.notRun, Text::tr("%1 not run"));
    QString text = stopped(report.stopped, numbers.text());
    if (!report.stopReason.isEmpty() && !report.error)
        text += u" ("_s + report.stopReason + u')';
    const bool isWhole = report.failed == 0 && report.inDoubt == 0 && report.notRun == 0
                         && !report.stopped && !report.error;
    const bool didAnything = report.applied > 0 || report.noVerdict > 0 || report.inDoubt > 0;
    return ended(text, isWhole, didAnything, report.error);
}

Summary summarize(const Plan& plan)
{
    Numbers numbers(Text::tr("%1 of %2 events will run")
                        .arg(format::number(plan.count(Verdict::Run)))
                        .arg(format::number(plan.items.size())));
    numbers.add(plan.count(Verdict::Processed), Text::tr("%1 already processed"))
        .add(plan.count(Verdict::InFlight), Text::tr("%1 in flight"))
        .add(plan.count(Verdict::PayloadMissing), Text::tr("%1 without payload"))
        .add(plan.count(Verdict::Unknown), Text::tr("%1 unknown"));
    return ended(numbers.text(), true, true, {});
}

Summary summarize(const Trace& trace)
{
    if (trace.eventId.isEmpty())
        return ended(Text::tr("Nothing was found"), true, true, {});
    return ended(
        Text::tr("%1 steps of %2")
            .arg(format::number(trace.steps.size()), format::oneLine(trace.eventId.bytes(), 60)),
        true,
        true,
        {});
}

Summary summarize(const Reconciliation& found)
{
    Numbers numbers(Text::tr("%1 rows and %2 entries compared")
                        .arg(format::number(found.rows), format::number(found.entries)));
    numbers.add(found.count(Discrepancy::Lost), Text::tr("%1 lost"))
        .add(
            found.count(Discrepancy::UnpublishedButProcessed),
            Text::tr("%1 unpublished but processed"))
        .add(found.count(Discrepancy::PendingButProcessed), Text::tr("%1 pending but processed"))
        .add(found.count(Discrepancy::EntryWithoutRow), Text::tr("%1 entries without a row"))
        .add(found.count(Discrepancy::Unknown), Text::tr("%1 unknown"));
    return ended(numbers.text(), true, true, {});
}

Summary summarize(const DiscardReport& report)
{
    Numbers numbers(Text::tr("%1 discarded, originals kept").arg(format::number(report.discarded)));
    numbers.add(report.gone, Text::tr("%1 gone before"))
        .add(report.refused, Text::tr("%1 refused"))
        .add(report.notTried, Text::tr("%1 not tried"))
        .add(report.unknown, Text::tr("%1 without an answer"));
    const bool isWhole = report.refused + report.notTried + report.unknown == 0 && !report.error;
    const bool didAnything = report.discarded > 0 || report.unknown > 0;
    return ended(numbers.text(), isWhole, didAnything, report.error);
}

Summary summarize(const RestoreReport& report)
{
    Numbers numbers(Text::tr("%1 restored").arg(format::number(report.restored)));
    numbers.add(report.moved, Text::tr("%1 put into a dead-letter stream, gone from their own"))
        .add(report.alreadyThere, Text::tr("%1 were there already"))
        .add(report.refused, Text::tr("%1 refused"))
        .add(report.notTried, Text::tr("%1 not tried"))
        .add(report.unknown, Text::tr("%1 without an answer"));
    const bool isWhole = report.refused + report.notTried + report.unknown == 0 && !report.error;
    const bool didAnything =
        report.restored + report.moved + report.alreadyThere > 0 || report.unknown > 0;
    return ended(numbers.text(), isWhole, didAnything, report.error);
}

Summary summarize(const Error& error)
{
    return {Operation::State::Failed, error.what, error};
}

} // namespace outboard
