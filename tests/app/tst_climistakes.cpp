// SPDX-License-Identifier: GPL-3.0-or-later
#include "support/commandrunner.h"
#include "support/scratchpostgres.h"
#include "support/scratchredis.h"
#include "support/service.h"

#include <QTest>

using namespace outboard;
using namespace Qt::StringLiterals;

namespace {

const QString secret = u"s3cr3t-word-Pw"_s;

QStringList words(const QString& line)
{
    return line.split(u' ', Qt::SkipEmptyParts);
}

} // namespace

/// What a user gets wrong: each mistake is answered by a sentence that says what to do, by exit
/// code 2 or 3, by exactly one document with --json, and never with a password.
class TestCliMistakes : public QObject
{
    Q_OBJECT

private slots:
    void initTestCase();
    void init();

    void eachMistakeIsNamed_data();
    void eachMistakeIsNamed();
    void passwordsWorkAndAreNeverShown_data();
    void passwordsWorkAndAreNeverShown();
    void aServerThatStopsIsNamed();

private:
    QJsonObject profile(const QJsonObject& outbox, const QJsonObject& broker) const;

    QJsonObject goodOutbox() const { return {{u"dsn"_s, m_postgres->dsn()}}; }

    QJsonObject goodBroker() const { return {{u"url"_s, m_redis->url()}}; }

    QString redisUrl(const QString& user, const QString& password) const;
    QString tlsOptions() const;

    std::unique_ptr<ScratchPostgres> m_postgres;
    std::unique_ptr<ScratchRedis> m_redis;
    std::unique_ptr<CommandRunner> m_runner;
};

void TestCliMistakes::initTestCase()
{
    auto postgres = ScratchPostgres::start({.tls = true});
    REQUIRE_SERVICE(postgres);
    m_postgres = std::move(*postgres);
    ScratchRedis::Options options;
    options.tcp = true;
    options.settings = {
        u"user outboard on >%1 ~* +@all"_s.arg(secret),
        u"user reader on >%1 ~* +@read +@connection +info +command +time"_s.arg(secret)};
    auto redis = ScratchRedis::start(options);
    REQUIRE_SERVICE(redis);
    m_redis = std::move(*redis);
    QVERIFY_RESULT(m_postgres->exec(
        u"CREATE ROLE reader LOGIN PASSWORD '%1'; CREATE ROLE owner LOGIN SUPERUSER PASSWORD '%1'"_s
            .arg(secret)));
}

void TestCliMistakes::init()
{
    QVERIFY_RESULT(m_postgres->wipe());
    QVERIFY_RESULT(m_postgres->createSeedSchema(true));
    QVERIFY_RESULT(m_postgres->addEvents(u"order.paid"_s, 2));
    QVERIFY_RESULT(m_postgres->exec(
        u"GRANT USAGE ON SCHEMA public TO reader; GRANT SELECT ON ALL TABLES IN SCHEMA public TO reader"_s));
    m_redis->wipe();
    m_runner = std::make_unique<CommandRunner>(QStringLiteral(OUTBOARD_PROGRAM));
}

QJsonObject TestCliMistakes::profile(const QJsonObject& outbox, const QJsonObject& broker) const
{
    return {{u"name"_s, u"shop"_s}, {u"outbox"_s, outbox}, {u"broker"_s, broker}};
}

QString TestCliMistakes::redisUrl(const QString& user, const QString& password) const
{
    return u"redis://%1:%2@127.0.0.1:%3/0"_s.arg(user, password).arg(m_redis->port());
}

QString TestCliMistakes::tlsOptions() const
{
    return u" sslmode=verify-ca sslrootcert="_s + m_postgres->authorityFile();
}

