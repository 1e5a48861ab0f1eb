// SPDX-License-Identifier: GPL-3.0-or-later
#include "settings/connectiontext.h"
#include "settings/profilejson.h"
#include "settings/profilestore.h"
#include "support/printers.h"

#include <QJsonDocument>
#include <QJsonObject>
#include <QTemporaryDir>
#include <QTest>

namespace outboard {

using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

namespace {

/// Text with " written as ', for short pieces of JSON (moc stumbles over raw strings inside
/// functions).
QByteArray quoted(const char* text)
{
    return QByteArray(text).replace('\'', '"');
}

const QByteArray minimal =
    quoted("{'outbox': {'dsn': 'service=shop'}, 'broker': {'url': 'redis://h'}}");

/// Every key of the contract, none with its default.
const QByteArray everything = quoted(
    "{ "
    "'name': 'shop', 'environment': 'production', "
    "'outbox': { 'dsn': 'postgresql://u@h/db', 'monitor_dsn': 'postgresql://u@standby/db', "
    "'ssh': {'host': 'bastion', 'user': 'ann', 'port': 2222, 'key': 'id', 'jump': 'gate', "
    "'config': 'ssh.conf'}, 'preset': 'debezium', 'table': 'app.outbox', "
    "'columns': {'id': 'i', 'event_id': 'e', 'topic': 't', 'payload': 'p', "
    "'created_at': 'c', 'key': 'k'}, "
    "'unpublished': 'sent IS NULL', 'mark_published': 'sent = now()', 'dead': 'failed' }, "
    "'ledgers': [ { 'dsn': 'service=billing', 'table': 'billing_processedevent', 'event_id': "
    "'msg', "
    "'consumer': 'who', 'done': 'status = 2', 'groups': ['billing', 'tax'], "
    "'retention': '30d' } ], "
    "'broker': { 'kind': 'redis', 'url': 'rediss://u@h:6380/2', 'stream': 'events:{topic}', "
    "'event_id': 'data.order_id', 'payload': 'body', 'dead': '{stream}:dead', "
    "'tls': {'ca': 'ca.pem', 'cert': 'c.pem', 'key': 'k.pem', 'server_name': 'redis'} }, "
    "'celery': { 'url': 'redis://h/1', 'queue': 'relays', 'task': 'orders.tasks.relay_outbox' }, "
    "'thresholds': { 'idle': '90s', 'max_deliveries': 7, 'oldest_unpublished': '5m' }, "
    "'handlers': [ { 'name': 'billing-sql', 'kind': 'sql', 'function': 'apply_order_paid', "
    "'topics': ['order.*'], 'ledger': 'billing_processedevent' } ], "
    "'masking': { 'on': false, 'fields': ['email', 'card*', '*.iban'] } }");

QByteArray with(const QByteArray& json, const QByteArray& before, const QByteArray& after)
{
    Q_ASSERT(json.contains(before));
    return QByteArray(json).replace(before, after);
}

/// The least profile with one handler of these members.
QByteArray withHandler(const QByteArray& members)
{
    const QByteArray handlers = "{'handlers': [{'name': 'billing', " + members + "}], 'outbox'";
    return with(minimal, quoted("{'outbox'"), quoted(handlers.constData()));
}

} // namespace

class TestProfileJson : public QObject
{
    Q_OBJECT

private slots:

    void fillsEveryKeyButTheConnectionsWithItsDefault()
    {
        const auto profile = profileFromJson(minimal, u"shop"_s);
        QVERIFY_RESULT(profile);
        Profile expected;
        expected.name = u"shop"_s;
        expected.outbox.dsn = u"service=shop"_s;
        expected.broker.url = u"redis://h"_s;
        expected.ledgers = {LedgerSettings{}};
        QCOMPARE(*profile == expected, true);
        QCOMPARE(profile->environment, Environment::Development);
        QCOMPARE(profile->outbox.preset, u"django"_s);
        QCOMPARE(profile->broker.stream, u"{topic}"_s);
        QCOMPARE(profile->broker.payload, u"data"_s);
        QCOMPARE(profile->thresholds.idle, Milliseconds(60s));
        QCOMPARE(profile->thresholds.maxDeliveries, 5);
    }

