// SPDX-License-Identifier: GPL-3.0-or-later
#include "brokers/streamtemplate.h"
#include "support/printers.h"

#include <QTest>

using namespace outboard;
using namespace Qt::StringLiterals;

class TestStreamTemplate : public QObject
{
    Q_OBJECT

private slots:
    void namesStreamsAndFindsTopics_data();
    void namesStreamsAndFindsTopics();
    void foreignStreamsHaveNoTopic_data();
    void foreignStreamsHaveNoTopic();
    void aFixedNameStandsForAllTopics();
    void badTemplatesSayWhatToWrite_data();
    void badTemplatesSayWhatToWrite();
};

void TestStreamTemplate::namesStreamsAndFindsTopics_data()
{
    QTest::addColumn<QString>("text");
    QTest::addColumn<QByteArray>("stream");
    QTest::addColumn<QByteArray>("pattern");
    QTest::newRow("the topic alone") << u"{topic}"_s << "order.paid"_ba
                                     << "*"_ba;
    QTest::newRow("a prefix") << u"events:{topic}"_s << "events:order.paid"_ba
                              << "events:*"_ba;
    QTest::newRow("both sides") << u"t1:{topic}:out"_s << "t1:order.paid:out"_ba
                                << "t1:*:out"_ba;
    QTest::newRow("a hash tag") << u"{{eu}}:{topic}"_s << "{eu}:order.paid"_ba
                                << "{eu}:*"_ba;
    QTest::newRow("letters that SCAN would expand")
        << u"a*[b]?\\{topic}"_s << "a*[b]?\\order.paid"_ba
        << "a\\*\\[b\\]\\?\\\\*"_ba;
}

void TestStreamTemplate::namesStreamsAndFindsTopics()
{
    QFETCH(QString, text);
    QFETCH(QByteArray, stream);
    QFETCH(QByteArray, pattern);
    const auto names = StreamTemplate::parse(text);
    QVERIFY_RESULT(names);
    const TopicName topic("order.paid");
    QCOMPARE(names->destination(topic).bytes(), stream);
    QCOMPARE(names->topicOf(BrokerTopic(stream)).value_or(TopicName()).bytes(), topic.bytes());
    QCOMPARE(names->globPattern(), pattern);
    QVERIFY(!names->isFixed());
}

void TestStreamTemplate::foreignStreamsHaveNoTopic_data()
{
    QTest::addColumn<QByteArray>("stream");
    QTest::newRow("another prefix") << "celery:order.paid:out"_ba;
    QTest::newRow("another suffix") << "t1:order.paid:dlq"_ba;
    QTest::newRow("nothing between prefix and suffix") << "t1::out"_ba;
    QTest::newRow("prefix and suffix overlap") << "t1:out"_ba;
}

void TestStreamTemplate::foreignStreamsHaveNoTopic()
{
    QFETCH(QByteArray, stream);
    const auto names = StreamTemplate::parse(u"t1:{topic}:out"_s);
    QVERIFY_RESULT(names);
    QVERIFY(!names->topicOf(BrokerTopic(stream)));
}

void TestStreamTemplate::aFixedNameStandsForAllTopics()
{
    const auto names = StreamTemplate::parse(u"events"_s);
    QVERIFY_RESULT(names);
    QVERIFY(names->isFixed());
    QCOMPARE(names->destination(TopicName("a")), names->destination(TopicName("b")));
    QVERIFY(!names->topicOf(BrokerTopic("events")));
    QCOMPARE(names->globPattern(), "events"_ba);
}

void TestStreamTemplate::badTemplatesSayWhatToWrite_data()
{
    QTest::addColumn<QString>("text");
    QTest::newRow("empty") << u""_s;
    QTest::newRow("another word in braces") << u"events:{stream}"_s;
    QTest::newRow("an open brace") << u"events:{topic"_s;
    QTest::newRow("the topic twice") << u"{topic}:{topic}"_s;
}

void TestStreamTemplate::badTemplatesSayWhatToWrite()
{
    QFETCH(QString, text);
    const auto names = StreamTemplate::parse(text);
    QVERIFY_ERROR(names, Error::Kind::Refused);
    QVERIFY(names.error().what.contains(u"events:{topic}"));
}

QTEST_GUILESS_MAIN(TestStreamTemplate)
#include "tst_streamtemplate.moc"
