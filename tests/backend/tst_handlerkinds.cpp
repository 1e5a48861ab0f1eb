// SPDX-License-Identifier: GPL-3.0-or-later
#include "handlers/handlerkinds.h"
#include "support/fakebroker.h"
#include "support/printers.h"

#include <QTest>

using namespace outboard;
using namespace Qt::StringLiterals;

namespace {

HandlerSettings sqlHandler()
{
    HandlerSettings settings;
    settings.name = u"billing-sql"_s;
    settings.kind = u"sql"_s;
    settings.function = u"apply_order_paid"_s;
    return settings;
}

LedgerSettings ledger(const QString& table, const QStringList& groups)
{
    LedgerSettings settings;
    settings.table = table;
    settings.groups = groups;
    return settings;
}

Result<std::unique_ptr<Handler>> make(const HandlerSettings& settings)
{
    auto broker = std::move(*FakeBroker::open(std::make_shared<FakeStreams>()));
    return makeHandler(settings, {*broker, systemClock()});
}

} // namespace

class TestHandlerKinds : public QObject
{
    Q_OBJECT

private slots:
    void republishExistsWithoutBeingListed();
    void aListedHandlerOfThatNameCounts();
    void anUnknownNameListsTheOthers();
    void everyKindIsMade();
    void anUnknownKindNamesThoseThatExist();
    void aSqlHandlerWithoutFunctionIsRefused();
    void topicsPassByPattern_data();
    void topicsPassByPattern();
    void theLedgerIsTheNamedOneElseTheGroups_data();
    void theLedgerIsTheNamedOneElseTheGroups();
};

void TestHandlerKinds::republishExistsWithoutBeingListed()
{
    const auto settings = findHandler(Profile(), u"republish"_s);
    QVERIFY_RESULT(settings);
    const auto handler = make(*settings);
    QVERIFY_RESULT(handler);
    QCOMPARE((*handler)->name(), u"republish"_s);
    QCOMPARE((*handler)->guard(), Handler::Guard::Consumers);
    QVERIFY(!(*handler)->isTransactional());
    QCOMPARE(handlerNames(Profile()), QStringList{u"republish"_s});
}

void TestHandlerKinds::aListedHandlerOfThatNameCounts()
{
    Profile profile;
    HandlerSettings settings;
    settings.name = u"republish"_s;
    settings.kind = u"republish"_s;
    settings.topics = QStringList{u"order.*"_s};
    profile.handlers = {settings};
    const auto found = findHandler(profile, u"republish"_s);
    QVERIFY_RESULT(found);
    QCOMPARE(*found, settings);
    QCOMPARE(handlerNames(profile), QStringList{u"republish"_s});
}

void TestHandlerKinds::anUnknownNameListsTheOthers()
{
    Profile profile;
    profile.handlers = {sqlHandler()};
    const auto found = findHandler(profile, u"email"_s);
    QVERIFY_ERROR(found, Error::Kind::Missing);
    QVERIFY(found.error().what.contains(u"billing-sql, republish"));
}

void TestHandlerKinds::everyKindIsMade()
{
    for (const HandlerKind& kind : handlerKinds()) {
        HandlerSettings settings = sqlHandler();
        settings.kind = kind.kind;
        settings.url = u"https://billing.example.net/replay"_s;
        settings.command = QStringList{u"/bin/true"_s};
        const auto handler = make(settings);
        QVERIFY_RESULT(handler);
        QCOMPARE((*handler)->guard(), kind.guard);
        QCOMPARE((*handler)->name(), settings.name);
    }
}

void TestHandlerKinds::anUnknownKindNamesThoseThatExist()
{
    HandlerSettings settings = sqlHandler();
    settings.kind = u"sqll"_s;
    const auto handler = make(settings);
    QVERIFY_ERROR(handler, Error::Kind::Refused);
    QVERIFY(handler.error().what.contains(u"sqll"));
    for (const HandlerKind& kind : handlerKinds())
        QVERIFY(handler.error().what.contains(kind.kind));
}

void TestHandlerKinds::aSqlHandlerWithoutFunctionIsRefused()
{
    HandlerSettings settings = sqlHandler();
    settings.function.clear();
    QVERIFY_ERROR(make(settings), Error::Kind::Refused);
}

void TestHandlerKinds::topicsPassByPattern_data()
{
    QTest::addColumn<QStringList>("patterns");
    QTest::addColumn<QString>("topic");
    QTest::addColumn<bool>("passes");
    QTest::newRow("no pattern") << QStringList() << u"a/b.c"_s << true;
    QTest::newRow("the very name") << QStringList{u"order.paid"_s} << u"order.paid"_s << true;
    QTest::newRow("a dot is a dot") << QStringList{u"order.paid"_s} << u"orderxpaid"_s << false;
    QTest::newRow("only a part") << QStringList{u"order"_s} << u"order.paid"_s << false;
    QTest::newRow("a star") << QStringList{u"order.*"_s} << u"order.paid"_s << true;
    QTest::newRow("a star takes slashes") << QStringList{u"o*"_s} << u"o/p/q"_s << true;
    QTest::newRow("a question mark") << QStringList{u"v?"_s} << u"v1"_s << true;
    QTest::newRow("one of several") << QStringList{u"a"_s, u"b*"_s} << u"bc"_s << true;
    QTest::newRow("brackets are letters") << QStringList{u"[ab]"_s} << u"a"_s << false;
}

void TestHandlerKinds::topicsPassByPattern()
{
    QFETCH(QStringList, patterns);
    QFETCH(QString, topic);
    QFETCH(bool, passes);
    HandlerSettings settings = sqlHandler();
    settings.topics = patterns;
    QCOMPARE(acceptsTopic(settings, TopicName::fromText(topic)), passes);
}

void TestHandlerKinds::theLedgerIsTheNamedOneElseTheGroups_data()
{
    QTest::addColumn<QString>("named");
    QTest::addColumn<QString>("group");
    QTest::addColumn<int>("index");
    QTest::newRow("the handler names one") << u"email_done"_s << u"billing"_s << 1;
    QTest::newRow("it names one that is not there") << u"gone"_s << u"billing"_s << -1;
    QTest::newRow("the group's") << u""_s << u"billing"_s << 0;
    QTest::newRow("the one without groups serves the others") << u""_s << u"stock"_s << 2;
    QTest::newRow("neither handler nor group says which") << u""_s << u""_s << -1;
}

void TestHandlerKinds::theLedgerIsTheNamedOneElseTheGroups()
{
    QFETCH(QString, named);
    QFETCH(QString, group);
    QFETCH(int, index);
    Profile profile;
    profile.ledgers = {
        ledger(u"billing_done"_s, {u"billing"_s}),
        ledger(u"email_done"_s, {u"email"_s}),
        ledger(u"any_done"_s, {})};
    HandlerSettings settings = sqlHandler();
    settings.ledger = named;
    const auto found = ledgerIndex(profile, settings, GroupName::fromText(group));
    QCOMPARE(int(found.value_or(-1)), index);
}

QTEST_GUILESS_MAIN(TestHandlerKinds)
#include "tst_handlerkinds.moc"
