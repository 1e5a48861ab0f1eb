// SPDX-License-Identifier: GPL-3.0-or-later
#include "ledger/pgledger.h"
#include "support/printers.h"
#include "support/scratchpostgres.h"
#include "support/service.h"

#include <QTest>

#include <thread>

using namespace outboard;
using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

Q_DECLARE_METATYPE(outboard::LedgerSettings)

class TestPgLedger : public QObject
{
    Q_OBJECT

private slots:
    void initTestCase();
    void init();
    void findsTheOnlyTableBySuffix();
    void severalTablesAreNamedAsCandidates();
    void missingColumnNamesThoseThatExist();
    void everyShapeOfLedgerIsKept_data();
    void everyShapeOfLedgerIsKept();
    void idsThatCannotBeInTheColumnAreUnknown();
    void idsThatCannotBeInTheColumnAreRefused();
    void spellingsOfOneIdAreOneEvent();
    void sweptEventsAreUnknown();
    void groupsOfOtherLedgersAreUnknown();
    void consumersHaveRowsOfTheirOwn();
    void rowsTellWhenTheyWereWritten();
    void aLedgerWithoutATimeColumnTellsNoTimes();
    void rowsThatAreNotDoneAreTakenOver();
    void failedWorkLeavesNoRow();
    void failedStatementOfTheWorkRollsBack();
    void nothingNewMeansNoWork();
    void manyIdsAreFoundInChunks();
    void waitingForAConsumerDecidesOnce();
    void unwritableLedgersSayWhatToChange_data();
    void unwritableLedgersSayWhatToChange();
    void monitorLedgerRefuses();
    void missingPermissionSaysSo();
    void brokenCommitIsAConflict();
    void serverGoneIsUnreachable();
    void scriptShowsTheStatements();

private:
    std::unique_ptr<Ledger> opened(LedgerSettings settings, Access access = Access::Operate)
    {
        auto ledger = makePgLedger(settings, m_server->dsn(), access);
        if (!ledger)
            qFatal("%s", describe(ledger.error()).constData());
        return std::move(*ledger);
    }

    static LedgerSettings billing()
    {
        LedgerSettings settings;
        settings.table = u"billing_processedevent"_s;
        return settings;
    }

    static std::vector<EventId> ids(const QStringList& texts)
    {
        std::vector<EventId> list;
        for (const QString& text : texts)
            list.push_back(EventId::fromText(text));
        return list;
    }

    static QString marks(Ledger& ledger, const QStringList& texts, const GroupName& group = {})
    {
        const auto found = ledger.find(
            group, ids(texts), std::vector<std::optional<TimePoint>>(std::size_t(texts.size())));
        if (!found)
            return QString::fromUtf8(describe(found.error()));
        QString text;
        for (const LedgerMark mark : *found)
            text += u"PU?"_s.at(static_cast<int>(mark));
        return text;
    }

    static Result<void> nothing(std::span<const EventId>, SqlTransaction&) { return {}; }

    std::unique_ptr<ScratchPostgres> m_server;
};

void TestPgLedger::initTestCase()
{
    auto started = ScratchPostgres::start();
    REQUIRE_SERVICE(started);
    m_server = std::move(*started);
}

void TestPgLedger::init()
{
    QVERIFY_RESULT(m_server->wipe());
    QVERIFY_RESULT(m_server->createSeedSchema());
}

void TestPgLedger::findsTheOnlyTableBySuffix()
{
    QVERIFY_RESULT(m_server->exec(u"DROP TABLE email_processedevent"_s));
    auto ledger = opened({});
    QCOMPARE(ledger->name(), u"billing_processedevent"_s);
    QVERIFY_RESULT(ledger->ping());
    QVERIFY(ledger->isUsable());
}

