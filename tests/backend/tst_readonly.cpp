// SPDX-License-Identifier: GPL-3.0-or-later
#include "handlers/sqlfunctionhandler.h"
#include "ledger/pgledger.h"
#include "outbox/deadrows.h"
#include "outbox/pgconnection.h"
#include "outbox/pgoutboxstore.h"
#include "services/connections.h"
#include "support/printers.h"
#include "support/scratchpostgres.h"
#include "support/service.h"

#include <QRegularExpression>
#include <QTest>

using namespace outboard;
using namespace Qt::StringLiterals;

namespace {

const std::vector<EventId> someIds{EventId("1"), EventId("2")};

DeadElement rowOne()
{
    DeadElement element;
    element.id = "1";
    element.original.bytes = R"({"id": 1, "topic": "order.paid", "payload": {}})";
    return element;
}

/// Statements as the confirm dialogs show them, with their placeholders filled in.
QByteArray runnable(const QString& shown)
{
    QByteArray sql = shown.toUtf8();
    sql.replace(":event_ids", "'{1,2}'").replace(":accepted_ids", "'{1}'");
    return sql.replace("'[… 1 rows]'", QByteArray("'[" + rowOne().original.bytes + "]'"));
}

} // namespace

/// Read-only holds under the screens: whatever changes something is refused on a monitoring
/// connection, by the class that is asked and by the server itself.
class TestReadOnly : public QObject
{
    Q_OBJECT

private slots:
    void initTestCase();
    void init();
    void cleanup();

    void writingCallsAreRefused_data();
    void writingCallsAreRefused();
    void theServerRefusesTheStatements_data();
    void theServerRefusesTheStatements();
    void theServerRefusesWhatAFunctionWrites();
    void everyTransactionBeginsReadOnly();

private:
    Profile profile() const;
    QByteArray fingerprint() const;
    Result<std::unique_ptr<PgConnection>> monitor() const;

    std::unique_ptr<ScratchPostgres> m_server;
    QByteArray m_before;
};

void TestReadOnly::initTestCase()
{
    auto started = ScratchPostgres::start();
    REQUIRE_SERVICE(started);
    m_server = std::move(*started);
}

void TestReadOnly::init()
{
    QVERIFY_RESULT(m_server->wipe());
    QVERIFY_RESULT(m_server->createSeedSchema());
    QVERIFY_RESULT(m_server->addEvents(u"order.paid"_s, 3));
    QVERIFY_RESULT(m_server->exec(
        u"CREATE TABLE dead_letters (id bigint PRIMARY KEY, topic text, payload jsonb);"
        "INSERT INTO dead_letters VALUES (1, 'order.paid', '{}');"
        "CREATE FUNCTION apply_it(e text, p jsonb) RETURNS void LANGUAGE sql AS"
        " $$ DELETE FROM orders_outboxevent $$"_s));
    m_before = fingerprint();
}

void TestReadOnly::cleanup()
{
    QCOMPARE(fingerprint(), m_before);
}

Profile TestReadOnly::profile() const
{
    Profile profile;
    profile.name = u"shop"_s;
    profile.outbox.dsn = m_server->dsn();
    profile.outbox.table = u"orders_outboxevent"_s;
    profile.outbox.dead = u"topic = 'order.paid'"_s;
    profile.outbox.deadTable = u"dead_letters"_s;
    LedgerSettings ledger;
    ledger.table = u"billing_processedevent"_s;
    profile.ledgers = {ledger};
    return profile;
}

/// All that the tables hold.
QByteArray TestReadOnly::fingerprint() const
{
    return m_server->value(u"SELECT md5(concat((SELECT json_agg(o) FROM orders_outboxevent o),"
                           " (SELECT json_agg(d) FROM dead_letters d),"
                           " (SELECT json_agg(l) FROM billing_processedevent l)))"_s);
}

Result<std::unique_ptr<PgConnection>> TestReadOnly::monitor() const
{
    PgTarget target;
    target.dsn = m_server->dsn();
    target.access = Access::Monitor;
    return PgConnection::open(target, {});
}

void TestReadOnly::writingCallsAreRefused_data()
{
    QTest::addColumn<QString>("call");
    for (const QString& call :
         {u"OutboxStore::relay"_s,
          u"DeadRows::remove, rows of the outbox"_s,
          u"DeadRows::remove, a table"_s,
          u"DeadRows::putBack, rows of the outbox"_s,
          u"DeadRows::putBack, a table"_s,
          u"Ledger::withMarks"_s,
          u"SQL function"_s})
        QTest::newRow(qPrintable(call)) << call;
}

