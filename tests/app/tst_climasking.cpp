// SPDX-License-Identifier: GPL-3.0-or-later
#include "services/connections.h"
#include "services/previews.h"
#include "support/commandtest.h"
#include "support/service.h"

#include <QDirIterator>
#include <QFile>
#include <QTest>

using namespace outboard;
using namespace Qt::StringLiterals;

namespace {

// Found nowhere by chance, in no encoding of the three.
const QByteArray hidden = "Zq7distinctValue8Wx";

QStringList words(const QString& line)
{
    return line.split(u' ', Qt::SkipEmptyParts);
}

/// Whether the value is in there as it is, as base64 at any offset, or as hex.
bool holdsHidden(const QByteArray& bytes)
{
    if (bytes.contains(hidden) || bytes.toLower().contains(hidden.toHex()))
        return true;
    for (int offset = 0; offset < 3; ++offset) {
        // The characters at both ends depend on what stands beside.
        const QByteArray encoded = QByteArray(QByteArray(offset, 'x') + hidden).toBase64();
        if (bytes.contains(encoded.sliced(4, encoded.size() - 8)))
            return true;
    }
    return false;
}

} // namespace

#define COMPARE_EXIT(result, code)                                                                 \
    do {                                                                                           \
        const CommandResult& compared = (result);                                                  \
        QVERIFY2(compared.exitCode == (code), compared.text().constData());                        \
    } while (false)

/// In production no command prints or writes a value that is to be hidden, and what is relayed and
/// replayed holds it all the same.
class TestCliMasking : public CommandTest
{
    Q_OBJECT

private slots:
    void initTestCase();
    void init();

    void theSearchFinds();
    void withoutMaskingItIsThere_data();
    void withoutMaskingItIsThere();
    void noCommandPrintsIt_data();
    void noCommandPrintsIt();
    void whatIsNoJsonIsHidden();
    void planFilesGoWithoutPayloadsAndAreReplayedWithThem();
    void relayingDoesNotMask();
    void theRelayDialogsCommandsHideIt_data();
    void theRelayDialogsCommandsHideIt();
    void theJournalDoesNotHoldIt();

private:
    void writeProfile(const QString& environment);

    CommandResult run(const QString& line) const
    {
        return m_runner->run(words(u"--profile shop "_s + line));
    }
};

void TestCliMasking::initTestCase()
{
    REQUIRE_SERVICE(startServers());
}

void TestCliMasking::init()
{
    QVERIFY_RESULT(beginAnew(QStringLiteral(OUTBOARD_PROGRAM)));
    writeProfile(u"production"_s);
    const QString payload =
        u"{\"order_id\": 1, \"customer\": {\"email\": \"%1\"}}"_s.arg(QString::fromLatin1(hidden));
    QVERIFY_RESULT(m_postgres->exec(
        u"INSERT INTO orders_outboxevent (topic, payload, created_at)"
        " SELECT 'order.paid', '%1', now() FROM generate_series(1, 3)"_s.arg(payload)));
    for (const QByteArray id : {"1", "2"}) {
        m_redis->value({"XADD", "order.paid", "1-" + id, "data", payload.toUtf8(), "event_id", id});
    }
    QVERIFY_RESULT(m_redis->consume("order.paid", "billing", "crashed", 2));
    m_redis->value(
        {"XADD", "order.paid:dlq", "*", "event_id", "9", "data", payload.toUtf8(), "error", "bad"});
    m_redis->value({"RPUSH", "order.sent:dlq", payload.toUtf8()});
}

void TestCliMasking::writeProfile(const QString& environment)
{
    m_runner->writeProfile(
        u"shop"_s,
        {{u"name"_s, u"shop"_s},
         {u"environment"_s, environment},
         {u"outbox"_s, QJsonObject{{u"dsn"_s, m_postgres->dsn()}}},
         {u"broker"_s, QJsonObject{{u"url"_s, m_redis->url()}}},
         {u"thresholds"_s, QJsonObject{{u"idle"_s, u"1ms"_s}}}});
}

void TestCliMasking::theSearchFinds()
{
    for (const QByteArray& before : {""_ba, "a"_ba, "ab"_ba, "abc"_ba})
        QVERIFY(holdsHidden(QByteArray(before + hidden + "zz").toBase64()));
    QVERIFY(holdsHidden(hidden));
    QVERIFY(holdsHidden(hidden.toHex()));
    QVERIFY(!holdsHidden("Zq7distinct"));
}

void TestCliMasking::withoutMaskingItIsThere_data()
{
    QTest::addColumn<QString>("command");
    for (const QString& command :
         {u"pending --stream order.paid --group billing"_s, u"dead --events"_s})
        QTest::newRow(qPrintable(command)) << command;
}

/// Else the test below would prove nothing.
void TestCliMasking::withoutMaskingItIsThere()
{
    QFETCH(QString, command);
    writeProfile(u"development"_s);
    for (const QString& form : {QString(), u" --json"_s, u" --jsonl"_s}) {
        const auto result = run(command + form);
        COMPARE_EXIT(result, 0);
        QVERIFY2(holdsHidden(result.out), result.text().constData());
    }
}

void TestCliMasking::noCommandPrintsIt_data()
{
    QTest::addColumn<QString>("command");
    for (const QString& command :
         {u"status"_s,
          u"topics"_s,
          u"groups"_s,
          u"pending --stream order.paid --group billing"_s,
          u"dead --events"_s,
          u"plan --from outbox"_s,
          u"plan --from dead"_s,
          u"relay --dry-run"_s,
          u"claim --stream order.paid --group billing --stuck --to x --dry-run"_s,
          u"ack --stream order.paid --group billing --id 1-1 --dry-run"_s})
        QTest::newRow(qPrintable(command)) << command;
}

