// SPDX-License-Identifier: GPL-3.0-or-later
#include "services/doctor/rules.h"
#include "text/format.h"

namespace outboard::doctor {

using namespace Qt::StringLiterals;

QList<Finding> ledgerPruned(const Case& patient)
{
    QList<Finding> findings;
    for (const auto& ledger : patient.snapshot.health.ledgers) {
        qint64 asked = 0;
        qint64 forgotten = 0;
        for (const LedgerSample& sample : ledger ? ledger->samples : QList<LedgerSample>()) {
            asked += sample.asked;
            forgotten += sample.forgotten;
        }
        if (forgotten == 0)
            continue;
        Finding finding;
        finding.id = u"ledger_pruned:"_s + ledger->table;
        finding.severity = Severity::Critical;
        finding.title = Text::tr("Ledger %1 forgets events that the streams still hold")
                            .arg(format::oneLine(ledger->table));
        finding.evidence = Text::tr("Of %1 events that it had while Outboard looked on, %2 are no "
                                    "longer there.")
                               .arg(format::number(asked), format::number(forgotten));
        finding.explanation =
            Text::tr("Rows were deleted, or somebody rolled the database back. The ledger is what "
                     "keeps an event from being handled twice: what it forgot will be handled "
                     "again when it is delivered or replayed. Stop the job that deletes, restore "
                     "the rows, and tell the profile how long the ledger keeps them (retention), "
                     "so that older events count as unknown and not as unprocessed.");
        finding.remedy = {RemedyKind::ShowStreams, Text::tr("Show the streams"), {}, {}, {}};
        findings.append(finding);
    }
    return findings;
}

} // namespace outboard::doctor
