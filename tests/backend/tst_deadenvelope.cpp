// SPDX-License-Identifier: GPL-3.0-or-later
#include "brokers/deadenvelope.h"
#include "brokers/deadfacts.h"
#include "brokers/deadnames.h"
#include "brokers/jsonpath.h"
#include "support/printers.h"

#include <QTest>

using namespace outboard;
using namespace Qt::StringLiterals;

Q_DECLARE_METATYPE(QList<outboard::Field>)

namespace {

DeadPlace placeOf(DeadWhere kind)
{
    DeadPlace place;
    place.name = BrokerTopic("order.paid:dlq");
    place.kind = kind;
    place.origin = BrokerTopic("order.paid");
    return place;
}

DeadEnvelope envelope(const QString& eventId = u"event_id"_s)
{
    return DeadEnvelope(*MessageMapping::parse(eventId, u"data"_s));
}

constexpr qint64 secondsOf2026 = 1'772'330'400;

} // namespace

/// How dead letters are taken out of what consumers wrap them in.
class TestDeadEnvelope : public QObject
{
    Q_OBJECT

private slots:
    void everyWrappingGivesTheSameLetter_data();
    void everyWrappingGivesTheSameLetter();
    void aPayloadKeepsEveryByte();
    void anOrdinaryPayloadIsNoWrapping();
    void aWordThatIsNoJsonIsThePayload();
    void theOriginsEntryIsTheEventWhereEntryIdsAre();
    void timesAreReadInEveryUnit_data();
    void timesAreReadInEveryUnit();
    void placesAreFoundUnderAllNames();
    void theProfilesNameIsTheOnlyOne();
};