void TestPgLedger::severalTablesAreNamedAsCandidates()
{
    const auto ledger = makePgLedger({}, m_server->dsn(), Access::Monitor);
    QVERIFY_ERROR(ledger, Error::Kind::Missing);
    QVERIFY(ledger.error().what.contains(u"billing_processedevent, email_processedevent"));
    QVERIFY(ledger.error().what.contains(u"\"ledgers.table\""));
}

void TestPgLedger::missingColumnNamesThoseThatExist()
{
    LedgerSettings settings = billing();
    settings.eventId = u"msg_id"_s;
    const auto ledger = makePgLedger(settings, m_server->dsn(), Access::Monitor);
    QVERIFY_ERROR(ledger, Error::Kind::Missing);
    QVERIFY(ledger.error().what.contains(u"id, event_id, created_at"));
    QVERIFY(ledger.error().what.contains(u"\"ledgers.event_id\""));
}

void TestPgLedger::everyShapeOfLedgerIsKept_data()
{
    QTest::addColumn<QString>("schema");
    QTest::addColumn<LedgerSettings>("settings");
    QTest::addColumn<QStringList>("events"); // The first one is in the ledger.
    LedgerSettings settings = billing();
    QTest::newRow("the seed's, times without a default")
        << u"INSERT INTO billing_processedevent (event_id, created_at) VALUES ('a''\"{}', now())"_s
        << settings << QStringList{u"a'\"{}"_s, u"b\\,"_s, u"ü"_s};
    settings.table = u"inbox"_s;
    QTest::newRow("bigint ids, a date and a uuid without defaults")
        << u"CREATE TABLE inbox (key uuid NOT NULL, event_id bigint PRIMARY KEY, on_day date NOT "
           u"NULL);"
           "INSERT INTO inbox VALUES (gen_random_uuid(), 9007199254740993, now())"_s
        << settings << QStringList{u"9007199254740993"_s, u"9007199254740992"_s, u"-5"_s};
    settings.eventId = u"Msg\"Id"_s;
    settings.table = u"Svc.In Box"_s;
    QTest::newRow("uuid ids, quoted names, nothing else")
        << u"CREATE SCHEMA \"Svc\"; CREATE TABLE \"Svc\".\"In Box\" (\"Msg\"\"Id\" uuid UNIQUE);"
           "INSERT INTO \"Svc\".\"In Box\" VALUES ('0000000a-0000-4000-8000-000000000000')"_s
        << settings
        << QStringList{
               u"0000000A-0000-4000-8000-000000000000"_s,
               u"0000000b-0000-4000-8000-000000000000"_s,
               u"0000000c-0000-4000-8000-000000000000"_s};
}

void TestPgLedger::everyShapeOfLedgerIsKept()
{
    QFETCH(QString, schema);
    QFETCH(LedgerSettings, settings);
    QFETCH(QStringList, events);
    QVERIFY_RESULT(m_server->exec(schema));
    auto ledger = opened(settings);
    QCOMPARE(marks(*ledger, events), u"PUU"_s);
    QStringList handed;
    const QStringList asked{events.at(2), events.at(0), events.at(1), events.at(2)};
    const auto done = ledger->withMarks({}, ids(asked), [&](auto inserted, SqlTransaction&) {
        for (const EventId& id : inserted)
            handed << id.text();
        return Result<void>();
    });
    QVERIFY_RESULT(done);
    QCOMPARE(handed, (QStringList{events.at(2), events.at(1)}));
    QCOMPARE(*done, ids(handed));
    QCOMPARE(marks(*ledger, events), u"PPP"_s);
    const auto again = ledger->withMarks({}, ids(events), nothing);
    QVERIFY_RESULT(again);
    QVERIFY(again->empty());
}

void TestPgLedger::idsThatCannotBeInTheColumnAreUnknown()
{
    QVERIFY_RESULT(m_server->exec(
        u"CREATE TABLE inbox (event_id bigint UNIQUE); INSERT INTO inbox VALUES (7)"_s));
    LedgerSettings settings = billing();
    settings.table = u"inbox"_s;
    auto ledger = opened(settings, Access::Monitor);
    QCOMPARE(marks(*ledger, {u"7"_s, u"abc"_s, u"8"_s, u"99999999999999999999"_s}), u"P?U?"_s);
}

