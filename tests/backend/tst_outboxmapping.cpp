// SPDX-License-Identifier: GPL-3.0-or-later
#include "outbox/outboxmapping.h"
#include "outbox/outboxpresets.h"
#include "outbox/sqltext.h"
#include "support/printers.h"

#include <QTest>

using namespace outboard;
using namespace Qt::StringLiterals;

/// The only builder of SQL: nothing from a profile or a server may end up outside its quotes.
class TestOutboxMapping : public QObject
{
    Q_OBJECT

private slots:
    void identifiersAreQuoted_data();
    void identifiersAreQuoted();
    void namesAreSplitAtDots_data();
    void namesAreSplitAtDots();
    void badNamesAreRefused_data();
    void badNamesAreRefused();
    void fragmentsAreOneExpression_data();
    void fragmentsAreOneExpression();
    void setListsNameTheirColumns_data();
    void setListsNameTheirColumns();
    void arraysQuoteEveryElement();
    void literalsAreQuoted();
    void idsHaveOneCanonicalForm_data();
    void idsHaveOneCanonicalForm();
    void hostileTableStaysInsideItsQuotes();
    void valuesAreParameters();
    void settingsComeFromThePreset();
};

void TestOutboxMapping::identifiersAreQuoted_data()
{
    QTest::addColumn<QString>("name");
    QTest::addColumn<QByteArray>("quoted");
    QTest::newRow("plain") << u"topic"_s << QByteArray("\"topic\"");
    QTest::newRow("mixed case") << u"StatusName"_s << QByteArray("\"StatusName\"");
    QTest::newRow("a quote") << u"a\"b"_s << QByteArray("\"a\"\"b\"");
    QTest::newRow("an attack") << u"x\"; DROP TABLE t; --"_s
                               << QByteArray("\"x\"\"; DROP TABLE t; --\"");
    QTest::newRow("a zero character")
        << QString(u"a"_s + QChar(u'\0') + u'b') << QByteArray("\"ab\"");
    QTest::newRow("not ASCII") << u"größe"_s << QByteArray("\"größe\"");
}

void TestOutboxMapping::identifiersAreQuoted()
{
    QFETCH(QString, name);
    QFETCH(QByteArray, quoted);
    QCOMPARE(sqltext::identifier(name), quoted);
}

void TestOutboxMapping::namesAreSplitAtDots_data()
{
    QTest::addColumn<QString>("text");
    QTest::addColumn<QStringList>("parts");
    QTest::newRow("a name") << u"t"_s << QStringList{u"t"_s};
    QTest::newRow("a schema") << u"cap.published"_s << QStringList{u"cap"_s, u"published"_s};
    QTest::newRow("case is kept") << u"Cap.Published"_s << QStringList{u"Cap"_s, u"Published"_s};
    QTest::newRow("a dot inside") << u"\"a.b\".c"_s << QStringList{u"a.b"_s, u"c"_s};
    QTest::newRow("a quote inside") << u"\"a\"\".b\""_s << QStringList{u"a\".b"_s};
    QTest::newRow("an attack is a name")
        << u"t; DROP TABLE x"_s << QStringList{u"t; DROP TABLE x"_s};
}

void TestOutboxMapping::namesAreSplitAtDots()
{
    QFETCH(QString, text);
    QFETCH(QStringList, parts);
    const auto split = sqltext::splitName(text, u"outbox.table"_s);
    QVERIFY_RESULT(split);
    QCOMPARE(*split, parts);
}

void TestOutboxMapping::badNamesAreRefused_data()
{
    QTest::addColumn<QString>("text");
    for (const char* text : {"", ".", "a.", ".a", "a..b", "a.b.c", "\"open", "\"a\".\"\""})
        QTest::newRow(*text ? text : "empty") << QString::fromLatin1(text);
}

void TestOutboxMapping::badNamesAreRefused()
{
    QFETCH(QString, text);
    const auto split = sqltext::splitName(text, u"outbox.table"_s);
    QVERIFY_ERROR(split, Error::Kind::Refused);
    QVERIFY(split.error().what.contains(u"\"outbox.table\""));
}

