// SPDX-License-Identifier: GPL-3.0-or-later
#include "services/payloadmask.h"

#include <QElapsedTimer>
#include <QTest>

using namespace outboard;
using namespace Qt::StringLiterals;

namespace {

Profile profileOf(
    Environment environment, std::optional<bool> isOn = {}, const QStringList& fields = {})
{
    Profile profile;
    profile.name = u"shop"_s;
    profile.environment = environment;
    profile.masking = {isOn, fields};
    return profile;
}

} // namespace

/// What is hidden of a payload, and what is not.
class TestPayloadMask : public QObject
{
    Q_OBJECT

private slots:
    void isOnInProductionUnlessSet_data();
    void isOnInProductionUnlessSet();
    void patternsFitNames_data();
    void patternsFitNames();
    void valuesAreHidden_data();
    void valuesAreHidden();
    void whatIsNotJsonIsHiddenAsAWhole_data();
    void whatIsNotJsonIsHiddenAsAWhole();
    void everyBeginningIsMasked();
    void otherBytesStayAsTheyWere();
    void headersAreMasked();
    void theDefaultsHideCredentialsPaymentAndPeople_data();
    void theDefaultsHideCredentialsPaymentAndPeople();
    void deepAndLargePayloadsAreFast();
    void notesSayHowMuchIsHidden();
};

void TestPayloadMask::isOnInProductionUnlessSet_data()
{
    QTest::addColumn<Profile>("profile");
    QTest::addColumn<bool>("isOn");
    QTest::newRow("production") << profileOf(Environment::Production) << true;
    QTest::newRow("production, switched off") << profileOf(Environment::Production, false) << false;
    QTest::newRow("staging") << profileOf(Environment::Staging) << false;
    QTest::newRow("sandbox") << profileOf(Environment::Sandbox) << false;
    QTest::newRow("staging, switched on") << profileOf(Environment::Staging, true) << true;
    QTest::newRow("staging, with fields")
        << profileOf(Environment::Staging, {}, {u"email"_s}) << true;
    QTest::newRow("staging, with fields but off")
        << profileOf(Environment::Staging, false, {u"email"_s}) << false;
}

void TestPayloadMask::isOnInProductionUnlessSet()
{
    QFETCH(Profile, profile);
    QFETCH(bool, isOn);
    const PayloadMask mask(profile);
    QCOMPARE(mask.isOn(), isOn);
    const QByteArray payload = R"({"email": "ann@example.net"})";
    QCOMPARE(mask.shown(payload) == payload, !isOn);
    QCOMPARE(mask.shown("opaque"_ba) == "opaque"_ba, !isOn);
}

void TestPayloadMask::patternsFitNames_data()
{
    QTest::addColumn<QString>("pattern");
    QTest::addColumn<QStringList>("path");
    QTest::addColumn<bool>("fits");
    const auto row = [](const char* name, const QString& pattern, const QString& path, bool fits) {
        QTest::newRow(name) << pattern << path.split(u'.') << fits;
    };
    row("the name itself", u"email"_s, u"email"_s, true);
    row("at any depth", u"email"_s, u"customer.email"_s, true);
    row("not a part of the name", u"email"_s, u"emails"_s, false);
    row("a beginning", u"card*"_s, u"card_number"_s, true);
    row("a beginning alone", u"card*"_s, u"card"_s, true);
    row("not in the middle", u"card*"_s, u"discard"_s, false);
    row("capitals make no difference", u"email"_s, u"eMail"_s, true);
    row("nor do underscores", u"account_number"_s, u"accountNumber"_s, true);
    row("nor hyphens", u"api_key"_s, u"api-key"_s, true);
    row("one character", u"cvv?"_s, u"cvv2"_s, true);
    row("not two", u"cvv?"_s, u"cvv22"_s, false);
    row("a path", u"customer.iban"_s, u"customer.iban"_s, true);
    row("the end of a path", u"customer.iban"_s, u"order.customer.iban"_s, true);
    row("not another parent", u"customer.iban"_s, u"supplier.iban"_s, false);
    row("not the parent", u"customer.iban"_s, u"customer"_s, false);
    row("a star in front is any place", u"*.iban"_s, u"a.b.iban"_s, true);
    row("also none", u"*.iban"_s, u"iban"_s, true);
    row("a star in the middle is one name", u"a.*.c"_s, u"a.b.c"_s, true);
    row("exactly one", u"a.*.c"_s, u"a.c"_s, false);
    row("no expressions", u"e.ail"_s, u"email"_s, false);
    row("no brackets", u"[a-z]*"_s, u"email"_s, false);
}

void TestPayloadMask::patternsFitNames()
{
    QFETCH(QString, pattern);
    QFETCH(QStringList, path);
    QFETCH(bool, fits);
    for (QString& name : path)
        name = FieldPatterns::normalised(name);
    QCOMPARE(FieldPatterns({pattern}).fits(path), fits);
}

