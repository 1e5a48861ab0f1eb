// SPDX-License-Identifier: GPL-3.0-or-later
#include "support/replayworld.h"

#include <algorithm>

namespace outboard {

using namespace Qt::StringLiterals;

namespace {

const BrokerTopic stream("order.paid");
const GroupName billing("billing");
constexpr Milliseconds idleThreshold{60'000};

} // namespace

Result<void> FakeRunLog::begin(const QString&, const Plan&, const ReplayOptions&)
{
    return enter(u"begin"_s);
}

Result<void> FakeRunLog::intend(const QString&, std::span<const qsizetype> items)
{
    if (const auto entered = enter(u"intend"_s); !entered)
        return entered;
    for (const qsizetype item : items)
        m_items[item].reset();
    return {};
}

Result<void> FakeRunLog::record(const QString&, std::span<const Outcome> outcomes)
{
    if (const auto entered = enter(u"record"_s); !entered)
        return entered;
    for (const Outcome& outcome : outcomes)
        m_items[outcome.item] = outcome;
    return {};
}

Result<void> FakeRunLog::finish(const RunReport& report)
{
    if (const auto entered = enter(u"finish"_s); !entered)
        return entered;
    m_finished = report;
    return {};
}

QList<Outcome> FakeRunLog::outcomes() const
{
    QList<Outcome> all;
    for (const auto& [item, outcome] : m_items)
        all.append(outcome.value_or(Outcome{item, {}, OutcomeKind::InDoubt, {}}));
    return all;
}

void FakeRunLog::failCall(qint64 call, Error error)
{
    m_failing[m_calls.size() + call] = std::move(error);
}

Result<void> FakeRunLog::enter(const QString& call)
{
    if (m_onCall)
        m_onCall();
    const auto failing = m_failing.find(m_calls.size());
    m_calls.append(call);
    return failing == m_failing.end() ? Result<void>() : Result<void>(failing->second);
}

ReplayWorld::ReplayWorld(Handler::Guard guard, bool isTransactional)
    : handler(guard, isTransactional)
{
    options.canary.clear();
    streams->makeGroup(stream, billing);
}

PlanItem ReplayWorld::item(const QByteArray& id)
{
    PlanItem item;
    item.event.id = EventId(id);
    item.event.topic = TopicName(stream.bytes());
    item.event.payload = "payload of " + id;
    item.verdict = Verdict::Run;
    return item;
}

Plan ReplayWorld::plan(qint64 events)
{
    Plan plan;
    plan.id = u"plan"_s;
    plan.group = billing;
    for (qint64 id = 1; id <= events; ++id)
        plan.items.append(item(QByteArray::number(id)));
    return plan;
}

Plan ReplayWorld::pendingPlan(qint64 events)
{
    Plan made = plan(events);
    for (PlanItem& item : made.items) {
        const EntryId id = streams->add(stream.bytes(), item.event.id.bytes(), *item.event.payload);
        item.event.origin = EventOrigin{stream, billing, id};
    }
    streams->deliver(stream, billing, ConsumerName("crashed"), events);
    streams->advance(idleThreshold + Milliseconds(1));
    return made;
}

RunReport ReplayWorld::run(const Plan& plan, const QList<Outcome>& done)
{
    auto broker = std::move(*FakeBroker::open(streams));
    FakeLedger connection(ledger);
    const auto sleep = [this](Milliseconds duration, const std::stop_token&) {
        now += duration;
        if (onSleep)
            onSleep(duration);
    };
    Replayer replayer(
        handler,
        withLedger ? &connection : nullptr,
        *broker,
        log.get(),
        [this] { return now; },
        sleep);
    return replayer.run(u"run"_s, plan, options, idleThreshold, done, step, {}, stop.get_token());
}

bool ReplayWorld::isPending(const PlanItem& item) const
{
    return streams->pending(stream, billing, item.event.origin->entry).has_value();
}

qint64 ReplayWorld::pendingCount() const
{
    return streams->pendingCount(stream, billing);
}

qint64 ReplayWorld::timesApplied(const EventId& id) const
{
    const auto executed = ledger->executed();
    return std::ranges::count_if(executed, [&id](const FakeStatement& statement) {
        return statement.parameters.front() == id.bytes();
    });
}

qint64 ReplayWorld::applied() const
{
    return qint64(ledger->executed().size());
}

QString ReplayWorld::kinds(const RunReport& report)
{
    QStringList parts;
    const auto add = [&parts](QLatin1StringView name, qint64 count) {
        if (count != 0)
            parts.append(u"%1 %2"_s.arg(name).arg(count));
    };
    add("applied"_L1, report.applied);
    add("skipped"_L1, report.skipped);
    add("failed"_L1, report.failed);
    add("no verdict"_L1, report.noVerdict);
    add("in doubt"_L1, report.inDoubt);
    add("not run"_L1, report.notRun);
    return parts.join(u", "_s);
}

} // namespace outboard