void TestPgLedger::idsThatCannotBeInTheColumnAreRefused()
{
    QVERIFY_RESULT(m_server->exec(u"CREATE TABLE inbox (event_id bigint UNIQUE)"_s));
    LedgerSettings settings = billing();
    settings.table = u"inbox"_s;
    auto ledger = opened(settings);
    const auto done = ledger->withMarks({}, ids({u"7"_s, u"abc"_s}), nothing);
    QVERIFY_ERROR(done, Error::Kind::Refused);
    QVERIFY(done.error().what.contains(u"\"abc\"") && done.error().what.contains(u"bigint"));
    QCOMPARE(m_server->value(u"SELECT count(*) FROM inbox"_s), "0");
    QVERIFY_RESULT(ledger->withMarks({}, ids({u"7"_s}), nothing));
}

void TestPgLedger::spellingsOfOneIdAreOneEvent()
{
    QVERIFY_RESULT(m_server->exec(u"CREATE TABLE inbox (event_id bigint UNIQUE)"_s));
    LedgerSettings settings = billing();
    settings.table = u"inbox"_s;
    auto ledger = opened(settings);
    const auto done = ledger->withMarks({}, ids({u"007"_s, u"7"_s, u"+7"_s}), nothing);
    QVERIFY_RESULT(done);
    QCOMPARE(*done, ids({u"007"_s}));
    QCOMPARE(marks(*ledger, {u"7"_s, u"007"_s}), u"PP"_s);
}

void TestPgLedger::sweptEventsAreUnknown()
{
    QVERIFY_RESULT(m_server->exec(
        u"INSERT INTO billing_processedevent (event_id, created_at) VALUES ('kept', now())"_s));
    LedgerSettings settings = billing();
    settings.retention = 24h;
    auto ledger = opened(settings, Access::Monitor);
    const TimePoint now = systemClock()();
    const std::vector<std::optional<TimePoint>> ages{now - 48h, now - 1h, std::nullopt, now - 48h};
    const auto found = ledger->find({}, ids({u"old"_s, u"new"_s, u"ageless"_s, u"kept"_s}), ages);
    QVERIFY_RESULT(found);
    using enum LedgerMark;
    QVERIFY((*found == std::vector{Unknown, Unprocessed, Unknown, Processed}));
}

void TestPgLedger::groupsOfOtherLedgersAreUnknown()
{
    LedgerSettings settings = billing();
    settings.groups = {u"billing"_s};
    auto ledger = opened(settings);
    QCOMPARE(marks(*ledger, {u"1"_s}, GroupName("billing")), u"U"_s);
    QCOMPARE(marks(*ledger, {u"1"_s}, GroupName("email")), u"?"_s);
    const auto done = ledger->withMarks(GroupName("email"), ids({u"1"_s}), nothing);
    QVERIFY_ERROR(done, Error::Kind::Refused);
    QVERIFY(done.error().what.contains(u"\"email\""));
}

void TestPgLedger::rowsTellWhenTheyWereWritten()
{
    QVERIFY_RESULT(m_server->exec(u"INSERT INTO billing_processedevent (event_id, created_at)"
                                  " VALUES ('1', '2026-03-01 03:14:15.926+00'), ('2', now())"_s));
    auto ledger = opened(billing(), Access::Monitor);
    const auto times = ledger->times({}, ids({u"1"_s, u"3"_s}));
    QVERIFY_RESULT(times);
    QCOMPARE(times->size(), 1);
    QCOMPARE(isoText(times->value(EventId("1"))), u"2026-03-01T03:14:15.926Z"_s);
}

