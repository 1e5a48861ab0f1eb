// SPDX-License-Identifier: GPL-3.0-or-later
#include "brokers/rediscodec.h"
#include "support/printers.h"

#include <QTest>

using namespace outboard;
using namespace Qt::StringLiterals;

class TestRedisCodec : public QObject
{
    Q_OBJECT

private slots:
    void commandsAreBinarySafe();
    void repliesAreRead_data();
    void repliesAreRead();
    void repliesMayBeCutAnywhere();
    void manyRepliesInOnePieceAreAllRead();
    void garbageIsAProtocolError_data();
    void garbageIsAProtocolError();
    void repliesBeforeGarbageAreKept();
    void limitsHoldForEachReplyAlone();
    void missingFieldsAreNil();
};

namespace {

QByteArray text(const RedisReply& reply)
{
    switch (reply.kind) {
    case RedisReply::Kind::Nil: return "nil";
    case RedisReply::Kind::Integer: return QByteArray::number(reply.integer);
    case RedisReply::Kind::Text: return "'" + reply.bytes + "'";
    case RedisReply::Kind::Error: return "!" + reply.bytes;
    case RedisReply::Kind::Array: break;
    }
    QByteArrayList items;
    for (const RedisReply& item : reply.items)
        items << text(item);
    return "[" + items.join(' ') + "]";
}

/// All replies up to the point where more bytes are needed.
QByteArray decoded(RedisDecoder& decoder)
{
    QByteArrayList replies;
    while (true) {
        const auto reply = decoder.next();
        if (!reply)
            return (replies << "broken").join(' ');
        if (!*reply)
            return replies.join(' ');
        replies << text(**reply);
    }
}

const QByteArray nested = "*3\r\n:1\r\n*2\r\n$2\r\na\n\r\n$-1\r\n*0\r\n";

} // namespace

void TestRedisCodec::commandsAreBinarySafe()
{
    QByteArray bytes = "x";
    encodeRedisCommand({"SET", QByteArray("k\0\r\n", 4), ""}, bytes);
    QCOMPARE(bytes, QByteArray("x*3\r\n$3\r\nSET\r\n$4\r\nk\0\r\n\r\n$0\r\n\r\n", 30));
}

void TestRedisCodec::repliesAreRead_data()
{
    QTest::addColumn<QByteArray>("bytes");
    QTest::addColumn<QByteArray>("replies");
    QTest::newRow("a status") << "+OK\r\n"_ba
                              << "'OK'"_ba;
    QTest::newRow("an error") << "-NOGROUP No such key\r\n"_ba
                              << "!NOGROUP No such key"_ba;
    QTest::newRow("the largest integer") << ":9223372036854775807\r\n"_ba
                                         << "9223372036854775807"_ba;
    QTest::newRow("an empty text") << "$0\r\n\r\n"_ba
                                   << "''"_ba;
    QTest::newRow("a text that looks like a reply") << "$6\r\n*9\r\n:1\r\n"_ba
                                                    << "'*9\r\n:1'"_ba;
    QTest::newRow("no text") << "$-1\r\n"_ba
                             << "nil"_ba;
    QTest::newRow("no array") << "*-1\r\n"_ba
                              << "nil"_ba;
    QTest::newRow("nested arrays") << nested << "[1 ['a\n' nil] []]"_ba;
    QTest::newRow("two replies") << "+A\r\n:2\r\n"_ba
                                 << "'A' 2"_ba;
}

void TestRedisCodec::repliesAreRead()
{
    QFETCH(QByteArray, bytes);
    QFETCH(QByteArray, replies);
    RedisDecoder decoder;
    decoder.feed(bytes);
    QCOMPARE(decoded(decoder), replies);
}

void TestRedisCodec::repliesMayBeCutAnywhere()
{
    for (qsizetype cut = 1; cut < nested.size(); ++cut) {
        RedisDecoder decoder;
        decoder.feed(QByteArrayView(nested).first(cut));
        QCOMPARE(decoded(decoder), ""_ba);
        decoder.feed(QByteArrayView(nested).sliced(cut));
        QCOMPARE(decoded(decoder), "[1 ['a\n' nil] []]"_ba);
    }
    RedisDecoder decoder;
    for (const char letter : nested)
        decoder.feed(QByteArrayView(&letter, 1));
    QCOMPARE(decoded(decoder), "[1 ['a\n' nil] []]"_ba);
}