void TestOutboxMapping::fragmentsAreOneExpression_data()
{
    QTest::addColumn<QString>("sql");
    QTest::addColumn<bool>("isGood");
    QTest::newRow("a null test") << u"published_at IS NULL"_s << true;
    QTest::newRow("a list") << u"status IN ('a', 'b')"_s << true;
    QTest::newRow("a semicolon in a string") << u"status = 'a;b'"_s << true;
    QTest::newRow("a comment in a string") << u"status = '--'"_s << true;
    QTest::newRow("doubled quotes") << u"status = 'it''s' AND \"a\"\"b\" = 1"_s << true;
    QTest::newRow("an escape string") << u"status = E'\\';'"_s << true;
    QTest::newRow("a dollar string") << u"status = $x$ ; ' $x$"_s << true;
    QTest::newRow("an operator with a minus") << u"a = -1 AND b - 1 > 0"_s << true;
    QTest::newRow("nothing") << u"  "_s << false;
    QTest::newRow("a second statement") << u"true; DROP TABLE t"_s << false;
    QTest::newRow("a line comment") << u"true -- "_s << false;
    QTest::newRow("a block comment") << u"true /* "_s << false;
    QTest::newRow("closes the parenthesis around it") << u"true) OR (true"_s << false;
    QTest::newRow("an open parenthesis") << u"(true"_s << false;
    QTest::newRow("an open string") << u"status = 'x"_s << false;
    QTest::newRow("a backslash does not escape here") << u"status = 'x\\' ; '"_s << false;
    QTest::newRow("an open name") << u"\"status = 1"_s << false;
    QTest::newRow("an open dollar string") << u"status = $x$ ;"_s << false;
    QTest::newRow("a parameter of the statement around it") << u"topic = $1"_s << false;
}

void TestOutboxMapping::fragmentsAreOneExpression()
{
    QFETCH(QString, sql);
    QFETCH(bool, isGood);
    const auto checked = sqltext::checkFragment(sql, u"outbox.unpublished"_s);
    QCOMPARE(checked.has_value(), isGood);
    if (!isGood) {
        QCOMPARE(checked.error().kind, Error::Kind::Refused);
        QVERIFY(checked.error().what.contains(u"\"outbox.unpublished\""));
    }
}

void TestOutboxMapping::setListsNameTheirColumns_data()
{
    QTest::addColumn<QString>("setList");
    QTest::addColumn<QStringList>("columns");
    QTest::newRow("one") << u"published_at = now()"_s << QStringList{u"published_at"_s};
    QTest::newRow("two, with commas in a call")
        << u"a = coalesce(x, 1), B='x,y'"_s << QStringList{u"a"_s, u"b"_s};
    QTest::newRow("quoted") << u"\"Status,Name\" = 'x', \"a\"\"b\"=1"_s
                            << QStringList{u"Status,Name"_s, u"a\"b"_s};
}

void TestOutboxMapping::setListsNameTheirColumns()
{
    QFETCH(QString, setList);
    QFETCH(QStringList, columns);
    QCOMPARE(sqltext::assignedColumns(setList), columns);
}

void TestOutboxMapping::arraysQuoteEveryElement()
{
    QCOMPARE(sqltext::arrayLiteral({}), "{}");
    QCOMPARE(
        sqltext::arrayLiteral({"1", "a,b", "\"", "\\", "", "NULL"}),
        "{\"1\",\"a,b\",\"\\\"\",\"\\\\\",\"\",\"NULL\"}");
}

void TestOutboxMapping::literalsAreQuoted()
{
    QCOMPARE(sqltext::literal("it's"), "'it''s'");
    QCOMPARE(sqltext::literal("a\\b'"), "E'a\\\\b'''");
}

void TestOutboxMapping::idsHaveOneCanonicalForm_data()
{
    QTest::addColumn<QByteArray>("type");
    QTest::addColumn<int>("kind");
    QTest::addColumn<QByteArray>("text");
    QTest::addColumn<QByteArray>("canonical"); // Null: cannot be a value.
    const auto row =
        [](const char* name, PgKind kind, const QByteArray& text, const QByteArray& form) {
            QTest::newRow(name) << QByteArray("x") << static_cast<int>(kind) << text << form;
        };
    row("a number", PgKind::Integer, "0042", "42");
    row("the largest bigint", PgKind::Integer, "9223372036854775807", "9223372036854775807");
    row("more than a bigint", PgKind::Integer, "9223372036854775808", {});
    row("no number", PgKind::Integer, "4 2", {});
    row("a uuid",
        PgKind::Uuid,
        "0000000A-0000-4000-8000-000000000000",
        "0000000a-0000-4000-8000-000000000000");
    row("the zero uuid",
        PgKind::Uuid,
        "00000000-0000-0000-0000-000000000000",
        "00000000-0000-0000-0000-000000000000");
    row("no uuid", PgKind::Uuid, "0000000A", {});
    row("text", PgKind::Text, "it's ü", "it's ü");
    row("not UTF-8", PgKind::Text, "\xff", {});
    row("a zero byte", PgKind::Text, QByteArray("a\0b", 3), {});
}

void TestOutboxMapping::idsHaveOneCanonicalForm()
{
    QFETCH(QByteArray, type);
    QFETCH(int, kind);
    QFETCH(QByteArray, text);
    QFETCH(QByteArray, canonical);
    const PgColumn column{u"id"_s, type, static_cast<PgKind>(kind), false};
    const auto found = column.canonical(text);
    QCOMPARE(found.has_value(), !canonical.isNull());
    QCOMPARE(found.value_or(QByteArray()), canonical);
}

