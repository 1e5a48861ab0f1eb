// SPDX-License-Identifier: GPL-3.0-or-later
#include "handlers/eventdocument.h"

#include <QJsonDocument>
#include <QJsonObject>
#include <QTest>

using namespace outboard;
using namespace Qt::StringLiterals;

namespace {

Event eventWith(const std::optional<QByteArray>& payload)
{
    Event event;
    event.id = EventId("4711");
    event.topic = TopicName("order.paid");
    event.payload = payload;
    return event;
}

} // namespace

class TestEventDocument : public QObject
{
    Q_OBJECT

private slots:
    void allThatIsKnownIsInIt();
    void whatIsNotKnownIsNull();
    void payloadsStayAsTheyWereStored_data();
    void payloadsStayAsTheyWereStored();
    void whatIsNotJsonIsBase64_data();
    void whatIsNotJsonIsBase64();
    void itIsOneLine();
    void idsThatAreNotTextAreBase64();
};

void TestEventDocument::allThatIsKnownIsInIt()
{
    Event event = eventWith("{}"_ba);
    event.createdAt = TimePoint(Microseconds(1'772'334'855'926'000));
    event.key = "customer \"7\""_ba;
    QCOMPARE(
        eventDocument(event),
        "{\"event_id\": \"4711\", \"topic\": \"order.paid\", \"created_at\": "
        "\"2026-03-01T03:14:15.926Z\", \"key\": \"customer \\\"7\\\"\", \"payload\": {}}\n");
}

void TestEventDocument::whatIsNotKnownIsNull()
{
    QCOMPARE(
        eventDocument(eventWith({})),
        "{\"event_id\": \"4711\", \"topic\": \"order.paid\", \"created_at\": null, \"key\": null, "
        "\"payload\": null}\n");
}

void TestEventDocument::payloadsStayAsTheyWereStored_data()
{
    QTest::addColumn<QByteArray>("payload");
    QTest::newRow("numbers beyond a double") << R"({"id": 12345678901234567890, "sum": 1.10})"_ba;
    QTest::newRow("keys in their order, and twice") << R"({"b": 1, "a": 2, "b": 3})"_ba;
    QTest::newRow("a bare number") << "42"_ba;
    QTest::newRow("a bare string") << R"("text")"_ba;
    QTest::newRow("a list") << "[1, [2]]"_ba;
    QTest::newRow("null") << "null"_ba;
}

void TestEventDocument::payloadsStayAsTheyWereStored()
{
    QFETCH(QByteArray, payload);
    const QByteArray document = eventDocument(eventWith(payload));
    const QByteArray end = "\"payload\": " + payload + "}\n";
    QVERIFY2(document.endsWith(end), document.constData());
    QVERIFY(QJsonDocument::fromJson(document).isObject());
}

void TestEventDocument::whatIsNotJsonIsBase64_data()
{
    QTest::addColumn<QByteArray>("payload");
    QTest::newRow("empty") << ""_ba;
    QTest::newRow("text") << "hello"_ba;
    QTest::newRow("pickle") << "\x80\x04\x95"_ba;
    QTest::newRow("two values") << "1, 2"_ba;
    QTest::newRow("what closes the list around it") << "1], [2"_ba;
    QTest::newRow("what adds a member") << R"({}, "event_id": "1")"_ba;
    QTest::newRow("a line break in a string") << "\"a\nb\""_ba;
    QTest::newRow("invalid UTF-8 in a string") << "\"\xff\""_ba;
}

void TestEventDocument::whatIsNotJsonIsBase64()
{
    QFETCH(QByteArray, payload);
    const auto document = QJsonDocument::fromJson(eventDocument(eventWith(payload))).object();
    QVERIFY(!document.contains(u"payload"));
    QCOMPARE(
        QByteArray::fromBase64(document.value(u"payload_base64"_s).toString().toLatin1()), payload);
    QCOMPARE(document.value(u"event_id"_s).toString(), u"4711"_s);
}

void TestEventDocument::itIsOneLine()
{
    const QByteArray document = eventDocument(eventWith("{\r\n  \"a\":\n 1\n}"_ba));
    QCOMPARE(document.indexOf('\n'), document.size() - 1);
    QVERIFY(!document.contains('\r'));
    QVERIFY(QJsonDocument::fromJson(document).isObject());
}

void TestEventDocument::idsThatAreNotTextAreBase64()
{
    Event event = eventWith("{}"_ba);
    event.id = EventId("\xff\xfe");
    const auto document = QJsonDocument::fromJson(eventDocument(event)).object();
    QCOMPARE(document.value(u"event_id"_s).toObject().value(u"base64"_s).toString(), u"//4="_s);
}

QTEST_GUILESS_MAIN(TestEventDocument)
#include "tst_eventdocument.moc"
