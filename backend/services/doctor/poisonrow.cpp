// SPDX-License-Identifier: GPL-3.0-or-later
#include "services/doctor/rules.h"
#include "text/format.h"

namespace outboard::doctor {

using namespace Qt::StringLiterals;

namespace {

constexpr qint64 leastTakers = 2;

/// The first waiting row, when it has been that for longer than rows may wait.
const HeadRow* oldHead(const Case& patient)
{
    const auto& health = patient.snapshot.health.outbox;
    const Result<OutboxState>& outbox = patient.snapshot.outbox;
    const Milliseconds threshold = patient.profile.thresholds.oldestUnpublished;
    if (!health || !health->head || !outbox || !outbox->oldestAge || blockingLock(patient))
        return nullptr;
    const bool isOld =
        *outbox->oldestAge > threshold && health->at - health->head->firstSeen >= threshold;
    return isOld ? &*health->head : nullptr;
}

/// A relay publishes in id order, so that a row it can publish is never overtaken for long.
bool isOvertaken(const Case& patient, const HeadRow& head)
{
    const auto& published = patient.snapshot.outbox->lastPublishedAt;
    return published && *published > head.firstSeen;
}

bool wasTried(const HeadRow& head)
{
    return head.takers >= leastTakers || head.attempts.value_or(0) > 0 || !head.error.isEmpty();
}

QString evidence(const Case& patient, const HeadRow& head)
{
    const OutboxHealth& health = *patient.snapshot.health.outbox;
    QStringList parts;
    parts << Text::tr("Its topic is %1; it has been the first waiting row for %2 at least.")
                 .arg(format::oneLine(head.topic.bytes(), 60))
                 .arg(elapsed(health.at - head.firstSeen));
    if (head.takers > 0)
        parts << Text::tr("%1 transactions took it meanwhile and left it unpublished.")
                     .arg(format::number(head.takers));
    if (head.attempts)
        parts << Text::tr("The table counts %1 attempts.").arg(format::number(*head.attempts));
    if (!head.error.isEmpty())
        parts << Text::tr("Its last error: %1").arg(format::oneLine(head.error, 300));
    if (head.behind.isKnown() && head.behind.value > 0)
        parts << Text::tr("%1 rows with its key wait behind it.").arg(format::count(head.behind));
    else
        parts << Text::tr("%1 rows are waiting.")
                     .arg(format::count(patient.snapshot.outbox->unpublished));
    return parts.join(u' ');
}

} // namespace

bool isPoisonHead(const Case& patient)
{
    const HeadRow* head = oldHead(patient);
    return head && (isOvertaken(patient, *head) || wasTried(*head));
}

QList<Finding> poisonRow(const Case& patient)
{
    if (!isPoisonHead(patient))
        return {};
    const HeadRow& head = *oldHead(patient);
    const QString id = format::oneLine(head.id.bytes(), 60);
    const bool stopsAll = !isOvertaken(patient, head);
    Finding finding;
    finding.id = u"poison_row"_s;
    finding.severity = stopsAll ? Severity::Critical : Severity::Warning;
    finding.title = stopsAll
                        ? Text::tr("Row %1 stops the relay: it is tried, not published").arg(id)
                        : Text::tr("Row %1 stays behind: later rows are published").arg(id);
    finding.evidence = evidence(patient, head);
    finding.explanation =
        Text::tr("A relay that keeps the order goes no further than the first row it cannot "
                 "publish: a payload that cannot be serialised or is too big, a topic that the "
                 "broker refuses. Look at the row and at the relay's log; mend the row, or mark it "
                 "as dead so that the rows behind it go on.");
    finding.remedy = {RemedyKind::ShowOutbox, Text::tr("Show the outbox"), {}, {}, {}};
    finding.since =
        patient.snapshot.finishedAt - (patient.snapshot.health.outbox->at - head.firstSeen);
    return {finding};
}

} // namespace outboard::doctor
