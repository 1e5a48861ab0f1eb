// SPDX-License-Identifier: GPL-3.0-or-later
#include "outbox/sqltext.h"
#include "services/doctor/rules.h"
#include "text/format.h"

namespace outboard::doctor {

using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

namespace {

constexpr qint64 leastDead = 10'000;
// Autovacuum looks at a table once a minute, and needs a while for a big one.
constexpr auto patience = 10min;

QString vacuumSql(const QString& table)
{
    const auto parts = sqltext::splitName(table, {});
    return parts ? u"VACUUM (ANALYZE) %1;"_s.arg(QString::fromUtf8(sqltext::qualified(*parts)))
                 : QString();
}

QString evidence(const OutboxHealth& health)
{
    const TableHealth& table = *health.table;
    QStringList parts;
    parts << Text::tr("%1 dead rows beside %2 live ones, %3 with indexes; autovacuum begins at %4.")
                 .arg(format::number(table.deadRows), format::number(table.liveRows))
                 .arg(format::bytes(table.bytes), format::number(table.vacuumsAt));
    if (!table.isVacuumed)
        parts << Text::tr("Autovacuum is off for this table.");
    parts
        << (table.lastVacuum ? Text::tr("It was last vacuumed %1 ago.")
                                   .arg(elapsed(health.at - *table.lastVacuum))
                             : Text::tr("It was not vacuumed since the statistics began."));
    if (table.oldestSnapshot)
        parts << Text::tr("The oldest snapshot belongs to %1.")
                         .arg(sessionText(*table.oldestSnapshot))
                     + u' ' + activityText(*table.oldestSnapshot, health.at);
    return parts.join(u' ');
}

} // namespace

QList<Finding> tableBloat(const Case& patient)
{
    const auto& health = patient.snapshot.health.outbox;
    if (!patient.snapshot.outbox || !health || !health->table || !health->table->overSince)
        return {};
    const TableHealth& table = *health->table;
    const bool isLasting = health->at - *table.overSince >= patience;
    if (table.deadRows < leastDead || (table.isVacuumed && !isLasting))
        return {};
    const QString name = patient.snapshot.outbox->table;
    Finding finding;
    finding.id = u"table_bloat"_s;
    finding.severity = Severity::Warning;
    finding.title = Text::tr("%1 holds %2 dead rows")
                        .arg(format::oneLine(name), format::number(table.deadRows));
    finding.evidence = evidence(*health);
    finding.explanation =
        Text::tr("Each row that is marked published leaves a dead one behind, and each query of a "
                 "relay walks over them until a vacuum removes them. Vacuum the table, and let "
                 "autovacuum do it; it removes nothing that an open transaction could still see, "
                 "so end old ones first.");
    finding.remedy = copyRemedy(Text::tr("Copy VACUUM"), vacuumSql(name));
    finding.since = patient.snapshot.finishedAt - (health->at - *table.overSince);
    return {finding};
}

} // namespace outboard::doctor