void TestReadOnly::writingCallsAreRefused()
{
    QFETCH(QString, call);
    Connections connections(makeBackends(profile(), nullptr), Access::Monitor, {});
    const auto outbox = connections.outbox();
    QVERIFY_RESULT(outbox);
    const auto ledger = connections.ledger(0);
    QVERIFY_RESULT(ledger);
    bool hasWorked = false;
    const std::vector rows{rowOne()};
    const DeadWhere where = call.endsWith(u"table") ? DeadWhere::OutboxTable : DeadWhere::OutboxRow;

    std::optional<Error> refusal;
    if (call.startsWith(u"OutboxStore")) {
        const auto relayed = (*outbox)->relay({}, [&](auto messages) {
            hasWorked = true;
            return std::vector<Result<EntryId>>(messages.size(), EntryId::lowest());
        });
        QVERIFY(!relayed);
        refusal = relayed.error();
    } else if (call.startsWith(u"DeadRows")) {
        DeadRows* dead = (*outbox)->dead();
        QVERIFY(dead);
        const auto moves =
            call.contains(u"remove") ? dead->remove(where, rows) : dead->putBack(where, rows);
        QCOMPARE(moves.size(), rows.size());
        refusal = moves.front().error;
    } else {
        HandlerSettings settings;
        settings.name = u"billing"_s;
        settings.kind = u"sql"_s;
        settings.function = u"apply_it"_s;
        const auto handler = makeSqlFunctionHandler(settings);
        QVERIFY_RESULT(handler);
        Event event;
        event.id = someIds.front();
        event.payload = "{}";
        const auto marked = (*ledger)->withMarks({}, someIds, [&](auto, SqlTransaction& work) {
            hasWorked = true;
            return call.startsWith(u"SQL") ? (*handler)->apply(std::vector{event}, &work)
                                           : Result<void>();
        });
        QVERIFY(!marked);
        refusal = marked.error();
    }
    QVERIFY(!hasWorked);
    QVERIFY(refusal);
    QCOMPARE(refusal->kind, Error::Kind::Refused);
    QVERIFY2(refusal->what.contains(u"read-only"), qPrintable(refusal->what));
}

void TestReadOnly::theServerRefusesTheStatements_data()
{
    QTest::addColumn<QString>("kind");
    for (const QString& kind :
         {u"relay"_s,
          u"mark"_s,
          u"removeRow"_s,
          u"removeTable"_s,
          u"putBackRow"_s,
          u"putBackTable"_s})
        QTest::newRow(qPrintable(kind)) << kind;
}

/// Past the classes' own guards: the very statements, on the monitoring connection.
void TestReadOnly::theServerRefusesTheStatements()
{
    QFETCH(QString, kind);
    Connections connections(makeBackends(profile(), nullptr), Access::Monitor, {});
    const auto outbox = connections.outbox();
    QVERIFY_RESULT(outbox);
    const auto ledger = connections.ledger(0);
    QVERIFY_RESULT(ledger);
    const std::vector rows{rowOne()};
    const DeadWhere where = kind.endsWith(u"Table") ? DeadWhere::OutboxTable : DeadWhere::OutboxRow;
    QStringList statements;
    if (kind == u"relay")
        statements = (*outbox)->relaySql({});
    else if (kind == u"mark")
        statements = (*ledger)->markSql({});
    else if (kind.startsWith(u"remove"))
        statements = (*outbox)->dead()->removeSql(where, rows);
    else
        statements = (*outbox)->dead()->putBackSql(where, rows);

    int writing = 0;
    for (const QString& statement : std::as_const(statements)) {
        static const QRegularExpression writes(
            u"\\b(INSERT INTO|UPDATE|DELETE FROM)\\b"_s, QRegularExpression::CaseInsensitiveOption);
        if (!statement.contains(writes))
            continue;
        ++writing;
        const auto connection = monitor();
        QVERIFY_RESULT(connection);
        const QByteArray sql = runnable(statement);
        const auto answer = (*connection)->query(sql);
        QVERIFY2(!answer, sql.constData());
        QVERIFY2(
            answer.error().detail.startsWith(u"25006"),
            QByteArray(sql + "\n" + describe(answer.error())).constData());
        QCOMPARE(answer.error().kind, Error::Kind::Refused);
        QVERIFY2(
            answer.error().what.startsWith(u"The session is read-only ("),
            qPrintable(answer.error().what));
    }
    QVERIFY2(writing > 0, qPrintable(statements.join(u'\n')));
}

void TestReadOnly::theServerRefusesWhatAFunctionWrites()
{
    const auto connection = monitor();
    QVERIFY_RESULT(connection);
    const auto answer = (*connection)->query("SELECT apply_it('1', '{}')");
    QVERIFY(!answer);
    QVERIFY2(answer.error().detail.startsWith(u"25006"), describe(answer.error()).constData());
    // The refusal broke nothing: looking goes on.
    QVERIFY_RESULT((*connection)->query("SELECT 1"));
}

void TestReadOnly::everyTransactionBeginsReadOnly()
{
    const auto connection = monitor();
    QVERIFY_RESULT(connection);
    const auto setting = (*connection)->query("SHOW default_transaction_read_only");
    QVERIFY_RESULT(setting);
    QCOMPARE(setting->value(0, 0), "on"_ba);
    QVERIFY_ERROR((*connection)->begin(PgConnection::Mode::ReadWrite), Error::Kind::Refused);
    auto transaction = (*connection)->begin(PgConnection::Mode::ReadOnly);
    QVERIFY_RESULT(transaction);
    const auto written = transaction->query("DELETE FROM orders_outboxevent");
    QVERIFY(!written);
    QVERIFY2(written.error().detail.startsWith(u"25006"), describe(written.error()).constData());
}

QTEST_GUILESS_MAIN(TestReadOnly)
#include "tst_readonly.moc"