void TestDeadEnvelope::everyWrappingGivesTheSameLetter_data()
{
    QTest::addColumn<QList<Field>>("fields");
    QTest::addColumn<QByteArray>("element");
    const auto entry = [](const char* name, const QList<Field>& fields) {
        QTest::newRow(name) << fields << QByteArray();
    };
    const auto element = [](const char* name, const QByteArray& json) {
        QTest::newRow(name) << QList<Field>() << json;
    };
    const QList<Field> original{{"data", R"({"n": 1})"}, {"event_id", "7"}};
    const QList<Field> facts{
        {"original_stream", "order.paid"},
        {"original_id", "1700000000000-3"},
        {"group", "billing"},
        {"error", "no account 5"},
        {"delivery_count", "6"},
        {"failed_at", "2026-03-01T02:00:00Z"}};
    entry("the original fields with some beside them", original + facts);
    entry(
        "other names for them",
        original
            + QList<Field>{
                {"dead_lettered_from", "order.paid"},
                {"orig_id", "1700000000000-3"},
                {"consumer_group", "billing"},
                {"exception", "no account 5"},
                {"attempts", "6"},
                {"dead_lettered_at", "1772330400"}});
    const QByteArray nested =
        R"({"source_stream": "order.paid", "original_message_id": "1700000000000-3", )"
        R"("group": "billing", "reason": "no account 5", "retry_count": 6, )"
        R"("failed_at": 1772330400.0})";
    entry("nested in _dlq", original + QList<Field>{{"_dlq", nested}});
    entry(
        "_dlq inside the payload",
        {{"data", R"({"n": 1, "_dlq": )" + nested + '}'}, {"event_id", "7"}});
    entry(
        "the whole original in a JSON field",
        QList<Field>{{"original", R"({"data": {"n": 1}, "event_id": 7})"}} + facts);
    entry(
        "the whole original as JSON text",
        QList<Field>{{"message", R"({"data": "{\"n\": 1}", "event_id": "7"})"}} + facts);
    entry(
        "an envelope in the payload's own field",
        {{"data",
          R"({"original_message": {"data": {"n": 1}, "event_id": "7"}, "stream": "order.paid", )"
          R"("original_id": "1700000000000-3", "group": "billing", "error": "no account 5", )"
          R"("delivery_count": 6, "failed_at": "2026-03-01T02:00:00+00:00"})"}});
    element(
        "a list's element with everything beside each other",
        R"({"data": {"n": 1}, "event_id": 7, "original_stream": "order.paid", "group": "billing",)"
        R"( "original_id": "1700000000000-3", "error": "no account 5", "attempts": 6, )"
        R"("failed_at": "2026-03-01 02:00:00+00:00"})");
    element(
        "a list's element around the original",
        R"({"original": {"data": {"n": 1}, "event_id": 7}, "_dlq": )" + nested + '}');
}

void TestDeadEnvelope::everyWrappingGivesTheSameLetter()
{
    QFETCH(const QList<Field>, fields);
    QFETCH(const QByteArray, element);
    const DeadRecord record =
        element.isEmpty()
            ? envelope().ofEntry(placeOf(DeadWhere::Stream), {1'772'330'500'000, 0}, fields)
            : envelope().ofElement(placeOf(DeadWhere::List), element);
    QCOMPARE(record.message.payload, QByteArray(R"({"n": 1})"));
    QCOMPARE(record.message.eventId, EventId("7"));
    QCOMPARE(record.facts.stream, BrokerTopic("order.paid"));
    QCOMPARE(record.facts.entry, std::optional(EntryId{1'700'000'000'000, 3}));
    QCOMPARE(record.facts.group, GroupName("billing"));
    QCOMPARE(record.facts.error, u"no account 5"_s);
    QCOMPARE(record.facts.deliveries, std::optional<qint64>(6));
    QVERIFY(record.facts.diedAt);
    QCOMPARE(record.facts.diedAt->time_since_epoch().count(), secondsOf2026 * 1'000'000);
    // What is put back is what was there.
    QCOMPARE(record.original.fields, fields);
    QCOMPARE(record.original.bytes, element);
}

void TestDeadEnvelope::aPayloadKeepsEveryByte()
{
    const QByteArray wrapped =
        R"({"original": {"event_id": "1", "data": {"b" :  9223372036854775807, "a":1.0e5 }}})";
    const DeadRecord record = envelope().ofElement(placeOf(DeadWhere::List), wrapped);
    QCOMPARE(record.message.payload, QByteArray(R"({"b" :  9223372036854775807, "a":1.0e5 })"));
    QCOMPARE(
        jsonWithout(R"({"id": 9007199254740993, "_dlq": {"x": [1]}, "k\u0041": "\n"})", "_dlq"),
        QByteArray(R"({"id": 9007199254740993, "k\u0041": "\n"})"));
}

void TestDeadEnvelope::anOrdinaryPayloadIsNoWrapping()
{
    const QByteArray payload = R"({"message": {"data": "x"}, "reference": 5})";
    const DeadRecord record = envelope().ofEntry(
        placeOf(DeadWhere::Stream), {5, 0}, {{"data", payload}, {"event_id", "1"}});
    QCOMPARE(record.message.payload, payload);
    QCOMPARE(record.facts.error, QString());
    QVERIFY(!record.facts.deliveries);
    // An id made by hand tells no time.
    QVERIFY(!record.facts.diedAt);
}

void TestDeadEnvelope::aWordThatIsNoJsonIsThePayload()
{
    const DeadRecord record =
        envelope().ofElement(placeOf(DeadWhere::SortedSet), "\xff not json", "1772330400000");
    QCOMPARE(record.message.payload, QByteArray("\xff not json"));
    QVERIFY(record.message.eventId.isEmpty());
    QCOMPARE(record.facts.diedAt->time_since_epoch().count(), secondsOf2026 * 1'000'000);
    QCOMPARE(record.original.score, QByteArray("1772330400000"));
}

void TestDeadEnvelope::theOriginsEntryIsTheEventWhereEntryIdsAre()
{
    const DeadRecord record = envelope(u"@entry_id"_s)
                                  .ofEntry(
                                      placeOf(DeadWhere::Stream),
                                      {9, 0},
                                      {{"data", "{}"}, {"orig_id", "1700000000000-3"}});
    QCOMPARE(record.message.eventId, EventId("1700000000000-3"));
}

void TestDeadEnvelope::timesAreReadInEveryUnit_data()
{
    QTest::addColumn<QByteArray>("text");
    QTest::addColumn<qint64>("micros");
    const qint64 micros = secondsOf2026 * 1'000'000;
    QTest::newRow("seconds") << QByteArray("1772330400") << micros;
    QTest::newRow("seconds and a half") << QByteArray("1772330400.5") << micros + 500'000;
    QTest::newRow("milliseconds") << QByteArray("1772330400000") << micros;
    QTest::newRow("microseconds") << QByteArray("1772330400000000") << micros;
    QTest::newRow("ISO with Z") << QByteArray("2026-03-01T02:00:00Z") << micros;
    QTest::newRow("ISO with an offset") << QByteArray("2026-03-01T03:00:00+01:00") << micros;
    QTest::newRow("as Python writes it") << QByteArray("2026-03-01 02:00:00+00:00") << micros;
    QTest::newRow("ISO of nobody knows where") << QByteArray("2026-03-01T02:00:00") << qint64(-1);
    QTest::newRow("a small number") << QByteArray("12") << qint64(-1);
    QTest::newRow("words") << QByteArray("yesterday") << qint64(-1);
}

void TestDeadEnvelope::timesAreReadInEveryUnit()
{
    QFETCH(const QByteArray, text);
    const auto time = deadTimeOf(text);
    QTEST(time ? qint64(time->time_since_epoch().count()) : qint64(-1), "micros");
}

void TestDeadEnvelope::placesAreFoundUnderAllNames()
{
    const DeadNames names{QString()};
    QStringList places;
    for (const BrokerTopic& place : names.placesOf(BrokerTopic("a:b")))
        places << place.text();
    QCOMPARE(
        places,
        (QStringList{
            u"a:b:dlq"_s,
            u"a:b:dead"_s,
            u"a:b:dead-letter"_s,
            u"a:b:dead-letters"_s,
            u"a:b_dlq"_s,
            u"dlq:a:b"_s}));
    QCOMPARE(names.originOf(BrokerTopic("a:b_dlq")), std::optional(BrokerTopic("a:b")));
    QCOMPARE(names.originOf(BrokerTopic("dlq:a")), std::optional(BrokerTopic("a")));
    QVERIFY(!names.originOf(BrokerTopic("a:b")));
    QVERIFY(!names.originOf(BrokerTopic(":dlq")));
}

void TestDeadEnvelope::theProfilesNameIsTheOnlyOne()
{
    const DeadNames named(u"graveyard/{stream}"_s);
    QCOMPARE(named.placesOf(BrokerTopic("a")), QList{BrokerTopic("graveyard/a")});
    QVERIFY(!named.originOf(BrokerTopic("a:dlq")));
    const DeadNames fixed(u"graveyard"_s);
    QVERIFY(fixed.isFixed());
    QCOMPARE(fixed.placesOf(BrokerTopic("a")), QList{BrokerTopic("graveyard")});
    QVERIFY(!fixed.originOf(BrokerTopic("graveyard")));
}

QTEST_GUILESS_MAIN(TestDeadEnvelope)
#include "tst_deadenvelope.moc"
