// SPDX-License-Identifier: GPL-3.0-or-later
#include "text/format.h"

#include <QTest>

#include <limits>

using namespace outboard;
using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

class TestFormat : public QObject
{
    Q_OBJECT

private slots:
    void initTestCase();
    void numbersAreGrouped_data();
    void numbersAreGrouped();
    void countsSayHowFarTheyCanBeTrusted();
    void ratesAreShort_data();
    void ratesAreShort();
    void durationsHaveTwoUnits_data();
    void durationsHaveTwoUnits();
    void roundTripsAreShort_data();
    void roundTripsAreShort();
    void sizesAreBinary_data();
    void sizesAreBinary();
    void absentIsUnknownAndNeverZero();
    void timesOfTodayHaveNoDate();
    void hostileBytesBecomeOneLine_data();
    void hostileBytesBecomeOneLine();
    void hostileTextBecomesOneLine();
    void longTextIsCutWithoutSplittingAnything();
    void tenMegabytesAreNotRead();
    void escapedKeepsLinesOnly();
};

void TestFormat::initTestCase()
{
    qputenv("TZ", "UTC");
}

void TestFormat::numbersAreGrouped_data()
{
    QTest::addColumn<qint64>("value");
    QTest::addColumn<QString>("text");
    QTest::newRow("zero") << qint64(0) << u"0"_s;
    QTest::newRow("three digits") << qint64(999) << u"999"_s;
    QTest::newRow("four digits") << qint64(1000) << u"1\u202f000"_s;
    QTest::newRow("five digits") << qint64(12431) << u"12\u202f431"_s;
    QTest::newRow("negative, three digits") << qint64(-123) << u"-123"_s;
    QTest::newRow("negative") << qint64(-1234567) << u"-1\u202f234\u202f567"_s;
    QTest::newRow("the lowest number")
        << std::numeric_limits<qint64>::min()
        << u"-9\u202f223\u202f372\u202f036\u202f854\u202f775\u202f808"_s;
}

void TestFormat::numbersAreGrouped()
{
    QFETCH(qint64, value);
    QTEST(format::number(value), "text");
}

void TestFormat::countsSayHowFarTheyCanBeTrusted()
{
    QCOMPARE(format::count(Count::exact(12431)), u"12\u202f431"_s);
    QCOMPARE(format::count(Count::atLeast(10000)), u"10\u202f000+"_s);
    QCOMPARE(format::count(Count::estimated(12000)), u"~12\u202f000"_s);
    QCOMPARE(format::count(Count::unknown(u"never counted"_s)), u"?"_s);
}

void TestFormat::ratesAreShort_data()
{
    QTest::addColumn<double>("value");
    QTest::addColumn<QString>("text");
    QTest::newRow("nothing") << 0.0 << u"0"_s;
    QTest::newRow("a trickle is not nothing") << 0.004 << u"< 0.1"_s;
    QTest::newRow("below one") << 0.31 << u"0.3"_s;
    QTest::newRow("no zero decimals") << 4.04 << u"4"_s;
    QTest::newRow("just below ten") << 9.96 << u"10"_s;
    QTest::newRow("whole") << 12.4 << u"12"_s;
    QTest::newRow("thousands") << 1250.2 << u"1\u202f250"_s;
    QTest::newRow("negative") << -3.26 << u"-3.3"_s;
    QTest::newRow("not a number") << std::numeric_limits<double>::quiet_NaN() << u"?"_s;
    QTest::newRow("without end") << std::numeric_limits<double>::infinity() << u"?"_s;
    QTest::newRow("nonsense") << 1e300 << u"?"_s;
}

void TestFormat::ratesAreShort()
{
    QFETCH(double, value);
    QTEST(format::rate(value), "text");
}

