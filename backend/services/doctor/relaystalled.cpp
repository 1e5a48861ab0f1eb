// SPDX-License-Identifier: GPL-3.0-or-later
#include "services/doctor/rules.h"
#include "text/format.h"

#include <algorithm>

namespace outboard::doctor {

using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

namespace {

/// Whether anything was published while the oldest row waited; absent when nobody can tell.
std::optional<bool> publishedWithin(const Case& patient, Milliseconds window)
{
    const OutboxState& outbox = *patient.snapshot.outbox;
    if (outbox.lastPublishedAt)
        return outbox.at - *outbox.lastPublishedAt < window;
    const auto samples =
        patient.history.samples(Series::PublishedRate, patient.snapshot.finishedAt - window);
    const auto isFlow = [](const Sample& sample) { return sample.value && *sample.value > 0; };
    if (std::ranges::any_of(samples, isFlow))
        return true;
    const auto isUnknown = [](const Sample& sample) { return !sample.value; };
    if (samples.isEmpty() || std::ranges::any_of(samples, isUnknown))
        return std::nullopt;
    // Quiet samples prove something only when they reach back over the whole wait.
    const Microseconds covered = patient.snapshot.finishedAt - samples.first().at;
    return covered * 10 >= window * 9 ? std::optional(false) : std::nullopt;
}

QString title(const OutboxState& outbox)
{
    return outbox.unpublished.isKnown()
               ? Text::tr("Relay stalled: %1 rows waiting").arg(format::count(outbox.unpublished))
               : Text::tr("Relay stalled: rows waiting for %1")
                     .arg(format::duration(outbox.oldestAge));
}

QString evidence(const Case& patient, bool isQuietKnown)
{
    const OutboxState& outbox = *patient.snapshot.outbox;
    QString text = Text::tr("The oldest row of %1 has waited for %2 (threshold %3).")
                       .arg(format::oneLine(outbox.table), format::duration(outbox.oldestAge))
                       .arg(format::duration(patient.profile.thresholds.oldestUnpublished));
    text += u' ';
    if (outbox.lastPublishedAt) {
        const auto quiet = std::chrono::floor<Milliseconds>(outbox.at - *outbox.lastPublishedAt);
        text += Text::tr("Nothing was published for %1.").arg(format::duration(quiet));
    } else if (isQuietKnown) {
        text += Text::tr("Nothing was published meanwhile.");
    } else {
        text += Text::tr("Whether anything was published meanwhile is not known.");
    }
    return text;
}

} // namespace

QList<Finding> relayStalled(const Case& patient)
{
    if (!patient.snapshot.outbox)
        return {};
    const OutboxState& outbox = *patient.snapshot.outbox;
    const Milliseconds threshold = patient.profile.thresholds.oldestUnpublished;
    if (!outbox.oldestAge || *outbox.oldestAge <= threshold)
        return {};
    if (blockingLock(patient) || isPoisonHead(patient))
        return {};
    const std::optional<bool> isFlowing = publishedWithin(patient, threshold);
    if (isFlowing == true)
        return {};
    Finding finding;
    finding.id = u"relay_stalled"_s;
    finding.severity = isFlowing ? Severity::Critical : Severity::Warning;
    finding.title = title(outbox);
    finding.evidence = evidence(patient, isFlowing.has_value());
    finding.explanation =
        Text::tr("Rows are written, but nothing moves them to the broker: the relay is not "
                 "running, cannot reach one of its servers, or fails at the first row. Look at its "
                 "process and its log; meanwhile a batch can be relayed from here.");
    finding.remedy = {RemedyKind::RelayBatch, Text::tr("Relay a batch…"), {}, {}};
    Microseconds stalledFor = *outbox.oldestAge;
    if (outbox.lastPublishedAt)
        stalledFor = std::min(stalledFor, outbox.at - *outbox.lastPublishedAt);
    finding.since = patient.snapshot.finishedAt - stalledFor;
    return {finding};
}

} // namespace outboard::doctor
