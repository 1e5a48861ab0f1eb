// SPDX-License-Identifier: GPL-3.0-or-later
#include "brokers/redisfeatures.h"
#include "brokers/redissession.h"
#include "brokers/redisstreamsbroker.h"
#include "support/faketransport.h"
#include "support/printers.h"

#include <QTest>

#include <functional>

using namespace outboard;
using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

/// That a monitoring connection changes nothing: every call of the broker that writes is refused
/// before a byte is sent, and so is every command that such a call sends with the privilege.
class TestRedisMonitor : public QObject
{
    Q_OBJECT

private slots:
    void init();
    void everyWritingCallIsRefusedUnsent_data();
    void everyWritingCallIsRefusedUnsent();

    void everyWritingCommandIsRefusedUnsent_data() { everyWritingCallIsRefusedUnsent_data(); }

    void everyWritingCommandIsRefusedUnsent();
    void optionalCommandsAreAskedFor_data();
    void optionalCommandsAreAskedFor();
    void durabilityIsNotProbed_data();
    void durabilityIsNotProbed();

private:
    std::unique_ptr<RedisStreamsBroker> broker(Access access);

    std::shared_ptr<FakeTransport::Script> m_script;
};

namespace {

const BrokerTopic orders("orders");
const GroupName billing("billing");
const EntryId id{5, 0};

/// What the operator sees of a call, and its error.
struct Outcome
{
    QStringList preview;
    std::optional<Error> error;
};

using Call = std::function<Outcome(Broker&)>;

std::optional<Error> errorOf(const auto& result)
{
    return result ? std::nullopt : std::optional(result.error());
}

Outcome publish(Broker& broker)
{
    OutgoingMessage message;
    message.topic = TopicName("orders");
    message.payload = "{}";
    return {
        broker.publishCommands(message, {}),
        errorOf(broker.publish(std::span(&message, 1), {}).front())};
}

Outcome claim(Broker& broker, ClaimEffect effect)
{
    const ClaimRequest request{orders, billing, {id}, effect, ConsumerName("me"), 60s};
    return {
        broker.pending()->claimCommands(request), errorOf(broker.pending()->claim(request, {}))};
}

Outcome acknowledge(Broker& broker)
{
    const std::vector ids{id};
    return {
        broker.pending()->acknowledgeCommands(orders, billing, ids),
        errorOf(broker.pending()->acknowledge(orders, billing, ids, {}))};
}

DeadPlace placeOf(DeadWhere kind)
{
    DeadPlace place;
    place.name = BrokerTopic("orders:dlq");
    place.kind = kind;
    return place;
}

DeadElement element()
{
    DeadElement dead;
    dead.id = id.bytes();
    dead.original.bytes = "{}";
    dead.original.score = "1";
    dead.original.fields = {{"data", "{}"}};
    dead.mayBeThere = true; // So that it would be looked for first.
    return dead;
}

Outcome removeDead(Broker& broker, DeadWhere kind)
{
    const std::vector elements{element()};
    const auto moves = broker.dead()->remove(placeOf(kind), elements, {});
    return {broker.dead()->removeCommands(placeOf(kind), elements), moves.front().error};
}

Outcome putBack(Broker& broker, DeadWhere kind)
{
    const std::vector elements{element()};
    const auto moves = broker.dead()->putBack(placeOf(kind), elements, {});
    return {broker.dead()->putBackCommands(placeOf(kind), elements), moves.front().error};
}

Outcome putBackPending(Broker& broker)
{
    const std::vector entries{PendingEntry{id, ConsumerName("ann"), 1s, 1}};
    const auto moves = broker.dead()->putBackPending(orders, billing, entries, {});
    return {broker.dead()->putBackPendingCommands(orders, billing, entries), moves.front().error};
}

} // namespace

Q_DECLARE_METATYPE(Call)

void TestRedisMonitor::init()
{
    m_script = std::make_shared<FakeTransport::Script>();
    m_script->closesAtEnd = true;
}

std::unique_ptr<RedisStreamsBroker> TestRedisMonitor::broker(Access access)
{
    const auto rules = RedisStreamsBroker::Rules::parse({});
    if (!rules)
        return nullptr;
    RedisSession::Options options;
    options.access = access;
    return std::make_unique<RedisStreamsBroker>(
        std::make_unique<RedisSession>(std::make_unique<FakeTransport>(m_script), options),
        *rules,
        Thresholds());
}

