// SPDX-License-Identifier: GPL-3.0-or-later
#include "support/commandrunner.h"
#include "support/scratchpostgres.h"
#include "support/scratchredis.h"
#include "support/secretsearch.h"
#include "support/service.h"

#include <QDir>
#include <QElapsedTimer>
#include <QFile>
#include <QProcess>
#include <QTest>
#include <QUrl>

using namespace outboard;
using namespace Qt::StringLiterals;

namespace {

// Each spelled so that escaping changes it, and found nowhere by chance.
const QString pgPassword = u"Pg-7Kx' \\q%é/Wz"_s;
const QString redisPassword = u"Rd-3Vn\"#&ü:Yt"_s;
const QString wrongPassword = u"Wr-9Jm@?'ß/Lp"_s;

QString encoded(const QString& text)
{
    return QString::fromLatin1(QUrl::toPercentEncoding(text));
}

/// Whether a crash of this process would leave its memory in a file.
bool hasNoCore(qint64 pid)
{
    QFile file(u"/proc/%1/limits"_s.arg(pid));
    if (!file.open(QIODevice::ReadOnly))
        return false;
    for (const QByteArray& line : file.readAll().split('\n')) {
        if (line.startsWith("Max core file size"))
            return line.simplified().split(' ').mid(4, 2) == QList<QByteArray>{"0", "0"};
    }
    return false;
}

} // namespace

/// Runs the program's commands with passwords in every place they can come from, with wrong ones
/// too and with everything logged, and looks for them in all that was written.
class TestNoSecrets : public QObject
{
    Q_OBJECT

private slots:
    void initTestCase();
    void init();

    void theSearchFinds();
    void nothingThatIsWrittenHoldsAPassword_data();
    void nothingThatIsWrittenHoldsAPassword();
    void withoutAPasswordItIsSaidWhereToPutIt();
    void aTerminalIsAskedWithoutEcho();

private:
    void runAndSearch(const QStringList& arguments, int& failures);
    QString writeProfileFile(const QString& dsn, const QString& url) const;
    QString dsnWithout(const QString& user) const;

    std::unique_ptr<ScratchPostgres> m_postgres;
    std::unique_ptr<ScratchRedis> m_redis;
    std::unique_ptr<CommandRunner> m_runner;
    SecretSearch m_search{{pgPassword, redisPassword, wrongPassword}};
};

void TestNoSecrets::initTestCase()
{
    auto postgres = ScratchPostgres::start({.tls = true});
    REQUIRE_SERVICE(postgres);
    m_postgres = std::move(*postgres);
    auto redis = ScratchRedis::start({.tcp = true});
    REQUIRE_SERVICE(redis);
    m_redis = std::move(*redis);
    QString quoted = pgPassword;
    quoted.replace(u"'"_s, u"''"_s);
    QVERIFY_RESULT(
        m_postgres->exec(u"CREATE ROLE worker LOGIN SUPERUSER PASSWORD '%1'"_s.arg(quoted)));
    QCOMPARE(
        m_redis->value(
            {"ACL", "SETUSER", "worker", "on", '>' + redisPassword.toUtf8(), "~*", "+@all"}),
        "OK"_ba);
}

void TestNoSecrets::init()
{
    QVERIFY_RESULT(m_postgres->wipe());
    QVERIFY_RESULT(m_postgres->createSeedSchema(true));
    QVERIFY_RESULT(m_postgres->addEvents(u"order.paid"_s, 4));
    m_redis->wipe();
    m_redis->value({"XADD", "order.paid", "1-1", "data", "{}", "event_id", "1"});
    QVERIFY_RESULT(m_redis->consume("order.paid", "billing", "crashed", 1));
    m_runner = std::make_unique<CommandRunner>(QStringLiteral(OUTBOARD_PROGRAM));
    m_runner->environment().insert(u"XDG_CACHE_HOME"_s, m_runner->scratch(u"cache"_s));
    m_runner->environment().insert(u"XDG_STATE_HOME"_s, m_runner->scratch(u"state"_s));
    m_runner->environment().insert(u"XDG_RUNTIME_DIR"_s, m_runner->scratch(u"runtime"_s));
    m_runner->environment().insert(u"TMPDIR"_s, m_runner->scratch(u"tmp"_s));
    for (const QString& folder : {u"home"_s, u"cache"_s, u"state"_s, u"runtime"_s, u"tmp"_s})
        QDir().mkpath(m_runner->scratch(folder));
    m_runner->environment().insert(u"QT_LOGGING_RULES"_s, u"*.debug=true"_s);
}

