// SPDX-License-Identifier: GPL-3.0-or-later
#include "support/commandrunner.h"
#include "support/markedblocks.h"
#include "support/scratchpostgres.h"
#include "support/scratchredis.h"
#include "support/service.h"

#include <QTest>

using namespace outboard;
using namespace Qt::StringLiterals;

namespace {

const QString password = u"s3cr3t-word-chosen"_s;

QStringList words(const QString& line)
{
    return line.split(u' ', Qt::SkipEmptyParts);
}

QString readme(const QString& name)
{
    return markedBlock(QStringLiteral(OUTBOARD_README), name);
}

} // namespace

#define COMPARE_EXIT(result, code)                                                                 \
    do {                                                                                           \
        const CommandResult& compared = (result);                                                  \
        QVERIFY2(compared.exitCode == (code), compared.text().constData());                        \
    } while (false)

/// The roles that README.md gives for a viewer and an operator, exactly as it gives them.
class TestLeastPrivilege : public QObject
{
    Q_OBJECT

private slots:
    void initTestCase();
    void init();

    void aViewerSees_data();
    void aViewerSees();
    void aViewerIsRefused_data();
    void aViewerIsRefused();
    void anOperatorActs();
    void aRevokedPermissionIsNamed_data();
    void aRevokedPermissionIsNamed();

private:
    void applySql(const QString& block);
    void applyAcl(const QString& block);
    void useProfile(const QString& role);

    QString tls() const
    {
        return u" sslmode=verify-ca sslrootcert="_s + m_postgres->authorityFile();
    }

    CommandResult run(const QString& line) const
    {
        return m_runner->run(words(u"--profile shop "_s + line));
    }

    QString pendingIds() const;
    QString planFile(const QString& handler);

    std::unique_ptr<ScratchPostgres> m_postgres;
    std::unique_ptr<ScratchRedis> m_redis;
    std::unique_ptr<CommandRunner> m_runner;
};

void TestLeastPrivilege::initTestCase()
{
    auto postgres = ScratchPostgres::start({.tls = true});
    REQUIRE_SERVICE(postgres);
    m_postgres = std::move(*postgres);
    auto redis = ScratchRedis::start({.tcp = true});
    REQUIRE_SERVICE(redis);
    m_redis = std::move(*redis);
}

void TestLeastPrivilege::init()
{
    for (const QString& role : {u"outboard_viewer"_s, u"outboard_operator"_s}) {
        // Fails while there is no such role yet.
        std::ignore = m_postgres->exec(u"DROP OWNED BY %1; DROP ROLE %1"_s.arg(role));
        m_redis->value({"ACL", "DELUSER", role.toLatin1()});
    }
    QVERIFY_RESULT(m_postgres->wipe());
    QVERIFY_RESULT(m_postgres->exec(u"REVOKE ALL ON SCHEMA public FROM PUBLIC"_s));
    QVERIFY_RESULT(m_postgres->createSeedSchema(true));
    QVERIFY_RESULT(m_postgres->addEvents(u"order.paid"_s, 6));
    m_redis->wipe();
    // Three of the six are in the stream, held by a consumer that crashed.
    QVERIFY_RESULT(
        m_postgres->exec(u"UPDATE orders_outboxevent SET published_at = now() WHERE id <= 3"_s));
    for (const QByteArray id : {"1", "2", "3"}) {
        m_redis->value(
            {"XADD",
             "order.paid",
             "1-" + id,
             "data",
             "{\"order_id\": " + id + "}",
             "event_id",
             id});
    }
    QVERIFY_RESULT(m_redis->consume("order.paid", "billing", "crashed", 3));
    m_redis->value({"XADD", "order.paid:dlq", "*", "event_id", "3", "data", "{}", "error", "bad"});
    m_runner = std::make_unique<CommandRunner>(QStringLiteral(OUTBOARD_PROGRAM));
    for (const QString& block : {u"viewer.sql"_s, u"operator.sql"_s})
        applySql(readme(block));
    for (const QString& block : {u"viewer.acl"_s, u"operator.acl"_s})
        applyAcl(readme(block));
    // A handler of the shop's own, as README.md says what it needs.
    QVERIFY_RESULT(m_postgres->exec(
        u"CREATE FUNCTION apply_order_paid(event_id text, payload jsonb) RETURNS void"
        " LANGUAGE sql AS $$ SELECT 1 $$;"
        "REVOKE EXECUTE ON FUNCTION apply_order_paid FROM PUBLIC;"
        "GRANT EXECUTE ON FUNCTION apply_order_paid TO outboard_operator"_s));
}

