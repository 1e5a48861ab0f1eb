// SPDX-License-Identifier: GPL-3.0-or-later
#include "services/planfile.h"

#include "services/payloadmask.h"
#include "services/planner.h"
#include "store/runstore.h"

#include <QCoreApplication>
#include <QJsonDocument>
#include <QJsonObject>

namespace outboard {

using namespace Qt::StringLiterals;

namespace {

// planFromJson() knows the key as well.
const QString payloadsKey = u"payloads"_s;
const QString keptHere = u"kept"_s;

Error noStore()
{
    return {
        Error::Kind::Refused,
        QCoreApplication::translate(
            "outboard",
            "Payloads are masked, so they are kept on this machine instead of in the plan file, "
            "but "
            "the local store cannot be used. Check its folder."),
        {}};
}

Error notKept(const QString& detail)
{
    return {
        Error::Kind::Missing,
        QCoreApplication::translate(
            "outboard",
            "This plan file was written without payloads, and they are not kept on this machine. "
            "Replay it where it was made, or make the plan again."),
        detail};
}

Error otherEvents()
{
    return {
        Error::Kind::Refused,
        QCoreApplication::translate(
            "outboard",
            "This plan file names other events than the plan of the same id that is kept on this "
            "machine. Make the plan again."),
        {}};
}

Plan withoutPayloads(Plan plan)
{
    for (PlanItem& item : plan.items)
        item.event.payload.reset();
    return plan;
}

Result<void> fillPayloads(Plan& plan, const Plan& kept)
{
    if (plan.items.size() != kept.items.size())
        return otherEvents();
    for (qsizetype i = 0; i < plan.items.size(); ++i) {
        Event event = kept.items.at(i).event;
        const auto payload = std::exchange(event.payload, std::nullopt);
        if (plan.items.at(i).event != event)
            return otherEvents();
        plan.items[i].event.payload = payload;
    }
    return {};
}

} // namespace

Result<QByteArray> planFile(const Plan& plan, const PayloadMask& mask, RunStore* runs)
{
    if (!mask.isOn())
        return planToJson(plan);
    const auto kept = runs ? runs->keep(plan) : Result<void>(noStore());
    if (!kept)
        return kept.error();
    QJsonObject json = QJsonDocument::fromJson(planToJson(withoutPayloads(plan))).object();
    json.insert(payloadsKey, keptHere);
    return QJsonDocument(json).toJson(QJsonDocument::Compact);
}

bool hasKeptPayloads(const QByteArray& json)
{
    return QJsonDocument::fromJson(json).object().value(payloadsKey) == keptHere;
}

Result<Plan> planFromFile(const QByteArray& json, const RunStore* runs)
{
    auto plan = planFromJson(json);
    if (!plan || !hasKeptPayloads(json))
        return plan;
    const auto kept = runs ? runs->loadPlan(plan->id) : Result<Plan>(noStore());
    if (!kept)
        return notKept(kept.error().detail);
    if (const auto filled = fillPayloads(*plan, *kept); !filled)
        return filled.error();
    return plan;
}

} // namespace outboard
