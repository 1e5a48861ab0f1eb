// SPDX-License-Identifier: GPL-3.0-or-later
#include "handlers/httphandler.h"
#include "support/printers.h"
#include "support/scratchhttp.h"
#include "support/service.h"

#include <QJsonDocument>
#include <QJsonObject>
#include <QTemporaryDir>
#include <QTest>

#include <atomic>
#include <thread>

using namespace outboard;
using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

namespace {

Event paid(const QByteArray& id = "4711")
{
    Event event;
    event.id = EventId(id);
    event.topic = TopicName("order.paid");
    event.payload = R"({"amount": 12345678901234567890.10})";
    event.key = "customer 7";
    event.createdAt = TimePoint(Microseconds(1'772'334'855'926'000));
    return event;
}

QByteArray fine()
{
    return ScratchHttp::answer("200 OK", "done");
}

/// Answers the same to everybody.
ScratchHttp::Answer always(const QByteArray& bytes)
{
    return [bytes](const auto&, const auto&) { return bytes; };
}

HandlerSettings settingsFor(const QString& url)
{
    HandlerSettings settings;
    settings.name = u"billing-http"_s;
    settings.kind = u"http"_s;
    settings.url = url;
    settings.timeout = 10s;
    settings.retries = 0;
    return settings;
}

Result<void> apply(
    const HandlerSettings& settings, const Event& event = paid(), std::stop_token stop = {})
{
    const auto handler = makeHttpHandler(settings, std::move(stop));
    if (!handler)
        return handler.error();
    return (*handler)->apply(std::span(&event, 1), nullptr);
}

} // namespace

class TestHttpHandler : public QObject
{
    Q_OBJECT

private slots:
    void initTestCase();
    void theEventIsPostedWithItsIdAsKey();
    void anIdCannotSmuggleHeadersIn_data();
    void anIdCannotSmuggleHeadersIn();
    void whatTheServerAnswersDecides_data();
    void whatTheServerAnswersDecides();
    void busyServersAreTriedAgain_data();
    void busyServersAreTriedAgain();
    void theRetriesEnd();
    void whoAsksForMoreTimeThanThereIsIsLeftAlone();
    void aClosedPortIsTriedAgainAndNothingWasApplied();
    void whatMayHaveBeenAppliedIsNotRepeated_data();
    void whatMayHaveBeenAppliedIsNotRepeated();
    void aSlowServerIsInDoubtAndNotAskedAgain();
    void aGatewaysAnswerStaysInDoubtAfterTheRetries();
    void anEndlessAnswerDoesNotFillTheMemory_data();
    void anEndlessAnswerDoesNotFillTheMemory();
    void onlyTrustedServersAreSentAnything();
    void aStopEndsTheWaitForTheNextAttempt();
    void aStopLetsAnAnswerComeThatIsOnItsWay();
    void aStopCutsOffAServerThatDoesNotAnswer();
    void passwordsAreUsedAndNotShown();
    void anAddressThatIsNoneIsRefused_data();
    void anAddressThatIsNoneIsRefused();

private:
    QTemporaryDir m_folder;
    std::optional<ScratchCertificates> m_certificates;
};

void TestHttpHandler::initTestCase()
{
    for (const char* proxy : {"http_proxy", "https_proxy", "all_proxy", "HTTPS_PROXY", "ALL_PROXY"})
        qunsetenv(proxy);
    auto made = ScratchCertificates::make(m_folder.path());
    REQUIRE_SERVICE(made);
    m_certificates = *made;
}

void TestHttpHandler::theEventIsPostedWithItsIdAsKey()
{
    const ScratchHttp server(always(fine()));
    QVERIFY_RESULT(apply(settingsFor(server.url())));
    const auto requests = server.requests();
    QCOMPARE(requests.size(), 1U);
    QCOMPARE(requests[0].line, "POST /events HTTP/1.1");
    QCOMPARE(requests[0].header("Content-Type"), "application/json");
    QCOMPARE(requests[0].header("Idempotency-Key"), "4711");
    QCOMPARE(requests[0].header("Expect"), "");
    const QJsonObject event = QJsonDocument::fromJson(requests[0].body).object();
    QCOMPARE(event.value(u"event_id"_s).toString(), u"4711"_s);
    QCOMPARE(event.value(u"topic"_s).toString(), u"order.paid"_s);
    QCOMPARE(event.value(u"key"_s).toString(), u"customer 7"_s);
    // The digits as they were stored, not what a double makes of them.
    QVERIFY(requests[0].body.contains(R"("payload": {"amount": 12345678901234567890.10})"));
}

void TestHttpHandler::anIdCannotSmuggleHeadersIn_data()
{
    QTest::addColumn<QByteArray>("id");
    QTest::addColumn<QByteArray>("header");
    QTest::newRow("a uuid") << "0000000a-0000-4000-8000-00000000000a"_ba
                            << "0000000a-0000-4000-8000-00000000000a"_ba;
    QTest::newRow("line breaks") << "1\r\nX-Admin: yes"_ba
                                 << "1%0D%0AX-Admin:%20yes"_ba;
    QTest::newRow("not ASCII") << "ü"_ba
                               << "%C3%BC"_ba;
    QTest::newRow("what looks encoded") << "%C3%BC"_ba
                                        << "%25C3%25BC"_ba;
}

void TestHttpHandler::anIdCannotSmuggleHeadersIn()
{
    QFETCH(QByteArray, id);
    QFETCH(QByteArray, header);
    const ScratchHttp server(always(fine()));
    QVERIFY_RESULT(apply(settingsFor(server.url()), paid(id)));
    QCOMPARE(server.requests().front().header("Idempotency-Key"), header);
    QCOMPARE(server.requests().front().header("X-Admin"), "");
}

void TestHttpHandler::whatTheServerAnswersDecides_data()
{
    QTest::addColumn<QByteArray>("answer");
    QTest::addColumn<bool>("isSuccess");
    QTest::addColumn<QString>("said");
    QTest::newRow("200") << fine() << true << QString();
    QTest::newRow("204 without a body")
        << "HTTP/1.1 204 No Content\r\n\r\n"_ba << true << QString();
    QTest::newRow("a 100 before the answer")
        << "HTTP/1.1 100 Continue\r\n\r\n" + ScratchHttp::answer("201 Created") << true
        << QString();
    QTest::newRow("400 with its reason") << ScratchHttp::answer("400 Bad", "no such account")
                                         << false << u"answered 400: \"no such account\""_s;
    QTest::newRow("500 with bytes that could fool a terminal")
        << ScratchHttp::answer("500 Oops", "\x1b[2J\xff<b>") << false
        << u"answered 500: \"\\x1b[2J\\xff<b>\""_s;
    QTest::newRow("a redirect is not followed")
        << ScratchHttp::answer("302 Found", {}, {"Location: http://127.0.0.1:1/%1/login"}) << false
        << u"sends to \"http://127.0.0.1:1/%1/login\""_s;
}

void TestHttpHandler::whatTheServerAnswersDecides()
{
    QFETCH(QByteArray, answer);
    QFETCH(bool, isSuccess);
    QFETCH(QString, said);
    const ScratchHttp server(always(answer));
    const auto done = apply(settingsFor(server.url()));
    QCOMPARE(server.requests().size(), 1U);
    if (isSuccess) {
        QVERIFY_RESULT(done);
        return;
    }
    QVERIFY_ERROR(done, Error::Kind::Refused);
    QVERIFY2(done.error().what.contains(said), describe(done.error()).constData());
}

void TestHttpHandler::busyServersAreTriedAgain_data()
{
    QTest::addColumn<QByteArray>("busy");
    QTest::newRow("429") << ScratchHttp::answer("429 Too Many");
    QTest::newRow("503 with Retry-After")
        << ScratchHttp::answer("503 Busy", {}, {"Retry-After: 1"});
    QTest::newRow("500") << ScratchHttp::answer("500 Oops");
}

void TestHttpHandler::busyServersAreTriedAgain()
{
    QFETCH(QByteArray, busy);
    std::atomic<int> calls = 0;
    const ScratchHttp server(
        [&](const auto&, const auto&) { return calls++ == 0 ? busy : fine(); });
    HandlerSettings settings = settingsFor(server.url());
    settings.retries = 1;
    QVERIFY_RESULT(apply(settings));
    QCOMPARE(server.requests().size(), 2U);
    QCOMPARE(server.requests()[1].header("Idempotency-Key"), "4711");
}

void TestHttpHandler::theRetriesEnd()
{
    const ScratchHttp server(always(ScratchHttp::answer("500 Oops", "no")));
    HandlerSettings settings = settingsFor(server.url());
    settings.retries = 2;
    const auto done = apply(settings);
    QVERIFY_ERROR(done, Error::Kind::Refused);
    QVERIFY2(done.error().what.contains(u"3 attempt"), describe(done.error()).constData());
    QCOMPARE(server.requests().size(), 3U);
}

void TestHttpHandler::whoAsksForMoreTimeThanThereIsIsLeftAlone()
{
    const ScratchHttp server(
        always(ScratchHttp::answer("429 Too Many", {}, {"Retry-After: 3600"})));
    HandlerSettings settings = settingsFor(server.url());
    settings.retries = 5;
    const auto done = apply(settings);
    QVERIFY_ERROR(done, Error::Kind::Refused);
    QVERIFY2(done.error().what.contains(u"1h"), describe(done.error()).constData());
    QCOMPARE(server.requests().size(), 1U);
}

void TestHttpHandler::aClosedPortIsTriedAgainAndNothingWasApplied()
{
    QString url;
    {
        const ScratchHttp gone(always(fine()));
        url = gone.url();
    }
    HandlerSettings settings = settingsFor(url);
    settings.retries = 1;
    const auto done = apply(settings);
    QVERIFY_ERROR(done, Error::Kind::Refused);
    QVERIFY2(done.error().what.contains(u"Nothing was sent"), describe(done.error()).constData());
    QVERIFY(done.error().what.contains(u"2 attempt"));
}

void TestHttpHandler::whatMayHaveBeenAppliedIsNotRepeated_data()
{
    QTest::addColumn<QByteArray>("answer");
    QTest::addColumn<QString>("said");
    QTest::newRow("hangs up") << ""_ba << u"hung up"_s;
    QTest::newRow("garbage") << "220 mail.example.net ESMTP\r\n"_ba << u"not HTTP"_s;
    QTest::newRow("binary garbage") << QByteArray(5'000, '\xfe') << u"not HTTP"_s;
    QTest::newRow("only a promise") << "HTTP/1.1 100 Continue\r\n\r\n"_ba << u"hung up"_s;
    QTest::newRow("half a head") << "HTTP/1.1 2"_ba << u"may have applied"_s;
    QTest::newRow("success that breaks off")
        << "HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhalf"_ba << u"broke off"_s;
}

void TestHttpHandler::whatMayHaveBeenAppliedIsNotRepeated()
{
    QFETCH(QByteArray, answer);
    QFETCH(QString, said);
    const ScratchHttp server(always(answer));
    HandlerSettings settings = settingsFor(server.url());
    settings.retries = 3;
    const auto done = apply(settings);
    QVERIFY(!done);
    const auto kind = done.error().kind;
    QVERIFY2(
        kind == Error::Kind::Unreachable || kind == Error::Kind::Conflict,
        describe(done.error()).constData());
    QVERIFY2(done.error().what.contains(said), describe(done.error()).constData());
    QVERIFY(done.error().what.contains(u"may have applied"));
    QCOMPARE(server.requests().size(), 1U);
}

void TestHttpHandler::aSlowServerIsInDoubtAndNotAskedAgain()
{
    std::atomic<bool> isOver = false;
    const ScratchHttp server([&isOver](const auto&, const auto&) {
        while (!isOver)
            std::this_thread::sleep_for(10ms);
        return fine();
    });
    HandlerSettings settings = settingsFor(server.url());
    settings.timeout = 300ms;
    settings.retries = 3;
    const auto done = apply(settings);
    isOver = true;
    QVERIFY_ERROR(done, Error::Kind::Timeout);
    QVERIFY2(done.error().what.contains(u"within 300ms"), describe(done.error()).constData());
    QCOMPARE(server.requests().size(), 1U);
}

void TestHttpHandler::aGatewaysAnswerStaysInDoubtAfterTheRetries()
{
    std::atomic<int> calls = 0;
    const ScratchHttp server([&](const auto&, const auto&) {
        return ScratchHttp::answer(calls++ == 0 ? "504 Gateway Timeout" : "500 Oops");
    });
    HandlerSettings settings = settingsFor(server.url());
    settings.retries = 1;
    const auto done = apply(settings);
    QVERIFY_ERROR(done, Error::Kind::Conflict);
    QVERIFY2(done.error().what.contains(u"attempt before it"), describe(done.error()).constData());
}

void TestHttpHandler::anEndlessAnswerDoesNotFillTheMemory_data()
{
    QTest::addColumn<QByteArray>("head");
    QTest::addColumn<QByteArray>("piece");
    QTest::addColumn<bool>("isSuccess");
    const QByteArray piece(60'000, 'x');
    QTest::newRow("body of a success") << "HTTP/1.1 200 OK\r\n\r\n"_ba << piece << true;
    QTest::newRow("body of a failure") << "HTTP/1.1 500 Oops\r\n\r\n"_ba << piece << false;
    QTest::newRow("head") << "HTTP/1.1 200 OK\r\n"_ba
                          << "X-More: " + piece + "\r\n"
                          << false;
}

void TestHttpHandler::anEndlessAnswerDoesNotFillTheMemory()
{
    QFETCH(QByteArray, head);
    QFETCH(QByteArray, piece);
    QFETCH(bool, isSuccess);
    std::atomic<qint64> sent = 0;
    {
        const ScratchHttp server([&](const auto&, const auto& send) {
            // It ends only because nobody listens any more.
            for (bool goesOn = send(head); goesOn; goesOn = send(piece))
                sent += piece.size();
            return QByteArray();
        });
        const auto done = apply(settingsFor(server.url()));
        QCOMPARE(done.has_value(), isSuccess);
        if (!done)
            QVERIFY(done.error().what.size() < 1'000);
    }
    // What lay in the sockets' buffers counts as well.
    QVERIFY2(sent < 20'000'000, QByteArray::number(sent).constData());
}

void TestHttpHandler::onlyTrustedServersAreSentAnything()
{
    const ScratchHttp server(always(fine()), m_certificates);
    HandlerSettings settings = settingsFor(server.url(u"localhost"_s));
    settings.retries = 2;
    const auto strange = apply(settings);
    QVERIFY_ERROR(strange, Error::Kind::Tls);
    QVERIFY2(
        strange.error().what.contains(u"Nothing was sent"), describe(strange.error()).constData());
    settings.ca = m_certificates->foreignAuthority;
    QVERIFY_ERROR(apply(settings), Error::Kind::Tls);
    QVERIFY(server.requests().empty());
    settings.ca = m_certificates->authority;
    QVERIFY_RESULT(apply(settings));
    QCOMPARE(server.requests().size(), 1U);
    // The right authority, but for another name.
    settings.url = server.url(u"ip6-localhost.localhost"_s);
    QVERIFY(!apply(settings));
    QCOMPARE(server.requests().size(), 1U);
}

void TestHttpHandler::aStopEndsTheWaitForTheNextAttempt()
{
    std::stop_source stop;
    const ScratchHttp server([&stop](const auto&, const auto&) {
        stop.request_stop();
        return ScratchHttp::answer("503 Busy", {}, {"Retry-After: 30"});
    });
    HandlerSettings settings = settingsFor(server.url());
    settings.retries = 5;
    const auto done = apply(settings, paid(), stop.get_token());
    QVERIFY_ERROR(done, Error::Kind::Cancelled);
    QVERIFY2(done.error().what.contains(u"answered 503"), describe(done.error()).constData());
    QCOMPARE(server.requests().size(), 1U);
}

void TestHttpHandler::aStopLetsAnAnswerComeThatIsOnItsWay()
{
    std::stop_source stop;
    const ScratchHttp server([&stop](const auto&, const auto&) {
        stop.request_stop();
        std::this_thread::sleep_for(200ms);
        return fine();
    });
    QVERIFY_RESULT(apply(settingsFor(server.url()), paid(), stop.get_token()));
}

void TestHttpHandler::aStopCutsOffAServerThatDoesNotAnswer()
{
    std::stop_source stop;
    std::atomic<bool> isOver = false;
    const ScratchHttp server([&](const auto&, const auto&) {
        stop.request_stop();
        while (!isOver)
            std::this_thread::sleep_for(10ms);
        return fine();
    });
    HandlerSettings settings = settingsFor(server.url());
    settings.timeout = 60s;
    const auto done = apply(settings, paid(), stop.get_token());
    isOver = true;
    QVERIFY_ERROR(done, Error::Kind::Timeout);
    QVERIFY2(done.error().what.contains(u"was stopped"), describe(done.error()).constData());
}

void TestHttpHandler::passwordsAreUsedAndNotShown()
{
    const ScratchHttp server(always(ScratchHttp::answer("500 Oops")));
    const QString url = server.url().replace(u"http://"_s, u"http://ann:s3cr3t-word@"_s);
    const auto handler = makeHttpHandler(settingsFor(url), {});
    QVERIFY_RESULT(handler);
    const Event event = paid();
    const auto done = (*handler)->apply(std::span(&event, 1), nullptr);
    QVERIFY_ERROR(done, Error::Kind::Refused);
    QCOMPARE(
        server.requests().front().header("Authorization"),
        "Basic " + "ann:s3cr3t-word"_ba.toBase64());
    QVERIFY(!done.error().what.contains(u"s3cr3t-word"));
    QVERIFY(!(*handler)->commands().join(u' ').contains(u"s3cr3t-word"));
}

void TestHttpHandler::anAddressThatIsNoneIsRefused_data()
{
    QTest::addColumn<QString>("url");
    QTest::newRow("empty") << QString();
    QTest::newRow("another protocol") << u"file:///etc/passwd"_s;
    QTest::newRow("no host") << u"http:///events"_s;
}

void TestHttpHandler::anAddressThatIsNoneIsRefused()
{
    QFETCH(QString, url);
    QVERIFY_ERROR(makeHttpHandler(settingsFor(url), {}), Error::Kind::Refused);
}

QTEST_GUILESS_MAIN(TestHttpHandler)
#include "tst_httphandler.moc"