void TestLeastPrivilege::applySql(const QString& block)
{
    QVERIFY2(block.contains(u"'choose one'"), qPrintable(block));
    QString sql = block;
    QVERIFY_RESULT(m_postgres->exec(sql.replace(u"choose one"_s, password)));
}

void TestLeastPrivilege::applyAcl(const QString& block)
{
    QVERIFY2(block.contains(u">choose-one"), qPrintable(block));
    QString line = block;
    QList<QByteArray> command;
    for (const QString& word : words(line.replace(u"choose-one"_s, password)))
        command.append(word.toUtf8());
    QCOMPARE(m_redis->value(command), "OK"_ba);
}

void TestLeastPrivilege::useProfile(const QString& role)
{
    const QJsonObject handler{
        {u"name"_s, u"billing-sql"_s},
        {u"kind"_s, u"sql"_s},
        {u"function"_s, u"apply_order_paid"_s},
        {u"ledger"_s, u"billing_processedevent"_s}};
    m_runner->writeProfile(
        u"shop"_s,
        {{u"name"_s, u"shop"_s},
         {u"outbox"_s,
          QJsonObject{{u"dsn"_s, QString(m_postgres->tcpDsn(role, password) + tls())}}},
         {u"broker"_s,
          QJsonObject{
              {u"url"_s,
               u"redis://%1:%2@127.0.0.1:%3/0"_s.arg(role, password).arg(m_redis->port())}}},
         {u"ledgers"_s,
          QJsonArray{
              QJsonObject{
                  {u"table"_s, u"billing_processedevent"_s},
                  {u"groups"_s, QJsonArray{u"billing"_s}}},
              QJsonObject{
                  {u"table"_s, u"email_processedevent"_s}, {u"groups"_s, QJsonArray{u"email"_s}}}}},
         {u"thresholds"_s, QJsonObject{{u"idle"_s, u"1ms"_s}}},
         {u"handlers"_s, QJsonArray{handler}}});
}

QString TestLeastPrivilege::planFile(const QString& handler)
{
    const QString path = m_runner->scratch(u"plan.json"_s);
    const auto planned =
        run(u"plan --from pending --stream order.paid --group billing --handler %1 --out %2"_s.arg(
            handler, path));
    return planned.exitCode == 0 ? path : QString::fromUtf8(planned.text());
}

void TestLeastPrivilege::aViewerSees_data()
{
    QTest::addColumn<QString>("command");
    QTest::addColumn<QByteArray>("seen");
    QTest::newRow("status") << u"status --json"_s << "\"unpublished\":3"_ba;
    QTest::newRow("topics") << u"topics --json"_s << "order.paid"_ba;
    QTest::newRow("groups") << u"groups --json"_s << "\"pending\":3"_ba;
    QTest::newRow("pending") << u"pending --stream order.paid --group billing --json"_s
                             << "\"ledger\":\"unprocessed\""_ba;
    QTest::newRow("dead") << u"dead --json"_s << "\"count\":1"_ba;
    QTest::newRow("plan of pending entries")
        << u"plan --from pending --stream order.paid --group billing --handler billing-sql --json"_s
        << "\"verdict\":\"run\""_ba;
    QTest::newRow("plan of rows") << u"plan --from outbox --json"_s << "\"verdict\""_ba;
    QTest::newRow("relay, dry run") << u"relay --dry-run --json"_s << "3"_ba;
    QTest::newRow("journal") << u"journal --json"_s << "["_ba;
}

