// SPDX-License-Identifier: GPL-3.0-or-later
#include "handlers/handlerkinds.h"
#include "handlers/sqlfunctionhandler.h"
#include "ledger/pgledger.h"
#include "support/printers.h"
#include "support/scratchpostgres.h"
#include "support/service.h"

#include <QTest>

using namespace outboard;
using namespace Qt::StringLiterals;

/// The handler under the ledger's guard, as a replay uses it.
class TestSqlFunctionHandler : public QObject
{
    Q_OBJECT

private slots:
    void initTestCase();
    void init();
    void functionsOfAllParameterTypesAreCalled_data();
    void functionsOfAllParameterTypesAreCalled();
    void largeBatchesKeepTheirOrder();
    void failingFunctionLeavesNeitherEffectNorRow();
    void missingFunctionNamesItAndTheHandler();
    void overloadsThatFitEquallyAreRefused();
    void eventWithoutPayloadIsRefused();
    void payloadsAreBoundNotPasted();
    void emptyFunctionIsRefused();
    void isMadeForItsKind();

private:
    std::unique_ptr<Handler> handler(const QString& function)
    {
        HandlerSettings settings;
        settings.name = u"billing-sql"_s;
        settings.kind = u"sql"_s;
        settings.function = function;
        auto made = makeSqlFunctionHandler(settings);
        if (!made)
            qFatal("%s", describe(made.error()).constData());
        return std::move(*made);
    }

    Result<std::vector<EventId>> apply(Handler& handler, const std::vector<Event>& events)
    {
        LedgerSettings settings;
        settings.table = u"billing_processedevent"_s;
        auto ledger = makePgLedger(settings, m_server->dsn(), Access::Operate);
        if (!ledger)
            return ledger.error();
        std::vector<EventId> ids;
        for (const Event& event : events)
            ids.push_back(event.id);
        return (*ledger)->withMarks({}, ids, [&](auto inserted, SqlTransaction& transaction) {
            Q_ASSERT(inserted.size() == events.size());
            return handler.apply(events, &transaction);
        });
    }

    static Event event(const QByteArray& id, const QByteArray& payload)
    {
        Event made;
        made.id = EventId(id);
        made.payload = payload;
        return made;
    }

    std::unique_ptr<ScratchPostgres> m_server;
};

void TestSqlFunctionHandler::initTestCase()
{
    auto started = ScratchPostgres::start();
    REQUIRE_SERVICE(started);
    m_server = std::move(*started);
}

void TestSqlFunctionHandler::init()
{
    QVERIFY_RESULT(m_server->wipe());
    QVERIFY_RESULT(m_server->createSeedSchema());
    QVERIFY_RESULT(m_server->exec(u"CREATE TABLE effects (n serial, event text, amount text)"_s));
}

void TestSqlFunctionHandler::functionsOfAllParameterTypesAreCalled_data()
{
    QTest::addColumn<QString>("signature");
    QTest::addColumn<QString>("amount");
    QTest::addColumn<QString>("name");
    QTest::addColumn<QByteArray>("id");
    const QByteArray number = "9007199254740993";
    const QByteArray uuid = "0000000a-0000-4000-8000-000000000000";
    QTest::newRow("text and jsonb")
        << u"apply_it(e text, p jsonb)"_s << u"p->>'a'"_s << u"apply_it"_s << number;
    QTest::newRow("bigint and json")
        << u"apply_it(e bigint, p json)"_s << u"p->>'a'"_s << u"apply_it"_s << number;
    QTest::newRow("uuid and text")
        << u"apply_it(e uuid, p text)"_s << u"p::json->>'a'"_s << u"apply_it"_s << uuid;
    QTest::newRow("varchar and jsonb with a default behind")
        << u"apply_it(e varchar, p jsonb, x int DEFAULT 1)"_s << u"p->>'a'"_s << u"apply_it"_s
        << number;
    QTest::newRow("in a schema, with names that need quotes")
        << u"\"My.App\".\"Apply \"\"It\"\"\"(e text, p jsonb)"_s << u"p->>'a'"_s
        << u"\"My.App\".\"Apply \"\"It\"\"\""_s << number;
}

void TestSqlFunctionHandler::functionsOfAllParameterTypesAreCalled()
{
    QFETCH(QString, signature);
    QFETCH(QString, amount);
    QFETCH(QString, name);
    QFETCH(QByteArray, id);
    QVERIFY_RESULT(m_server->exec(
        u"CREATE SCHEMA \"My.App\"; CREATE FUNCTION %1 RETURNS void LANGUAGE sql AS $$"
        " INSERT INTO effects (event, amount) VALUES (e::text, %2) $$"_s.arg(signature, amount)));
    const auto sql = handler(name);
    QVERIFY(sql->isTransactional());
    QVERIFY(sql->guard() == Handler::Guard::Ledger);
    QVERIFY_RESULT(apply(*sql, {event(id, "{\"a\": 7}")}));
    QCOMPARE(m_server->value(u"SELECT event || ' ' || amount FROM effects"_s), id + " 7");
    QCOMPARE(m_server->value(u"SELECT event_id FROM billing_processedevent"_s), id);
}

