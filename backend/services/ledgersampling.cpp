// SPDX-License-Identifier: GPL-3.0-or-later
#include "services/ledgersampling.h"

#include "ledger/ledger.h"

namespace outboard {

namespace {

/// By the entry's own id: an event older than the ledger's retention may have been swept.
TimePoint addedAt(const EntryId& id)
{
    return TimePoint(Milliseconds(static_cast<qint64>(id.first)));
}

Result<std::vector<LedgerMark>> marksOf(
    Ledger& ledger, const GroupName& group, const QList<SampledEntry>& entries)
{
    std::vector<EventId> ids;
    std::vector<std::optional<TimePoint>> times;
    for (const SampledEntry& entry : entries) {
        ids.push_back(entry.event);
        times.emplace_back(addedAt(entry.id));
    }
    return ledger.find(group, ids, times);
}

/// Remembered of each group.
constexpr qsizetype mostRecorded = 20;
/// Older ones a ledger may well have swept.
constexpr auto recordedFor = std::chrono::hours(1);

const LedgerSample* sampleOf(const std::optional<LedgerHealth>& health, const GroupHealth& group)
{
    if (!health)
        return nullptr;
    for (const LedgerSample& sample : health->samples) {
        if (sample.topic == group.topic && sample.group == group.group)
            return &sample;
    }
    return nullptr;
}

/// What it lost is still remembered, so that the loss stays known until the rows are back. A ledger
/// whose oldest rows were swept calls older events unknown: it had these.
Result<void> askAgain(
    Ledger& ledger, const LedgerSample* before, TimePoint now, LedgerSample& sample)
{
    if (!before)
        return {};
    sample.recorded = before->recorded;
    sample.recorded.removeIf(
        [now](const SampledEntry& entry) { return now - addedAt(entry.id) > recordedFor; });
    const auto marks = marksOf(ledger, sample.group, sample.recorded);
    if (!marks)
        return marks.error();
    for (const LedgerMark mark : *marks) {
        ++sample.asked;
        sample.forgotten += mark == LedgerMark::Processed ? 0 : 1;
    }
    return {};
}

} // namespace

QList<GroupHealth> groupsOfLedger(
    const Profile& profile, qsizetype ledger, const QList<GroupHealth>& groups)
{
    QList<GroupHealth> found;
    for (const GroupHealth& group : groups) {
        if (ledgerOf(profile, group.group) == ledger)
            found.append(group);
    }
    return found;
}

LedgerHealth confirmedBy(LedgerHealth now, const std::optional<LedgerHealth>& before)
{
    for (LedgerSample& sample : now.samples) {
        QList<EntryId> known;
        for (const LedgerSample& old : before ? before->samples : QList<LedgerSample>()) {
            if (old.topic == sample.topic && old.group == sample.group)
                known = old.heldProcessed;
        }
        sample.heldProcessed.removeIf([&](const EntryId& id) { return !known.contains(id); });
    }
    return now;
}

Result<LedgerHealth> sampleLedger(
    Ledger& ledger,
    const QList<GroupHealth>& groups,
    const std::optional<LedgerHealth>& before,
    TimePoint now)
{
    LedgerHealth health;
    health.table = ledger.name();
    const auto advice = ledger.keyAdvice();
    if (!advice)
        return advice.error();
    health.keyAdvice = *advice;
    for (const GroupHealth& group : groups) {
        const auto acknowledged = marksOf(ledger, group.group, group.acknowledged);
        if (!acknowledged)
            return acknowledged.error();
        const auto held = marksOf(ledger, group.group, group.held);
        if (!held)
            return held.error();
        LedgerSample sample;
        sample.topic = group.topic;
        sample.group = group.group;
        if (const auto again = askAgain(ledger, sampleOf(before, group), now, sample); !again)
            return again.error();
        for (size_t i = 0; i < acknowledged->size(); ++i) {
            const LedgerMark mark = acknowledged->at(i);
            sample.acknowledged += mark == LedgerMark::Unknown ? 0 : 1;
            sample.missing += mark == LedgerMark::Unprocessed ? 1 : 0;
            if (mark == LedgerMark::Processed && sample.forgotten == 0)
                sample.recorded.append(group.acknowledged[qsizetype(i)]);
        }
        if (sample.recorded.size() > mostRecorded)
            sample.recorded = sample.recorded.last(mostRecorded);
        for (size_t i = 0; i < held->size(); ++i) {
            if (held->at(i) == LedgerMark::Processed)
                sample.heldProcessed.append(group.held[qsizetype(i)].id);
        }
        health.samples.append(sample);
    }
    return health;
}

} // namespace outboard