/// Where the operator wrote passwords: not searched.
QString TestNoSecrets::writeProfileFile(const QString& dsn, const QString& url) const
{
    const QString path = m_runner->scratch(u"shop.json"_s);
    const QJsonObject profile{
        {u"name"_s, u"shop"_s},
        {u"outbox"_s, QJsonObject{{u"dsn"_s, dsn}}},
        {u"broker"_s, QJsonObject{{u"url"_s, url}}},
        {u"celery"_s, QJsonObject{{u"url"_s, url}, {u"task"_s, u"orders.tasks.relay_outbox"_s}}},
        {u"thresholds"_s, QJsonObject{{u"idle"_s, u"1ms"_s}}},
        {u"handlers"_s,
         QJsonArray{QJsonObject{
             {u"name"_s, u"sleepy"_s},
             {u"kind"_s, u"command"_s},
             {u"command"_s, QJsonArray{u"/bin/sleep"_s, u"0.2"_s}},
             {u"ledger"_s, u"billing_processedevent"_s}}}},
        {u"ledgers"_s, QJsonArray{QJsonObject{{u"table"_s, u"billing_processedevent"_s}}}}};
    QFile file(path);
    if (file.open(QIODevice::WriteOnly))
        file.write(QJsonDocument(profile).toJson());
    return path;
}

QString TestNoSecrets::dsnWithout(const QString& user) const
{
    return u"host=127.0.0.1 port=%1 dbname=postgres user=%2 sslmode=verify-ca sslrootcert=%3"_s
        .arg(m_postgres->port())
        .arg(user, m_postgres->authorityFile());
}

void TestNoSecrets::runAndSearch(const QStringList& arguments, int& failures)
{
    QProcess process;
    process.setProcessEnvironment(m_runner->environment());
    process.start(m_runner->program(), arguments);
    process.closeWriteChannel();
    QVERIFY(process.waitForStarted());
    bool leavesNoCore = false;
    QElapsedTimer timer;
    timer.start();
    while (process.state() != QProcess::NotRunning && timer.elapsed() < 60'000) {
        QCOMPARE(m_search.findInProcesses(process.processId()), QString());
        leavesNoCore = leavesNoCore || hasNoCore(process.processId());
        process.waitForFinished(20);
    }
    QCOMPARE(process.state(), QProcess::NotRunning);
    QVERIFY(leavesNoCore);
    failures += process.exitCode() == 0 ? 0 : 1;
    const QByteArray out = process.readAllStandardOutput();
    const QByteArray err = process.readAllStandardError();
    const QString found = m_search.find(out + err);
    QVERIFY2(found.isEmpty(), QByteArray(found.toUtf8() + '\n' + out + err).constData());
}

void TestNoSecrets::theSearchFinds()
{
    const QString folder = m_runner->scratch(u"tmp"_s);
    int searched = 0;
    QCOMPARE(m_search.findInFiles(folder, {}, searched), QString());
    QFile file(folder + u"/.hidden"_s);
    QVERIFY(file.open(QIODevice::WriteOnly));
    file.write("x" + redisPassword.toUtf8() + "y");
    file.close();
    QVERIFY(m_search.findInFiles(folder, {}, searched).contains(u".hidden"));
    QVERIFY(!m_search.find(QUrl::toPercentEncoding(u"a"_s + pgPassword)).isEmpty());
    QVERIFY(!m_search.find(QByteArray("xy" + pgPassword.toUtf8() + "zz").toBase64()).isEmpty());
    QProcess process;
    process.start(u"/bin/sh"_s, {u"-c"_s, u"sleep 5; :"_s, wrongPassword});
    QVERIFY(process.waitForStarted());
    QTRY_VERIFY(!m_search.findInProcesses(process.processId()).isEmpty());
    process.kill();
    process.waitForFinished();
}

void TestNoSecrets::nothingThatIsWrittenHoldsAPassword_data()
{
    QTest::addColumn<QString>("from");
    QTest::addColumn<bool>("isRight");
    QTest::newRow("in DSN and URL") << u"profile"_s << true;
    QTest::newRow("in keywords") << u"keywords"_s << true;
    QTest::newRow("in the environment") << u"environment"_s << true;
    QTest::newRow("in ~/.pgpass") << u"pgpass"_s << true;
    QTest::newRow("wrong ones in DSN and URL") << u"profile"_s << false;
    QTest::newRow("wrong ones in keywords") << u"keywords"_s << false;
    QTest::newRow("wrong ones in the environment") << u"environment"_s << false;
}

