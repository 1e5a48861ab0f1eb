// SPDX-License-Identifier: GPL-3.0-or-later
#include "text/payloadtext.h"

#include <QTest>

using namespace outboard;
using namespace Qt::StringLiterals;

Q_DECLARE_METATYPE(outboard::PayloadForm)

class TestPayloadText : public QObject
{
    Q_OBJECT

private slots:
    void jsonIsOnlySetAnew_data();
    void jsonIsOnlySetAnew();
    void whatIsNotJsonIsShownAsText_data();
    void whatIsNotJsonIsShownAsText();
    void jsonThatEndsEarlyIsShownSoFar_data();
    void jsonThatEndsEarlyIsShownSoFar();
    void theBestFormShowsMost_data();
    void theBestFormShowsMost();
    void deepNestingIsRefusedAndNotRecursedInto();
    void everythingIsBounded();
    void longLinesAreBroken();
    void aCutDoesNotSplitACharacter();
    void charactersThatDeceiveAreEscapedInEveryForm();
    void bytesThatAreNoTextBecomeHex();
    void hexHasOffsetsAndCharacters();
};

void TestPayloadText::jsonIsOnlySetAnew_data()
{
    QTest::addColumn<QByteArray>("payload");
    QTest::addColumn<QString>("text");
    QTest::newRow("an object in its own order")
        << QByteArray(R"({"b":1,"a":[true,null,"x"]})")
        << u"{\n  \"b\": 1,\n  \"a\": [\n    true,\n    null,\n    \"x\"\n  ]\n}"_s;
    QTest::newRow("empty containers stay short")
        << QByteArray(R"({"a":{},"b":[ ]})") << u"{\n  \"a\": {},\n  \"b\": []\n}"_s;
    QTest::newRow("thirty digits")
        << QByteArray("123456789012345678901234567890") << u"123456789012345678901234567890"_s;
    QTest::newRow("a number as it was written")
        << QByteArray("[-0.10e+05]") << u"[\n  -0.10e+05\n]"_s;
    QTest::newRow("a name twice") << QByteArray(R"({"a":1,"a":2})")
                                  << u"{\n  \"a\": 1,\n  \"a\": 2\n}"_s;
    QTest::newRow("escapes stay escapes")
        << QByteArray(R"("\u202e\n\"\\")") << u"\"\\u202e\\n\\\"\\\\\""_s;
    QTest::newRow("space around") << QByteArray(" \r\n\t7 \n") << u"7"_s;
}

void TestPayloadText::jsonIsOnlySetAnew()
{
    QFETCH(QByteArray, payload);
    const PayloadText shown = showPayload(payload, PayloadForm::Json);
    QTEST(shown.text, "text");
    QCOMPARE(shown.note, QString());
    QCOMPARE(bestForm(payload), PayloadForm::Json);
}

void TestPayloadText::whatIsNotJsonIsShownAsText_data()
{
    QTest::addColumn<QByteArray>("payload");
    for (const char* payload :
         {"hello",   "{'a':1}",     "[1,]", "{\"a\":1,}", "{,}",      "[1 2]",   "01",
          "1.x",     "-a",          "1ex",  "nul!",       "{} {}",    "{\"a\"}", "{1:2}",
          "\"\\x\"", "\"\\u12g4\"", "]",    "{]",         "\"a\nb\"", "NaN",     "+1"})
        QTest::newRow(payload) << QByteArray(payload);
    QTest::newRow("NUL") << QByteArray("{\0}", 3);
}

void TestPayloadText::whatIsNotJsonIsShownAsText()
{
    QFETCH(QByteArray, payload);
    const PayloadText json = showPayload(payload, PayloadForm::Json);
    QCOMPARE(json.text, showPayload(payload, PayloadForm::Text).text);
    QVERIFY2(json.note.contains(u"not JSON"), qPrintable(json.note));
    QCOMPARE(bestForm(payload), PayloadForm::Text);
}