void TestCliMistakes::eachMistakeIsNamed_data()
{
    QTest::addColumn<QJsonObject>("outbox");
    QTest::addColumn<QJsonObject>("broker");
    QTest::addColumn<QString>("command");
    QTest::addColumn<int>("exitCode");
    QTest::addColumn<QString>("named");
    const auto row = [](const char* name,
                        const QJsonObject& outbox,
                        const QJsonObject& broker,
                        const QString& command,
                        int exitCode,
                        const QString& named) {
        QTest::newRow(name) << outbox << broker << command << exitCode << named;
    };
    const auto dsn = [](const QString& text) { return QJsonObject{{u"dsn"_s, text}}; };
    const auto url = [](const QString& text) { return QJsonObject{{u"url"_s, text}}; };
    const auto with = [](QJsonObject object, const QString& key, const QJsonValue& value) {
        object.insert(key, value);
        return object;
    };
    const QString relay = u"relay --yes"_s;
    const QString status = u"status"_s;
    const QString wrong = u"wr0ng-Pw"_s;

    row("no database server there",
        dsn(u"host=/nonexistent dbname=shop"_s),
        goodBroker(),
        relay,
        3,
        u"/nonexistent"_s);
    row("no database server there, for status",
        dsn(u"host=/nonexistent dbname=shop"_s),
        goodBroker(),
        status,
        3,
        u"/nonexistent"_s);
    row("no such database",
        dsn(m_postgres->dsn() + u" dbname=nothere"_s),
        goodBroker(),
        relay,
        2,
        u"nothere"_s);
    row("a DSN that is none", dsn(u"host"_s), goodBroker(), relay, 2, u"DSN"_s);
    row("wrong database password",
        dsn(m_postgres->tcpDsn(u"owner"_s, wrong) + tlsOptions()),
        goodBroker(),
        relay,
        2,
        u"owner"_s);
    row("no broker there",
        goodOutbox(),
        url(u"unix:///nonexistent/redis.sock"_s),
        relay,
        3,
        u"/nonexistent/redis.sock"_s);
    row("a URL that is none", goodOutbox(), url(u"http://localhost"_s), relay, 2, u"redis://"_s);
    row("wrong broker password",
        goodOutbox(),
        url(redisUrl(u"outboard"_s, wrong)),
        relay,
        2,
        u"password"_s);
    row("missing table",
        with(goodOutbox(), u"table"_s, u"orders_outbox"_s),
        goodBroker(),
        relay,
        2,
        u"orders_outbox"_s);
    row("missing table, for status",
        with(goodOutbox(), u"table"_s, u"orders_outbox"_s),
        goodBroker(),
        status,
        2,
        u"orders_outbox"_s);
    row("missing column",
        with(goodOutbox(), u"columns"_s, QJsonObject{{u"payload"_s, u"body"_s}}),
        goodBroker(),
        relay,
        2,
        u"body"_s);
    row("no permission to write rows",
        dsn(m_postgres->tcpDsn(u"reader"_s, secret) + tlsOptions()),
        goodBroker(),
        relay,
        2,
        u"permission"_s);
    row("a group that is not there",
        goodOutbox(),
        goodBroker(),
        u"pending --stream order.paid --group nobody"_s,
        2,
        u"nobody"_s);
    row("a key of another type",
        goodOutbox(),
        goodBroker(),
        u"pending --stream text.key --group nobody"_s,
        2,
        u"text.key"_s);
    row("an unknown preset",
        with(goodOutbox(), u"preset"_s, u"djagno"_s),
        goodBroker(),
        relay,
        2,
        u"djagno"_s);
    row("an unknown key",
        with(goodOutbox(), u"tabel"_s, u"x"_s),
        goodBroker(),
        relay,
        2,
        u"\"tabel\""_s);
    row("a number for text",
        with(goodOutbox(), u"table"_s, 7),
        goodBroker(),
        relay,
        2,
        u"\"outbox.table\""_s);
    row("no handler of this name",
        goodOutbox(),
        goodBroker(),
        u"plan --from ids --id 1 --handler nobody"_s,
        2,
        u"nobody"_s);
    row("celery without the section",
        goodOutbox(),
        goodBroker(),
        u"relay --via celery --yes"_s,
        2,
        u"celery"_s);
    row("an unknown way to relay",
        goodOutbox(),
        goodBroker(),
        u"relay --via pigeon --yes"_s,
        2,
        u"pigeon"_s);
    row("an unknown durability",
        goodOutbox(),
        goodBroker(),
        u"relay --durability wait --yes"_s,
        2,
        u"wait:N"_s);
    row("a plan file that is not there",
        goodOutbox(),
        goodBroker(),
        u"replay nowhere.json --yes"_s,
        2,
        u"nowhere.json"_s);
    row("an unknown command", goodOutbox(), goodBroker(), u"staus"_s, 2, u"\"status\""_s);
}

