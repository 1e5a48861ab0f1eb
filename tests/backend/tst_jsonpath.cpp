// SPDX-License-Identifier: GPL-3.0-or-later
#include "brokers/jsonpath.h"

#include <QList>
#include <QTest>

using namespace outboard;
using namespace Qt::StringLiterals;

class TestJsonPath : public QObject
{
    Q_OBJECT

private slots:
    void findsTheScalar_data();
    void findsTheScalar();
    void findsNothing_data();
    void findsNothing();
    void nestingIsBounded();
    void sizeIsBounded();
    void everyCutDocumentIsHarmless();
};

namespace {

std::optional<QByteArray> find(const QByteArray& json, const QByteArray& path)
{
    const QList<QByteArray> parts = path.split('.');
    return jsonScalar(json, std::span(parts.begin(), parts.end()));
}

} // namespace

void TestJsonPath::findsTheScalar_data()
{
    QTest::addColumn<QByteArray>("json");
    QTest::addColumn<QByteArray>("path");
    QTest::addColumn<QByteArray>("text");
    QTest::newRow("a number") << R"({"order_id": 42})"_ba
                              << "order_id"_ba
                              << "42"_ba;
    QTest::newRow("a number that a double cannot hold") << R"({"id": 9223372036854775807})"_ba
                                                        << "id"_ba
                                                        << "9223372036854775807"_ba;
    QTest::newRow("a number with more than 64 bits")
        << R"({"id":340282366920938463463374607431768211455})"_ba
        << "id"_ba
        << "340282366920938463463374607431768211455"_ba;
    QTest::newRow("a number as it is written") << R"([-1.50e+3])"_ba
                                               << "0"_ba
                                               << "-1.50e+3"_ba;
    QTest::newRow("a string") << R"({"id":"a-1"})"_ba
                              << "id"_ba
                              << "a-1"_ba;
    QTest::newRow("an escaped string") << R"({"id":"\"\\\/\b\f\n\r\t\u00e9\ud83d\ude00"})"_ba
                                       << "id"_ba
                                       << "\"\\/\b\f\n\r\t\xc3\xa9\xf0\x9f\x98\x80"_ba;
    QTest::newRow("bytes that are not UTF-8") << "{\"id\":\"\xff\xfe\"}"_ba
                                              << "id"_ba
                                              << "\xff\xfe"_ba;
    QTest::newRow("an escaped name") << R"({"\u0069d":1})"_ba
                                     << "id"_ba
                                     << "1"_ba;
    QTest::newRow("inside objects and arrays")
        << R"({"x":[1,{"y":null}],"data":{"items":[{"id":1},{"id":2}]}} )"_ba
        << "data.items.1.id"_ba
        << "2"_ba;
    QTest::newRow("of equal names the last") << R"({"id":1,"id":2})"_ba
                                             << "id"_ba
                                             << "2"_ba;
    QTest::newRow("beside what Python writes") << R"({"a":NaN,"b":[Infinity,-Infinity],"id":7})"_ba
                                               << "id"_ba
                                               << "7"_ba;
}

void TestJsonPath::findsTheScalar()
{
    QFETCH(QByteArray, json);
    QFETCH(QByteArray, path);
    QFETCH(QByteArray, text);
    QCOMPARE(find(json, path).value_or("nothing"), text);
}

void TestJsonPath::findsNothing_data()
{
    QTest::addColumn<QByteArray>("json");
    QTest::addColumn<QByteArray>("path");
    QTest::newRow("another name") << R"({"order_id":1})"_ba
                                  << "id"_ba;
    QTest::newRow("an object") << R"({"id":{"a":1}})"_ba
                               << "id"_ba;
    QTest::newRow("true") << R"({"id":true})"_ba
                          << "id"_ba;
    QTest::newRow("null") << R"({"id":null})"_ba
                          << "id"_ba;
    QTest::newRow("a scalar where an object is needed") << R"({"id":5})"_ba
                                                        << "id.x"_ba;
    QTest::newRow("the last of equal names is null") << R"({"id":1,"id":null})"_ba
                                                     << "id"_ba;
    QTest::newRow("an element past the end") << R"([1])"_ba
                                             << "1"_ba;
    QTest::newRow("empty") << ""_ba
                           << "id"_ba;
    QTest::newRow("text after the end") << R"({"id":1}x)"_ba
                                        << "id"_ba;
    QTest::newRow("a comma too many") << R"({"id":1,})"_ba
                                      << "id"_ba;
    QTest::newRow("an open string") << R"({"id":"a)"_ba
                                    << "id"_ba;
    QTest::newRow("half a surrogate pair") << R"({"id":"\ud83d"})"_ba
                                           << "id"_ba;
    QTest::newRow("an unknown escape") << R"({"id":"\x41"})"_ba
                                       << "id"_ba;
    QTest::newRow("a sign in an escape") << R"({"id":"\u+041"})"_ba
                                         << "id"_ba;
    QTest::newRow("a leading zero") << R"({"id":01})"_ba
                                    << "id"_ba;
    QTest::newRow("a bare sign") << R"({"id":-})"_ba
                                 << "id"_ba;
    QTest::newRow("a bare dot") << R"({"id":1.})"_ba
                                << "id"_ba;
    QTest::newRow("binary") << QByteArray("\x80\x04\x95\0\0", 5) << "id"_ba;
}

void TestJsonPath::findsNothing()
{
    QFETCH(QByteArray, json);
    QFETCH(QByteArray, path);
    QCOMPARE(find(json, path).value_or("nothing"), "nothing"_ba);
}

void TestJsonPath::nestingIsBounded()
{
    const auto nested = [](int levels) -> QByteArray {
        return QByteArray(levels, '[') + QByteArray(levels, ']');
    };
    QCOMPARE(find("[7," + nested(100) + ']', "0").value_or("nothing"), "7"_ba);
    QVERIFY(!find("[7," + nested(1'000'000) + ']', "0"));
    QVERIFY(!find("[7," + QByteArray(1'000'000, '['), "0"));
}

void TestJsonPath::sizeIsBounded()
{
    const auto padded = [](qsizetype size) -> QByteArray {
        return "[7,\"" + QByteArray(size, 'x') + "\"]";
    };
    QCOMPARE(find(padded(1 << 20), "0").value_or("nothing"), "7"_ba);
    QVERIFY(!find(padded(17 << 20), "0"));
}

void TestJsonPath::everyCutDocumentIsHarmless()
{
    const QByteArray whole = R"({"a":[1,-2.5e3,"\u00e9\ud83d\ude00",true],"id":"x"})";
    for (qsizetype size = 0; size < whole.size(); ++size)
        QVERIFY(!find(whole.first(size), "id"));
    QVERIFY(find(whole, "id"));
}

QTEST_GUILESS_MAIN(TestJsonPath)
#include "tst_jsonpath.moc"