void TestPgLedger::aLedgerWithoutATimeColumnTellsNoTimes()
{
    QVERIFY_RESULT(m_server->exec(
        u"CREATE TABLE plain (event_id text UNIQUE); INSERT INTO plain VALUES ('1')"_s));
    LedgerSettings settings;
    settings.table = u"plain"_s;
    const auto times = opened(settings, Access::Monitor)->times({}, ids({u"1"_s}));
    QVERIFY_RESULT(times);
    QVERIFY(times->isEmpty());
}

void TestPgLedger::consumersHaveRowsOfTheirOwn()
{
    QVERIFY_RESULT(
        m_server->exec(u"CREATE TABLE inbox (consumer text, event_id text, at timestamptz NOT NULL,"
                       " UNIQUE (consumer, event_id))"_s));
    LedgerSettings settings = billing();
    settings.table = u"inbox"_s;
    settings.consumer = u"consumer"_s;
    auto ledger = opened(settings);
    const GroupName first("billing");
    const GroupName second("e'mail");
    QCOMPARE(ledger->withMarks(first, ids({u"1"_s}), nothing).value_or({}).size(), 1U);
    QCOMPARE(marks(*ledger, {u"1"_s, u"2"_s}, first), u"PU"_s);
    QCOMPARE(marks(*ledger, {u"1"_s, u"2"_s}, second), u"UU"_s);
    QCOMPARE(marks(*ledger, {u"1"_s}), u"?"_s);
    QCOMPARE(ledger->withMarks(second, ids({u"1"_s}), nothing).value_or({}).size(), 1U);
    QCOMPARE(ledger->withMarks(first, ids({u"1"_s}), nothing).value_or({}).size(), 0U);
    QVERIFY_ERROR(ledger->withMarks({}, ids({u"1"_s}), nothing), Error::Kind::Refused);
}

void TestPgLedger::rowsThatAreNotDoneAreTakenOver()
{
    QVERIFY_RESULT(
        m_server->exec(u"CREATE TABLE received (msg_id text UNIQUE, status text NOT NULL);"
                       "INSERT INTO received VALUES ('done', 'ok'), ('failed', 'err')"_s));
    LedgerSettings settings;
    settings.table = u"received"_s;
    settings.eventId = u"msg_id"_s;
    settings.done = u"status = 'ok'"_s;
    auto ledger = opened(settings);
    QCOMPARE(marks(*ledger, {u"done"_s, u"failed"_s, u"new"_s}), u"PUU"_s);
    const auto done = ledger->withMarks({}, ids({u"done"_s, u"failed"_s, u"new"_s}), nothing);
    QVERIFY_RESULT(done);
    QCOMPARE(*done, ids({u"failed"_s, u"new"_s}));
    QCOMPARE(marks(*ledger, {u"done"_s, u"failed"_s, u"new"_s}), u"PPP"_s);
}

void TestPgLedger::failedWorkLeavesNoRow()
{
    auto ledger = opened(billing());
    const Error refusal{Error::Kind::Refused, u"out of stock"_s, {}};
    const auto done = ledger->withMarks(
        {}, ids({u"1"_s}), [&](auto, SqlTransaction&) { return Result<void>(refusal); });
    QVERIFY(!done);
    QCOMPARE(done.error(), refusal);
    QCOMPARE(m_server->value(u"SELECT count(*) FROM billing_processedevent"_s), "0");
    QVERIFY_RESULT(ledger->withMarks({}, ids({u"1"_s}), nothing));
}

void TestPgLedger::failedStatementOfTheWorkRollsBack()
{
    QVERIFY_RESULT(m_server->exec(u"CREATE TABLE effects (n text)"_s));
    auto ledger = opened(billing());
    const auto done = ledger->withMarks({}, ids({u"1"_s}), [](auto, SqlTransaction& transaction) {
        if (auto effect = transaction.execute("INSERT INTO effects VALUES ($1)", {QByteArray("x")});
            !effect)
            return effect;
        return transaction.execute("SELECT 1 / 0", {});
    });
    QVERIFY_ERROR(done, Error::Kind::Refused);
    // A work that hides an error cannot commit half of itself.
    const auto hidden = ledger->withMarks({}, ids({u"1"_s}), [](auto, SqlTransaction& transaction) {
        (void)transaction.execute("SELECT 1 / 0", {});
        return Result<void>();
    });
    QVERIFY_ERROR(hidden, Error::Kind::Refused);
    QCOMPARE(m_server->value(u"SELECT count(*) FROM effects"_s), "0");
    QCOMPARE(m_server->value(u"SELECT count(*) FROM billing_processedevent"_s), "0");
}

