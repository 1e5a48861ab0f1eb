// SPDX-License-Identifier: GPL-3.0-or-later
#include "brokers/rediscommands.h"
#include "brokers/rediserrors.h"
#include "brokers/redissession.h"
#include "support/faketransport.h"
#include "support/printers.h"

#include <QTest>

using namespace outboard;
using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

/// The session on a scripted server; tst_redisconnect has the real ones.
class TestRedisSession : public QObject
{
    Q_OBJECT

private slots:
    void init();
    void aPipelineIsOneWriteAndAnswersInOrder();
    void anErrorReplyLeavesTheSessionUsable();
    void answersBeforeABreakAreKept();
    void aReplyCutInTheMiddleIsNoReply();
    void garbageClosesTheSession();
    void anEndlessReplyClosesTheSession();
    void silenceIsATimeoutAndCloses();
    void aStopIsObeyedWhileWaiting();
    void aMonitorSessionSendsNoWrites_data();
    void aMonitorSessionSendsNoWrites();
    void serverErrorsSayWhatToDo_data();
    void serverErrorsSayWhatToDo();
    void argumentsAreNotRepeatedInErrors();
    void commandsAreShownAsTyped();

private:
    std::unique_ptr<RedisSession> session(Access access = Access::Operate);

    std::shared_ptr<FakeTransport::Script> m_script;
    std::stop_source m_stop;
};

namespace {

const std::vector<RedisCommand> three{{"XLEN", "a"}, {"XLEN", "b"}, {"XLEN", "c"}};

} // namespace

void TestRedisSession::init()
{
    m_script = std::make_shared<FakeTransport::Script>();
    m_stop = std::stop_source();
}

std::unique_ptr<RedisSession> TestRedisSession::session(Access access)
{
    RedisSession::Options options;
    options.access = access;
    options.callDeadline = 30ms;
    options.stop = m_stop.get_token();
    options.limits.bytes = 1000;
    return std::make_unique<RedisSession>(std::make_unique<FakeTransport>(m_script), options);
}

void TestRedisSession::aPipelineIsOneWriteAndAnswersInOrder()
{
    m_script->answers = {":1\r", "\n:2\r\n:", "3\r\n"};
    const auto redis = session();
    const auto results = redis->pipeline(three);
    QCOMPARE(results.size(), size_t(3));
    for (size_t index = 0; index < 3; ++index)
        QCOMPARE(results[index]->integer, qint64(index + 1));
    QCOMPARE(m_script->writes, 1);
    QCOMPARE(m_script->written.count("XLEN"), 3);
    QVERIFY(redis->pipeline({}).empty());
    QVERIFY(redis->isUsable());
}

void TestRedisSession::anErrorReplyLeavesTheSessionUsable()
{
    m_script->answers = {"-WRONGTYPE Operation against a key\r\n:2\r\n", ":3\r\n"};
    const auto redis = session();
    const auto results = redis->pipeline(std::span(three).first(2));
    QVERIFY_ERROR(results[0], Error::Kind::Refused);
    QVERIFY(hasRedisCode(results[0].error(), "WRONGTYPE"));
    QCOMPARE(results[1]->integer, 2);
    const auto next = redis->run(three[2]);
    QVERIFY_RESULT(next);
    QCOMPARE(next->integer, 3);
}

void TestRedisSession::answersBeforeABreakAreKept()
{
    m_script->answers = {":1\r\n:2\r\n"};
    m_script->closesAtEnd = true;
    const auto redis = session();
    const auto results = redis->pipeline(three);
    QCOMPARE(results[1]->integer, 2);
    QVERIFY_ERROR(results[2], Error::Kind::Unreachable);
    QVERIFY(!redis->isUsable());
    QVERIFY_ERROR(redis->run(three[0]), Error::Kind::Unreachable);
    QCOMPARE(m_script->writes, 1);
}

