// SPDX-License-Identifier: GPL-3.0-or-later
#include "brokers/redisurl.h"
#include "support/printers.h"

#include <QTest>

using namespace outboard;
using namespace Qt::StringLiterals;

class TestRedisUrl : public QObject
{
    Q_OBJECT

private slots:
    void urlsAreRead_data();
    void urlsAreRead();
    void userAndPasswordAreDecoded();
    void severalAddressesShareTheLogin();
    void badUrlsSayWhatToWrite_data();
    void badUrlsSayWhatToWrite();
    void tlsFilesNeedTls();
};

void TestRedisUrl::urlsAreRead_data()
{
    QTest::addColumn<QString>("url");
    QTest::addColumn<QString>("text");
    QTest::newRow("all parts") << u"redis://ann:s3cr3t-word@db.example:7000/3"_s
                               << u"redis://ann@db.example:7000/3"_s;
    QTest::newRow("only a host") << u"redis://db.example"_s << u"redis://db.example:6379/0"_s;
    QTest::newRow("no host") << u"redis:///2"_s << u"redis://localhost:6379/2"_s;
    QTest::newRow("TLS") << u"rediss://db.example/1"_s << u"rediss://db.example:6379/1"_s;
    QTest::newRow("IPv6") << u"redis://[::1]:6380"_s << u"redis://[::1]:6380/0"_s;
    QTest::newRow("the database as an option") << u"redis://h:1?db=5"_s << u"redis://h:1/5"_s;
    QTest::newRow("spaces around it") << u" redis://h\n"_s << u"redis://h:6379/0"_s;
    QTest::newRow("sentinels")
        << u"redis+sentinel://ann:s3cr3t-word@a.example:5000,b.example,[::1]/my%20shop/3"_s
        << u"redis+sentinel://ann@a.example:5000,b.example:26379,[::1]:26379/my shop/3"_s;
    QTest::newRow("sentinels with TLS, the database left out")
        << u"rediss+sentinel://a/shop"_s << u"rediss+sentinel://a:26379/shop/0"_s;
    QTest::newRow("nodes of a cluster") << u"redis+cluster://ann:s3cr3t-word@a:7000,b"_s
                                        << u"redis+cluster://ann@a:7000,b:6379/0"_s;
    QTest::newRow("a cluster with TLS")
        << u"rediss+cluster://a/0"_s << u"rediss+cluster://a:6379/0"_s;
    QTest::newRow("a socket") << u"unix:///run/redis.sock"_s << u"unix:///run/redis.sock?db=0"_s;
    QTest::newRow("a socket with user and database")
        << u"unix://ann:s3cr3t-word@/run/my%20redis.sock?db=2"_s
        << u"unix://ann@/run/my redis.sock?db=2"_s;
}

void TestRedisUrl::urlsAreRead()
{
    QFETCH(QString, url);
    QFETCH(QString, text);
    const auto endpoint = parseRedisUrl(url);
    QVERIFY_RESULT(endpoint);
    QCOMPARE(endpoint->text(), text);
    QCOMPARE(endpoint->password.has_value(), url.contains(u":s3cr3t-word@"));
}

void TestRedisUrl::userAndPasswordAreDecoded()
{
    const auto endpoint = parseRedisUrl(u"redis://a%40n:p%3A%2F%25%C3%A9@h"_s);
    QVERIFY_RESULT(endpoint);
    QCOMPARE(endpoint->user, u"a@n"_s);
    QCOMPARE(endpoint->password.value_or(QString()), u"p:/%é"_s);
    QCOMPARE(endpoint->host, u"h"_s);
    const auto alone = parseRedisUrl(u"redis://:s3cr3t-word@h"_s);
    QVERIFY_RESULT(alone);
    QCOMPARE(alone->user, QString());
    QCOMPARE(alone->password.value_or(QString()), u"s3cr3t-word"_s);
}

void TestRedisUrl::severalAddressesShareTheLogin()
{
    const auto endpoint = parseRedisUrl(u"redis+sentinel://a%40n:p,w%2C@one:1,two:2/shop/5"_s);
    QVERIFY_RESULT(endpoint);
    QCOMPARE(endpoint->master, u"shop"_s);
    QCOMPARE(endpoint->addresses, (QList<RedisAddress>{{u"one"_s, 1}, {u"two"_s, 2}}));
    const RedisEndpoint two = endpoint->at(endpoint->addresses.last());
    QCOMPARE(two.text(), u"redis://a@n@two:2/5"_s);
    QCOMPARE(two.password.value_or(QString()), u"p,w,"_s);
}

void TestRedisUrl::badUrlsSayWhatToWrite_data()
{
    QTest::addColumn<QString>("url");
    QTest::newRow("empty") << u""_s;
    QTest::newRow("only a host") << u"localhost:6379"_s;
    QTest::newRow("another scheme") << u"amqp://secret:secret@h"_s;
    QTest::newRow("a database that is a word") << u"redis://h/orders"_s;
    QTest::newRow("a negative database") << u"redis://h/-1"_s;
    QTest::newRow("an unknown option") << u"redis://h?timeout=5"_s;
    QTest::newRow("a port that is none") << u"redis://h:99999"_s;
    QTest::newRow("a # in the password") << u"redis://:se#cret@h"_s;
    QTest::newRow("a bare % in the password") << u"redis://:se%cret@h"_s;
    QTest::newRow("a socket with two slashes") << u"unix://run/redis.sock"_s;
    QTest::newRow("a socket without a path") << u"unix://"_s;
    QTest::newRow("a sentinel without the master's name") << u"redis+sentinel://h:1"_s;
    QTest::newRow("a sentinel with something behind the database")
        << u"redis+sentinel://h/shop/0/1"_s;
    QTest::newRow("a sentinel whose second port is none") << u"redis+sentinel://a,b:x/shop"_s;
    QTest::newRow("a cluster with another database") << u"redis+cluster://h/1"_s;
    QTest::newRow("a cluster without slashes") << u"redis+cluster:h"_s;
}

void TestRedisUrl::badUrlsSayWhatToWrite()
{
    QFETCH(QString, url);
    const auto endpoint = parseRedisUrl(url);
    QVERIFY_ERROR(endpoint, Error::Kind::Refused);
    QVERIFY(endpoint.error().what.contains(u"rediss://user@host:6379/0"));
    QVERIFY(!describe(endpoint.error()).contains("cret"));
}

void TestRedisUrl::tlsFilesNeedTls()
{
    const TlsSettings tls{.ca = u"/etc/ca.pem"_s, .cert = {}, .key = {}, .serverName = {}};
    QVERIFY_ERROR(parseRedisUrl(u"redis://h"_s, tls), Error::Kind::Refused);
    const auto endpoint = parseRedisUrl(u"rediss://h"_s, tls);
    QVERIFY_RESULT(endpoint);
    QCOMPARE(endpoint->tls, tls);
}

QTEST_GUILESS_MAIN(TestRedisUrl)
#include "tst_redisurl.moc"