    void takesNullForTheDefault()
    {
        const auto profile = profileFromJson(
            with(
                minimal,
                quoted("'dsn': 'service=shop'"),
                quoted("'dsn': 'service=shop', 'dead': null, 'preset': null")),
            u"shop"_s);
        QVERIFY_RESULT(profile);
        QCOMPARE(*profile == *profileFromJson(minimal, u"shop"_s), true);
    }

    void tellsNoLedgersFromLedgersToLookFor()
    {
        const auto none = profileFromJson(
            with(minimal, quoted("{'outbox'"), quoted("{'ledgers': [], 'outbox'")), u"shop"_s);
        QVERIFY_RESULT(none);
        QCOMPARE(none->ledgers.size(), 0);
        QCOMPARE(profileFromJson(profileToJson(*none), {})->ledgers.size(), 0);
    }

    void readsEveryKey()
    {
        const auto profile = profileFromJson(everything, {});
        QVERIFY_RESULT(profile);
        QCOMPARE(profile->name, u"shop"_s);
        QCOMPARE(profile->environment, Environment::Production);
        QCOMPARE(profile->outbox.table, u"app.outbox"_s);
        QCOMPARE(
            profile->outbox.columns
                == (OutboxColumns{u"i"_s, u"e"_s, u"t"_s, u"p"_s, u"c"_s, u"k"_s}),
            true);
        QCOMPARE(profile->outbox.markPublished, u"sent = now()"_s);
        QCOMPARE(profile->ledgers.size(), 1);
        QCOMPARE(profile->ledgers.first().groups, (QStringList{u"billing"_s, u"tax"_s}));
        QCOMPARE(profile->ledgers.first().retention.value(), Milliseconds(24h * 30));
        QCOMPARE(profile->broker.tls.serverName, u"redis"_s);
        QCOMPARE(profile->celery.queue, u"relays"_s);
        QCOMPARE(profile->thresholds.oldestUnpublished, Milliseconds(5min));
        QCOMPARE(profile->handlers.first().topics, QStringList{u"order.*"_s});
        QCOMPARE(profile->masking.isOn, std::optional(false));
        QCOMPARE(profile->masking.fields, (QStringList{u"email"_s, u"card*"_s, u"*.iban"_s}));
    }

    void writesWhatItReads_data()
    {
        QTest::addColumn<QByteArray>("json");
        QTest::newRow("only the connections") << minimal;
        QTest::newRow("every key") << everything;
        QTest::newRow("a tunnel for each source")
            << with(everything, quoted("'groups': ["), quoted("'ssh': {'host': 'a'}, 'groups': ["))
                   .replace(
                       quoted("'payload': 'body'"),
                       quoted("'ssh': {'host': 'b'}, 'payload': 'body'"))
                   .replace(quoted("'queue':"), quoted("'ssh': {'host': 'c'}, 'queue':"));
        QTest::newRow("a republish handler") << with(
            minimal,
            quoted("{'outbox'"),
            quoted("{'handlers': [{'name': 'again', 'kind': 'republish'}], 'outbox'"));
        QTest::newRow("an HTTP handler") << withHandler(
            "'kind': 'http', 'url': 'https://h/replay', 'ca': 'ca.pem', 'timeout': '5s', "
            "'retries': 0");
        QTest::newRow("a command handler") << withHandler(
            "'kind': 'command', 'command': ['/bin/apply', '--once'], 'timeout': '10m'");
    }

    void tunnelsAreWrittenInShortToo()
    {
        const QByteArray json =
            with(minimal, quoted("'broker': {"), quoted("'broker': {'ssh': 'ann@bastion', "));
        const auto profile = profileFromJson(json, u"shop"_s);
        QVERIFY_RESULT(profile);
        QCOMPARE(profile->broker.ssh.host, u"bastion"_s);
        QCOMPARE(profile->broker.ssh.user, u"ann"_s);
        QVERIFY(profile->outbox.ssh == SshSettings());
        const auto again = profileFromJson(profileToJson(*profile), u"shop"_s);
        QVERIFY_RESULT(again);
        QCOMPARE(*again == *profile, true);
    }