void TestPgLedger::nothingNewMeansNoWork()
{
    auto ledger = opened(billing());
    QVERIFY_RESULT(ledger->withMarks({}, ids({u"1"_s}), nothing));
    bool isCalled = false;
    const auto done = ledger->withMarks({}, ids({u"1"_s}), [&](auto, SqlTransaction&) {
        isCalled = true;
        return Result<void>();
    });
    QVERIFY_RESULT(done);
    QVERIFY(done->empty());
    QVERIFY(!isCalled);
}

void TestPgLedger::manyIdsAreFoundInChunks()
{
    QVERIFY_RESULT(m_server->exec(u"INSERT INTO billing_processedevent (event_id, created_at)"
                                  " SELECT n, now() FROM generate_series(0, 2500, 2) n"_s));
    QStringList texts;
    QString expected;
    for (int i = 0; i <= 2500; ++i) {
        texts << QString::number(i);
        expected += i % 2 == 0 ? u'P' : u'U';
    }
    QCOMPARE(marks(*opened(billing(), Access::Monitor), texts), expected);
}

void TestPgLedger::waitingForAConsumerDecidesOnce()
{
    auto consumer = m_server->session();
    QVERIFY_RESULT(consumer);
    QVERIFY_RESULT((*consumer)->exec(
        u"BEGIN; INSERT INTO billing_processedevent (event_id, created_at) VALUES ('1', now())"_s));
    std::thread committing([&] {
        while (m_server->value(u"SELECT count(*) FROM pg_locks WHERE NOT granted"_s) != "1") {}
        (void)(*consumer)->exec(u"COMMIT"_s);
    });
    const auto done = opened(billing())->withMarks({}, ids({u"1"_s, u"2"_s}), nothing);
    committing.join();
    QVERIFY_RESULT(done);
    QCOMPARE(*done, ids({u"2"_s}));
}

void TestPgLedger::unwritableLedgersSayWhatToChange_data()
{
    QTest::addColumn<QString>("schema");
    QTest::addColumn<QString>("done");
    QTest::addColumn<QString>("consumer");
    QTest::addColumn<QString>("words");
    const QString none;
    QTest::newRow("no unique constraint") << u"CREATE TABLE inbox (event_id text)"_s << none << none
                                          << u"ADD UNIQUE (\"event_id\")"_s;
    QTest::newRow("a unique index on some rows only")
        << u"CREATE TABLE inbox (event_id text, ok bool);"
           "CREATE UNIQUE INDEX ON inbox (event_id) WHERE ok"_s
        << none << none << u"ADD UNIQUE"_s;
    QTest::newRow("unique over all consumers")
        << u"CREATE TABLE inbox (event_id text UNIQUE, who text)"_s << none << u"who"_s
        << u"(\"event_id\", \"who\")"_s;
    QTest::newRow("unique with another column")
        << u"CREATE TABLE inbox (event_id text, who text, UNIQUE (event_id, who))"_s << none << none
        << u"ADD UNIQUE"_s;
    QTest::newRow("a column that nothing fills")
        << u"CREATE TABLE inbox (event_id text UNIQUE, handler text NOT NULL)"_s << none << none
        << u"\"handler\""_s;
    QTest::newRow("a condition that cannot be made true")
        << u"CREATE TABLE inbox (event_id text UNIQUE, tries int)"_s
        << u"tries > 0 OR tries IS NULL"_s << none << u"\"done\""_s;
}

