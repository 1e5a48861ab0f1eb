// SPDX-License-Identifier: GPL-3.0-or-later
#include "services/deaderror.h"

#include <QTest>

using namespace outboard;
using namespace Qt::StringLiterals;

/// Which errors are told as one.
class TestDeadError : public QObject
{
    Q_OBJECT

private slots:
    void whatDiffersFromEventToEventIsFolded_data();
    void whatDiffersFromEventToEventIsFolded();
    void hugeAndHostileTextsAreBounded();
};

void TestDeadError::whatDiffersFromEventToEventIsFolded_data()
{
    QTest::addColumn<QString>("error");
    QTest::addColumn<QString>("kind");
    const auto row = [](const char* name, const QString& error, const QString& kind) {
        QTest::newRow(name) << error << kind;
    };
    row("nothing stays nothing", {}, {});
    row("words stay", u"card declined"_s, u"card declined"_s);
    row("numbers", u"order 4711 costs 19.90"_s, u"order <n> costs <n>"_s);
    row("numbers inside names", u"row ord_4711 of shard3"_s, u"row ord_<n> of shard<n>"_s);
    row("a uuid", u"no customer 3f2504e0-4f89-11d3-9a0c-0305e82c3301"_s, u"no customer <uuid>"_s);
    row("a uuid without dashes, in capitals",
        u"no customer 3F2504E04F8911D39A0C0305E82C3301"_s,
        u"no customer <uuid>"_s);
    row("a pointer", u"<Task object at 0x7f3a2c001d90>"_s, u"<Task object at <hex>>"_s);
    row("a digest", u"no blob 9f86d081884c7d65"_s, u"no blob <hex>"_s);
    row("a word of hex letters stays", u"facade defaced"_s, u"facade defaced"_s);
    row("IPv4 and port", u"connect to 10.0.12.7:5432 refused"_s, u"connect to <addr> refused"_s);
    row("IPv6",
        u"connect to [fe80::1c2:3dff:fe04:5]:443 refused"_s,
        u"connect to <addr> refused"_s);
    row("host and port", u"dial db-3.shop.internal:5432"_s, u"dial <addr>"_s);
    row("a URL", u"GET https://api.example.net/v1/x?id=5 failed"_s, u"GET <addr> failed"_s);
    row("a mail address", u"mailbox ann.lee+x@example.net full"_s, u"mailbox <addr> full"_s);
    row("quoted values", u"Key 'sku-7' of \"orders\""_s, u"Key '<value>' of '<value>'"_s);
    row("an escaped quote", uR"(bad value "a \" b")"_s, u"bad value '<value>'"_s);
    row("typographic quotes", u"no “Café” here"_s, u"no '<value>' here"_s);
    row("apostrophes are no quotes",
        u"can't reach it, didn't try"_s,
        u"can't reach it, didn't try"_s);
    row("a time", u"at 12:31:07 of 2026-03-01"_s, u"at <n> of <n>-<n>-<n>"_s);
    row("blanks and lines", u"  too \t many\nsecond line"_s, u"too many"_s);
    row("the exception that ends a traceback",
        u"Traceback (most recent call last):\n"
        "  File \"/srv/app/tasks.py\", line 31, in handle\n"
        "    charge(order)\n"
        "  File \"/srv/app/pay.py\", line 7, in charge\n"
        "    raise CardDeclined(f\"order {order.id}\")\n"
        "pay.CardDeclined: order 1234\n"_s,
        u"pay.CardDeclined: order <n>"_s);
    row("not the detail lines after it",
        u"Traceback (most recent call last):\n"
        "  File \"a.py\", line 1, in f\n"
        "    g()\n"
        "psycopg2.errors.UniqueViolation: duplicate key value violates unique constraint "
        "\"invoice_event_id_key\"\n"
        "DETAIL:  Key (event_id)=(42) already exists.\n"_s,
        u"psycopg<n>.errors.UniqueViolation: duplicate key value violates unique constraint "
        "'<value>'"_s);
    row("the first line of another stack",
        u"java.lang.IllegalStateException: no account 7\n\tat shop.Billing.apply(Billing.java:31)"_s,
        u"java.lang.IllegalStateException: no account <n>"_s);
}

void TestDeadError::whatDiffersFromEventToEventIsFolded()
{
    QFETCH(const QString, error);
    QTEST(errorKindOf(error), "kind");
}

void TestDeadError::hugeAndHostileTextsAreBounded()
{
    const QString huge = errorKindOf(QString(5'000'000, u'x'));
    QCOMPARE(huge.size(), 200);
    QVERIFY(huge.endsWith(u'…'));
    // Quotes that never close, and dots without end, take no time to speak of.
    QVERIFY(errorKindOf(u"'"_s + QString(100'000, u'a')).size() <= 200);
    QVERIFY(errorKindOf(QString(u"a."_s).repeated(50'000)).size() <= 200);
    QVERIFY(errorKindOf(QString(u"\"\\"_s).repeated(50'000)).size() <= 200);
    QVERIFY(errorKindOf(QString(u"1:"_s).repeated(50'000)).size() <= 200);
}

QTEST_GUILESS_MAIN(TestDeadError)
#include "tst_deaderror.moc"