void TestCliMistakes::eachMistakeIsNamed()
{
    QFETCH(QJsonObject, outbox);
    QFETCH(QJsonObject, broker);
    QFETCH(QString, command);
    QFETCH(int, exitCode);
    QFETCH(QString, named);
    m_redis->value({"SET", "text.key", "x"});
    m_runner->writeProfile(u"shop"_s, profile(outbox, broker));

    const auto text = m_runner->run(words(u"--profile shop "_s + command));
    QVERIFY2(text.exitCode == exitCode, text.text().constData());
    QVERIFY2(QByteArray(text.out + text.err).contains(named.toUtf8()), text.text().constData());

    const auto json = m_runner->run(words(u"--profile shop --json "_s + command));
    QVERIFY2(json.exitCode == exitCode, json.text().constData());
    QVERIFY2(json.json().isObject(), json.text().constData());
    QVERIFY2(json.out.contains(named.toUtf8().replace("\"", "\\\"")), json.text().constData());

    for (const QByteArray& output : {text.out, text.err, json.out, json.err}) {
        QVERIFY(!output.contains("wr0ng-Pw"));
        QVERIFY(!output.contains(secret.toUtf8()));
    }
    QCOMPARE(
        m_postgres->value(u"SELECT count(*) FROM orders_outboxevent WHERE published_at IS NULL"_s),
        "2");
}

void TestCliMistakes::passwordsWorkAndAreNeverShown_data()
{
    QTest::addColumn<QString>("dsn");
    QTest::addColumn<QString>("url");
    QTest::newRow("keywords") << m_postgres->tcpDsn(u"owner"_s, secret) + tlsOptions()
                              << redisUrl(u"outboard"_s, secret);
    QTest::newRow("URIs")
        << u"postgresql://owner:%1@127.0.0.1:%2/postgres?sslmode=verify-ca&sslrootcert=%3"_s
               .arg(secret)
               .arg(m_postgres->port())
               .arg(m_postgres->authorityFile())
        << redisUrl(u"outboard"_s, secret);
    QTest::newRow("REDISCLI_AUTH")
        << m_postgres->dsn() << u"redis://outboard@127.0.0.1:%1/0"_s.arg(m_redis->port());
}

void TestCliMistakes::passwordsWorkAndAreNeverShown()
{
    QFETCH(QString, dsn);
    QFETCH(QString, url);
    if (!url.contains(secret))
        m_runner->environment().insert(u"REDISCLI_AUTH"_s, secret);
    m_runner->writeProfile(
        u"shop"_s, profile(QJsonObject{{u"dsn"_s, dsn}}, QJsonObject{{u"url"_s, url}}));
    for (const QString& command :
         {u"status"_s, u"status --json"_s, u"relay --dry-run --json"_s, u"relay --yes"_s}) {
        const auto result = m_runner->run(words(u"--profile shop "_s + command));
        QVERIFY2(result.exitCode == 0, result.text().constData());
        QVERIFY(!result.text().contains(secret.toUtf8()));
    }
    QCOMPARE(m_redis->value({"XLEN", "order.paid"}), "2");
}

void TestCliMistakes::aServerThatStopsIsNamed()
{
    m_runner->writeProfile(u"shop"_s, profile(goodOutbox(), goodBroker()));
    m_redis->stop();
    const auto down = m_runner->run(words(u"--profile shop relay --yes --json"_s));
    QVERIFY_RESULT(m_redis->restart());
    QVERIFY2(down.exitCode == 3, down.text().constData());
    QVERIFY(down.json().isObject());
    const auto up = m_runner->run(words(u"--profile shop relay --yes --json"_s));
    QVERIFY2(up.exitCode == 0, up.text().constData());
}

QTEST_GUILESS_MAIN(TestCliMistakes)
#include "tst_climistakes.moc"