namespace {

PgTable hostileTable()
{
    PgTable table;
    table.schema = u"s\"; --"_s;
    table.name = u"t'; DROP TABLE x; --"_s;
    table.columns = {
        {u"i\"d"_s, "bigint", PgKind::Integer, true},
        {u"topic;"_s, "text", PgKind::Text, true},
        {u"pay'load"_s, "bytea", PgKind::Bytes, true},
        {u"created--"_s, "timestamp with time zone", PgKind::Time, true},
        {u"sent"_s, "boolean", PgKind::Boolean, true}};
    return table;
}

OutboxMapping hostileMapping()
{
    OutboxSettings settings;
    settings.columns = {u"i\"d"_s, u"i\"d"_s, u"topic;"_s, u"pay'load"_s, u"created--"_s, {}};
    settings.unpublished = u"NOT sent"_s;
    settings.markPublished = u"sent = true"_s;
    const auto mapping = OutboxMapping::make(settings, hostileTable());
    if (!mapping)
        qFatal("%s", describe(mapping.error()).constData());
    return *mapping;
}

/// The statement without what is inside of quotes.
QByteArray outsideOfQuotes(const QByteArray& sql)
{
    QByteArray text;
    char quote = 0;
    for (const char c : sql) {
        if (quote == 0 && (c == '"' || c == '\''))
            quote = c;
        else if (quote == c)
            quote = 0;
        else if (quote == 0)
            text += c;
    }
    return quote == 0 ? text : QByteArray("a quote is open: ") + sql;
}

} // namespace

void TestOutboxMapping::hostileTableStaysInsideItsQuotes()
{
    const OutboxMapping mapping = hostileMapping();
    using Newest = OutboxMapping::Newest;
    const RelayBatch batch;
    for (const SqlStatement& statement :
         {mapping.backlog(10),
          mapping.unpublishedEstimate(),
          mapping.newest(Newest::ById, 10),
          mapping.newest(Newest::ByCreation, 10),
          mapping.highestId(),
          mapping.lastPublishedBelow(7),
          mapping.page({}, OutboxRowId("5"), QByteArray("1"), 10),
          mapping.windowEnd(true, {}, 10),
          mapping.rowsById({"1"}),
          mapping.rowsByEvent({"1"}),
          mapping.count({}, 10),
          mapping.lockBatch(batch),
          mapping.mark({"1"})}) {
        const QByteArray outside = outsideOfQuotes(statement.sql);
        for (const char* part : {"DROP", ";", "--", "open"})
            QVERIFY2(!outside.contains(part), statement.sql.constData());
        QVERIFY(statement.sql.contains("\"s\"\"; --\".\"t'; DROP TABLE x; --\""));
    }
}

void TestOutboxMapping::valuesAreParameters()
{
    const QByteArray hostile = "x'; DROP TABLE t; --";
    OutboxFilter filter;
    filter.topic = TopicName(hostile);
    filter.payloadText = QString::fromUtf8(hostile);
    filter.idText = u"7"_s;
    const SqlStatement page = hostileMapping().page(filter, OutboxRowId("5"), {}, 10);
    QVERIFY2(!page.sql.contains(hostile), page.sql.constData());
    QCOMPARE(page.parameters.size(), 5U);
    RelayBatch batch;
    batch.topics = {TopicName(hostile)};
    const SqlStatement select = hostileMapping().lockBatch(batch);
    QVERIFY(!select.sql.contains(hostile));
    QCOMPARE(*select.parameters.front(), "{\"" + hostile + "\"}");
}

void TestOutboxMapping::settingsComeFromThePreset()
{
    const auto django = withPreset({});
    QVERIFY_RESULT(django);
    QCOMPARE(django->suffix, u"_outboxevent"_s);
    QCOMPARE(django->settings.unpublished, u"published_at IS NULL"_s);
    OutboxSettings own;
    own.columns.id = u"event_id"_s;
    own.unpublished = u"NOT sent"_s;
    const auto mixed = withPreset(own);
    QVERIFY_RESULT(mixed);
    QCOMPARE(mixed->settings.columns.eventId, u"event_id"_s);
    QCOMPARE(mixed->settings.columns.topic, u"topic"_s);
    QCOMPARE(mixed->settings.unpublished, u"NOT sent"_s);
    own.preset = u"none"_s;
    QVERIFY_ERROR(withPreset(own), Error::Kind::Refused);
}

QTEST_GUILESS_MAIN(TestOutboxMapping)
#include "tst_outboxmapping.moc"
