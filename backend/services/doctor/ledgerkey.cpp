// SPDX-License-Identifier: GPL-3.0-or-later
#include "services/doctor/rules.h"
#include "text/format.h"

namespace outboard::doctor {

using namespace Qt::StringLiterals;

QList<Finding> ledgerKey(const Case& patient)
{
    QList<Finding> findings;
    for (const auto& ledger : patient.snapshot.health.ledgers) {
        if (!ledger || ledger->keyAdvice.isEmpty())
            continue;
        Finding finding;
        finding.id = u"ledger_key:"_s + ledger->table;
        finding.severity = Severity::Warning;
        finding.title = Text::tr("Ledger %1 has no unique constraint on its event ids")
                            .arg(format::oneLine(ledger->table));
        finding.evidence = Text::tr("No valid unique index covers exactly the mapped columns. Add "
                                    "it: %1")
                               .arg(ledger->keyAdvice);
        finding.explanation = Text::tr(
            "Two consumers that look and then insert can both find nothing, and both apply "
            "the event. Only a unique constraint lets one of them win. Outboard does not "
            "replay through such a ledger. Remove rows that are there twice, then add "
            "it.");
        finding.remedy = copyRemedy(Text::tr("Copy the SQL"), ledger->keyAdvice);
        findings.append(finding);
    }
    return findings;
}

} // namespace outboard::doctor
