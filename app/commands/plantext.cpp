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

} // namespace

QJsonObject planDocument(const Plan& plan)
{
    QJsonArray events;
    for (const PlanItem& item : plan.items) {
        events.append(QJsonObject{
            {u"event_id"_s, json::bytes(item.event.id.bytes())},
            {u"verdict"_s, verdictName(item.verdict)},
            {u"reason"_s, item.reason},
        });
    }
    return {{u"plan_id"_s, plan.id}, {u"events"_s, events}};
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
    if (!table.isEmpty())
        text += u'\n' + table.text();
    if (plan.items.size() > shownEvents)
        text += Text::tr("The first %1 are shown; --json shows all.").arg(shownEvents) + u'\n';
    return text;
}

} // namespace outboard