void TestLeastPrivilege::aViewerSees()
{
    QFETCH(QString, command);
    QFETCH(QByteArray, seen);
    useProfile(u"outboard_viewer"_s);
    const auto result = run(command);
    COMPARE_EXIT(result, 0);
    QVERIFY2(
        result.json().toJson(QJsonDocument::Compact).contains(seen), result.text().constData());
    QVERIFY2(!result.text().contains("permission"), result.text().constData());
}

void TestLeastPrivilege::aViewerIsRefused_data()
{
    QTest::addColumn<QString>("command");
    QTest::addColumn<QStringList>("named");
    QTest::newRow("relay") << u"relay --yes"_s
                           << QStringList{
                                  u"outboard_viewer"_s, u"orders_outboxevent"_s, u"UPDATE"_s};
    QTest::newRow("claim")
        << u"claim --stream order.paid --group billing --stuck --to billing-2 --min-idle 1ms --yes"_s
        << QStringList{u"XCLAIM order.paid"_s};
    QTest::newRow("release")
        << u"claim --stream order.paid --group billing --stuck --release --min-idle 1ms --yes"_s
        << QStringList{u"XCLAIM order.paid"_s};
    QTest::newRow("ack") << u"ack --stream order.paid --group billing --id 1-1 --yes"_s
                         << QStringList{u"XACK order.paid"_s};
    QTest::newRow("replay by republishing")
        << u"replay PLAN:republish --yes"_s << QStringList{u"order.paid"_s, u"permission"_s};
    QTest::newRow("replay by a function")
        << u"replay PLAN:billing-sql --yes"_s << QStringList{u"order.paid"_s, u"permission"_s};
}

void TestLeastPrivilege::aViewerIsRefused()
{
    QFETCH(QString, command);
    QFETCH(QStringList, named);
    useProfile(u"outboard_viewer"_s);
    for (const QString& handler : {u"republish"_s, u"billing-sql"_s}) {
        if (!command.contains(u"PLAN:"_s + handler))
            continue;
        const QString path = planFile(handler);
        QVERIFY2(QFile::exists(path), qPrintable(path));
        command.replace(u"PLAN:"_s + handler, path);
    }
    const auto result = run(command);
    QVERIFY2(result.exitCode == 1 || result.exitCode == 2, result.text().constData());
    const QByteArray all = result.out + result.err;
    QVERIFY2(all.contains("lacks a permission"), result.text().constData());
    for (const QString& name : named)
        QVERIFY2(all.contains(name.toUtf8()), result.text().constData());
    QCOMPARE(m_redis->value({"XLEN", "order.paid"}), "3"_ba);
    QCOMPARE(
        m_postgres->value(u"SELECT count(*) FROM orders_outboxevent WHERE published_at IS NULL"_s),
        "3"_ba);
    QCOMPARE(m_postgres->value(u"SELECT count(*) FROM billing_processedevent"_s), "0"_ba);
    QCOMPARE(m_redis->values({"XPENDING", "order.paid", "billing"}).value(0), "3"_ba);
}

