// SPDX-License-Identifier: GPL-3.0-or-later
#include "command.h"
#include "core/operatorname.h"
#include "support/commandtest.h"
#include "support/service.h"

#include <QFile>
#include <QSet>
#include <QSqlDatabase>
#include <QSqlQuery>
#include <QTest>

using namespace outboard;
using namespace Qt::StringLiterals;

namespace {

QStringList words(const QString& line)
{
    return line.split(u' ', Qt::SkipEmptyParts);
}

} // namespace

// Runs the command once: what changes something is journaled each time.
#define COMPARE_EXIT(result, code)                                                                 \
    do {                                                                                           \
        const CommandResult& compared = (result);                                                  \
        QVERIFY2(compared.exitCode == (code), compared.text().constData());                        \
    } while (false)

/// What the commands write to the journal, and what the journal command says of it.
class TestCliJournal : public CommandTest
{
    Q_OBJECT

private slots:
    void initTestCase();
    void init();

    void everyActionIsJournaled_data();
    void everyActionIsJournaled();
    void everyWritingCommandIsTested();
    void dryRunsAndQuestionsAreNot();
    void guardsAreJournaled();
    void anUnreachableServerIsJournaled();
    void aResumedRunIsJournaled();
    void withoutAJournalNothingIsChanged();
    void theJournalHasTheContractsFields();
    void theJournalIsFiltered();
    void theJournalNeedsNoServer();
    void aBrokenChainEndsWithAnError();
    void passwordsAreNotInTheFile();

private:
    CommandResult run(const QString& line) const { return m_runner->run(words(line)); }

    QJsonArray journal(const QString& options = {}) const
    {
        return run(u"journal --json "_s + options).array();
    }

    QString journalFile() const { return m_runner->scratch(u"data/outboard/journal.sqlite"_s); }

    void writeProfile(const QString& name, const QJsonObject& changes = {}) const;
    void publishAndHold(qint64 count);
    QStringList entries() const;
};

void TestCliJournal::initTestCase()
{
    REQUIRE_SERVICE(startServers());
}

void TestCliJournal::init()
{
    QVERIFY_RESULT(beginAnew(QStringLiteral(OUTBOARD_PROGRAM)));
    QVERIFY_RESULT(m_postgres->exec(
        u"CREATE FUNCTION apply_order_paid(event_id text, payload jsonb) RETURNS void"
        " LANGUAGE sql AS $$ SELECT 1 $$"_s));
    writeProfile(u"shop"_s);
}

void TestCliJournal::writeProfile(const QString& name, const QJsonObject& changes) const
{
    QJsonObject profile{
        {u"name"_s, name},
        {u"outbox"_s, QJsonObject{{u"dsn"_s, m_postgres->dsn()}}},
        {u"broker"_s, QJsonObject{{u"url"_s, m_redis->url()}}},
        {u"celery"_s,
         QJsonObject{
             {u"url"_s, m_redis->url()},
             {u"queue"_s, u"celery"_s},
             {u"task"_s, u"orders.tasks.relay_outbox"_s}}},
        {u"handlers"_s,
         QJsonArray{QJsonObject{
             {u"name"_s, u"billing-sql"_s},
             {u"kind"_s, u"sql"_s},
             {u"function"_s, u"apply_order_paid"_s},
             {u"ledger"_s, u"billing_processedevent"_s}}}},
    };
    for (auto it = changes.begin(); it != changes.end(); ++it)
        profile.insert(it.key(), it.value());
    m_runner->writeProfile(name, profile);
}

/// Entries that a consumer holds, put there past the journal.
void TestCliJournal::publishAndHold(qint64 count)
{
    QVERIFY_RESULT(m_postgres->addEvents(u"order.paid"_s, count));
    for (qint64 i = 1; i <= count; ++i) {
        const QByteArray id = QByteArray::number(i);
        m_redis->value(
            {"XADD",
             "order.paid",
             "1-" + id,
             "data",
             "{\"order_id\": " + id + "}",
             "event_id",
             id});
    }
    QVERIFY_RESULT(m_postgres->exec(u"UPDATE orders_outboxevent SET published_at = now()"_s));
    QVERIFY_RESULT(m_redis->consume("order.paid", "billing", "crashed", count));
}