void TestRedisMonitor::everyWritingCallIsRefusedUnsent_data()
{
    QTest::addColumn<Call>("call");
    const auto row = [](const QByteArray& name, const Call& call) {
        QTest::newRow(name.constData()) << call;
    };
    row("publish", publish);
    row("hand to a consumer", [](Broker& broker) { return claim(broker, ClaimEffect::HandOver); });
    row("take for replay",
        [](Broker& broker) { return claim(broker, ClaimEffect::TakeForReplay); });
    row("release", [](Broker& broker) { return claim(broker, ClaimEffect::Release); });
    row("acknowledge", acknowledge);
    for (const DeadWhere kind : {DeadWhere::Stream, DeadWhere::List, DeadWhere::SortedSet}) {
        const QByteArray place = " " + QByteArray::number(int(kind));
        row(QByteArray("remove dead letters of kind" + place),
            [kind](Broker& broker) { return removeDead(broker, kind); });
        row(QByteArray("put dead letters back of kind" + place),
            [kind](Broker& broker) { return putBack(broker, kind); });
    }
    row("put pending entries back", putBackPending);
}

void TestRedisMonitor::everyWritingCallIsRefusedUnsent()
{
    QFETCH(Call, call);
    const auto monitor = broker(Access::Monitor);
    const Outcome refused = call(*monitor);
    QVERIFY(refused.error);
    QCOMPARE(refused.error->kind, Error::Kind::Refused);
    QVERIFY2(refused.error->what.contains(u"only reads"), describe(*refused.error).constData());
    QCOMPARE(m_script->written, ""_ba);
    QVERIFY(monitor->isUsable());
    // The same call with the privilege does write.
    call(*broker(Access::Operate));
    QVERIFY(!m_script->written.isEmpty());
}

/// The calls ask first; the connection does not rely on that.
void TestRedisMonitor::everyWritingCommandIsRefusedUnsent()
{
    QFETCH(Call, call);
    const QStringList preview = call(*broker(Access::Monitor)).preview;
    QVERIFY(!preview.isEmpty());
    RedisSession session(std::make_unique<FakeTransport>(m_script), {});
    for (const QString& line : preview) {
        const QByteArray name = line.section(u' ', 0, 0).toLatin1();
        const auto reply = session.run({name, "orders", "1"});
        QVERIFY_ERROR(reply, Error::Kind::Refused);
        QVERIFY2(reply.error().detail.endsWith(QString::fromLatin1(name)), name.constData());
    }
    QCOMPARE(m_script->written, ""_ba);
    QVERIFY(session.isUsable());
}

void TestRedisMonitor::optionalCommandsAreAskedFor_data()
{
    QTest::addColumn<QByteArrayList>("answers");
    QTest::addColumn<bool>("lacksMemory");
    QTest::addColumn<bool>("lacksWait");
    const QByteArray some = "*1\r\n$1\r\nx\r\n";
    const QByteArray two = "*2\r\n";
    const QByteArray one = "*1\r\n";
    QTest::newRow("a server that has all")
        << QByteArrayList{QByteArray(two + some + some)} << false << false;
    QTest::newRow("one that tells subcommands apart, before WAITAOF")
        << QByteArrayList{QByteArray(two + some + "*-1\r\n")} << false << true;
    QTest::newRow("one that does not tell them apart")
        << QByteArrayList{QByteArray(two + "*-1\r\n*-1\r\n"), QByteArray(one + some)} << false
        << true;
    QTest::newRow("one that has neither, and answers with empty arrays")
        << QByteArrayList{QByteArray(two + "*0\r\n*0\r\n"), QByteArray(one + "*0\r\n")} << true
        << true;
    QTest::newRow("a user who may not ask")
        << QByteArrayList{"-NOPERM this user has no permissions\r\n"} << false << false;
}

void TestRedisMonitor::optionalCommandsAreAskedFor()
{
    QFETCH(QByteArrayList, answers);
    QFETCH(bool, lacksMemory);
    QFETCH(bool, lacksWait);
    m_script->answers = answers;
    RedisSession session(std::make_unique<FakeTransport>(m_script), {});
    RedisFeatures features;
    QCOMPARE(features.lacks(session, "MEMORY|USAGE"), lacksMemory);
    QCOMPARE(features.lacks(session, "WAITAOF"), lacksWait);
    QCOMPARE(m_script->writes, int(answers.size()));
    QVERIFY(session.isUsable());
}

void TestRedisMonitor::durabilityIsNotProbed_data()
{
    QTest::addColumn<QByteArray>("command");
    QTest::newRow("WAIT") << "WAIT"_ba;
    QTest::newRow("WAITAOF") << "WAITAOF"_ba;
}

void TestRedisMonitor::durabilityIsNotProbed()
{
    QFETCH(QByteArray, command);
    RedisSession session(std::make_unique<FakeTransport>(m_script), {});
    QVERIFY_ERROR(session.run({command, "1", "0", "100"}), Error::Kind::Refused);
    QCOMPARE(m_script->written, ""_ba);
}

QTEST_GUILESS_MAIN(TestRedisMonitor)
#include "tst_redismonitor.moc"
