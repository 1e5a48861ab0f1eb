// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/strongid.h"
#include "core/time.h"
#include "model/entryid.h"
#include "support/printers.h"

#include <QTest>

using namespace outboard;
using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

class TestCore : public QObject
{
    Q_OBJECT

private slots:
    void durationsAreRead_data();
    void durationsAreRead();
    void durationsAreWrittenShort_data();
    void durationsAreWrittenShort();
    void badDurationsSayWhatToWrite();
    void entryIdsAreReadAndOrdered();
    void badEntryIdsAreNotIds_data();
    void badEntryIdsAreNotIds();
    void idsOfDifferentBytesDiffer();
};

void TestCore::durationsAreRead_data()
{
    QTest::addColumn<QString>("text");
    QTest::addColumn<qint64>("milliseconds");
    QTest::newRow("a bare number is seconds") << u"60"_s << qint64(60'000);
    QTest::newRow("milliseconds") << u"250ms"_s << qint64(250);
    QTest::newRow("seconds with a fraction") << u"1.5s"_s << qint64(1'500);
    QTest::newRow("minutes") << u"5m"_s << qint64(300'000);
    QTest::newRow("hours") << u"2h"_s << qint64(7'200'000);
    QTest::newRow("days") << u" 30d "_s << qint64(2'592'000'000);
}

void TestCore::durationsAreRead()
{
    QFETCH(QString, text);
    QFETCH(qint64, milliseconds);
    const auto duration = parseDuration(text);
    QVERIFY_RESULT(duration);
    QCOMPARE(qint64(duration->count()), milliseconds);
}

void TestCore::durationsAreWrittenShort_data()
{
    QTest::addColumn<qint64>("milliseconds");
    QTest::addColumn<QString>("text");
    QTest::newRow("zero") << qint64(0) << u"0s"_s;
    QTest::newRow("a minute") << qint64(60'000) << u"1m"_s;
    QTest::newRow("ninety seconds") << qint64(90'000) << u"90s"_s;
    QTest::newRow("not whole seconds") << qint64(1'250) << u"1250ms"_s;
    QTest::newRow("thirty days") << qint64(2'592'000'000) << u"30d"_s;
}

void TestCore::durationsAreWrittenShort()
{
    QFETCH(qint64, milliseconds);
    QFETCH(QString, text);
    QCOMPARE(durationText(Milliseconds(milliseconds)), text);
    QCOMPARE(qint64(parseDuration(text)->count()), milliseconds);
}

void TestCore::badDurationsSayWhatToWrite()
{
    for (const QString& text : {u"soon"_s, u""_s, u"-5s"_s, u"5 weeks"_s}) {
        const auto duration = parseDuration(text);
        QVERIFY_ERROR(duration, Error::Kind::Refused);
        QVERIFY(duration.error().what.contains(u"60s"));
    }
}

void TestCore::entryIdsAreReadAndOrdered()
{
    const auto id = EntryId::parse("1700000000000-3");
    QVERIFY(id);
    QCOMPARE(id->text(), u"1700000000000-3"_s);
    QVERIFY(*id < *EntryId::parse("1700000000000-10"));
    QVERIFY(*id < *EntryId::parse("1700000000001"));
    QCOMPARE(id->next().text(), u"1700000000000-4"_s);
    // The largest ids do not fit a signed number or a double.
    QCOMPARE(EntryId::highest().text(), u"18446744073709551615-18446744073709551615"_s);
    QCOMPARE(*EntryId::parse(EntryId::highest().bytes()), EntryId::highest());
}

void TestCore::badEntryIdsAreNotIds_data()
{
    QTest::addColumn<QByteArray>("text");
    QTest::newRow("empty") << QByteArray();
    QTest::newRow("a word") << QByteArray("latest");
    QTest::newRow("a sign") << QByteArray("-1-0");
    QTest::newRow("no sequence after the dash") << QByteArray("17-");
    QTest::newRow("more than 64 bits") << QByteArray("99999999999999999999-0");
}

void TestCore::badEntryIdsAreNotIds()
{
    QFETCH(QByteArray, text);
    QVERIFY(!EntryId::parse(text));
}

void TestCore::idsOfDifferentBytesDiffer()
{
    const GroupName a(QByteArray("a\0b", 3));
    const GroupName b(QByteArray("a\0c", 3));
    QVERIFY(a != b);
    QVERIFY(a < b);
    QCOMPARE(GroupName::fromText(u"grüppe"_s).text(), u"grüppe"_s);
}

QTEST_GUILESS_MAIN(TestCore)
#include "tst_core.moc"
