// SPDX-License-Identifier: GPL-3.0-or-later
#include "services/doctor/rules.h"
#include "text/format.h"

#include <algorithm>

namespace outboard::doctor {

using namespace Qt::StringLiterals;

namespace {

constexpr qsizetype mostNamed = 3;

/// Open for longer than a row may wait; the one that blocks the relay is another rule's business.
QList<DatabaseSession> oldWriters(const Case& patient)
{
    const OutboxHealth& health = *patient.snapshot.health.outbox;
    const HeldLock* lock = blockingLock(patient);
    QList<DatabaseSession> old;
    for (const DatabaseSession& session : health.writers) {
        const bool isOld =
            health.at - session.since >= patient.profile.thresholds.oldestUnpublished;
        if (isOld && !(lock && lock->holder.pid == session.pid))
            old.append(session);
    }
    std::ranges::stable_sort(old, {}, &DatabaseSession::since);
    return old;
}

} // namespace

QList<Finding> openTransaction(const Case& patient)
{
    if (!patient.snapshot.health.outbox)
        return {};
    const OutboxHealth& health = *patient.snapshot.health.outbox;
    const QList<DatabaseSession> old = oldWriters(patient);
    if (old.isEmpty())
        return {};
    QStringList parts;
    for (const DatabaseSession& session : old.first(std::min(old.size(), mostNamed)))
        parts << sessionText(session) + u": "_s + activityText(session, health.at);
    if (old.size() > mostNamed)
        parts << Text::tr("%1 more.").arg(format::number(old.size() - mostNamed));
    Finding finding;
    finding.id = u"open_transaction"_s;
    finding.severity = Severity::Warning;
    finding.title = Text::tr("A transaction that wrote to the outbox is open for %1")
                        .arg(elapsed(health.at - old.first().since));
    finding.evidence = parts.join(u' ');
    finding.explanation =
        Text::tr("Rows that it inserted are seen by no relay, and are counted nowhere, until it "
                 "commits; then they are late, and rows with higher ids were published before "
                 "them. A transaction that is idle was left open by a program that waits for "
                 "something else. Ask who runs it to commit or roll back.");
    finding.remedy = {RemedyKind::ShowOutbox, Text::tr("Show the outbox"), {}, {}, {}};
    if (const qint64 pid = old.first().pid; pid > 0)
        finding.remedy = copyRemedy(
            Text::tr("Copy the SQL that ends it"), u"SELECT pg_terminate_backend(%1);"_s.arg(pid));
    finding.since = patient.snapshot.finishedAt - (health.at - old.first().since);
    return {finding};
}

} // namespace outboard::doctor