    void passwordOfTheStandbyIsNotWritten()
    {
        const QByteArray json = with(
            minimal,
            quoted("'dsn': 'service=shop'"),
            quoted("'dsn': 'service=shop', 'monitor_dsn': 'postgresql://u:hidden@standby/db'"));
        const auto profile = profileFromJson(json, u"shop"_s);
        QVERIFY_RESULT(profile);
        QVERIFY(profile->outbox.monitorDsn.contains(u"hidden"_s));
        QVERIFY(!profileToJson(*profile).contains("hidden"));
    }

    void handlersHaveTheirSettingsAndDefaults()
    {
        const auto http = profileFromJson(
            withHandler("'kind': 'http', 'url': 'https://ann:s3cr3t-word@h/replay', 'retries': 0"),
            u"shop"_s);
        QVERIFY_RESULT(http);
        QCOMPARE(http->handlers.first().url, u"https://ann:s3cr3t-word@h/replay"_s);
        QCOMPARE(http->handlers.first().retries, 0);
        QCOMPARE(http->handlers.first().timeout, Milliseconds(30s));
        QVERIFY(!profileToJson(*http).contains("s3cr3t-word"));
        const auto command =
            profileFromJson(withHandler("'kind': 'command', 'command': ['a', 'b']"), u"shop"_s);
        QVERIFY_RESULT(command);
        QCOMPARE(command->handlers.first().command, (QStringList{u"a"_s, u"b"_s}));
        QCOMPARE(command->handlers.first().retries, 3);
    }

    void writesWhatItReads()
    {
        QFETCH(QByteArray, json);
        const auto first = profileFromJson(json, u"shop"_s);
        QVERIFY_RESULT(first);
        const auto second = profileFromJson(profileToJson(*first), {});
        QVERIFY_RESULT(second);
        QCOMPARE(*second == *first, true);
    }

