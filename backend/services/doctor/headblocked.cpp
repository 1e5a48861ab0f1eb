// SPDX-License-Identifier: GPL-3.0-or-later
#include "services/doctor/rules.h"
#include "text/format.h"

namespace outboard::doctor {

using namespace Qt::StringLiterals;

namespace {

/// Whether rows go out all the same: a relay that skips locked rows works around the lock.
bool isFlowing(const Case& patient)
{
    const Result<OutboxState>& outbox = patient.snapshot.outbox;
    return outbox && outbox->lastPublishedAt
           && outbox->at - *outbox->lastPublishedAt < patient.profile.thresholds.oldestUnpublished;
}

QString title(const Case& patient, const HeldLock& lock)
{
    const OutboxHealth& health = *patient.snapshot.health.outbox;
    if (lock.mode.isEmpty())
        return Text::tr("Row %1 is locked by %2")
            .arg(format::oneLine(health.head->id.bytes(), 60), sessionText(lock.holder));
    return Text::tr("The outbox table is locked by %1").arg(sessionText(lock.holder));
}

QString evidence(const Case& patient, const HeldLock& lock)
{
    const OutboxHealth& health = *patient.snapshot.health.outbox;
    QStringList parts;
    if (const Result<OutboxState>& outbox = patient.snapshot.outbox; outbox)
        parts << Text::tr("%1 rows are waiting, the oldest for %2.")
                     .arg(format::count(outbox->unpublished), format::duration(outbox->oldestAge));
    if (!lock.mode.isEmpty())
        parts << Text::tr("It holds %1.").arg(format::oneLine(lock.mode, 60));
    if (lock.waiting > 0)
        parts << Text::tr("%1 sessions wait for it.").arg(format::number(lock.waiting));
    parts << activityText(lock.holder, health.at);
    return parts.join(u' ');
}

} // namespace

const HeldLock* blockingLock(const Case& patient)
{
    const auto& health = patient.snapshot.health.outbox;
    const Milliseconds threshold = patient.profile.thresholds.oldestUnpublished;
    if (!health)
        return nullptr;
    const auto lasts = [&](const std::optional<HeldLock>& lock) {
        return lock && health->at - lock->holder.since >= threshold;
    };
    const Result<OutboxState>& outbox = patient.snapshot.outbox;
    // A table that is locked altogether cannot be read either.
    const bool isLate = !outbox || (outbox->oldestAge && *outbox->oldestAge > threshold);
    if (!isLate)
        return nullptr;
    if (lasts(health->tableLock))
        return &*health->tableLock;
    return outbox && health->head && lasts(health->head->lock) ? &*health->head->lock : nullptr;
}

QList<Finding> headBlocked(const Case& patient)
{
    const HeldLock* lock = blockingLock(patient);
    if (!lock)
        return {};
    Finding finding;
    finding.id = u"head_blocked"_s;
    finding.severity = isFlowing(patient) ? Severity::Warning : Severity::Critical;
    finding.title = title(patient, *lock);
    finding.evidence = evidence(patient, *lock);
    finding.explanation =
        Text::tr("A relay has to lock the rows that it publishes, and waits for, or skips, what "
                 "another session has locked. Ask who runs that session to commit or roll back; "
                 "if nobody does, end it: its transaction is rolled back.");
    if (lock->holder.pid > 0)
        finding.remedy = copyRemedy(
            Text::tr("Copy the SQL that ends it"),
            u"SELECT pg_terminate_backend(%1);"_s.arg(lock->holder.pid));
    finding.since =
        patient.snapshot.finishedAt - (patient.snapshot.health.outbox->at - lock->holder.since);
    return {finding};
}

} // namespace outboard::doctor
