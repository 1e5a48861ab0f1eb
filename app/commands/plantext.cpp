// SPDX-License-Identifier: GPL-3.0-or-later
#include "commands/plantext.h"

#include "jsonvalues.h"
#include "text.h"
#include "text/format.h"
#include "texttable.h"

#include <array>

namespace outboard {

using namespace Qt::StringLiterals;

namespace {

constexpr qsizetype shownEvents = 1000;

constexpr std::array verdicts = {
    Verdict::Run,
    Verdict::Processed,
    Verdict::InFlight,
    Verdict::PayloadMissing,
    Verdict::Unknown,
};

QJsonArray groupsOf(const PlanItem& item)
{
    QJsonArray groups;
    for (const GroupVerdict& group : item.groups) {
        QJsonObject object{
            {u"group"_s, json::bytes(group.group.bytes())},
            {u"verdict"_s, verdictName(group.verdict)},
            {u"reason"_s, group.reason},
            {u"ledger"_s, group.ledger},
        };
        if (group.processedAt)
            object.insert(u"processed_at"_s, isoText(*group.processedAt));
        if (group.held) {
            object.insert(u"consumer"_s, json::bytes(group.held->entry.consumer.bytes()));
            object.insert(u"entry_id"_s, group.held->entry.id.text());
            object.insert(u"idle_ms"_s, qint64(group.held->entry.idle.count()));
            object.insert(u"deliveries"_s, group.held->entry.deliveries);
        }
        groups.append(object);
    }
    return groups;
}

QString warningText(const Plan& plan)
{
    QString text;
    if (const qsizetype warnings = plan.warnings(); warnings > 0) {
        text += Text::tr("Warning: of %1 events a newer one of the same key was already processed.")
                    .arg(format::number(warnings))
                + u'\n';
    }
    if (!plan.note.isEmpty())
        text += plan.note + u'\n';
    return text;
}

} // namespace

QJsonObject planDocument(const Plan& plan)
{
    QJsonArray events;
    for (const PlanItem& item : plan.items) {
        QJsonObject event{
            {u"event_id"_s, json::bytes(item.event.id.bytes())},
            {u"verdict"_s, verdictName(item.verdict)},
            {u"reason"_s, item.reason},
            {u"groups"_s, groupsOf(item)},
        };
        if (item.newer)
            event.insert(u"newer_event_id"_s, json::bytes(item.newer->id.bytes()));
        events.append(event);
    }
    return {
        {u"plan_id"_s, plan.id},
        {u"warnings"_s, plan.warnings()},
        {u"note"_s, plan.note},
        {u"events"_s, events}};
}

QString verdictCounts(const Plan& plan)
{
    QStringList counts;
    for (const Verdict verdict : verdicts) {
        if (const qsizetype count = plan.count(verdict); count > 0)
            counts.append(format::number(count) + u' ' + verdictName(verdict));
    }
    return counts.isEmpty() ? Text::tr("no events") : counts.join(u", "_s);
}

QString planText(const Plan& plan)
{
    TextTable table({{Text::tr("EVENT")}, {Text::tr("VERDICT")}, {Text::tr("REASON")}});
    for (qsizetype i = 0; i < plan.items.size() && i < shownEvents; ++i) {
        const PlanItem& item = plan.items.at(i);
        table.add({item.event.id.text(), verdictName(item.verdict), item.reason});
    }
    QString text = Text::tr("Plan %1: %2").arg(plan.id, verdictCounts(plan)) + u'\n';
    text += warningText(plan);
    if (!table.isEmpty())
        text += u'\n' + table.text();
    if (plan.items.size() > shownEvents)
        text += Text::tr("The first %1 are shown; --json shows all.").arg(shownEvents) + u'\n';
    return text;
}

} // namespace outboard