void TestPgLedger::unwritableLedgersSayWhatToChange()
{
    QFETCH(QString, schema);
    QFETCH(QString, done);
    QFETCH(QString, consumer);
    QFETCH(QString, words);
    QVERIFY_RESULT(m_server->exec(schema));
    LedgerSettings settings;
    settings.table = u"inbox"_s;
    settings.done = done;
    settings.consumer = consumer;
    auto ledger = opened(settings);
    // Reading goes on.
    QCOMPARE(marks(*ledger, {u"1"_s}, GroupName("g")), u"U"_s);
    const auto marked = ledger->withMarks(GroupName("g"), ids({u"1"_s}), nothing);
    QVERIFY_ERROR(marked, Error::Kind::Refused);
    QVERIFY2(marked.error().what.contains(words), describe(marked.error()).constData());
    QCOMPARE(m_server->value(u"SELECT count(*) FROM inbox"_s), "0");
}

void TestPgLedger::monitorLedgerRefuses()
{
    const auto done = opened(billing(), Access::Monitor)->withMarks({}, ids({u"1"_s}), nothing);
    QVERIFY_ERROR(done, Error::Kind::Refused);
    QCOMPARE(m_server->value(u"SELECT count(*) FROM billing_processedevent"_s), "0");
}

void TestPgLedger::missingPermissionSaysSo()
{
    QVERIFY_RESULT(m_server->exec(u"DROP ROLE IF EXISTS guest; CREATE ROLE guest LOGIN;"
                                  "GRANT SELECT ON billing_processedevent TO guest"_s));
    LedgerSettings settings = billing();
    settings.dsn = m_server->dsn(u"guest"_s);
    auto ledger = opened(settings);
    QCOMPARE(marks(*ledger, {u"1"_s}), u"U"_s);
    const auto done = ledger->withMarks({}, ids({u"1"_s}), nothing);
    QVERIFY_ERROR(done, Error::Kind::Refused);
    QVERIFY(done.error().what.contains(u"GRANT"));
}

void TestPgLedger::brokenCommitIsAConflict()
{
    QVERIFY_RESULT(m_server->exec(
        u"CREATE FUNCTION leave() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN"
        " PERFORM pg_terminate_backend(pg_backend_pid()); PERFORM pg_sleep(5); RETURN NULL; END $$;"
        "CREATE CONSTRAINT TRIGGER leaving AFTER INSERT ON billing_processedevent DEFERRABLE"
        " INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION leave()"_s));
    auto ledger = opened(billing());
    QVERIFY_ERROR(ledger->withMarks({}, ids({u"1"_s}), nothing), Error::Kind::Conflict);
    QVERIFY(!ledger->isUsable());
}

void TestPgLedger::serverGoneIsUnreachable()
{
    auto ledger = opened(billing());
    const auto done = ledger->withMarks({}, ids({u"1"_s}), [&](auto, SqlTransaction& transaction) {
        (void)m_server->terminateSessions();
        return transaction.execute("SELECT 1", {});
    });
    QVERIFY_ERROR(done, Error::Kind::Unreachable);
    QVERIFY(!ledger->isUsable());
    QCOMPARE(m_server->value(u"SELECT count(*) FROM billing_processedevent"_s), "0");
}

void TestPgLedger::scriptShowsTheStatements()
{
    const QStringList script = opened(billing())->markSql({u"SELECT f();"_s});
    QCOMPARE(script.size(), 4);
    QCOMPARE(script.at(0), u"BEGIN;"_s);
    QCOMPARE(script.at(2), u"SELECT f();"_s);
    QCOMPARE(script.at(3), u"COMMIT;"_s);
    QVERIFY(script.at(1).startsWith(u"INSERT INTO \"public\".\"billing_processedevent\""));
    QVERIFY(script.at(1).contains(u"ON CONFLICT (\"event_id\") DO NOTHING"));
}

QTEST_GUILESS_MAIN(TestPgLedger)
#include "tst_pgledger.moc"
