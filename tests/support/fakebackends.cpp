// SPDX-License-Identifier: GPL-3.0-or-later
#include "support/fakebackends.h"

#include "support/fakebroker.h"
#include "support/switchedsources.h"

#include <QSet>

namespace outboard {

using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

namespace {

/// Opening is a call too: it hangs and fails with its server.
Result<SwitchedConnection> connectTo(
    const std::shared_ptr<FakeSwitch>& flip, const std::stop_token& stop)
{
    if (const auto entered = flip->enter(stop); !entered)
        return entered.error();
    return SwitchedConnection(flip, stop);
}

} // namespace

Profile FakeBackends::shopProfile()
{
    Profile profile;
    profile.name = u"shop"_s;
    LedgerSettings ledger;
    ledger.table = u"billing_processedevent"_s;
    ledger.groups = {u"billing"_s};
    profile.ledgers = {ledger};
    return profile;
}

FakeBackends::FakeBackends(Profile profile)
    : m_profile(std::move(profile))
{
    for (const LedgerSettings& settings : std::as_const(m_profile.ledgers)) {
        FakeLedgerServer server;
        QSet<GroupName> groups;
        for (const QString& group : settings.groups)
            groups.insert(GroupName::fromText(group));
        server.table->setGroups(groups);
        m_ledgers.push_back(server);
    }
}

Result<std::unique_ptr<OutboxStore>> FakeBackends::openOutbox(Access, std::stop_token stop) const
{
    auto connection = connectTo(m_outboxSwitch, stop);
    if (!connection)
        return connection.error();
    return switched(std::make_unique<FakeOutboxStore>(m_outboxTable), std::move(*connection));
}

Result<std::unique_ptr<Broker>> FakeBackends::openBroker(Access access, std::stop_token stop) const
{
    auto connection = connectTo(m_brokerSwitch, stop);
    if (!connection)
        return connection.error();
    auto inner = FakeBroker::open(m_streams, {access, m_profile.broker, m_profile.thresholds});
    if (!inner)
        return inner.error();
    return switched(std::move(*inner), std::move(*connection));
}

Result<std::unique_ptr<Ledger>> FakeBackends::openLedger(
    qsizetype index, Access, std::stop_token stop) const
{
    const FakeLedgerServer& server = m_ledgers.at(static_cast<size_t>(index));
    auto connection = connectTo(server.flip, stop);
    if (!connection)
        return connection.error();
    auto inner = std::make_unique<FakeLedger>(server.table, m_profile.ledgers[index].table);
    return switched(std::move(inner), std::move(*connection));
}

FakeLedgerTable& FakeBackends::ledgerTable(qsizetype index) const
{
    return *m_ledgers.at(static_cast<size_t>(index)).table;
}

FakeSwitch& FakeBackends::ledger(qsizetype index) const
{
    return *m_ledgers.at(static_cast<size_t>(index)).flip;
}

void FakeBackends::fillShop() const
{
    const BrokerTopic stream("order.paid");
    const GroupName billing("billing");
    const GroupName email("email");
    m_streams->makeGroup(stream, billing);
    m_streams->makeGroup(stream, email);
    for (qint64 id = 1; id <= 30; ++id) {
        const QByteArray text = QByteArray::number(id);
        const QByteArray payload = R"({"order_id": )" + text + R"(, "amount": "19.90"})";
        const OutboxRowId row = m_outboxTable->insert(id, "order.paid", payload);
        if (id > 18)
            continue;
        m_outboxTable->setState(row, RowState::Published);
        m_streams->add("order.paid", text, payload);
    }
    const auto billed = m_streams->deliver(stream, billing, ConsumerName("billing-1"), 15);
    for (size_t i = 0; i < 10; ++i) {
        m_streams->acknowledge(stream, billing, billed[i]);
        if (!m_ledgers.empty())
            m_ledgers.front().table->insert(EventId(QByteArray::number(qint64(i) + 1)));
    }
    for (const EntryId& id : m_streams->deliver(stream, email, ConsumerName("email-1"), 18))
        m_streams->acknowledge(stream, email, id);
    m_streams->advance(7min);
    m_outboxTable->setNow(m_streams->now());
}

} // namespace outboard