void TestNoSecrets::nothingThatIsWrittenHoldsAPassword()
{
    QFETCH(QString, from);
    QFETCH(bool, isRight);
    const QString pg = isRight ? pgPassword : wrongPassword;
    const QString redis = isRight ? redisPassword : wrongPassword;
    QString dsn = dsnWithout(u"worker"_s);
    QString url = u"redis://worker@127.0.0.1:%1/0"_s.arg(m_redis->port());
    const QString urlWith =
        u"redis://worker:%1@127.0.0.1:%2/0"_s.arg(encoded(redis), QString::number(m_redis->port()));
    QStringList own{m_runner->scratch(u"shop.json"_s)};
    if (from == u"profile") {
        dsn =
            u"postgresql://worker:%1@127.0.0.1:%2/postgres?sslmode=verify-ca&sslrootcert=%3"_s.arg(
                encoded(pg), QString::number(m_postgres->port()), m_postgres->authorityFile());
        url = urlWith;
    } else if (from == u"keywords") {
        QString quoted = pg;
        quoted.replace(u"\\"_s, u"\\\\"_s).replace(u"'"_s, u"\\'"_s);
        dsn += u" password='%1'"_s.arg(quoted);
        url = urlWith;
    } else if (from == u"environment") {
        m_runner->environment().insert(u"PGPASSWORD"_s, pg);
        m_runner->environment().insert(u"REDISCLI_AUTH"_s, redis);
    } else {
        QString escaped = pg;
        escaped.replace(u"\\"_s, u"\\\\"_s).replace(u":"_s, u"\\:"_s);
        QFile file(m_runner->scratch(u"home/.pgpass"_s));
        QVERIFY(file.open(QIODevice::WriteOnly));
        file.write("127.0.0.1:*:*:worker:" + escaped.toUtf8() + '\n');
        file.close();
        QVERIFY(file.setPermissions(QFileDevice::ReadOwner | QFileDevice::WriteOwner));
        own << file.fileName();
        m_runner->environment().insert(u"PGPASSFILE"_s, file.fileName());
        m_runner->environment().insert(u"REDISCLI_AUTH"_s, redis);
    }
    const QString profile = writeProfileFile(dsn, url);
    const QString plan = m_runner->scratch(u"plan.json"_s);
    int failures = 0;
    int commands = 0;
    for (const QString& line :
         {u"status"_s,
          u"status --json"_s,
          u"topics"_s,
          u"groups"_s,
          u"dead --events"_s,
          u"pending --stream order.paid --group billing --json"_s,
          u"relay --dry-run"_s,
          u"relay --max 2 --yes"_s,
          u"relay --via celery --yes --json"_s,
          u"claim --stream order.paid --group billing --stuck --to x --min-idle 1ms --yes"_s,
          u"plan --from outbox --handler sleepy --out %1"_s.arg(plan),
          u"replay %1 --include-unknown --yes"_s.arg(plan),
          u"ack --stream order.paid --group billing --id 1-1 --yes"_s,
          u"journal"_s,
          u"journal --json"_s}) {
        runAndSearch(
            QStringList{u"--profile-file"_s, profile} + line.split(u' ', Qt::SkipEmptyParts),
            failures);
        if (QTest::currentTestFailed())
            return;
        ++commands;
    }
    // Right ones open everything; wrong ones nothing but the journal.
    QCOMPARE(failures, isRight ? 0 : commands - 2);
    int searched = 0;
    QCOMPARE(m_search.findInFiles(m_runner->scratch(QString()), own, searched), QString());
    QVERIFY(searched > 0);
}

void TestNoSecrets::withoutAPasswordItIsSaidWhereToPutIt()
{
    const QString profile = writeProfileFile(
        dsnWithout(u"worker"_s), u"redis://worker@127.0.0.1:%1/0"_s.arg(m_redis->port()));
    const auto result =
        m_runner->run({u"--profile-file"_s, profile, u"relay"_s, u"--yes"_s, u"--json"_s});
    QCOMPARE(result.exitCode, 2);
    for (const char* place : {"keychain", ".pgpass", "PGPASSWORD"})
        QVERIFY2(result.err.contains(place), result.text().constData());

    const QString noRedis = writeProfileFile(
        m_postgres->dsn(), u"redis://worker@127.0.0.1:%1/0"_s.arg(m_redis->port()));
    const auto broker =
        m_runner->run({u"--profile-file"_s, noRedis, u"relay"_s, u"--yes"_s, u"--json"_s});
    QVERIFY2(broker.exitCode == 2, broker.text().constData());
    QVERIFY2(broker.err.contains("REDISCLI_AUTH"), broker.text().constData());
}

/// With the terminal that script(1) makes; it shows all that a terminal would.
void TestNoSecrets::aTerminalIsAskedWithoutEcho()
{
    const QString profile = writeProfileFile(dsnWithout(u"worker"_s), m_redis->url());
    const QString line =
        u"%1 --profile-file %2 relay --max 1 --dry-run"_s.arg(m_runner->program(), profile);
    QProcess process;
    process.setProcessEnvironment(m_runner->environment());
    process.setProcessChannelMode(QProcess::MergedChannels);
    process.start(u"script"_s, {u"-qec"_s, line, u"/dev/null"_s});
    QVERIFY(process.waitForStarted());
    QByteArray shown;
    QElapsedTimer timer;
    timer.start();
    while (!shown.contains("Password for outbox of shop:") && timer.elapsed() < 30'000) {
        process.waitForReadyRead(100);
        shown += process.readAll();
    }
    QVERIFY2(shown.contains("Password for outbox of shop:"), shown.constData());
    // Echo is off once the question is there; give the terminal its moment.
    QTest::qWait(200);
    process.write(pgPassword.toUtf8() + '\n');
    QVERIFY(process.waitForFinished(60'000));
    shown += process.readAll();
    QVERIFY2(process.exitCode() == 0, shown.constData());
    QCOMPARE(m_search.find(shown), QString());
    int searched = 0;
    QCOMPARE(
        m_search.findInFiles(
            m_runner->scratch(QString()), {m_runner->scratch(u"shop.json"_s)}, searched),
        QString());
}

QTEST_GUILESS_MAIN(TestNoSecrets)
#include "tst_nosecrets.moc"