void TestCliJournal::everyActionIsJournaled_data()
{
    QTest::addColumn<QString>("line");
    QTest::addColumn<QString>("action");
    QTest::addColumn<QStringList>("ids");
    QTest::addColumn<QString>("state");
    QTest::addColumn<QString>("command");
    const QString list = u" --stream order.paid --group billing "_s;
    QTest::newRow("relay") << u"relay"_s << u"relay"_s << QStringList{u"4"_s, u"5"_s} << u"done"_s
                           << u"FOR UPDATE SKIP LOCKED"_s;
    QTest::newRow("relay by Celery")
        << u"relay --via celery"_s << u"relay_celery"_s << QStringList() << u"done"_s << u"LPUSH"_s;
    QTest::newRow("claim ids") << u"claim --id 1-1 1-9 --to rescue --min-idle 1ms"_s + list
                               << u"claim"_s << QStringList{u"1-1"_s, u"1-9"_s} << u"in_part"_s
                               << u"XCLAIM order.paid billing rescue"_s;
    QTest::newRow("claim what is stuck")
        << u"claim --stuck --release --min-idle 1ms"_s + list << u"claim"_s
        << QStringList{u"1-1"_s, u"1-2"_s, u"1-3"_s} << u"done"_s << u"XCLAIM"_s;
    QTest::newRow("ack ids") << u"ack --id 1-1 1-2"_s + list << u"ack"_s
                             << QStringList{u"1-1"_s, u"1-2"_s} << u"done"_s << u"XACK"_s;
    QTest::newRow("ack what the ledger holds")
        << u"ack --ledger-done"_s + list << u"ack_ledger_done"_s << QStringList{u"1-2"_s}
        << u"done"_s << u"XACK"_s;
    QTest::newRow("replay") << u"replay PLAN"_s << u"replay"_s << QStringList{u"4"_s, u"5"_s}
                            << u"done"_s << u"apply_order_paid"_s;
}

void TestCliJournal::everyActionIsJournaled()
{
    QFETCH(QString, line);
    publishAndHold(3);
    QVERIFY_RESULT(m_postgres->addEvents(u"order.paid"_s, 2));
    QVERIFY_RESULT(m_postgres->exec(
        u"INSERT INTO billing_processedevent (event_id, created_at) VALUES ('2', now())"_s));
    const QString file = m_runner->scratch(u"plan.json"_s);
    COMPARE_EXIT(
        run(u"--profile shop plan --from ids --id 2 4 5 --group billing --handler billing-sql"
            " --out "_s
            + file),
        0);
    QVERIFY(journal().isEmpty());
    const auto done =
        run(u"--profile shop "_s + line.replace(u"PLAN"_s, file) + u" --yes --json"_s);
    QVERIFY2(done.exitCode <= 1, done.text().constData());

    const QJsonArray entries = journal();
    QCOMPARE(entries.size(), 1);
    const QJsonObject entry = entries[0].toObject();
    QTEST(entry[u"action"].toString(), "action");
    QTEST(entry[u"result"][u"state"].toString(), "state");
    QStringList ids;
    for (const QJsonValue& id : entry[u"ids"].toArray())
        ids.append(id.toString());
    QTEST(ids, "ids");
    QStringList commands;
    for (const QJsonValue& command : entry[u"commands"].toArray())
        commands.append(command.toString());
    QFETCH(QString, command);
    QVERIFY2(commands.join(u'\n').contains(command), qPrintable(commands.join(u'\n')));
    QVERIFY(!commands.join(u'\n').contains(u"order_id"_s));
    QCOMPARE(entry[u"who"], operatorName());
}

void TestCliJournal::everyWritingCommandIsTested()
{
    // A new command that changes something needs a line in the table above.
    const QSet<QString> tested{u"relay"_s, u"claim"_s, u"ack"_s, u"replay"_s};
    for (const Command& command : commands())
        QVERIFY2(!command.writes || tested.contains(command.name), qPrintable(command.name));
}

void TestCliJournal::dryRunsAndQuestionsAreNot()
{
    publishAndHold(2);
    COMPARE_EXIT(run(u"--profile shop relay --dry-run"_s), 0);
    COMPARE_EXIT(
        run(u"--profile shop ack --stream order.paid --group billing --id 1-1 --dry-run"_s), 0);
    COMPARE_EXIT(run(u"--profile shop status"_s), 0);
    QVERIFY(journal().isEmpty());
}

