// SPDX-License-Identifier: GPL-3.0-or-later
#include "support/commandtest.h"
#include "support/service.h"

#include <QElapsedTimer>
#include <QProcess>
#include <QTest>

using namespace outboard;
using namespace Qt::StringLiterals;

/// What a command that changes something asks for: --arm in production, a yes, and the count where
/// it is large or production.
class TestCliGuard : public CommandTest
{
    Q_OBJECT

private slots:
    void initTestCase();
    void init();

    void productionMustBeArmed_data();
    void productionMustBeArmed();
    void nobodyAtATerminalCannotBeAsked();
    void aTerminalIsAsked_data();
    void aTerminalIsAsked();

private:
    struct Answer
    {
        int exitCode = -1;
        QByteArray shown;
    };

    void writeProfile(const QString& environment);
    Answer atTerminal(const QString& command, const QByteArray& prompt, const QByteArray& typed);
    qint64 published() const;
};

void TestCliGuard::initTestCase()
{
    REQUIRE_SERVICE(startServers());
}

void TestCliGuard::init()
{
    QVERIFY_RESULT(beginAnew(QStringLiteral(OUTBOARD_PROGRAM)));
}

void TestCliGuard::writeProfile(const QString& environment)
{
    m_runner->writeProfile(
        u"shop"_s,
        {{u"name"_s, u"shop"_s},
         {u"environment"_s, environment},
         {u"outbox"_s, QJsonObject{{u"dsn"_s, m_postgres->dsn()}}},
         {u"broker"_s, QJsonObject{{u"url"_s, m_redis->url()}}}});
}

/// With the terminal that script(1) makes.
TestCliGuard::Answer TestCliGuard::atTerminal(
    const QString& command, const QByteArray& prompt, const QByteArray& typed)
{
    QProcess process;
    process.setProcessEnvironment(m_runner->environment());
    process.setProcessChannelMode(QProcess::MergedChannels);
    process.start(
        u"script"_s,
        {u"-qec"_s, u"%1 --profile shop %2"_s.arg(m_runner->program(), command), u"/dev/null"_s});
    Answer answer;
    QElapsedTimer timer;
    timer.start();
    while (process.state() != QProcess::NotRunning && !answer.shown.contains(prompt)
           && timer.elapsed() < 30'000) {
        process.waitForReadyRead(100);
        answer.shown += process.readAll();
    }
    process.write(typed + '\n');
    if (!process.waitForFinished(60'000))
        return answer;
    answer.shown += process.readAll();
    answer.exitCode = process.exitCode();
    return answer;
}

qint64 TestCliGuard::published() const
{
    return m_redis->value({"XLEN", "order.paid"}).toLongLong();
}

void TestCliGuard::productionMustBeArmed_data()
{
    QTest::addColumn<QString>("options");
    QTest::addColumn<int>("exitCode");
    QTest::addColumn<qint64>("published");
    QTest::newRow("not armed") << u"--yes"_s << 4 << qint64(0);
    QTest::newRow("another name") << u"--yes --arm Shop"_s << 4 << qint64(0);
    QTest::newRow("armed, without a yes") << u"--arm shop"_s << 4 << qint64(0);
    QTest::newRow("a dry run") << u"--dry-run"_s << 0 << qint64(0);
    QTest::newRow("armed") << u"--yes --arm shop"_s << 0 << qint64(2);
}

void TestCliGuard::productionMustBeArmed()
{
    QFETCH(QString, options);
    QFETCH(int, exitCode);
    QFETCH(qint64, published);
    writeProfile(u"production"_s);
    QVERIFY_RESULT(m_postgres->addEvents(u"order.paid"_s, 2));
    const auto result = m_runner->run(
        QString(u"--profile shop relay "_s + options).split(u' ', Qt::SkipEmptyParts));
    QVERIFY2(result.exitCode == exitCode, result.text().constData());
    QCOMPARE(this->published(), published);
}

void TestCliGuard::nobodyAtATerminalCannotBeAsked()
{
    writeProfile(u"development"_s);
    QVERIFY_RESULT(m_postgres->addEvents(u"order.paid"_s, 2));
    const auto result = m_runner->run({u"--profile"_s, u"shop"_s, u"relay"_s}, "y\n");
    QVERIFY2(result.exitCode == 4, result.text().constData());
    QVERIFY2(result.err.contains("--yes"), result.text().constData());
    QCOMPARE(published(), 0);
}

void TestCliGuard::aTerminalIsAsked_data()
{
    QTest::addColumn<QString>("environment");
    QTest::addColumn<qint64>("rows");
    QTest::addColumn<QString>("command");
    QTest::addColumn<QByteArray>("prompt");
    QTest::addColumn<QByteArray>("typed");
    QTest::addColumn<qint64>("published");
    const auto row = [](const char* name,
                        const QString& environment,
                        qint64 rows,
                        const QString& command,
                        const QByteArray& prompt,
                        const QByteArray& typed,
                        qint64 published) {
        QTest::newRow(name) << environment << rows << command << prompt << typed << published;
    };
    const QString relay = u"relay"_s;
    row("a few: yes", u"development"_s, 100, relay, "[y/N]", "y", 100);
    row("a few: anything else", u"development"_s, 100, relay, "[y/N]", "100", 0);
    row("over a hundred: the count", u"development"_s, 101, relay, "type 101:", "101", 101);
    row("over a hundred: yes is not enough", u"development"_s, 101, relay, "type 101:", "y", 0);
    row("over a hundred: another count", u"development"_s, 101, relay, "type 101:", "100", 0);
    row("as many as --max", u"development"_s, 300, u"relay --max 120"_s, "type 120:", "120", 120);
    row("production: the count of one",
        u"production"_s,
        1,
        u"relay --arm shop"_s,
        "type 1:",
        "1",
        1);
    row("production: yes is not enough",
        u"production"_s,
        1,
        u"relay --arm shop"_s,
        "type 1:",
        "yes",
        0);
}

void TestCliGuard::aTerminalIsAsked()
{
    QFETCH(QString, environment);
    QFETCH(qint64, rows);
    QFETCH(QString, command);
    QFETCH(QByteArray, prompt);
    QFETCH(QByteArray, typed);
    QFETCH(qint64, published);
    writeProfile(environment);
    QVERIFY_RESULT(m_postgres->addEvents(u"order.paid"_s, rows));
    const Answer answer = atTerminal(command, prompt, typed);
    QVERIFY2(answer.shown.contains(prompt), answer.shown.constData());
    QVERIFY2(answer.exitCode == (published > 0 ? 0 : 4), answer.shown.constData());
    QCOMPARE(this->published(), published);
}

QTEST_GUILESS_MAIN(TestCliGuard)
#include "tst_cliguard.moc"