    void namesWhatIsWrong_data()
    {
        QTest::addColumn<QByteArray>("json");
        QTest::addColumn<QStringList>("words");
        const auto row = [](const char* name, const QByteArray& json, const QStringList& words) {
            QTest::newRow(name) << json << words;
        };
        row("unknown key at the top",
            with(minimal, "\"broker\"", "\"brokr\""),
            {u"\"brokr\""_s, u"top level"_s, u"\"broker\""_s});
        row("unknown key in outbox",
            with(everything, "\"table\": \"app", "\"tabel\": \"app"),
            {u"\"tabel\""_s, u"\"outbox\""_s, u"\"table\""_s});
        row("unknown key among the columns",
            with(everything, "\"created_at\"", "\"created\""),
            {u"\"created\""_s, u"\"outbox.columns\""_s, u"\"created_at\""_s});
        row("unknown key in a ledger",
            with(everything, "\"retention\"", "\"retain\""),
            {u"\"retain\""_s, u"\"ledgers[0]\""_s, u"\"retention\""_s});
        row("unknown key in tls",
            with(everything, "\"server_name\"", "\"servername\""),
            {u"\"servername\""_s, u"\"broker.tls\""_s, u"\"server_name\""_s});
        row("unknown key in a handler",
            with(everything, "\"function\"", "\"func\""),
            {u"\"func\""_s, u"\"handlers[0]\""_s, u"\"function\""_s});
        row("unknown key in masking",
            with(everything, "\"fields\"", "\"field\""),
            {u"\"field\""_s, u"\"masking\""_s, u"\"fields\""_s});
        row("text for a switch",
            with(everything, "\"on\": false", "\"on\": \"no\""),
            {u"\"masking.on\""_s, u"true or false"_s});
        row("a field without a name",
            with(everything, "\"card*\"", "\" \""),
            {u"\"masking.fields[1]\""_s, u"card*"_s});
        row("a field path with a gap",
            with(everything, "\"*.iban\"", "\"customer..iban\""),
            {u"\"masking.fields[2]\""_s});
        row("unknown key in a tunnel",
            with(everything, "\"jump\"", "\"jmp\""),
            {u"\"jmp\""_s, u"\"outbox.ssh\""_s, u"\"jump\""_s});
        row("a tunnel's host that is an option",
            with(everything, "\"bastion\"", "\"-v\""),
            {u"\"outbox.ssh.host\""_s});
        row("a tunnel without a host",
            with(everything, quoted("'host': 'bastion', "), ""),
            {u"\"outbox.ssh.host\""_s, u"missing"_s});
        row("a number for text",
            with(everything, quoted("'app.outbox'"), "7"),
            {u"\"outbox.table\""_s, u"text"_s, u"a number"_s});
        row("text for an object",
            with(minimal, quoted("{'url': 'redis://h'}"), "\"redis://h\""),
            {u"\"broker\""_s, u"an object"_s, u"text"_s});
        row("text for a list",
            with(everything, quoted("['billing', 'tax']"), "\"billing\""),
            {u"\"ledgers[0].groups\""_s, u"a list"_s, u"text"_s});
        row("a number inside a list of text",
            with(everything, quoted("['billing', 'tax']"), "[\"billing\", 2]"),
            {u"\"ledgers[0].groups[1]\""_s, u"text"_s, u"a number"_s});
        row("a number for a duration",
            with(everything, "\"90s\"", "90"),
            {u"\"thresholds.idle\""_s, u"duration"_s, u"\"60s\""_s, u"a number"_s});
        row("no unit that exists",
            with(everything, "\"90s\"", "\"90 parsecs\""),
            {u"\"thresholds.idle\""_s, u"90 parsecs"_s, u"60s"_s});
        row("half a delivery",
            with(everything, ": 7", ": 2.5"),
            {u"\"thresholds.max_deliveries\""_s, u"whole number"_s, u"2.5"_s});
        row("no delivery", with(everything, ": 7", ": 0"), {u"\"thresholds.max_deliveries\""_s});
        row("an environment that is none",
            with(everything, "\"production\"", "\"prod\""),
            {u"\"environment\""_s, u"\"production\""_s});
        row("no outbox",
            quoted("{'broker': {'url': 'redis://h'}}"),
            {u"\"outbox.dsn\""_s, u"missing"_s});
        row("no broker",
            quoted("{'outbox': {'dsn': 'service=shop'}}"),
            {u"\"broker.url\""_s, u"missing"_s});
        row("another broker",
            with(everything, "\"kind\": \"redis\"", "\"kind\": \"rabbit\""),
            {u"\"broker.kind\""_s, u"\"redis\""_s});
        row("a celery section without a task",
            with(everything, quoted(", 'task': 'orders.tasks.relay_outbox'"), ""),
            {u"\"celery.task\""_s});
        row("a handler of no kind",
            with(everything, "\"kind\": \"sql\"", "\"kind\": \"python\""),
            {u"\"handlers[0].kind\""_s, u"\"sql\""_s});
        row("an HTTP handler without an address",
            withHandler("'kind': 'http'"),
            {u"\"handlers[0].url\""_s, u"missing"_s});
        row("an HTTP handler with another protocol",
            withHandler("'kind': 'http', 'url': 'ftp://h/replay'"),
            {u"\"handlers[0].url\""_s, u"https"_s});
        row("a command handler without a program",
            withHandler("'kind': 'command', 'command': []"),
            {u"\"handlers[0].command\""_s, u"missing"_s});
        row("a command that is one text",
            withHandler("'kind': 'command', 'command': 'apply --once'"),
            {u"\"handlers[0].command\""_s, u"a list"_s});
        row("half a retry",
            withHandler("'kind': 'http', 'url': 'http://h/', 'retries': 0.5"),
            {u"\"handlers[0].retries\""_s, u"whole number"_s});
        row("a handler with a ledger that is none",
            with(everything, quoted("'ledger': 'billing"), quoted("'ledger': 'biling")),
            {u"\"handlers[0].ledger\""_s, u"billing_processedevent"_s});
        row("a name that is a path",
            with(everything, "\"name\": \"shop\"", "\"name\": \"../shop\""),
            {u"\"../shop\""_s, u"letters"_s});
        row("a list at the top", "[]", {u"an object"_s, u"a list"_s});
        row("no JSON", "{\n  \"name\": \"shop\",,\n}", {u"Line 2"_s});
    }

