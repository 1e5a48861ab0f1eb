// SPDX-License-Identifier: GPL-3.0-or-later
#include "brokers/broker.h"
#include "services/backends.h"
#include "support/scratchcluster.h"
#include "support/scratchsentinel.h"
#include "support/scratchssh.h"
#include "support/service.h"

#include <unistd.h>

#include <QDir>
#include <QFile>
#include <QTest>

using namespace outboard;
using namespace Qt::StringLiterals;

namespace {

/// The ports that the tunnels of this process lead to.
QSet<int> tunnelledPorts()
{
    QSet<int> ports;
    for (const QString& name : QDir(u"/proc"_s).entryList(QDir::Dirs | QDir::NoDotAndDotDot)) {
        QFile stat(u"/proc/%1/stat"_s.arg(name));
        QFile arguments(u"/proc/%1/cmdline"_s.arg(name));
        if (name.toInt() <= 0 || !stat.open(QIODevice::ReadOnly)
            || !arguments.open(QIODevice::ReadOnly))
            continue;
        const QList<QByteArray> fields = stat.readAll().split(' ');
        if (fields.value(1) != "(ssh)" || fields.value(3).toInt() != getpid())
            continue;
        const QList<QByteArray> words = arguments.readAll().split('\0');
        const QByteArray forward = words.value(words.indexOf("-L") + 1);
        ports << forward.mid(forward.lastIndexOf(':') + 1).toInt();
    }
    return ports;
}

OutgoingMessage outgoing(const QByteArray& topic)
{
    OutgoingMessage message;
    message.eventId = EventId("e-1");
    message.topic = TopicName(topic);
    message.payload = "{}";
    return message;
}

Result<EntryId> append(Broker& broker, const QByteArray& topic)
{
    const OutgoingMessage message = outgoing(topic);
    return broker.publish(std::span(&message, 1), {}).front();
}

} // namespace

/// Redis servers that are found through others, each behind a tunnel of its own.
class TestSshRedis : public QObject
{
    Q_OBJECT

private slots:
    void initTestCase();
    void cleanup();
    void theMasterThatSentinelNamesIsFollowedThroughTunnels();
    void everyNodeOfAClusterHasATunnel();

private:
    BackendsPtr backends(const QString& url) const;

    std::unique_ptr<ScratchSsh> m_ssh;
};

void TestSshRedis::initTestCase()
{
    auto ssh = ScratchSsh::start();
    REQUIRE_SERVICE(ssh);
    m_ssh = std::move(*ssh);
}

void TestSshRedis::cleanup()
{
    QCOMPARE(tunnelledPorts(), QSet<int>());
}

BackendsPtr TestSshRedis::backends(const QString& url) const
{
    Profile profile;
    profile.name = u"shop"_s;
    profile.broker.url = url;
    profile.broker.ssh = m_ssh->settings();
    return makeBackends(profile, nullptr);
}

void TestSshRedis::theMasterThatSentinelNamesIsFollowedThroughTunnels()
{
    const auto servers = ScratchSentinel::start();
    REQUIRE_SERVICE(servers);
    const BackendsPtr source =
        backends(u"redis+sentinel://127.0.0.1:%1/mymaster/0"_s.arg((*servers)->sentinel().port()));
    auto broker = source->openBroker(Access::Operate, {});
    QVERIFY_RESULT(broker);
    QVERIFY_RESULT(append(**broker, "order.paid"));
    QCOMPARE((*servers)->first().value({"XLEN", "order.paid"}), "1");
    const QSet<int> before{(*servers)->sentinel().port(), (*servers)->first().port()};
    QCOMPARE(tunnelledPorts(), before);

    // Once each: QTRY asks again for what was true.
    bool isBegun = false;
    const auto begin = [&] {
        isBegun =
            isBegun || (*servers)->sentinel().value({"SENTINEL", "FAILOVER", "mymaster"}) == "OK";
        return isBegun;
    };
    QTRY_VERIFY_WITH_TIMEOUT(begin(), 30'000);
    QTRY_VERIFY_WITH_TIMEOUT(
        (*servers)->masterPort() == (*servers)->second().port()
            && (*servers)->first().value({"ROLE"}) == "slave"
            && (*servers)->second().value({"ROLE"}) == "master",
        30'000);
    // As a lane does: what broke is opened again for the next job.
    bool isAppended = false;
    const auto followed = [&] {
        if (!isAppended && !(*broker)->isUsable()) {
            auto again = source->openBroker(Access::Operate, {});
            if (!again)
                return false;
            *broker = std::move(*again);
        }
        isAppended = isAppended || append(**broker, "order.shipped");
        return isAppended;
    };
    QTRY_VERIFY_WITH_TIMEOUT(followed(), 30'000);
    QCOMPARE((*servers)->second().value({"XLEN", "order.shipped"}), "1");
    QVERIFY(tunnelledPorts().contains((*servers)->second().port()));
}

void TestSshRedis::everyNodeOfAClusterHasATunnel()
{
    const auto cluster = ScratchCluster::start();
    REQUIRE_SERVICE(cluster);
    const BackendsPtr source = backends((*cluster)->url());
    const auto broker = source->openBroker(Access::Operate, {});
    QVERIFY_RESULT(broker);
    QSet<int> ports;
    for (size_t node = 0; node < (*cluster)->size(); ++node) {
        ports << (*cluster)->node(node).port();
        int number = 0;
        while ((*cluster)->ownerOf("orders." + QByteArray::number(number)) != node)
            ++number;
        const QByteArray stream = "orders." + QByteArray::number(number);
        QVERIFY_RESULT(append(**broker, stream));
        QCOMPARE((*cluster)->node(node).value({"XLEN", stream}), "1");
    }
    QCOMPARE(tunnelledPorts(), ports);
    const auto state = (*broker)->state({});
    QVERIFY_RESULT(state);
    QCOMPARE(state->topics.size(), 3);
}

QTEST_GUILESS_MAIN(TestSshRedis)
#include "tst_sshredis.moc"