void TestFormat::durationsHaveTwoUnits_data()
{
    QTest::addColumn<qint64>("milliseconds");
    QTest::addColumn<QString>("text");
    QTest::newRow("zero") << qint64(0) << u"0 ms"_s;
    QTest::newRow("milliseconds") << qint64(850) << u"850 ms"_s;
    QTest::newRow("seconds are cut, not rounded up") << qint64(42'999) << u"42 s"_s;
    QTest::newRow("minutes") << qint64(425'000) << u"7 min 05 s"_s;
    QTest::newRow("hours") << qint64(11'520'000) << u"3 h 12 min"_s;
    QTest::newRow("days") << qint64(187'200'000) << u"2 d 4 h"_s;
    QTest::newRow("years") << qint64(1'000'000) * 86'400'000 << u"1\u202f000\u202f000 d 0 h"_s;
    QTest::newRow("clocks that disagree") << qint64(-42'000) << u"-42 s"_s;
}

void TestFormat::durationsHaveTwoUnits()
{
    QFETCH(qint64, milliseconds);
    QTEST(format::duration(Milliseconds(milliseconds)), "text");
}

void TestFormat::roundTripsAreShort_data()
{
    QTest::addColumn<qint64>("microseconds");
    QTest::addColumn<QString>("text");
    QTest::newRow("below a millisecond") << qint64(350) << u"0.35 ms"_s;
    QTest::newRow("a few milliseconds") << qint64(1240) << u"1.2 ms"_s;
    QTest::newRow("milliseconds") << qint64(12'200) << u"12 ms"_s;
    QTest::newRow("almost a second") << qint64(999'700) << u"1 s"_s;
    QTest::newRow("seconds") << qint64(1'230'000) << u"1.2 s"_s;
}

void TestFormat::roundTripsAreShort()
{
    QFETCH(qint64, microseconds);
    QTEST(format::roundTrip(Microseconds(microseconds)), "text");
}

void TestFormat::sizesAreBinary_data()
{
    QTest::addColumn<qint64>("bytes");
    QTest::addColumn<QString>("text");
    QTest::newRow("none") << qint64(0) << u"0 B"_s;
    QTest::newRow("bytes") << qint64(512) << u"512 B"_s;
    QTest::newRow("kibibytes") << qint64(1434) << u"1.4 KiB"_s;
    QTest::newRow("almost a mebibyte") << qint64(1024) * 1024 - 1 << u"1 MiB"_s;
    QTest::newRow("mebibytes") << qint64(23) * 1024 * 1024 << u"23 MiB"_s;
    QTest::newRow("the largest number") << std::numeric_limits<qint64>::max() << u"8 EiB"_s;
    QTest::newRow("nonsense") << qint64(-1) << u"?"_s;
}

void TestFormat::sizesAreBinary()
{
    QFETCH(qint64, bytes);
    QTEST(format::bytes(bytes), "text");
}

void TestFormat::absentIsUnknownAndNeverZero()
{
    QCOMPARE(format::rate(std::nullopt), u"?"_s);
    QCOMPARE(format::duration(std::nullopt), u"?"_s);
    QCOMPARE(format::roundTrip(std::nullopt), u"?"_s);
    QCOMPARE(format::bytes(std::nullopt), u"?"_s);
    QCOMPARE(format::time(std::nullopt, TimePoint()), QString());
}

void TestFormat::timesOfTodayHaveNoDate()
{
    // 2026-03-01 03:14:15.9 UTC; fractions are cut, not rounded.
    const TimePoint time(1772334855900ms);
    QCOMPARE(format::time(time, time + 1h), u"03:14:15"_s);
    QCOMPARE(format::time(time, time + 24h), u"2026-03-01 03:14:15"_s);
    QCOMPARE(format::time(TimePoint(-1us), time), u"1969-12-31 23:59:59"_s);
}

void TestFormat::hostileBytesBecomeOneLine_data()
{
    QTest::addColumn<QByteArray>("bytes");
    QTest::addColumn<QString>("text");
    QTest::newRow("plain") << QByteArray("order-1") << u"order-1"_s;
    QTest::newRow("umlauts and emoji stay")
        << QByteArray("gr\xc3\xbc\xc3\x9f \xf0\x9f\x9a\x80") << u"grüß 🚀"_s;
    QTest::newRow("line breaks") << QByteArray("a\nb\r\n\tc") << u"a\\nb\\r\\n\\tc"_s;
    QTest::newRow("NUL") << QByteArray("a\0b", 3) << u"a\\x00b"_s;
    QTest::newRow("terminal escape") << QByteArray("\x1b[31m") << u"\\x1b[31m"_s;
    QTest::newRow("delete") << QByteArray("\x7f") << u"\\x7f"_s;
    QTest::newRow("C1 control") << QByteArray("\xc2\x85") << u"\\u0085"_s;
    QTest::newRow("right-to-left override") << QByteArray("\xe2\x80\xae") << u"\\u202e"_s;
    QTest::newRow("isolate") << QByteArray("\xe2\x81\xa6") << u"\\u2066"_s;
    QTest::newRow("zero width space") << QByteArray("\xe2\x80\x8b") << u"\\u200b"_s;
    QTest::newRow("byte order mark") << QByteArray("\xef\xbb\xbf{}") << u"\\ufeff{}"_s;
    QTest::newRow("line separator") << QByteArray("\xe2\x80\xa8") << u"\\u2028"_s;
    QTest::newRow("tag character") << QByteArray("\xf3\xa0\x80\x81") << u"\\u{e0001}"_s;
    QTest::newRow("a byte of no character") << QByteArray("a\xff") << u"a\\xff"_s;
    QTest::newRow("a character that ends early") << QByteArray("\xe2\x80") << u"\\xe2\\x80"_s;
    QTest::newRow("an overlong slash") << QByteArray("\xc0\xaf") << u"\\xc0\\xaf"_s;
    QTest::newRow("an overlong three byte form")
        << QByteArray("\xe0\x80\xaf") << u"\\xe0\\x80\\xaf"_s;
    QTest::newRow("an encoded surrogate") << QByteArray("\xed\xa0\x80") << u"\\xed\\xa0\\x80"_s;
    QTest::newRow("beyond Unicode") << QByteArray("\xf4\x90\x80\x80") << u"\\xf4\\x90\\x80\\x80"_s;
    QTest::newRow("markup is only text") << QByteArray("<b>x</b>") << u"<b>x</b>"_s;
}

void TestFormat::hostileBytesBecomeOneLine()
{
    QFETCH(QByteArray, bytes);
    QTEST(format::oneLine(bytes), "text");
}

void TestFormat::hostileTextBecomesOneLine()
{
    QCOMPARE(format::oneLine(u"a\u202eb\n"_s), u"a\\u202eb\\n"_s);
    const QString halfAPair = u"a"_s + QChar(0xd83d) + u"b"_s;
    QVERIFY(!format::oneLine(halfAPair).contains(QChar(0xd83d)));
}

void TestFormat::longTextIsCutWithoutSplittingAnything()
{
    QCOMPARE(format::oneLine(QByteArray("abcdef"), 6), u"abcdef"_s);
    QCOMPARE(format::oneLine(QByteArray("abcdef"), 5), u"abcde…"_s);
    QCOMPARE(format::oneLine(u"ab🚀cd"_s, 3), u"ab…"_s);
    QCOMPARE(format::oneLine(QByteArray("ab\nc"), 3), u"ab…"_s);
    QCOMPARE(format::oneLine(QByteArray("ab"), 0), u"…"_s);
}

void TestFormat::tenMegabytesAreNotRead()
{
    const QByteArray big(10'000'000, '\n');
    QCOMPARE(format::oneLine(big).size(), 201);
}

void TestFormat::escapedKeepsLinesOnly()
{
    QCOMPARE(format::escaped(u"a\n\tb\r\u2067c"_s), u"a\n\tb\\r\\u2067c"_s);
}

QTEST_GUILESS_MAIN(TestFormat)
#include "tst_format.moc"