    void namesWhatIsWrong()
    {
        QFETCH(QByteArray, json);
        QFETCH(QStringList, words);
        const auto profile = profileFromJson(json, u"shop"_s);
        QVERIFY_ERROR(profile, Error::Kind::Refused);
        for (const QString& word : words)
            QVERIFY2(profile.error().what.contains(word), describe(profile.error()).constData());
    }

    void splitsPasswordsFromConnections_data()
    {
        QTest::addColumn<QString>("connection");
        QTest::addColumn<QString>("text");
        QTest::addColumn<QString>("password");
        const auto row = [](const char* name,
                            const QString& connection,
                            const QString& text,
                            const QString& password) {
            QTest::newRow(name) << connection << text << password;
        };
        row("none", u"redis://h:6379/0"_s, u"redis://h:6379/0"_s, {});
        row("user only", u"redis://u@h"_s, u"redis://u@h"_s, {});
        row("user and password",
            u"postgresql://u:p%40ss@h:5432/db?sslmode=require"_s,
            u"postgresql://u@h:5432/db?sslmode=require"_s,
            u"p@ss"_s);
        row("password without user", u"redis://:secret@h/1"_s, u"redis://h/1"_s, u"secret"_s);
        row("colon inside", u"redis://u:a:b@h"_s, u"redis://u@h"_s, u"a:b"_s);
        row("unencoded @ inside", u"redis://u:a@b@h"_s, u"redis://u@h"_s, u"a@b"_s);
        row("in the query",
            u"postgresql://h/db?user=u&password=secret&x=1"_s,
            u"postgresql://h/db?user=u&x=1"_s,
            u"secret"_s);
        row("key password in the query",
            u"postgresql://h/db?sslpassword=secret"_s,
            u"postgresql://h/db"_s,
            {});
        row("IPv6", u"redis://u:p@[::1]:6379"_s, u"redis://u@[::1]:6379"_s, u"p"_s);
        row("a socket", u"unix:///run/redis.sock?db=0"_s, u"unix:///run/redis.sock?db=0"_s, {});
        row("a socket with a password",
            u"unix://u:p@/run/r.sock?db=0"_s,
            u"unix://u@/run/r.sock?db=0"_s,
            u"p"_s);
        row("keywords", u"host=h password=secret dbname=db"_s, u"host=h  dbname=db"_s, u"secret"_s);
        row("keywords in quotes",
            u"host=h password = 'it\\'s a secret' dbname=db"_s,
            u"host=h  dbname=db"_s,
            u"it's a secret"_s);
        row("keywords, last", u"service=shop password=x"_s, u"service=shop"_s, u"x"_s);
        row("quotes left open", u"host=h password='open secret"_s, u"host=h"_s, u"open secret"_s);
    }

    void splitsPasswordsFromConnections()
    {
        QFETCH(QString, connection);
        QFETCH(QString, text);
        QFETCH(QString, password);
        const ConnectionText split = splitPassword(connection);
        QCOMPARE(split.text, text);
        QCOMPARE(split.password, password);
    }

