// SPDX-License-Identifier: GPL-3.0-or-later
#include "services/doctor/rules.h"
#include "text/format.h"

namespace outboard::doctor {

using namespace Qt::StringLiterals;

namespace {

/// Fewer could be events that the service has no use for.
constexpr qint64 leastSampled = 10;

/// A ledger that was merely found may not be every group's.
bool isBound(const Case& patient, qsizetype ledger)
{
    const QList<LedgerSettings>& all = patient.profile.ledgers;
    return ledger < all.size()
           && (!all[ledger].groups.isEmpty() || !all[ledger].consumer.isEmpty());
}

} // namespace

QList<Finding> ledgerBehind(const Case& patient)
{
    QList<Finding> findings;
    for (qsizetype i = 0; i < patient.snapshot.health.ledgers.size(); ++i) {
        const auto& ledger = patient.snapshot.health.ledgers[i];
        if (!isBound(patient, i))
            continue;
        for (const LedgerSample& sample : ledger ? ledger->samples : QList<LedgerSample>()) {
            if (sample.acknowledged < leastSampled || sample.missing < sample.acknowledged)
                continue;
            const QString group = format::oneLine(sample.topic.bytes()) + u" / "_s
                                  + format::oneLine(sample.group.bytes());
            Finding finding;
            finding.id = u"ledger_behind:"_s + sample.topic.text() + u':' + sample.group.text();
            finding.severity = Severity::Warning;
            finding.title = Text::tr("Ledger %1 does not record what %2 handles")
                                .arg(format::oneLine(ledger->table), group);
            finding.evidence =
                Text::tr("Of the last %1 entries that the group acknowledged, each more than 15 s "
                         "ago, none is in the ledger.")
                    .arg(format::number(sample.acknowledged));
            finding.explanation =
                Text::tr("Either the consumers acknowledge before they have done their work, so "
                         "that a crash loses events, or they keep their ledger in another table, "
                         "or under another id than the profile says. A replay would take these "
                         "events for unprocessed. Check the profile's ledger and event id first.");
            finding.remedy = {
                RemedyKind::ShowStreams,
                Text::tr("Show the group"),
                sample.topic,
                sample.group,
                {}};
            findings.append(finding);
        }
    }
    return findings;
}

} // namespace outboard::doctor