void TestRedisSession::aReplyCutInTheMiddleIsNoReply()
{
    m_script->answers = {"*2\r\n$3\r\nabc\r\n$3\r\nde"};
    m_script->closesAtEnd = true;
    const auto redis = session();
    QVERIFY_ERROR(redis->run(three[0]), Error::Kind::Unreachable);
    QVERIFY(!redis->isUsable());
}

void TestRedisSession::garbageClosesTheSession()
{
    m_script->answers = {"HTTP/1.1 400 Bad Request\r\n\r\n"};
    const auto redis = session();
    QVERIFY_ERROR(redis->run(three[0]), Error::Kind::Protocol);
    QVERIFY(!redis->isUsable());
    QVERIFY(!m_script->isOpen);
}

void TestRedisSession::anEndlessReplyClosesTheSession()
{
    m_script->answers = {":1\r\n$999999999\r\n" + QByteArray(900, 'x'), QByteArray(900, 'x')};
    const auto redis = session();
    const auto results = redis->pipeline(three);
    QCOMPARE(results[0]->integer, 1);
    QVERIFY_ERROR(results[1], Error::Kind::Protocol);
    QVERIFY_ERROR(results[2], Error::Kind::Protocol);
    QVERIFY(!m_script->isOpen);
}

void TestRedisSession::silenceIsATimeoutAndCloses()
{
    m_script->answers = {":1\r\n"};
    const auto redis = session();
    const auto results = redis->pipeline(three);
    QVERIFY_RESULT(results[0]);
    QVERIFY_ERROR(results[1], Error::Kind::Timeout);
    QVERIFY(!redis->isUsable());
    // A late answer must never be taken for the answer to the next question.
    m_script->answers = {":2\r\n"};
    QVERIFY_ERROR(redis->run(three[0]), Error::Kind::Timeout);
}

void TestRedisSession::aStopIsObeyedWhileWaiting()
{
    m_script->whenSilent = [this] { m_stop.request_stop(); };
    const auto redis = session();
    QVERIFY_ERROR(redis->run(three[0]), Error::Kind::Cancelled);
    QVERIFY(!redis->isUsable());
    QVERIFY(!m_script->isOpen);
}

void TestRedisSession::aMonitorSessionSendsNoWrites_data()
{
    QTest::addColumn<QByteArrayList>("command");
    QTest::addColumn<bool>("reads");
    QTest::newRow("XINFO GROUPS") << QByteArrayList{"xinfo", "groups", "s"} << true;
    QTest::newRow("XPENDING") << QByteArrayList{"XPENDING", "s", "g"} << true;
    QTest::newRow("MEMORY USAGE") << QByteArrayList{"MEMORY", "USAGE", "s"} << true;
    QTest::newRow("XADD") << QByteArrayList{"XADD", "s", "*", "a", "b"} << false;
    QTest::newRow("xack in small letters") << QByteArrayList{"xack", "s", "g", "1-1"} << false;
    QTest::newRow("XCLAIM") << QByteArrayList{"XCLAIM", "s", "g", "c", "0", "1-1"} << false;
    QTest::newRow("XREADGROUP") << QByteArrayList{"XREADGROUP", "GROUP", "g", "c"} << false;
    QTest::newRow("MEMORY PURGE") << QByteArrayList{"MEMORY", "PURGE"} << false;
    QTest::newRow("CONFIG GET, which can hold a password")
        << QByteArrayList{"CONFIG", "GET", "*"} << false;
    QTest::newRow("EVAL") << QByteArrayList{"EVAL", "return 1", "0"} << false;
    QTest::newRow("a name with something behind it") << QByteArrayList{"TYPE\r\nDEL"} << false;
    QTest::newRow("nothing") << QByteArrayList() << false;
}