    void usesPasswordsButNeverWritesThem()
    {
        QByteArray json = with(
            everything,
            "postgresql://u@h/db",
            "postgresql://u:s3cr3t-word@h/db?sslpassword=s3cr3t-word");
        json = with(json, "service=billing", "host=h password='s3cr3t-word'");
        json = with(json, "rediss://u@h", "rediss://u:s3cr3t-word@h");
        json = with(json, "redis://h/1", "redis://:s3cr3t-word@h/1");
        const auto profile = profileFromJson(json, {});
        QVERIFY_RESULT(profile);
        QCOMPARE(splitPassword(profile->outbox.dsn).password, u"s3cr3t-word"_s);
        const QByteArray written = profileToJson(*profile);
        QVERIFY(!written.contains("s3cr3t-word"));
        QVERIFY(written.contains("rediss://u@h:6380/2"));
    }

    void refusesPasswordsThatWouldBeCutWithoutShowingThem_data()
    {
        QTest::addColumn<QByteArray>("url");
        QTest::newRow("a slash") << QByteArray("redis://u:s3c/ret@h");
        QTest::newRow("a question mark") << QByteArray("redis://u:s3c?ret@h");
        QTest::newRow("a second @") << QByteArray("redis://u:s3c@ret@h");
    }

    void refusesPasswordsThatWouldBeCutWithoutShowingThem()
    {
        QFETCH(QByteArray, url);
        const auto profile = profileFromJson(with(minimal, "redis://h", url), u"shop"_s);
        QVERIFY_ERROR(profile, Error::Kind::Refused);
        QVERIFY(profile.error().what.contains(u"\"broker.url\""_s));
        QVERIFY(profile.error().what.contains(u"%2F"_s));
        QVERIFY(!profile.error().what.contains(u"s3c"_s));
    }

    void keepsProfilesAsPrivateFiles()
    {
        const QTemporaryDir folder;
        const ProfileStore store(folder.path() + u"/new/profiles"_s);
        QCOMPARE(store.names(), QStringList());
        Profile profile = *profileFromJson(everything, {});
        profile.broker.url = u"redis://u:s3cr3t-word@h"_s;
        QVERIFY_RESULT(store.save(profile));
        QCOMPARE(store.names(), QStringList{u"shop"_s});

        QFile file(folder.path() + u"/new/profiles/shop.json"_s);
        QCOMPARE(
            file.permissions()
                & (QFile::ReadGroup | QFile::WriteGroup | QFile::ReadOther | QFile::WriteOther),
            QFile::Permissions());
        QVERIFY(file.open(QIODevice::ReadOnly));
        QVERIFY(!file.readAll().contains("s3cr3t-word"));

        const auto loaded = store.load(u"shop"_s);
        QVERIFY_RESULT(loaded);
        QCOMPARE(loaded->broker.url, u"redis://u@h"_s);
        QVERIFY_RESULT(store.remove(u"shop"_s));
        QCOMPARE(store.names(), QStringList());
        QVERIFY_ERROR(store.remove(u"shop"_s), Error::Kind::Missing);
    }

    void listsTheProfilesThereAreWhenOneIsMissing()
    {
        const QTemporaryDir folder;
        const ProfileStore store(folder.path());
        QVERIFY_RESULT(store.save(*profileFromJson(everything, {})));
        const auto missing = store.load(u"shpo"_s);
        QVERIFY_ERROR(missing, Error::Kind::Missing);
        QVERIFY(missing.error().what.contains(u"shop"_s));
        QVERIFY_ERROR(store.load(u"../shop"_s), Error::Kind::Refused);
    }

    void refusesAFileThatCallsItselfOtherwise()
    {
        const QTemporaryDir folder;
        QFile file(folder.filePath(u"test.json"_s));
        QVERIFY(file.open(QIODevice::WriteOnly));
        file.write(everything);
        file.close();
        const auto profile = ProfileStore(folder.path()).load(u"test"_s);
        QVERIFY_ERROR(profile, Error::Kind::Refused);
        QVERIFY(profile.error().what.contains(u"test.json"_s));
        QVERIFY(profile.error().what.contains(u"\"shop\""_s));
        QVERIFY_RESULT(ProfileStore::loadFile(file.fileName()));
    }
};

} // namespace outboard

QTEST_GUILESS_MAIN(outboard::TestProfileJson)
#include "tst_profilejson.moc"