void TestCliJournal::guardsAreJournaled()
{
    publishAndHold(2);
    writeProfile(u"live"_s, {{u"environment"_s, u"production"_s}});
    const QString ack = u" ack --stream order.paid --group billing --id 1-1 1-2"_s;
    COMPARE_EXIT(run(u"--profile shop"_s + ack), 4);
    COMPARE_EXIT(run(u"--profile live"_s + ack + u" --yes"_s), 4);
    const QJsonArray entries = journal();
    QCOMPARE(entries.size(), 2);
    QCOMPARE(entries[0][u"profile"], u"live"_s);
    for (const QJsonValue& entry : entries) {
        QCOMPARE(entry[u"action"], u"ack"_s);
        QCOMPARE(entry[u"ids"], (QJsonArray{u"1-1"_s, u"1-2"_s}));
        QCOMPARE(entry[u"result"][u"state"], u"refused"_s);
        QVERIFY(!entry[u"result"][u"text"].toString().isEmpty());
    }
    QCOMPARE(m_redis->values({"XPENDING", "order.paid", "billing"}).first(), "2");
}

void TestCliJournal::anUnreachableServerIsJournaled()
{
    writeProfile(
        u"gone"_s, {{u"broker"_s, QJsonObject{{u"url"_s, u"unix:///nonexistent/redis.sock"_s}}}});
    COMPARE_EXIT(run(u"--profile gone relay --yes"_s), 3);
    const QJsonArray entries = journal();
    QCOMPARE(entries.size(), 1);
    QCOMPARE(entries[0][u"action"], u"relay"_s);
    QCOMPARE(entries[0][u"result"][u"state"], u"failed"_s);
    QVERIFY(entries[0][u"result"][u"text"].toString().contains(u"/nonexistent/redis.sock"_s));
}

void TestCliJournal::aResumedRunIsJournaled()
{
    publishAndHold(1);
    const QString file = m_runner->scratch(u"plan.json"_s);
    COMPARE_EXIT(
        run(u"--profile shop plan --from ids --id 1 --group billing --handler billing-sql --out "_s
            + file),
        0);
    const auto replayed = run(u"--profile shop replay --yes --json "_s + file);
    COMPARE_EXIT(replayed, 0);
    const QString runId = replayed.object()[u"run_id"].toString();
    COMPARE_EXIT(run(u"--profile shop replay --yes --resume "_s + runId), 0);
    const QJsonArray entries = journal();
    QCOMPARE(entries.size(), 2);
    QCOMPARE(entries[0][u"action"], u"resume"_s);
    QVERIFY(entries[0][u"result"][u"where"].toString().contains(runId));
    QCOMPARE(entries[0][u"ids"], QJsonArray()); // nothing was left
    QCOMPARE(entries[1][u"action"], u"replay"_s);
}