void TestPayloadMask::valuesAreHidden_data()
{
    QTest::addColumn<QByteArray>("payload");
    QTest::addColumn<QByteArray>("shown");
    QTest::addColumn<int>("fields");
    const auto row = [](const char* name, const char* payload, const char* shown, int fields) {
        QTest::newRow(name) << QByteArray(payload) << QByteArray(shown) << fields;
    };
    row("a string", R"({"id": 7, "email": "a@b.c"})", R"({"id": 7, "email": "•••"})", 1);
    row("a number", R"({"card": 4111111111111111})", R"({"card": "•••"})", 1);
    row("a switch", R"({"card": true})", R"({"card": "•••"})", 1);
    row("null stays", R"({"card": null})", R"({"card": null})", 0);
    row("deep inside",
        R"({"a": [{"b": {"email": "x"}}]})",
        R"({"a": [{"b": {"email": "•••"}}]})",
        1);
    row("all in an object",
        R"({"card": {"number": "4111", "months": [1, 2]}})",
        R"({"card": {"number": "•••", "months": ["•••", "•••"]}})",
        3);
    row("lists of values", R"({"email": ["a", "b"]})", R"({"email": ["•••", "•••"]})", 2);
    row("a name twice",
        R"({"email": "a", "email": "b"})",
        R"({"email": "•••", "email": "•••"})",
        2);
    row("a name with escapes", R"({"\u0065mail": "a"})", R"({"\u0065mail": "•••"})", 1);
    row("an escaped quote in the value",
        R"({"email": "a\"b", "id": 1})",
        R"({"email": "•••", "id": 1})",
        1);
    row("JSON in a string",
        R"({"data": "{\"email\": \"a\", \"id\": 1}"})",
        R"({"data": "{\"email\": \"•••\", \"id\": 1}"})",
        1);
    row("JSON in JSON in a string",
        R"({"d": "{\"d\": \"{\\\"email\\\": 1}\"}"})",
        R"({"d": "{\"d\": \"{\\\"email\\\": \\\"•••\\\"}\"}"})",
        1);
    row("a string that only begins like JSON",
        R"({"data": "{'email': 'a'}"})",
        R"({"data": "•••"})",
        1);
    row("a list outside", R"([{"email": "a"}])", R"([{"email": "•••"}])", 1);
    row("what Python writes",
        R"({"x": NaN, "email": -Infinity})",
        R"({"x": NaN, "email": "•••"})",
        1);
    row("by path only",
        R"({"iban": "A", "customer": {"iban": "B"}})",
        R"({"iban": "A", "customer": {"iban": "•••"}})",
        1);
    row("nothing to hide", R"({ "id" : 1 })", R"({ "id" : 1 })", 0);
    row("cut inside a hidden value",
        R"({"id": 1, "email": "a@b)",
        R"({"id": 1, "email": "•••")",
        1);
    row("cut after it", R"({"email": "a", "i)", R"({"email": "•••", "i)", 1);
    row("cut inside JSON in a string",
        R"({"data": "{\"email\": \"a)",
        R"({"data": "{\"email\": \"•••\"")",
        1);
}

void TestPayloadMask::valuesAreHidden()
{
    QFETCH(QByteArray, payload);
    QFETCH(QByteArray, shown);
    QFETCH(int, fields);
    const PayloadMask mask(
        profileOf(Environment::Staging, {}, {u"email"_s, u"card*"_s, u"customer.iban"_s}));
    const MaskedPayload masked = mask.masked(payload);
    QCOMPARE(masked.bytes, shown);
    QCOMPARE(masked.fields, fields);
    QVERIFY(!masked.isWhole);
}

void TestPayloadMask::whatIsNotJsonIsHiddenAsAWhole_data()
{
    QTest::addColumn<QByteArray>("payload");
    QTest::newRow("text") << "card 4111"_ba;
    QTest::newRow("a form") << "email=a%40b.c&id=1"_ba;
    QTest::newRow("binary") << QByteArray("\x80\x04\x95\x00 4111", 9);
    QTest::newRow("a bare string") << R"("4111")"_ba;
    QTest::newRow("a bare number") << "4111"_ba;
    QTest::newRow("text after the object") << R"({"id": 1} 4111)"_ba;
    QTest::newRow("a number that is none") << "[4111-1111-1111]"_ba;
    QTest::newRow("single quotes") << "{'card': '4111'}"_ba;
    QTest::newRow("a line break in a string") << "{\"a\": \"4111\n\"}"_ba;
    QTest::newRow("UTF-16") << QByteArray("{\0\"\0a\0\"\0:\0001\0}\0", 14);
    QTest::newRow("nested too deeply") << QByteArray(500, '[') + "4111";
}

void TestPayloadMask::whatIsNotJsonIsHiddenAsAWhole()
{
    QFETCH(QByteArray, payload);
    const MaskedPayload masked = PayloadMask(profileOf(Environment::Production)).masked(payload);
    QVERIFY(masked.isWhole);
    QCOMPARE(masked.bytes, "masked: not JSON"_ba);
}

/// Previews are cut anywhere.
void TestPayloadMask::everyBeginningIsMasked()
{
    const PayloadMask mask(profileOf(Environment::Staging, {}, {u"email"_s}));
    const QByteArray payload =
        R"({"id": 17, "x": {"email": "QQQQ"}, "d": "{\"email\": \"QQQQ\"}", "l": [1, null, "\u00e9"], "email": ["QQQQ"]})";
    for (qsizetype length = 1; length <= payload.size(); ++length) {
        const MaskedPayload masked = mask.masked(payload.first(length));
        QVERIFY2(!masked.bytes.contains('Q'), masked.bytes.constData());
        QVERIFY2(!masked.isWhole, masked.bytes.constData());
    }
}

