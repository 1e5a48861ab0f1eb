// SPDX-License-Identifier: GPL-3.0-or-later
#include "support/joinedworld.h"

#include "services/reconciler.h"
#include "services/tracer.h"

namespace outboard {

using namespace Qt::StringLiterals;

JoinedWorld::JoinedWorld()
{
    now = m_streams->now();
    profile.name = u"shop"_s;
    for (const auto* group : {"billing", "email"}) {
        LedgerSettings ledger;
        ledger.table = QLatin1StringView(group) + u"_processedevent"_s;
        ledger.groups = {QString(QLatin1StringView(group))};
        profile.ledgers.append(ledger);
        m_ledgers.push_back(std::make_shared<FakeLedgerTable>());
        m_ledgers.back()->setGroups({GroupName(group)});
        m_streams->makeGroup(BrokerTopic("order.paid"), GroupName(group));
    }
    m_table->setNow(now);
}

void JoinedWorld::advance(Milliseconds duration)
{
    now += duration;
    m_streams->advance(duration);
    m_table->setNow(now);
}

OutboxRowId JoinedWorld::mark(qint64 id)
{
    const OutboxRowId row = m_table->insert(id);
    m_table->setState(row, RowState::Published);
    return row;
}

EntryId JoinedWorld::publish(qint64 id)
{
    mark(id);
    return m_streams->add("order.paid", QByteArray::number(id), R"({"order_id": 1})");
}

void JoinedWorld::open()
{
    FakeBroker::Options options;
    options.access = Access::Monitor;
    options.settings = profile.broker;
    options.thresholds = profile.thresholds;
    m_outbox = std::make_unique<FakeOutboxStore>(m_table);
    m_broker = std::move(*FakeBroker::open(m_streams, options));
    m_opened.clear();
    for (size_t i = 0; i < m_ledgers.size(); ++i)
        m_opened.push_back(
            std::make_unique<FakeLedger>(m_ledgers[i], profile.ledgers[qsizetype(i)].table));
}

Result<Reconciliation> JoinedWorld::reconcile(const ReconcileRequest& request)
{
    open();
    return Reconciler(
               profile,
               *m_outbox,
               *m_broker,
               [this](qsizetype index) { return Result<Ledger*>(m_opened[size_t(index)].get()); })
        .run(request, {}, stop.get_token());
}

Result<Trace> JoinedWorld::trace(const QByteArray& what, const OpenedJournal& journal)
{
    open();
    Tracer tracer(
        profile,
        {m_outbox.get(),
         m_broker.get(),
         [this](qsizetype index) { return Result<Ledger*>(m_opened[size_t(index)].get()); },
         journal});
    return tracer.run({what}, stop.get_token());
}

} // namespace outboard
