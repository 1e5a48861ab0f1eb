// SPDX-License-Identifier: GPL-3.0-or-later
#include "services/planner.h"
#include "support/printers.h"

#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QTest>

#include <limits>

using namespace outboard;
using namespace Qt::StringLiterals;

namespace {

QByteArray allBytes()
{
    QByteArray bytes;
    for (int byte = 0; byte < 256; ++byte)
        bytes.append(char(byte));
    return bytes;
}

Plan awkwardPlan()
{
    Plan plan;
    plan.id = u"0f6c7a52-6f0e-4f1f-9d0e-0a35a9b1c2d3"_s;
    plan.profile = u"shöp \"1\""_s;
    plan.handler = u"republish"_s;
    plan.group = GroupName(allBytes());
    plan.source = u"pending"_s;
    plan.madeAt = TimePoint(Microseconds(1'700'000'000'123'457));
    PlanItem item;
    item.event.id = EventId("9223372036854775807");
    item.event.topic = TopicName("order.paid");
    item.event.payload = allBytes();
    item.event.createdAt = TimePoint(Microseconds(1'699'999'999'999'999));
    item.event.row = OutboxRowId("9007199254740993");
    item.event.origin = EventOrigin{
        BrokerTopic("a\xff"
                    "b"),
        GroupName("g"),
        EntryId::highest()};
    item.event.key = QByteArray("\0key", 4);
    item.verdict = Verdict::Unknown;
    item.reason = u"nobody knows"_s;
    GroupVerdict group;
    group.group = GroupName("g\xff");
    group.verdict = Verdict::InFlight;
    group.reason = u"held"_s;
    group.ledger = u"billing_processedevent"_s;
    group.processedAt = TimePoint(Microseconds(1'699'999'999'999'998));
    group.held = HeldEntry{
        BrokerTopic("a"),
        {EntryId::highest(), ConsumerName("c\xff"), Milliseconds(12), 9'007'199'254'740'993}};
    item.groups = {group, GroupVerdict()};
    item.newer = NewerEvent{
        EventId("5\xff"), TimePoint(Microseconds(1'700'000'000'000'001)), GroupName("g")};
    plan.items.append(item);
    PlanItem bare;
    bare.verdict = Verdict::PayloadMissing;
    plan.items.append(bare);
    PlanItem empty;
    empty.event.id = EventId("2");
    empty.event.payload = QByteArray("");
    empty.verdict = Verdict::Run;
    plan.items.append(empty);
    plan.judgedAt = TimePoint(Microseconds(1'700'000'000'123'458));
    plan.fromRun = u"run-1"_s;
    plan.note = u"not all was looked at"_s;
    return plan;
}

QByteArray changed(const std::function<void(QJsonObject&)>& change)
{
    QJsonObject json = QJsonDocument::fromJson(planToJson(awkwardPlan())).object();
    change(json);
    return QJsonDocument(json).toJson();
}

void changeEvent(QJsonObject& plan, const std::function<void(QJsonObject&)>& change)
{
    QJsonArray events = plan.value(u"events").toArray();
    QJsonObject event = events[0].toObject();
    change(event);
    events[0] = event;
    plan.insert(u"events"_s, events);
}

} // namespace

class TestPlanJson : public QObject
{
    Q_OBJECT

private slots:
    void everyByteComesBack();
    void idsOf64BitsAreReadableTextInTheFile();
    void aBrokenFileNamesTheKey_data();
    void aBrokenFileNamesTheKey();
    void otherFilesAreNotPlans_data();
    void otherFilesAreNotPlans();
};

void TestPlanJson::everyByteComesBack()
{
    const Plan plan = awkwardPlan();
    const auto back = planFromJson(planToJson(plan));
    QVERIFY_RESULT(back);
    QCOMPARE(*back, plan);
    // An empty payload is one; an absent one is not.
    QVERIFY(!back->items[1].event.payload);
    QVERIFY(back->items[2].event.payload);
}

void TestPlanJson::idsOf64BitsAreReadableTextInTheFile()
{
    const QByteArray json = planToJson(awkwardPlan());
    QVERIFY(json.contains(R"("event_id":"9223372036854775807")"));
    QVERIFY(json.contains(R"("row_id":"9007199254740993")"));
    QVERIFY(json.contains(R"("entry_id":"18446744073709551615-18446744073709551615")"));
}

void TestPlanJson::aBrokenFileNamesTheKey_data()
{
    using Change = std::function<void(QJsonObject&)>;
    QTest::addColumn<QByteArray>("json");
    QTest::addColumn<QString>("key");
    const auto add = [](const char* name, const Change& change, const QString& key) {
        QTest::newRow(name) << changed(change) << key;
    };
    const auto addEvent = [&add](const char* name, const Change& change, const QString& key) {
        add(
            name, [change](QJsonObject& plan) { changeEvent(plan, change); }, key);
    };
    add(
        "no handler", [](auto& o) { o.remove(u"handler"); }, u"\"handler\""_s);
    add(
        "no events", [](auto& o) { o.remove(u"events"); }, u"\"events\""_s);
    add(
        "an unknown key", [](auto& o) { o.insert(u"hadler"_s, 1); }, u"\"hadler\""_s);
    add(
        "a number for a name", [](auto& o) { o.insert(u"profile"_s, 5); }, u"\"profile\""_s);
    add(
        "a time with a fraction",
        [](auto& o) { o.insert(u"made_at_us"_s, 1.5); },
        u"\"made_at_us\""_s);
    add(
        "another version", [](auto& o) { o.insert(u"version"_s, 2); }, u"\"version\""_s);
    add(
        "an event that is no object",
        [](auto& o) { o.insert(u"events"_s, QJsonArray{u"x"_s}); },
        u"\"events[0]\""_s);
    addEvent(
        "an event without verdict",
        [](auto& o) { o.remove(u"verdict"); },
        u"\"events[0].verdict\""_s);
    addEvent(
        "a verdict that does not exist",
        [](auto& o) { o.insert(u"verdict"_s, u"maybe"_s); },
        u"\"events[0].verdict\""_s);
    addEvent(
        "a payload that is not base64",
        [](auto& o) { o.insert(u"payload_base64"_s, u"§§"_s); },
        u"\"events[0].payload_base64\""_s);
    addEvent(
        "an id that is a number",
        [](auto& o) { o.insert(u"event_id"_s, 12); },
        u"\"events[0].event_id\""_s);
    addEvent(
        "an unknown key of an event",
        [](auto& o) { o.insert(u"verdit"_s, 12); },
        u"\"events[0].verdit\""_s);
    addEvent(
        "an entry id that is none",
        [](auto& o) {
            QJsonObject origin = o.value(u"origin").toObject();
            origin.insert(u"entry_id"_s, u"latest"_s);
            o.insert(u"origin"_s, origin);
        },
        u"\"events[0].origin.entry_id\""_s);
}

void TestPlanJson::aBrokenFileNamesTheKey()
{
    QFETCH(QByteArray, json);
    QFETCH(QString, key);
    const auto plan = planFromJson(json);
    QVERIFY_ERROR(plan, Error::Kind::Refused);
    QVERIFY2(plan.error().what.contains(key), qPrintable(plan.error().what));
}

void TestPlanJson::otherFilesAreNotPlans_data()
{
    QTest::addColumn<QByteArray>("json");
    QTest::newRow("empty") << QByteArray();
    QTest::newRow("not JSON") << QByteArray("plan: 1");
    QTest::newRow("cut off") << planToJson(awkwardPlan()).chopped(1);
    QTest::newRow("a list") << QByteArray("[]");
    QTest::newRow("another document") << QByteArray(R"({"name": "shop"})");
}

void TestPlanJson::otherFilesAreNotPlans()
{
    QFETCH(QByteArray, json);
    const auto plan = planFromJson(json);
    QVERIFY_ERROR(plan, Error::Kind::Refused);
    QVERIFY(plan.error().what.contains(u"--out"));
}

QTEST_GUILESS_MAIN(TestPlanJson)
#include "tst_planjson.moc"