void TestRedisSession::aMonitorSessionSendsNoWrites()
{
    QFETCH(QByteArrayList, command);
    QFETCH(bool, reads);
    m_script->answers = {":1\r\n:2\r\n"};
    const auto redis = session(Access::Monitor);
    const RedisCommand asked(command.begin(), command.end());
    const auto results = redis->pipeline(std::vector<RedisCommand>{three[0], asked});
    QCOMPARE(results.size(), size_t(2));
    if (reads) {
        QVERIFY_RESULT(results[1]);
        return;
    }
    // None of them is sent, and the session goes on.
    QVERIFY_ERROR(results[0], Error::Kind::Refused);
    QVERIFY_ERROR(results[1], Error::Kind::Refused);
    QCOMPARE(m_script->written, ""_ba);
    QVERIFY(redis->isUsable());
}

void TestRedisSession::serverErrorsSayWhatToDo_data()
{
    QTest::addColumn<QByteArray>("text");
    QTest::addColumn<int>("kind");
    QTest::addColumn<QString>("help");
    const auto row = [](const char* text, Error::Kind kind, const QString& help) {
        QTest::newRow(text) << QByteArray(text) << int(kind) << help;
    };
    row("WRONGPASS invalid username-password pair", Error::Kind::Auth, u"Correct them"_s);
    row("NOAUTH Authentication required.", Error::Kind::Auth, u"asks for a password"_s);
    row("NOPERM this user has no permissions", Error::Kind::Refused, u"permission"_s);
    row("READONLY You can't write", Error::Kind::Refused, u"primary's address"_s);
    row("WRONGTYPE Operation against a key", Error::Kind::Refused, u"stream's name"_s);
    row("NOGROUP No such key 'x'", Error::Kind::Missing, u"Check both names"_s);
    row("ERR no such key", Error::Kind::Missing, u"Check its name"_s);
    row("OOM command not allowed", Error::Kind::Refused, u"Trim streams"_s);
    row("LOADING Redis is loading", Error::Kind::Refused, u"in a moment"_s);
    row("MISCONF Redis is configured", Error::Kind::Refused, u"disk"_s);
    row("ERR DB index is out of range", Error::Kind::Missing, u"Correct the number"_s);
    row("ERR unknown command 'WAITAOF'", Error::Kind::Refused, u"newer version"_s);
    row("MOVED 1234 10.0.0.1:6379", Error::Kind::Refused, u"redis+cluster://"_s);
    row("ERR something new", Error::Kind::Refused, u"ERR something new"_s);
}

void TestRedisSession::serverErrorsSayWhatToDo()
{
    QFETCH(QByteArray, text);
    QFETCH(int, kind);
    QFETCH(QString, help);
    const Error error = redisError(text);
    QCOMPARE(int(error.kind), kind);
    QVERIFY2(error.what.contains(help), qPrintable(error.what));
    QCOMPARE(error.detail, QString::fromUtf8(text));
}

void TestRedisSession::argumentsAreNotRepeatedInErrors()
{
    const Error error =
        redisError("ERR unknown command 'AUTHX', with args beginning with: 'secret' ");
    QVERIFY(!describe(error).contains("secret"));
    QVERIFY(error.detail.contains(u"AUTHX"));
}

void TestRedisSession::commandsAreShownAsTyped()
{
    QCOMPARE(
        redisCommandText({"XADD", "order.paid", "*", "data", "{\"a\": 1}", "", "\n\xff"}),
        u"XADD order.paid * data \"{\\\"a\\\": 1}\" \"\" \"\\x0a\\xff\""_s);
    QCOMPARE(redisCommandText({"GET", QByteArray(500, 'x')}).size(), qsizetype(4 + 120 + 1));
    std::vector<EntryId> ids;
    for (quint64 number = 1; number <= 5; ++number)
        ids.push_back({number, 0});
    QCOMPARE(redisCommandText({"XACK", "s", "g"}, std::span(ids).first(2)), u"XACK s g 1-0 2-0"_s);
    const QString cut = redisCommandText({"XCLAIM", "s"}, ids, {"JUSTID"});
    QVERIFY(cut.startsWith(u"XCLAIM s 1-0 2-0 3-0 "));
    QVERIFY(cut.contains(u"2 more") && cut.endsWith(u" JUSTID"));
}

QTEST_GUILESS_MAIN(TestRedisSession)
#include "tst_redissession.moc"