void TestCliJournal::withoutAJournalNothingIsChanged()
{
    publishAndHold(2);
    QVERIFY(journal().isEmpty());
    for (const QString& ending : {u""_s, u"-wal"_s, u"-shm"_s})
        QFile::remove(journalFile() + ending);
    QFile file(journalFile());
    QVERIFY(file.open(QFile::WriteOnly));
    file.write(QByteArray(5'000, 'x'));
    file.close();
    const auto refused =
        run(u"--profile shop ack --stream order.paid --group billing --id 1-1 --yes --json"_s);
    COMPARE_EXIT(refused, 2);
    const QString message = refused.object()[u"error"][u"message"].toString();
    QVERIFY2(message.contains(u"journal"), qPrintable(message));
    QVERIFY2(message.contains(u"move it away"), qPrintable(message));
    QCOMPARE(m_redis->values({"XPENDING", "order.paid", "billing"}).first(), "2");
    COMPARE_EXIT(run(u"journal"_s), 2);
}

void TestCliJournal::theJournalHasTheContractsFields()
{
    publishAndHold(2);
    COMPARE_EXIT(
        run(u"--profile shop ack --stream order.paid --group billing --id 1-1 1-9 --yes"_s), 1);
    const auto listed = run(u"journal --json"_s);
    COMPARE_EXIT(listed, 0);
    const QJsonObject entry = listed.array()[0].toObject();
    QCOMPARE(
        entry.keys(),
        (QStringList{
            u"action"_s, u"at"_s, u"commands"_s, u"ids"_s, u"profile"_s, u"result"_s, u"who"_s}));
    QVERIFY(QDateTime::fromString(entry[u"at"].toString(), Qt::ISODateWithMs).isValid());
    const QJsonObject result = entry[u"result"].toObject();
    QCOMPARE(result[u"state"], u"done"_s);
    QCOMPARE(result[u"where"], u"order.paid/billing"_s);
    QCOMPARE(result[u"counts"][u"acknowledged"], 1);
    QCOMPARE(result[u"ids"][u"not_pending"], QJsonArray{u"1-9"_s});
    QCOMPARE(result[u"hash"].toString().size(), 64);

    const auto lines = run(u"journal --jsonl"_s);
    COMPARE_EXIT(lines, 0);
    QCOMPARE(lines.out.count('\n'), 1);
    QCOMPARE(QJsonDocument::fromJson(lines.out).object(), entry);
    const auto text = run(u"journal"_s);
    COMPARE_EXIT(text, 0);
    QVERIFY2(text.out.startsWith("AT "), text.text().constData());
    QVERIFY2(text.out.contains("order.paid/billing"), text.text().constData());
    QCOMPARE(run(u"--profile nobody journal --json"_s).array().size(), 0);
    QVERIFY(run(u"--profile nobody journal"_s).out.startsWith("Nothing in the journal"));
}

void TestCliJournal::theJournalIsFiltered()
{
    publishAndHold(2);
    const QString list = u" --stream order.paid --group billing --yes"_s;
    COMPARE_EXIT(run(u"--profile shop ack --id 1-1"_s + list), 0);
    COMPARE_EXIT(run(u"--profile shop claim --id 1-2 --to x --min-idle 1ms"_s + list), 0);
    QCOMPARE(journal().size(), 2);
    QCOMPARE(journal(u"--action ack"_s).size(), 1);
    QCOMPARE(journal(u"--action relay"_s).size(), 0);
    QCOMPARE(journal(u"--since 1h"_s).size(), 2);
    QCOMPARE(journal(u"--since 2001-01-01"_s).size(), 2);
    QCOMPARE(journal(u"--since 2999-01-01T00:00:00Z"_s).size(), 0);
    QCOMPARE(journal(u"--profile shop"_s).size(), 2);
    const auto wrong = run(u"journal --action clam"_s);
    COMPARE_EXIT(wrong, 2);
    QVERIFY2(wrong.err.contains("ack_ledger_done"), wrong.text().constData());
    COMPARE_EXIT(run(u"journal --since yesterday"_s), 2);
}

void TestCliJournal::theJournalNeedsNoServer()
{
    writeProfile(
        u"gone"_s,
        {{u"broker"_s, QJsonObject{{u"url"_s, u"unix:///nonexistent/redis.sock"_s}}},
         {u"outbox"_s, QJsonObject{{u"dsn"_s, u"postgresql:///x?host=/nonexistent"_s}}}});
    COMPARE_EXIT(run(u"--profile gone relay --yes"_s), 3);
    QCOMPARE(journal(u"--profile gone"_s).size(), 1);
    QCOMPARE(journal(u"--profile-file "_s + m_runner->profileFolder() + u"/gone.json"_s).size(), 1);
}

void TestCliJournal::aBrokenChainEndsWithAnError()
{
    publishAndHold(2);
    COMPARE_EXIT(
        run(u"--profile shop ack --stream order.paid --group billing --id 1-1 --yes"_s), 0);
    {
        auto database = QSqlDatabase::addDatabase(u"QSQLITE"_s, u"raw"_s);
        database.setDatabaseName(journalFile());
        QVERIFY(database.open());
        QVERIFY(QSqlQuery(database).exec(u"DROP TRIGGER journal_stays"_s));
        QVERIFY(
            QSqlQuery(database).exec(u"UPDATE journal SET ids = '[\"1-2\"]' WHERE number = 1"_s));
    }
    QSqlDatabase::removeDatabase(u"raw"_s);
    const auto broken = run(u"journal --json"_s);
    COMPARE_EXIT(broken, 1);
    QVERIFY2(broken.err.contains("broken at record 1"), broken.text().constData());
    QCOMPARE(broken.array().size(), 1); // what is there can still be looked at
    COMPARE_EXIT(run(u"journal"_s), 1);
}

void TestCliJournal::passwordsAreNotInTheFile()
{
    writeProfile(
        u"secret"_s,
        {{u"broker"_s, QJsonObject{{u"url"_s, u"redis://op:s3cr3t-one@127.0.0.1:1/0"_s}}},
         {u"celery"_s,
          QJsonObject{
              {u"url"_s, u"redis://op:s3cr3t-two@127.0.0.1:1/0"_s},
              {u"queue"_s, u"celery"_s},
              {u"task"_s, u"t"_s}}}});
    COMPARE_EXIT(run(u"--profile secret relay --yes"_s), 3);
    COMPARE_EXIT(run(u"--profile secret relay --via celery --yes"_s), 3);
    QCOMPARE(journal().size(), 2);
    for (const QString& ending : {u""_s, u"-wal"_s}) {
        QFile file(journalFile() + ending);
        if (file.open(QFile::ReadOnly))
            QVERIFY(!file.readAll().contains("s3cr3t"));
    }
}

QTEST_GUILESS_MAIN(TestCliJournal)
#include "tst_clijournal.moc"
