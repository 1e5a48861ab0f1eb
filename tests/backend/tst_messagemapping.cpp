// SPDX-License-Identifier: GPL-3.0-or-later
#include "brokers/messagemapping.h"
#include "support/printers.h"

#include <QTest>

using namespace outboard;
using namespace Qt::StringLiterals;

class TestMessageMapping : public QObject
{
    Q_OBJECT

private slots:
    void findsTheEventId_data();
    void findsTheEventId();
    void findsTheIdOfWhatItWroteItself();
    void findsThePayload();
    void writesWhatTheSeedReadsByDefault();
    void writesTheMappedFields();
    void neverWritesANameTwice();
    void badRulesSayWhatToWrite_data();
    void badRulesSayWhatToWrite();
};

namespace {

const QList<Field> entry = {
    {"data"_ba, R"({"order_id": 9007199254740993, "meta": {"id": "e-1"}})"_ba},
    {"event_id"_ba, "e-2"_ba},
    {"meta.id"_ba, "e-3"_ba},
    {"binary"_ba, QByteArray("\x80\x04\0", 3)},
};

OutgoingMessage outgoing()
{
    OutgoingMessage message;
    message.eventId = EventId("17");
    message.topic = TopicName("order.paid");
    message.payload = R"({"order_id": 4})";
    message.createdAt = TimePoint(Microseconds(1'700'000'000'123'456));
    return message;
}

QByteArray written(const QList<Field>& fields)
{
    QByteArrayList parts;
    for (const Field& field : fields)
        parts << field.name + '=' + field.value;
    return parts.join(' ');
}

} // namespace

void TestMessageMapping::findsTheEventId_data()
{
    QTest::addColumn<QString>("rule");
    QTest::addColumn<QByteArray>("id");
    QTest::newRow("a field") << u"event_id"_s << "e-2"_ba;
    QTest::newRow("a path inside a JSON field keeps all 64 bits")
        << u"data.order_id"_s << "9007199254740993"_ba;
    QTest::newRow("a longer path") << u"data.meta.id"_s << "e-1"_ba;
    QTest::newRow("a field whose name has a dot") << u"meta.id"_s << "e-3"_ba;
    QTest::newRow("the entry id") << u"@entry_id"_s << "1700000000000-3"_ba;
    QTest::newRow("a field that is not there") << u"id"_s << ""_ba;
    QTest::newRow("a path into something that is not JSON") << u"binary.id"_s << ""_ba;
    QTest::newRow("a path into a field that is not there") << u"body.id"_s << ""_ba;
}

void TestMessageMapping::findsTheIdOfWhatItWroteItself()
{
    const auto mapping = MessageMapping::parse(u"data.id"_s, u"data"_s);
    QVERIFY_RESULT(mapping);
    const Message message = mapping->message(
        BrokerTopic("s"), EntryId{1'700'000'000'000, 3}, mapping->fields(outgoing()));
    QCOMPARE(message.eventId, EventId("17"));
}

void TestMessageMapping::findsTheEventId()
{
    QFETCH(QString, rule);
    QFETCH(QByteArray, id);
    const auto mapping = MessageMapping::parse(rule, u"data"_s);
    QVERIFY_RESULT(mapping);
    const Message message =
        mapping->message(BrokerTopic("s"), EntryId{1'700'000'000'000, 3}, entry);
    QCOMPARE(message.eventId.bytes(), id);
    QCOMPARE(message.fields, entry);
}

void TestMessageMapping::findsThePayload()
{
    const auto mapping = MessageMapping::parse(u"event_id"_s, u"binary"_s);
    QVERIFY_RESULT(mapping);
    const Message message = mapping->message(BrokerTopic("s"), EntryId{1, 0}, entry);
    QVERIFY(message.hasPayload);
    QCOMPARE(message.payload, QByteArray("\x80\x04\0", 3));
    const auto absent = MessageMapping::parse(u"event_id"_s, u"body"_s);
    QVERIFY_RESULT(absent);
    QVERIFY(!absent->message(BrokerTopic("s"), EntryId{1, 0}, entry).hasPayload);
}

void TestMessageMapping::writesWhatTheSeedReadsByDefault()
{
    for (const QString& rule : {u"event_id"_s, u"data.order_id"_s, u"@entry_id"_s}) {
        const auto mapping = MessageMapping::parse(rule, u"data"_s);
        QVERIFY_RESULT(mapping);
        QCOMPARE(
            written(mapping->fields(outgoing())),
            R"(data={"order_id": 4} event_id=17 topic=order.paid created_at=2023-11-14T22:13:20.123Z)"_ba);
    }
}

void TestMessageMapping::writesTheMappedFields()
{
    const auto mapping = MessageMapping::parse(u"id"_s, u"body"_s);
    QVERIFY_RESULT(mapping);
    OutgoingMessage message = outgoing();
    message.key = "order-4";
    message.headers = {{"trace"_ba, "t-1"_ba}};
    QCOMPARE(
        written(mapping->fields(message)),
        R"(body={"order_id": 4} id=17 topic=order.paid created_at=2023-11-14T22:13:20.123Z key=order-4 trace=t-1)"_ba);
    const Message read =
        mapping->message(BrokerTopic("s"), EntryId{1, 0}, mapping->fields(message));
    QCOMPARE(read.eventId, message.eventId);
    QCOMPARE(read.payload, message.payload);
}

void TestMessageMapping::neverWritesANameTwice()
{
    const auto mapping = MessageMapping::parse(u"topic"_s, u"data"_s);
    QVERIFY_RESULT(mapping);
    OutgoingMessage message = outgoing();
    message.headers = {{"data"_ba, "other"_ba}};
    QCOMPARE(
        written(mapping->fields(message)),
        R"(data={"order_id": 4} topic=17 created_at=2023-11-14T22:13:20.123Z)"_ba);
}

void TestMessageMapping::badRulesSayWhatToWrite_data()
{
    QTest::addColumn<QString>("eventId");
    QTest::addColumn<QString>("payload");
    QTest::addColumn<QString>("help");
    QTest::newRow("no event id") << u""_s << u"data"_s << u"data.order_id"_s;
    QTest::newRow("an unknown @ word") << u"@id"_s << u"data"_s << u"@entry_id"_s;
    QTest::newRow("a gap in the path") << u"data..id"_s << u"data"_s << u"data.order_id"_s;
    QTest::newRow("an open end") << u"data."_s << u"data"_s << u"data.order_id"_s;
    QTest::newRow("no payload") << u"event_id"_s << u""_s << u"e.g. data"_s;
}

void TestMessageMapping::badRulesSayWhatToWrite()
{
    QFETCH(QString, eventId);
    QFETCH(QString, payload);
    QFETCH(QString, help);
    const auto mapping = MessageMapping::parse(eventId, payload);
    QVERIFY_ERROR(mapping, Error::Kind::Refused);
    QVERIFY(mapping.error().what.contains(help));
}

QTEST_GUILESS_MAIN(TestMessageMapping)
#include "tst_messagemapping.moc"
