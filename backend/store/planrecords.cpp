// SPDX-License-Identifier: GPL-3.0-or-later
// The part of RunStore that keeps plans.
#include "services/planner.h"
#include "store/localdatabase.h"
#include "store/runstore.h"
#include "store/runstore_p.h"

#include <QCoreApplication>
#include <QVariant>

namespace outboard {

using namespace Qt::StringLiterals;

namespace {

constexpr qint64 keptPlans = 200;
/// Of zlib: payloads are mostly JSON, and planning waits for it.
constexpr int fast = 1;

Error unknownPlan(const QString& planId)
{
    return {
        Error::Kind::Missing,
        QCoreApplication::translate(
            "outboard", "There is no plan %1 on this machine any more. Make it again.")
            .arg(planId),
        {}};
}

Error damagedPlan(const QString& planId)
{
    return {
        Error::Kind::Refused,
        QCoreApplication::translate(
            "outboard", "Plan %1 cannot be read from the local store. Make it again.")
            .arg(planId),
        {}};
}

} // namespace

Result<void> RunStore::keep(const Plan& plan)
{
    const QByteArray json = qCompress(planToJson(plan), fast);
    return d->database->write([&](QSqlDatabase& connection) -> Result<void> {
        const auto kept = d->database->query(
            connection,
            u"INSERT INTO plan (plan_id, profile, handler, group_name, source, item_count,"
            " run_count, made_at_us, plan) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)"
            " ON CONFLICT (plan_id) DO NOTHING"_s,
            {sqlite::text(plan.id),
             sqlite::text(plan.profile),
             sqlite::text(plan.handler),
             sqlite::bytes(plan.group.bytes()),
             sqlite::text(plan.source),
             qint64(plan.items.size()),
             qint64(plan.count(Verdict::Run)),
             qint64(plan.madeAt.time_since_epoch().count()),
             json});
        if (!kept)
            return kept.error();
        const auto swept = d->database->query(
            connection,
            u"DELETE FROM plan WHERE profile = ? AND plan_id NOT IN (SELECT plan_id FROM plan"
            " WHERE profile = ? ORDER BY made_at_us DESC, plan_id LIMIT ?)"_s,
            {sqlite::text(plan.profile), sqlite::text(plan.profile), keptPlans});
        return swept ? Result<void>() : swept.error();
    });
}

Result<QList<PlanSummary>> RunStore::listPlans(const QString& profile, qint64 limit) const
{
    auto rows = d->database->query(
        u"SELECT plan_id, profile, handler, group_name, source, made_at_us, item_count, run_count,"
        " (SELECT count(*) FROM run WHERE run.plan_id = plan.plan_id) FROM plan WHERE profile = ?"
        " ORDER BY made_at_us DESC, plan_id LIMIT ?"_s,
        {sqlite::text(profile), limit});
    if (!rows)
        return rows.error();
    QList<PlanSummary> plans;
    while (rows->next()) {
        PlanSummary plan;
        plan.planId = rows->value(0).toString();
        plan.profile = rows->value(1).toString();
        plan.handler = rows->value(2).toString();
        plan.group = GroupName(rows->value(3).toByteArray());
        plan.source = rows->value(4).toString();
        plan.madeAt = TimePoint(Microseconds(rows->value(5).toLongLong()));
        plan.events = rows->value(6).toLongLong();
        plan.willRun = rows->value(7).toLongLong();
        plan.runs = rows->value(8).toLongLong();
        plans.append(std::move(plan));
    }
    return plans;
}

Result<Plan> RunStore::loadPlan(const QString& planId) const
{
    auto row = d->database->query(u"SELECT plan FROM plan WHERE plan_id = ?"_s, {planId});
    if (!row)
        return row.error();
    if (!row->next())
        return unknownPlan(planId);
    auto plan = planFromJson(qUncompress(row->value(0).toByteArray()));
    return plan ? plan : Result<Plan>(damagedPlan(planId));
}

} // namespace outboard