void TestCliMasking::noCommandPrintsIt()
{
    QFETCH(QString, command);
    for (const QString& form : {QString(), u" --json"_s}) {
        const auto result = run(command + form);
        COMPARE_EXIT(result, 0);
        QVERIFY2(!holdsHidden(result.out + result.err), result.text().constData());
    }
    if (command.startsWith(u"pending") || command.startsWith(u"dead")) {
        const auto lines = run(command + u" --jsonl"_s);
        COMPARE_EXIT(lines, 0);
        QVERIFY2(!holdsHidden(lines.out), lines.text().constData());
        // The other fields are there, and so is the hidden one's name.
        QVERIFY2(lines.out.contains("email"), lines.text().constData());
        QVERIFY2(lines.out.contains("•••"), lines.text().constData());
    }
}

void TestCliMasking::whatIsNoJsonIsHidden()
{
    m_redis->value({"XADD", "order.raw", "1-1", "data", "email=" + hidden, "event_id", "7"});
    QVERIFY_RESULT(m_redis->consume("order.raw", "billing", "crashed", 1));
    const auto result = run(u"pending --stream order.raw --group billing --json"_s);
    COMPARE_EXIT(result, 0);
    QCOMPARE(
        result.array().first().toObject().value(u"payload"_s).toString(), u"masked: not JSON"_s);
}

void TestCliMasking::planFilesGoWithoutPayloadsAndAreReplayedWithThem()
{
    const QString path = m_runner->scratch(u"plan.json"_s);
    COMPARE_EXIT(run(u"plan --from outbox --out %1"_s.arg(path)), 0);
    QFile file(path);
    QVERIFY(file.open(QIODevice::ReadOnly));
    const QByteArray plan = file.readAll();
    QVERIFY(plan.contains("\"event_id\""));
    QVERIFY2(!holdsHidden(plan), plan.constData());

    const auto dry = run(u"replay %1 --dry-run --include-unknown --json"_s.arg(path));
    COMPARE_EXIT(dry, 0);
    QVERIFY(!holdsHidden(dry.out + dry.err));
    const qint64 before = m_redis->value({"XLEN", "order.paid"}).toLongLong();
    const auto replayed = run(u"replay %1 --include-unknown --arm shop --yes --json"_s.arg(path));
    COMPARE_EXIT(replayed, 0);
    QVERIFY(!holdsHidden(replayed.out + replayed.err));
    QVERIFY(m_redis->value({"XLEN", "order.paid"}).toLongLong() > before);
    const QList<QByteArray> newest =
        m_redis->values({"XREVRANGE", "order.paid", "+", "-", "COUNT", "1"});
    QVERIFY(newest.join().contains(hidden));
}

void TestCliMasking::relayingDoesNotMask()
{
    const auto relayed = run(u"relay --arm shop --yes --json"_s);
    COMPARE_EXIT(relayed, 0);
    QVERIFY(!holdsHidden(relayed.out + relayed.err));
    const QList<QByteArray> newest =
        m_redis->values({"XREVRANGE", "order.paid", "+", "-", "COUNT", "1"});
    QVERIFY(newest.join().contains(hidden));
}

void TestCliMasking::theRelayDialogsCommandsHideIt_data()
{
    QTest::addColumn<Environment>("environment");
    QTest::newRow("production") << Environment::Production;
    // Else the other would prove nothing.
    QTest::newRow("development") << Environment::Development;
}

/// They show the first row that waits, as it will be sent.
void TestCliMasking::theRelayDialogsCommandsHideIt()
{
    QFETCH(Environment, environment);
    Profile profile;
    profile.name = u"shop"_s;
    profile.environment = environment;
    profile.outbox.dsn = m_postgres->dsn();
    profile.broker.url = m_redis->url();
    Connections connections(makeBackends(profile, nullptr), Access::Monitor, {});
    const auto commands = preview::relay(connections, {}, systemClock());
    QVERIFY_RESULT(commands);
    const QByteArray text = commands->join(u'\n').toUtf8();
    QVERIFY2(text.contains("XADD order.paid"), text.constData());
    QVERIFY2(holdsHidden(text) == (environment == Environment::Development), text.constData());
}

void TestCliMasking::theJournalDoesNotHoldIt()
{
    COMPARE_EXIT(run(u"relay --arm shop --yes"_s), 0);
    COMPARE_EXIT(run(u"ack --stream order.paid --group billing --id 1-1 --arm shop --yes"_s), 0);
    const auto journal = run(u"journal --json"_s);
    COMPARE_EXIT(journal, 0);
    QCOMPARE(journal.array().size(), 2);
    QVERIFY(!holdsHidden(journal.out));
    int searched = 0;
    QDirIterator files(
        m_runner->scratch(u"data"_s), QDir::Files | QDir::Hidden, QDirIterator::Subdirectories);
    while (files.hasNext()) {
        QFile file(files.next());
        if (!file.fileName().contains(u"journal"))
            continue;
        QVERIFY(file.open(QIODevice::ReadOnly));
        QVERIFY2(!holdsHidden(file.readAll()), qPrintable(file.fileName()));
        ++searched;
    }
    QVERIFY(searched > 0);
}

QTEST_GUILESS_MAIN(TestCliMasking)
#include "tst_climasking.moc"