void TestSqlFunctionHandler::largeBatchesKeepTheirOrder()
{
    QVERIFY_RESULT(
        m_server->exec(u"CREATE FUNCTION apply_it(e text, p jsonb) RETURNS void LANGUAGE sql AS $$"
                       " INSERT INTO effects (event, amount) VALUES (e, p::text) $$"_s));
    std::vector<Event> events;
    for (int i = 0; i < 510; ++i)
        events.push_back(event(QByteArray::number(1000 - i), QByteArray::number(i)));
    const auto done = apply(*handler(u"apply_it"_s), events);
    QVERIFY_RESULT(done);
    QCOMPARE(done->size(), 510U);
    QCOMPARE(
        m_server->value(u"SELECT count(*) FROM effects WHERE amount::int = n - 1"
                        " AND event::int = 1001 - n"_s),
        "510");
}

void TestSqlFunctionHandler::failingFunctionLeavesNeitherEffectNorRow()
{
    QVERIFY_RESULT(m_server->exec(
        u"CREATE FUNCTION apply_it(e text, p jsonb) RETURNS void LANGUAGE plpgsql AS $$ BEGIN"
        " INSERT INTO effects (event) VALUES (e);"
        " IF e = '2' THEN RAISE 'stock is empty'; END IF; END $$"_s));
    const auto done = apply(*handler(u"apply_it"_s), {event("1", "{}"), event("2", "{}")});
    QVERIFY_ERROR(done, Error::Kind::Refused);
    QVERIFY(done.error().what.contains(u"stock is empty"));
    QCOMPARE(m_server->value(u"SELECT count(*) FROM effects"_s), "0");
    QCOMPARE(m_server->value(u"SELECT count(*) FROM billing_processedevent"_s), "0");
}

void TestSqlFunctionHandler::missingFunctionNamesItAndTheHandler()
{
    const auto done = apply(*handler(u"Apply_It"_s), {event("1", "{}")});
    QVERIFY_ERROR(done, Error::Kind::Missing);
    QVERIFY2(done.error().what.contains(u"Apply_It"), describe(done.error()).constData());
    QVERIFY(done.error().what.contains(u"\"billing-sql\""));
}

void TestSqlFunctionHandler::overloadsThatFitEquallyAreRefused()
{
    QVERIFY_RESULT(m_server->exec(
        u"CREATE FUNCTION apply_it(e bigint, p jsonb) RETURNS void LANGUAGE sql AS 'SELECT NULL';"
        "CREATE FUNCTION apply_it(e uuid, p json) RETURNS void LANGUAGE sql AS 'SELECT NULL'"_s));
    const auto done = apply(*handler(u"apply_it"_s), {event("1", "{}")});
    QVERIFY_ERROR(done, Error::Kind::Refused);
    QVERIFY2(done.error().what.contains(u"name of its own"), describe(done.error()).constData());
}

void TestSqlFunctionHandler::eventWithoutPayloadIsRefused()
{
    Event bare = event("1", {});
    bare.payload.reset();
    const auto done = apply(*handler(u"apply_it"_s), {bare});
    QVERIFY_ERROR(done, Error::Kind::Refused);
    QCOMPARE(m_server->value(u"SELECT count(*) FROM billing_processedevent"_s), "0");
}

void TestSqlFunctionHandler::payloadsAreBoundNotPasted()
{
    QVERIFY_RESULT(
        m_server->exec(u"CREATE FUNCTION apply_it(e text, p text) RETURNS void LANGUAGE sql AS $$"
                       " INSERT INTO effects (event, amount) VALUES (e, p) $$"_s));
    const QByteArray hostile = "'); DROP TABLE effects; -- $1 \\ ü";
    QVERIFY_RESULT(apply(*handler(u"apply_it"_s), {event("x'y", hostile)}));
    QCOMPARE(m_server->value(u"SELECT amount FROM effects"_s), hostile);
}

void TestSqlFunctionHandler::emptyFunctionIsRefused()
{
    HandlerSettings settings;
    settings.name = u"billing-sql"_s;
    const auto made = makeSqlFunctionHandler(settings);
    QVERIFY_ERROR(made, Error::Kind::Refused);
    QVERIFY(made.error().what.contains(u"\"handlers.function\""));
}

void TestSqlFunctionHandler::isMadeForItsKind()
{
    const HandlerKind* kind = findHandlerKind(u"sql"_s);
    QVERIFY(kind);
    QVERIFY(kind->guard == Handler::Guard::Ledger);
    QCOMPARE(
        handler(u"shop.apply_it"_s)->commands(),
        QStringList{u"SELECT \"shop\".\"apply_it\"(:event_id, :payload);"_s});
}

QTEST_GUILESS_MAIN(TestSqlFunctionHandler)
#include "tst_sqlfunctionhandler.moc"