void TestLeastPrivilege::anOperatorActs()
{
    useProfile(u"outboard_operator"_s);
    COMPARE_EXIT(run(u"status"_s), 0);
    COMPARE_EXIT(run(u"relay --yes"_s), 0);
    QCOMPARE(m_redis->value({"XLEN", "order.paid"}), "6"_ba);
    COMPARE_EXIT(
        run(u"claim --stream order.paid --group billing --id 1-1 --to billing-2 --min-idle 1ms --yes"_s),
        0);
    COMPARE_EXIT(
        run(u"claim --stream order.paid --group billing --id 1-1 --release --min-idle 1ms --yes"_s),
        0);
    COMPARE_EXIT(run(u"ack --stream order.paid --group billing --id 1-1 --yes"_s), 0);
    const QString applied = planFile(u"billing-sql"_s);
    QVERIFY2(QFile::exists(applied), qPrintable(applied));
    COMPARE_EXIT(run(u"replay %1 --yes"_s.arg(applied)), 0);
    QCOMPARE(m_postgres->value(u"SELECT count(*) FROM billing_processedevent"_s), "2"_ba);
    COMPARE_EXIT(run(u"ack --stream order.paid --group billing --ledger-done --yes"_s), 0);
    const QString again = m_runner->scratch(u"again.json"_s);
    COMPARE_EXIT(run(u"plan --from outbox --out %1"_s.arg(again)), 0);
    const auto republished = run(u"replay %1 --include-unknown --yes"_s.arg(again));
    QVERIFY2(republished.exitCode == 0, republished.text().constData());
    QVERIFY2(!republished.text().contains("permission"), republished.text().constData());
    QCOMPARE(run(u"journal --json"_s).array().size(), 7);
}

void TestLeastPrivilege::aRevokedPermissionIsNamed_data()
{
    QTest::addColumn<QString>("sql");
    QTest::addColumn<QList<QByteArray>>("acl");
    QTest::addColumn<QString>("command");
    QTest::addColumn<QStringList>("named");
    const QList<QByteArray> none;
    QTest::newRow("SELECT on the outbox")
        << u"REVOKE SELECT ON orders_outboxevent FROM outboard_operator"_s << none << u"status"_s
        << QStringList{u"orders_outboxevent"_s, u"SELECT"_s};
    QTest::newRow("INSERT into the ledger")
        << u"REVOKE INSERT ON billing_processedevent FROM outboard_operator"_s << none
        << u"replay PLAN --yes"_s << QStringList{u"billing_processedevent"_s, u"INSERT"_s};
    QTest::newRow("EXECUTE of the function")
        << u"REVOKE EXECUTE ON FUNCTION apply_order_paid FROM outboard_operator"_s << none
        << u"replay PLAN --yes"_s << QStringList{u"apply_order_paid"_s, u"EXECUTE"_s};
    QTest::newRow("USAGE of the schema")
        << u"REVOKE USAGE ON SCHEMA public FROM outboard_operator"_s << none
        << u"relay --topic order.paid --yes"_s << QStringList{u"public"_s};
    QTest::newRow("XADD") << QString() << QList<QByteArray>{"-xadd"} << u"relay --yes"_s
                          << QStringList{u"xadd"_s};
    QTest::newRow("the stream's key")
        << QString() << QList<QByteArray>{"resetkeys", "~other.*"} << u"relay --yes"_s
        << QStringList{u"XADD order.paid"_s, u"~order.paid"_s};
}

void TestLeastPrivilege::aRevokedPermissionIsNamed()
{
    QFETCH(QString, sql);
    QFETCH(QList<QByteArray>, acl);
    QFETCH(QString, command);
    QFETCH(QStringList, named);
    useProfile(u"outboard_operator"_s);
    if (command.contains(u"PLAN")) {
        const QString path = planFile(u"billing-sql"_s);
        QVERIFY2(QFile::exists(path), qPrintable(path));
        command.replace(u"PLAN"_s, path);
    }
    if (!sql.isEmpty())
        QVERIFY_RESULT(m_postgres->exec(sql));
    if (!acl.isEmpty())
        m_redis->value(QList<QByteArray>{"ACL", "SETUSER", "outboard_operator"} + acl);
    const auto result = run(command);
    QVERIFY2(result.exitCode == 1 || result.exitCode == 2, result.text().constData());
    for (const QString& name : named)
        QVERIFY2(
            QByteArray(result.out + result.err).contains(name.toUtf8()), result.text().constData());
}

QTEST_GUILESS_MAIN(TestLeastPrivilege)
#include "tst_leastprivilege.moc"
