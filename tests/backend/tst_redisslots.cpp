// SPDX-License-Identifier: GPL-3.0-or-later
#include "brokers/rediserrors.h"
#include "brokers/redisslots.h"
#include "support/printers.h"

#include <QTest>

using namespace outboard;
using namespace Qt::StringLiterals;

/// Which node of a cluster a key belongs to, and what nodes say about it.
class TestRedisSlots : public QObject
{
    Q_OBJECT

private slots:
    void keysHaveTheirSlots_data();
    void keysHaveTheirSlots();
    void aMapIsRead();
    void aMapWithoutSlotsSaysSo();
    void aMovedSlotChangesTheMap();
    void redirectionsAreRead_data();
    void redirectionsAreRead();
};

namespace {

RedisReply number(qint64 value)
{
    RedisReply reply;
    reply.kind = RedisReply::Kind::Integer;
    reply.integer = value;
    return reply;
}

RedisReply text(const QByteArray& bytes)
{
    RedisReply reply;
    reply.kind = RedisReply::Kind::Text;
    reply.bytes = bytes;
    return reply;
}

RedisReply array(std::vector<RedisReply> items)
{
    RedisReply reply;
    reply.kind = RedisReply::Kind::Array;
    reply.items = std::move(items);
    return reply;
}

RedisReply range(qint64 first, qint64 last, const QByteArray& host, qint64 port)
{
    return array(
        {number(first),
         number(last),
         array({text(host), number(port), text("id")}),
         array({text("replica"), number(1), text("id")})});
}

const RedisAddress asked{u"10.0.0.9"_s, 7009};

} // namespace

void TestRedisSlots::keysHaveTheirSlots_data()
{
    QTest::addColumn<QByteArray>("key");
    QTest::addColumn<int>("slot");
    // From the cluster specification, and from CLUSTER KEYSLOT of Redis 7.0.
    QTest::newRow("the specification's check value") << "123456789"_ba << 12739;
    QTest::newRow("a word") << "foo"_ba << 12182;
    QTest::newRow("nothing") << ""_ba << 0;
    QTest::newRow("a hash tag") << "{user1000}.following"_ba << 3443;
    QTest::newRow("the same tag elsewhere") << "x{user1000}y{z}"_ba << 3443;
    QTest::newRow("an empty tag is none") << "foo{}{bar}"_ba << 8363;
    QTest::newRow("braces in a tag") << "foo{{bar}}zap"_ba << 4015;
    QTest::newRow("an open brace alone") << "foo{bar"_ba << 15278;
    QTest::newRow("bytes that are no text") << "\xff\xfe"_ba << 3374;
}

void TestRedisSlots::keysHaveTheirSlots()
{
    QFETCH(QByteArray, key);
    QFETCH(int, slot);
    QCOMPARE(int(redisSlot(key)), slot);
}

void TestRedisSlots::aMapIsRead()
{
    const RedisReply reply = array(
        {range(0, 99, "10.0.0.2", 7002),
         range(100, 199, "10.0.0.1", 7001),
         range(200, 299, "", 7003),
         range(300, 299, "10.0.0.8", 1),
         range(16000, 16384, "10.0.0.8", 1),
         array({number(1)})});
    const auto map = RedisSlotMap::parse(reply, asked);
    QVERIFY_RESULT(map);
    QCOMPARE(map->ownerOf(99)->text(), u"10.0.0.2:7002"_s);
    QCOMPARE(map->ownerOf(100)->text(), u"10.0.0.1:7001"_s);
    // A node that does not know its own address is the one that was asked.
    QCOMPARE(map->ownerOf(250)->text(), u"10.0.0.9:7003"_s);
    QVERIFY(!map->ownerOf(300));
    QVERIFY(!map->ownerOf(16383));
    QCOMPARE(map->masters().size(), size_t(3));
    QVERIFY(std::is_sorted(map->masters().begin(), map->masters().end()));
}

void TestRedisSlots::aMapWithoutSlotsSaysSo()
{
    const auto map = RedisSlotMap::parse(array({}), asked);
    QVERIFY_ERROR(map, Error::Kind::Missing);
    QVERIFY(map.error().what.contains(u"slots"));
}

void TestRedisSlots::aMovedSlotChangesTheMap()
{
    auto map = RedisSlotMap::parse(array({range(0, 16383, "10.0.0.2", 7002)}), asked);
    QVERIFY_RESULT(map);
    map->move(7, {u"10.0.0.1"_s, 7001});
    map->move(8, {u"10.0.0.1"_s, 7001});
    QCOMPARE(map->ownerOf(7)->text(), u"10.0.0.1:7001"_s);
    QCOMPARE(map->ownerOf(9)->text(), u"10.0.0.2:7002"_s);
    QCOMPARE(map->masters().size(), size_t(2));
    QCOMPARE(map->masters().front().text(), u"10.0.0.1:7001"_s);
}

void TestRedisSlots::redirectionsAreRead_data()
{
    QTest::addColumn<QByteArray>("reply");
    QTest::addColumn<QString>("expected");
    QTest::newRow("moved") << "MOVED 3999 127.0.0.1:6381"_ba << u"moved 3999 127.0.0.1:6381"_s;
    QTest::newRow("ask") << "ASK 3999 127.0.0.1:6381"_ba << u"ask 3999 127.0.0.1:6381"_s;
    QTest::newRow("IPv6") << "MOVED 1 ::1:6381"_ba << u"moved 1 [::1]:6381"_s;
    QTest::newRow("the same host") << "MOVED 866 :6381"_ba << u"moved 866 10.0.0.9:6381"_s;
    QTest::newRow("no port") << "MOVED 866 host"_ba << QString();
    QTest::newRow("a slot that is none") << "MOVED 16384 h:1"_ba << QString();
    QTest::newRow("another error") << "TRYAGAIN later"_ba << QString();
}

void TestRedisSlots::redirectionsAreRead()
{
    QFETCH(QByteArray, reply);
    QFETCH(QString, expected);
    const auto redirect = redirectOf(redisError(reply), asked);
    QString found;
    if (redirect)
        found = u"%1 %2 %3"_s.arg(redirect->isAsk ? u"ask"_s : u"moved"_s)
                    .arg(redirect->slot)
                    .arg(redirect->to.text());
    QCOMPARE(found, expected);
}

QTEST_GUILESS_MAIN(TestRedisSlots)
#include "tst_redisslots.moc"