void TestPayloadText::jsonThatEndsEarlyIsShownSoFar_data()
{
    QTest::addColumn<QByteArray>("payload");
    QTest::addColumn<QString>("text");
    QTest::newRow("inside an object") << QByteArray(R"({"a":1,)") << u"{\n  \"a\": 1,\n  "_s;
    QTest::newRow("inside a string") << QByteArray(R"(["abc)") << u"[\n  \"abc"_s;
    QTest::newRow("inside an escape") << QByteArray(R"(["a\)") << u"[\n  \"a\\"_s;
    QTest::newRow("inside a code") << QByteArray(R"(["\u00)") << u"[\n  \"\\u00"_s;
    QTest::newRow("inside a word") << QByteArray("[tr") << u"[\n  tr"_s;
    QTest::newRow("inside a number") << QByteArray("[1e") << u"[\n  1e"_s;
}

void TestPayloadText::jsonThatEndsEarlyIsShownSoFar()
{
    QFETCH(QByteArray, payload);
    const PayloadText shown = showPayload(payload, PayloadForm::Json);
    QTEST(shown.text, "text");
    QVERIFY(shown.note.contains(u"ends early"));
    QCOMPARE(bestForm(payload), PayloadForm::Json);
}

void TestPayloadText::theBestFormShowsMost_data()
{
    QTest::addColumn<QByteArray>("payload");
    QTest::addColumn<PayloadForm>("form");
    QTest::newRow("JSON") << QByteArray("{\"a\":1}") << PayloadForm::Json;
    QTest::newRow("words") << QByteArray("hello") << PayloadForm::Text;
    QTest::newRow("nothing") << QByteArray() << PayloadForm::Text;
    QTest::newRow("space") << QByteArray("  \n") << PayloadForm::Text;
    QTest::newRow("bytes") << QByteArray("\x80\x04\x95") << PayloadForm::Hex;
    QTest::newRow("JSON around bytes") << QByteArray("{\"a\":\"\xff\"}") << PayloadForm::Hex;
}

void TestPayloadText::theBestFormShowsMost()
{
    QFETCH(QByteArray, payload);
    QFETCH(PayloadForm, form);
    QVERIFY(bestForm(payload) == form);
}

void TestPayloadText::deepNestingIsRefusedAndNotRecursedInto()
{
    const PayloadText shown = showPayload(QByteArray(200'000, '['), PayloadForm::Json);
    QVERIFY2(shown.note.contains(u"nested deeper than 100"), qPrintable(shown.note));
    QCOMPARE(shown.text.count(u'['), 200'000);
    QCOMPARE(bestForm(QByteArray(200'000, '[')), PayloadForm::Text);
    const QByteArray allowed = QByteArray(100, '[') + QByteArray(100, ']');
    QCOMPARE(showPayload(allowed, PayloadForm::Json).note, QString());
}

void TestPayloadText::everythingIsBounded()
{
    QByteArray text(10 * 1024 * 1024, 'x');
    for (qsizetype i = 99; i < text.size(); i += 100)
        text[i] = '\n';
    const PayloadText asText = showPayload(text, PayloadForm::Text);
    QCOMPARE(asText.text.size(), 256 * 1024);
    QCOMPARE(asText.note, u"cut after 256 KiB of 10 MiB"_s);
    const PayloadText asHex = showPayload(text, PayloadForm::Hex);
    QCOMPARE(asHex.text.count(u'\n'), 64 * 1024 / 8 - 1);
    QCOMPARE(asHex.note, u"cut after 64 KiB of 10 MiB"_s);
    QByteArray json = "[";
    while (json.size() < 10 * 1024 * 1024)
        json += "[[[[[[[[[[[[[[[[[[[[1]]]]]]]]]]]]]]]]]]]],";
    const PayloadText asJson = showPayload(json, PayloadForm::Json);
    QVERIFY(asJson.text.size() <= 1'048'576);
    QVERIFY2(asJson.note.startsWith(u"cut after"), qPrintable(asJson.note));
}

void TestPayloadText::longLinesAreBroken()
{
    const QByteArray line = "short\n" + QByteArray(1000, 'a') + "\n" + QByteArray(2500, 'b') + "\n";
    const PayloadText shown = showPayload(line, PayloadForm::Text);
    QStringList sizes;
    for (const QString& each : shown.text.split(u'\n'))
        sizes += QString::number(each.size());
    QCOMPARE(sizes.join(u' '), u"5 1000 1000 1000 500 0"_s);
    QCOMPARE(shown.note, u"lines are broken after 1\u202f000 characters"_s);
    // Half a rocket would be no character.
    const PayloadText rockets = showPayload(u"x🚀"_s.repeated(700).toUtf8(), PayloadForm::Text);
    QVERIFY(!rockets.text.contains(QChar(QChar::ReplacementCharacter)));
    QVERIFY(rockets.text.toUtf8().isValidUtf8());
    const PayloadText json = showPayload('"' + QByteArray(5000, 'c') + '"', PayloadForm::Json);
    QCOMPARE(json.text.count(u'\n'), 5);
}

void TestPayloadText::aCutDoesNotSplitACharacter()
{
    // Four bytes each, moved so that the limit falls inside one.
    QByteArray text = "x";
    while (text.size() < 300 * 1024)
        text += "\xf0\x9f\x9a\x80";
    const PayloadText shown = showPayload(text, PayloadForm::Text);
    QVERIFY(!shown.note.contains(u"UTF-8"));
    QVERIFY(shown.text.endsWith(u"🚀"_s));
    QCOMPARE(bestForm(text), PayloadForm::Text);
}

void TestPayloadText::charactersThatDeceiveAreEscapedInEveryForm()
{
    const QByteArray payload = "{\"a\":\"\xe2\x80\xae"
                               "b\"}";
    QCOMPARE(showPayload(payload, PayloadForm::Text).text, u"{\"a\":\"\\u202eb\"}"_s);
    QCOMPARE(showPayload(payload, PayloadForm::Json).text, u"{\n  \"a\": \"\\u202eb\"\n}"_s);
    for (const QChar c : showPayload(payload, PayloadForm::Hex).text)
        QVERIFY(c == u'\n' || (c >= u' ' && c < QChar(0x7f)));
}

void TestPayloadText::bytesThatAreNoTextBecomeHex()
{
    const QByteArray pickle("\x80\x04\x95\0\xff", 5);
    for (const PayloadForm form : {PayloadForm::Json, PayloadForm::Text}) {
        const PayloadText shown = showPayload(pickle, form);
        QCOMPARE(shown.note, u"not UTF-8: shown as hex"_s);
        QVERIFY(shown.text.startsWith(u"000000  80 04 95 00 ff"_s));
    }
}

void TestPayloadText::hexHasOffsetsAndCharacters()
{
    const PayloadText shown = showPayload("01234567ab\n", PayloadForm::Hex);
    QCOMPARE(
        shown.text,
        u"000000  30 31 32 33 34 35 36 37  01234567\n"
        "000008  61 62 0a                 ab."_s);
    QCOMPARE(showPayload({}, PayloadForm::Hex).text, QString());
}

QTEST_GUILESS_MAIN(TestPayloadText)
#include "tst_payloadtext.moc"