void TestRedisCodec::manyRepliesInOnePieceAreAllRead()
{
    QByteArray bytes;
    for (int number = 0; number < 20'000; ++number)
        bytes += "$5\r\n" + QByteArray::number(number).rightJustified(5, '0') + "\r\n";
    RedisDecoder decoder;
    decoder.feed(bytes);
    for (int number = 0; number < 20'000; ++number) {
        const auto reply = decoder.next();
        QVERIFY_RESULT(reply);
        QVERIFY(*reply);
        QCOMPARE((*reply)->number().value_or(-1), qint64(number));
    }
    QCOMPARE(decoded(decoder), ""_ba);
}

void TestRedisCodec::garbageIsAProtocolError_data()
{
    QTest::addColumn<QByteArray>("bytes");
    QTest::newRow("another protocol") << "HTTP/1.1 400 Bad Request\r\n"_ba;
    QTest::newRow("the beginning of TLS") << QByteArray("\x15\x03\x01\0\x02", 5);
    QTest::newRow("a text without end") << "$999999999999999\r\n"_ba;
    QTest::newRow("a text just over the limit") << "$1000\r\n"_ba;
    QTest::newRow("an array of billions") << "*2147483647\r\n"_ba;
    QTest::newRow("a length that is no number") << "$abc\r\n"_ba;
    QTest::newRow("a length under -1") << "*-2\r\n"_ba;
    QTest::newRow("a length with more than 64 bits") << "$99999999999999999999\r\n"_ba;
    QTest::newRow("bottomless nesting") << "*1\r\n"_ba.repeated(1000);
    QTest::newRow("a line without end") << '+' + QByteArray(1 << 20, 'x');
    QTest::newRow("a line end without carriage return") << "+OK\n"_ba;
    QTest::newRow("many small items over the limit")
        << "*100\r\n"_ba + "$10\r\n0123456789\r\n"_ba.repeated(100);
    QTest::newRow("a type of RESP3") << "%1\r\n+a\r\n:1\r\n"_ba;
}

void TestRedisCodec::garbageIsAProtocolError()
{
    QFETCH(QByteArray, bytes);
    RedisDecoder decoder({.bytes = 999, .items = 100, .depth = 7});
    decoder.feed(bytes);
    QVERIFY_ERROR(decoder.next(), Error::Kind::Protocol);
    decoder.feed("+OK\r\n");
    QVERIFY_ERROR(decoder.next(), Error::Kind::Protocol);
}

void TestRedisCodec::repliesBeforeGarbageAreKept()
{
    RedisDecoder decoder;
    decoder.feed(":1\r\n$3\r\nabc\r\nGARBAGE");
    QCOMPARE(decoded(decoder), "1 'abc' broken"_ba);
}

void TestRedisCodec::limitsHoldForEachReplyAlone()
{
    RedisDecoder decoder({.bytes = 20, .items = 2, .depth = 1});
    decoder.feed("$9\r\n012345678\r\n"_ba.repeated(100));
    for (int number = 0; number < 100; ++number)
        QVERIFY_RESULT(decoder.next());
    QCOMPARE(decoded(decoder), ""_ba);
}

void TestRedisCodec::missingFieldsAreNil()
{
    RedisDecoder decoder;
    decoder.feed("*4\r\n+lag\r\n:4\r\n+pel\r\n:5\r\n");
    const auto reply = decoder.next();
    QVERIFY_RESULT(reply);
    QCOMPARE((*reply)->field("lag").number().value_or(-1), qint64(4));
    QCOMPARE((*reply)->field("pel").number().value_or(-1), qint64(5));
    QVERIFY((*reply)->field("idle").isNil());
    QVERIFY((*reply)->at(9).isNil());
    QVERIFY(!(*reply)->at(0).number());
}

QTEST_GUILESS_MAIN(TestRedisCodec)
#include "tst_rediscodec.moc"