void TestPayloadMask::otherBytesStayAsTheyWere()
{
    const PayloadMask mask(profileOf(Environment::Staging, {}, {u"email"_s}));
    const QByteArray payload = "{\r\n\t\"big\": 12345678901234567890.10, \"e\": 1E+3, \"u\": "
                               "\"\\u00e9 \xc3\xa9 \xff\", \"email\": \"a\"}";
    QByteArray expected = payload;
    expected.replace(R"("a")", R"("•••")");
    QCOMPARE(mask.shown(payload), expected);
}

void TestPayloadMask::headersAreMasked()
{
    Profile profile = profileOf(Environment::Staging, {}, {u"email"_s, u"token"_s});
    profile.broker.payload = u"body"_s;
    const PayloadMask mask(profile);
    QCOMPARE(mask.shown(Field{"Email", "a@b.c"}).value, "•••"_ba);
    QCOMPARE(mask.shown(Field{"body", "opaque 4111"}).value, "masked: not JSON"_ba);
    QCOMPARE(mask.shown(Field{"body", R"({"email": 1})"}).value, R"({"email": "•••"})"_ba);
    QCOMPARE(mask.shown(Field{"envelope", R"( {"token": 1})"}).value, R"( {"token": "•••"})"_ba);
    QCOMPARE(mask.shown(Field{"error", "timed out"}).value, "timed out"_ba);
    QCOMPARE(PayloadMask().shown(Field{"email", "a@b.c"}).value, "a@b.c"_ba);
}

void TestPayloadMask::theDefaultsHideCredentialsPaymentAndPeople_data()
{
    QTest::addColumn<QString>("name");
    QTest::addColumn<bool>("isHidden");
    for (const QString& name :
         {u"password"_s,
          u"userPassword"_s,
          u"client_secret"_s,
          u"access_token"_s,
          u"apiKey"_s,
          u"Authorization"_s,
          u"card_number"_s,
          u"creditCard"_s,
          u"cvv2"_s,
          u"IBAN"_s,
          u"account-number"_s,
          u"email"_s,
          u"contact_email"_s,
          u"phone_number"_s,
          u"firstName"_s,
          u"shipping_address"_s,
          u"date_of_birth"_s,
          u"ssn"_s})
        QTest::newRow(qPrintable(name)) << name << true;
    for (const QString& name :
         {u"id"_s, u"order_id"_s, u"amount"_s, u"status"_s, u"topic"_s, u"created_at"_s, u"sku"_s})
        QTest::newRow(qPrintable(name)) << name << false;
}

void TestPayloadMask::theDefaultsHideCredentialsPaymentAndPeople()
{
    QFETCH(QString, name);
    QFETCH(bool, isHidden);
    const PayloadMask mask(profileOf(Environment::Production));
    const QByteArray payload = "{\"" + name.toUtf8() + "\": \"QQQQ\"}";
    QCOMPARE(mask.shown(payload).contains("QQQQ"), !isHidden);
}

void TestPayloadMask::deepAndLargePayloadsAreFast()
{
    const PayloadMask mask(profileOf(Environment::Production));
    QByteArray large = "[";
    for (int i = 0; i < 20'000; ++i)
        large += R"({"order_id": 1, "email": "a@b.c", "d": "{\"x\": 1}"},)";
    large.back() = ']';
    QElapsedTimer timer;
    timer.start();
    QCOMPARE(mask.masked(large).fields, 20'000);
    QVERIFY2(timer.elapsed() < 10'000, qPrintable(QString::number(timer.elapsed())));
}

void TestPayloadMask::notesSayHowMuchIsHidden()
{
    const PayloadMask mask(profileOf(Environment::Production));
    QCOMPARE(maskNote(mask.masked(R"({"id": 1})")), QString());
    QCOMPARE(maskNote(mask.masked(R"({"email": 1})")), u"1 field is masked"_s);
    QCOMPARE(maskNote(mask.masked(R"({"email": [1, 2]})")), u"2 fields are masked"_s);
    QCOMPARE(maskNote(mask.masked("x")), u"masked: not JSON"_s);
}

QTEST_GUILESS_MAIN(TestPayloadMask)
#include "tst_payloadmask.moc"
