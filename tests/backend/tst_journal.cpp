// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/operatorname.h"
#include "services/recording.h"
#include "store/journal.h"
#include "support/printers.h"

#include <sys/types.h>

#include <QFile>
#include <QProcess>
#include <QSet>
#include <QSqlDatabase>
#include <QSqlError>
#include <QSqlQuery>
#include <QTemporaryDir>
#include <QTest>
#include <QThread>

#include <csignal>

using namespace outboard;
using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

namespace {

TimePoint at(qint64 seconds)
{
    return TimePoint(std::chrono::seconds(1'700'000'000 + seconds));
}

JournalIntent claimOf(const QList<QByteArray>& ids)
{
    JournalIntent intent;
    intent.action = u"claim"_s;
    intent.profile = u"shop"_s;
    intent.environment = u"staging"_s;
    intent.place = u"order.paid/billing"_s;
    intent.ids = ids;
    intent.commands = QStringList{u"XCLAIM order.paid billing w 60000 1-0"_s};
    return intent;
}

JournalResult done(const QString& text = u"1 claimed."_s)
{
    return {JournalState::Done, text, {{u"claimed"_s, 1, {}}, {u"taken"_s, 1, {"2-0"}}}};
}

QList<QByteArray> manyIds(qsizetype count)
{
    QList<QByteArray> ids;
    for (qsizetype i = 0; i < count; ++i)
        ids.append("17000000000" + QByteArray::number(i) + "-0");
    return ids;
}

/// What the killed child does: an action up to its middle.
int beginAndWaitToBeKilled(const QString& path)
{
    const auto journal = Journal::open(path);
    const auto number = journal ? (*journal)->intend(claimOf({"1-0"}), at(0)) : journal.error();
    if (!number || !(*journal)->add(*number, {"2-0"}, at(1)))
        return 1;
    puts("intended");
    fflush(stdout);
    QThread::sleep(60);
    return 2;
}

int writeMany(const QString& path, int count)
{
    const auto journal = Journal::open(path);
    for (int i = 0; journal && i < count; ++i) {
        const auto number = (*journal)->intend(claimOf({QByteArray::number(i)}), at(i));
        if (!number || !(*journal)->finish(*number, done(), at(i)))
            return 1;
    }
    return journal ? 0 : 1;
}

} // namespace

class TestJournal : public QObject
{
    Q_OBJECT

private slots:
    void init();

    void whatIsWrittenComesBack();
    void idsThatAreNotTextComeBackByteForByte();
    void aHundredThousandIdsAreKeptExactly();
    void aNoteIsWholeAtOnce();
    void anIntentHasOneResult();
    void pagesGoFromTheNewestToTheOldest();
    void filtersChooseEntries_data();
    void filtersChooseEntries();
    void anEntryIsFoundByAnExactId();
    void passwordsAreBlanked_data();
    void passwordsAreBlanked();
    void onlyTheUserCanReadTheFile();

    void anEmptyJournalIsWhole();
    void aWholeChainIsWhole();
    void theFileRefusesChanges_data();
    void theFileRefusesChanges();
    void tamperingIsFound_data();
    void tamperingIsFound();
    void aCheckGoesOnWhereTheLastOneEnded();
    void aStoppedCheckSaysSo();

    void twoProcessesAppendToOneChain();
    void aKilledActionIsShownAsCutOff();
    void aRunningActionIsNotCutOff();
    void aRecordingWithoutAnEndSaysThatNobodyKnows();
    void withoutAJournalNothingIsDone();
    void aJournalThatCannotBeWrittenStopsTheAction();
    void aResultThatIsLostIsTold();

private:
    std::shared_ptr<Journal> open()
    {
        const auto journal = Journal::open(m_path);
        return journal ? *journal : nullptr;
    }

    /// As somebody else would, past the program.
    QString sql(const QStringList& statements) const
    {
        QString failure;
        {
            auto database = QSqlDatabase::addDatabase(u"QSQLITE"_s, u"raw"_s);
            database.setDatabaseName(m_path);
            if (!database.open())
                failure = database.lastError().text();
            for (const QString& statement : statements) {
                QSqlQuery query(database);
                if (failure.isEmpty() && !query.exec(statement))
                    failure = query.lastError().text();
            }
        }
        QSqlDatabase::removeDatabase(u"raw"_s);
        return failure;
    }

    static QStringList withoutTriggers(const QString& statement)
    {
        QStringList statements;
        for (const QString& trigger :
             {u"journal_keeps"_s,
              u"journal_stays"_s,
              u"journal_grows"_s,
              u"journal_head_keeps"_s,
              u"journal_head_grows"_s})
            statements.append(u"DROP TRIGGER "_s + trigger);
        return statements << statement;
    }

    std::unique_ptr<QTemporaryDir> m_folder;
    QString m_path;
};

void TestJournal::init()
{
    m_folder = std::make_unique<QTemporaryDir>();
    m_path = m_folder->filePath(u"state/journal.sqlite"_s);
}

void TestJournal::whatIsWrittenComesBack()
{
    const auto journal = open();
    QVERIFY(journal);
    const auto number = journal->intend(claimOf({"1-0", "2-0"}), at(0));
    QVERIFY_RESULT(number);
    QVERIFY_RESULT(journal->add(*number, {"3-0"}, at(1)));
    QVERIFY_RESULT(journal->finish(*number, done(), at(2)));
    const auto page = open()->page({}, std::nullopt, 10);
    QVERIFY_RESULT(page);
    QVERIFY(!page->next);
    const JournalEntry expected{
        .number = *number,
        .at = at(0),
        .who = operatorName(),
        .profile = u"shop"_s,
        .environment = u"staging"_s,
        .action = u"claim"_s,
        .place = u"order.paid/billing"_s,
        .idCount = 3,
        .state = JournalState::Done,
        .endedAt = at(2),
        .result = u"1 claimed."_s};
    QCOMPARE(page->entries, QList{expected});
    const auto details = journal->details(*number);
    QVERIFY_RESULT(details);
    QCOMPARE(details->entry, expected);
    QCOMPARE(details->ids, (QList<QByteArray>{"1-0", "2-0", "3-0"}));
    QCOMPARE(details->commands, claimOf({}).commands);
    QCOMPARE(details->counts, done().counts);
    QCOMPARE(details->hash.size(), 32);
    QVERIFY_ERROR(journal->details(*number + 1), Error::Kind::Missing); // a part is no entry
}

void TestJournal::idsThatAreNotTextComeBackByteForByte()
{
    const QList<QByteArray> ids{
        QByteArray("\x00\xff", 2), "\"quoted\", \\", "ключ", "", QByteArray("a\0b", 3)};
    const auto journal = open();
    const auto number = journal->intend(claimOf(ids), at(0));
    QVERIFY_RESULT(number);
    QCOMPARE(journal->details(*number)->ids, ids);
}

void TestJournal::aHundredThousandIdsAreKeptExactly()
{
    const auto journal = open();
    const QList<QByteArray> ids = manyIds(100'000);
    const auto number = journal->intend(claimOf(ids), at(0));
    QVERIFY_RESULT(number);
    QCOMPARE(journal->details(*number)->ids, ids);
    QCOMPARE(journal->page({}, std::nullopt, 1)->entries.first().idCount, 100'000);
    QVERIFY(!journal->check({}, {})->broken);
}

void TestJournal::aNoteIsWholeAtOnce()
{
    const auto journal = open();
    QVERIFY_RESULT(journal->note(claimOf({"1-0"}), {JournalState::Refused, u"No."_s, {}}, at(5)));
    const auto page = journal->page({}, std::nullopt, 10);
    QVERIFY_RESULT(page);
    QCOMPARE(page->entries.size(), 1);
    QCOMPARE(page->entries.first().state, JournalState::Refused);
    QCOMPARE(page->entries.first().endedAt, std::optional(at(5)));
    QCOMPARE(*journal->last(), 2);
}

void TestJournal::anIntentHasOneResult()
{
    const auto journal = open();
    const auto number = journal->intend(claimOf({}), at(0));
    QVERIFY_RESULT(journal->finish(*number, done(), at(1)));
    QVERIFY_ERROR(journal->finish(*number, done(u"Again."_s), at(2)), Error::Kind::Refused);
    QCOMPARE(journal->details(*number)->entry.result, u"1 claimed."_s);
    QVERIFY(!journal->check({}, {})->broken);
}

void TestJournal::pagesGoFromTheNewestToTheOldest()
{
    const auto journal = open();
    for (int i = 0; i < 7; ++i)
        QVERIFY_RESULT(journal->note(claimOf({}), done(), at(i)));
    QList<TimePoint> times;
    std::optional<qint64> before;
    do {
        const auto page = journal->page({}, before, 3);
        QVERIFY_RESULT(page);
        QVERIFY(page->entries.size() <= 3);
        for (const JournalEntry& entry : page->entries)
            times.append(entry.at);
        before = page->next;
    } while (before);
    QCOMPARE(times, (QList{at(6), at(5), at(4), at(3), at(2), at(1), at(0)}));
}

void TestJournal::filtersChooseEntries_data()
{
    QTest::addColumn<JournalFilter>("filter");
    QTest::addColumn<QList<qint64>>("numbers");
    const auto with = [](auto change) {
        JournalFilter filter;
        change(filter);
        return filter;
    };
    const auto text = [&](const QString& wanted) {
        return with([&](JournalFilter& filter) { filter.text = wanted; });
    };
    QTest::newRow("without a filter all are there") << JournalFilter{} << QList<qint64>{5, 3, 1};
    QTest::newRow("by profile") << with([](auto& filter) { filter.profile = u"other"_s; })
                                << QList<qint64>{3};
    QTest::newRow("by action") << with([](auto& filter) { filter.action = u"relay"_s; })
                               << QList<qint64>{5};
    QTest::newRow("by time") << with([](auto& filter) { filter.since = at(10); })
                             << QList<qint64>{5, 3};
    QTest::newRow("a piece of an id of the intent") << text(u"rder-0000"_s) << QList<qint64>{3};
    QTest::newRow("an id that the action found") << text(u"found-77"_s) << QList<qint64>{5};
    QTest::newRow("an id of the result's lists") << text(u"2-0"_s) << QList<qint64>{3, 1};
    QTest::newRow("the place, whatever the capitals")
        << text(u"ORDER.PAID"_s) << QList<qint64>{5, 3, 1};
    QTest::newRow("a command") << text(u"XCLAIM"_s) << QList<qint64>{3, 1};
    QTest::newRow("a quoted word of a command") << text(u"\"data\""_s) << QList<qint64>{5};
    QTest::newRow("the result") << text(u"nothing \\ 100%"_s) << QList<qint64>{5};
    QTest::newRow("signs of a pattern mean themselves") << text(u"order_0000"_s) << QList<qint64>{};
}

void TestJournal::filtersChooseEntries()
{
    QFETCH(JournalFilter, filter);
    QFETCH(QList<qint64>, numbers);
    const auto journal = open();
    QVERIFY_RESULT(journal->note(claimOf({"1-0"}), done(), at(0)));
    JournalIntent other = claimOf({"order-0000"});
    other.profile = u"other"_s;
    QVERIFY_RESULT(journal->note(other, done(), at(10)));
    JournalIntent relay = claimOf({});
    relay.action = u"relay"_s;
    relay.commands = QStringList{u"XADD order.paid * \"data\" PAYLOAD"_s};
    const auto number = journal->intend(relay, at(20));
    QVERIFY_RESULT(journal->add(*number, {"found-77"}, at(21)));
    QVERIFY_RESULT(
        journal->finish(*number, {JournalState::Failed, u"nothing \\ 100%"_s, {}}, at(22)));
    const auto page = journal->page(filter, std::nullopt, 10);
    QVERIFY_RESULT(page);
    QList<qint64> found;
    for (const JournalEntry& entry : page->entries)
        found.append(entry.number);
    QCOMPARE(found, numbers);
}

void TestJournal::anEntryIsFoundByAnExactId()
{
    const auto journal = open();
    QVERIFY_RESULT(journal->note(claimOf({"12", "a\"b"}), done(), at(0)));
    QVERIFY_RESULT(journal->note(claimOf({"1", "2"}), done(), at(1)));
    const auto number = journal->intend(claimOf({}), at(2));
    QVERIFY_RESULT(journal->add(*number, {"12"}, at(3)));
    const auto found = journal->involving("12", 10);
    QVERIFY_RESULT(found);
    QCOMPARE(found->size(), 2);
    QCOMPARE(found->at(0).number, 1);
    QCOMPARE(found->at(1).number, *number);
    QCOMPARE(journal->involving("a\"b", 10)->size(), 1);
    QCOMPARE(journal->involving("1", 10)->size(), 1);
    QCOMPARE(journal->involving("12", 1)->size(), 1);
}

void TestJournal::passwordsAreBlanked_data()
{
    QTest::addColumn<QString>("text");
    QTest::newRow("in a URL") << u"POST https://user:s3cr3t-word@host/orders"_s;
    QTest::newRow("in a DSN") << u"connect host=db password='s3cr3t-word' user=u"_s;
    QTest::newRow("in a header") << u"curl -H \"Authorization: Bearer s3cr3t-word\" host"_s;
    QTest::newRow("in a query") << u"GET http://host/?token=s3cr3t-word&page=2"_s;
}

void TestJournal::passwordsAreBlanked()
{
    QFETCH(QString, text);
    JournalIntent intent = claimOf({});
    intent.commands = QStringList{text};
    intent.place = text;
    const auto journal = open();
    const auto number = journal->intend(intent, at(0));
    QVERIFY_RESULT(number);
    QVERIFY_RESULT(journal->finish(*number, {JournalState::Failed, text, {}}, at(1)));
    const auto details = journal->details(*number);
    QVERIFY_RESULT(details);
    QVERIFY2(
        !details->commands.first().contains(u"s3cr3t-word"), qPrintable(details->commands.first()));
    QVERIFY(!details->entry.place.contains(u"s3cr3t-word"));
    QVERIFY(!details->entry.result.contains(u"s3cr3t-word"));
    QVERIFY(details->entry.result.contains(u"host"));
}

void TestJournal::onlyTheUserCanReadTheFile()
{
    const auto journal = open();
    QVERIFY_RESULT(journal->note(claimOf({}), done(), at(0)));
    constexpr auto others = QFile::ReadGroup | QFile::WriteGroup | QFile::ExeGroup
                            | QFile::ReadOther | QFile::WriteOther | QFile::ExeOther;
    for (const QString& path : {m_path, QString(m_path + u"-wal"_s)}) {
        QVERIFY(QFile::exists(path));
        QCOMPARE(QFile::permissions(path) & others, QFile::Permissions());
    }
}

void TestJournal::anEmptyJournalIsWhole()
{
    const auto check = open()->check({}, {});
    QVERIFY_RESULT(check);
    QVERIFY(!check->broken);
    QCOMPARE(check->whole.number, 0);
    QCOMPARE(check->cutOff, 0);
}

void TestJournal::aWholeChainIsWhole()
{
    const auto journal = open();
    for (int i = 0; i < 5; ++i)
        QVERIFY_RESULT(journal->note(claimOf(manyIds(3)), done(), at(i)));
    const auto check = open()->check({}, {});
    QVERIFY_RESULT(check);
    QVERIFY(!check->broken);
    QCOMPARE(check->whole.number, 10);
    QCOMPARE(check->cutOff, 0);
}

void TestJournal::theFileRefusesChanges_data()
{
    QTest::addColumn<QString>("statement");
    QTest::newRow("an update") << u"UPDATE journal SET who = 'nobody'"_s;
    QTest::newRow("a delete") << u"DELETE FROM journal WHERE number = 1"_s;
    QTest::newRow("a replacement")
        << u"INSERT OR REPLACE INTO journal SELECT * FROM journal WHERE number = 1"_s;
    QTest::newRow("an upsert") << u"INSERT INTO journal SELECT * FROM journal WHERE number = 1"
                                  " ON CONFLICT DO UPDATE SET who = 'nobody'"_s;
    QTest::newRow("a head that goes back") << u"UPDATE journal_head SET number = 0"_s;
    QTest::newRow("no head") << u"DELETE FROM journal_head"_s;
}

void TestJournal::theFileRefusesChanges()
{
    QFETCH(QString, statement);
    const auto journal = open();
    QVERIFY_RESULT(journal->note(claimOf({"1-0"}), done(), at(0)));
    QVERIFY(sql({statement}).contains(u"the journal"_s));
    const auto check = journal->check({}, {});
    QVERIFY_RESULT(check);
    QVERIFY(!check->broken);
    QCOMPARE(check->whole.number, 2);
}

void TestJournal::tamperingIsFound_data()
{
    QTest::addColumn<QString>("statement");
    QTest::addColumn<qint64>("broken");
    QTest::newRow("another name") << u"UPDATE journal SET who = 'nobody' WHERE number = 3"_s
                                  << qint64(3);
    QTest::newRow("one id less") << u"UPDATE journal SET ids = '[\"1-0\"]' WHERE number = 5"_s
                                 << qint64(5);
    QTest::newRow("another time") << u"UPDATE journal SET at_us = at_us + 1 WHERE number = 1"_s
                                  << qint64(1);
    QTest::newRow("a friendlier result")
        << u"UPDATE journal SET state = 'done' WHERE number = 2"_s << qint64(2);
    QTest::newRow("text moved between fields")
        << u"UPDATE journal SET profile = 'sho', environment = 'pstaging' WHERE number = 3"_s
        << qint64(3);
    QTest::newRow("a record taken out") << u"DELETE FROM journal WHERE number = 4"_s << qint64(4);
    QTest::newRow("the first one taken out")
        << u"DELETE FROM journal WHERE number = 1"_s << qint64(1);
    QTest::newRow("the end cut off") << u"DELETE FROM journal WHERE number > 4"_s << qint64(5);
    QTest::newRow("all of it gone") << u"DELETE FROM journal"_s << qint64(1);
    QTest::newRow("a record added past the end")
        << u"INSERT INTO journal SELECT 7, kind, intent, at_us, who, process, profile,"
           " environment, action, place, state, text, id_count, counts, commands, ids, hash"
           " FROM journal WHERE number = 1"_s
        << qint64(7);
    QTest::newRow("a new hash for a changed record")
        << u"UPDATE journal SET who = 'nobody', hash = zeroblob(32) WHERE number = 3"_s
        << qint64(3);
    QTest::newRow("no head any more") << u"DELETE FROM journal_head"_s << qint64(7);
}

void TestJournal::tamperingIsFound()
{
    QFETCH(QString, statement);
    QFETCH(qint64, broken);
    {
        const auto journal = open();
        for (int i = 0; i < 3; ++i)
            QVERIFY_RESULT(journal->note(
                claimOf({"1-0", "2-0"}), {JournalState::Failed, u"No."_s, {}}, at(i)));
    }
    QCOMPARE(sql(withoutTriggers(statement)), QString());
    const auto check = open()->check({}, {});
    QVERIFY_RESULT(check);
    QCOMPARE(check->broken, std::optional(broken));
    QCOMPARE(check->whole.number, broken - 1);
    QVERIFY(!check->problem.isEmpty());
}

void TestJournal::aCheckGoesOnWhereTheLastOneEnded()
{
    const auto journal = open();
    QVERIFY_RESULT(journal->note(claimOf({}), done(), at(0)));
    const auto first = journal->check({}, {});
    QVERIFY_RESULT(first);
    QVERIFY_RESULT(journal->note(claimOf({}), done(), at(1)));
    const auto second = journal->check(first->whole, {});
    QVERIFY_RESULT(second);
    QVERIFY(!second->broken);
    QCOMPARE(second->whole.number, 4);
    const auto wrong = journal->check({first->whole.number, QByteArray(32, 'x')}, {});
    QCOMPARE(wrong->broken, std::optional<qint64>(3));
}

void TestJournal::aStoppedCheckSaysSo()
{
    const auto journal = open();
    QVERIFY_RESULT(journal->note(claimOf({}), done(), at(0)));
    std::stop_source stop;
    stop.request_stop();
    QVERIFY_ERROR(journal->check({}, stop.get_token()), Error::Kind::Cancelled);
    // Nothing is left open: the journal goes on.
    QVERIFY_RESULT(journal->note(claimOf({}), done(), at(1)));
    QVERIFY_RESULT(journal->check({}, {}));
}

void TestJournal::twoProcessesAppendToOneChain()
{
    constexpr int each = 60;
    QVERIFY(open());
    QProcess children[2];
    for (QProcess& child : children) {
        child.start(
            QCoreApplication::applicationFilePath(),
            {u"--write-many"_s, m_path, QString::number(each)});
    }
    const auto journal = open();
    for (int i = 0; i < each; ++i)
        QVERIFY_RESULT(journal->note(claimOf({}), done(), at(i)));
    for (QProcess& child : children) {
        QVERIFY(child.waitForFinished(60'000));
        QCOMPARE(child.exitCode(), 0);
    }
    const auto check = journal->check({}, {});
    QVERIFY_RESULT(check);
    QVERIFY2(!check->broken, qPrintable(check->problem));
    QCOMPARE(check->whole.number, 3 * 2 * each);
    QCOMPARE(check->cutOff, 0);
    QSet<qint64> numbers;
    const auto page = journal->page({}, std::nullopt, 1000);
    for (const JournalEntry& entry : page->entries) {
        QCOMPARE(entry.state, JournalState::Done);
        numbers.insert(entry.number);
    }
    QCOMPARE(numbers.size(), 3 * each);
}

void TestJournal::aKilledActionIsShownAsCutOff()
{
    QProcess child;
    child.start(QCoreApplication::applicationFilePath(), {u"--begin-and-wait"_s, m_path});
    QVERIFY(child.waitForReadyRead(30'000));
    QCOMPARE(child.readLine(), "intended\n");
    const auto journal = open();
    QCOMPARE(journal->page({}, std::nullopt, 10)->entries.first().state, JournalState::Running);
    QCOMPARE(journal->check({}, {})->cutOff, 0);
    QCOMPARE(::kill(pid_t(child.processId()), SIGKILL), 0);
    QVERIFY(child.waitForFinished(30'000));

    const auto page = journal->page({}, std::nullopt, 10);
    QVERIFY_RESULT(page);
    QCOMPARE(page->entries.size(), 1);
    QCOMPARE(page->entries.first().state, JournalState::CutOff);
    QVERIFY(!page->entries.first().endedAt);
    QCOMPARE(journal->details(1)->ids, (QList<QByteArray>{"1-0", "2-0"}));
    const auto check = journal->check({}, {});
    QVERIFY_RESULT(check);
    QVERIFY(!check->broken);
    QCOMPARE(check->cutOff, 1);
    QCOMPARE(check->firstCutOff, 1);
}

void TestJournal::aRunningActionIsNotCutOff()
{
    const auto journal = open();
    QVERIFY_RESULT(journal->intend(claimOf({}), at(0)));
    QCOMPARE(journal->page({}, std::nullopt, 10)->entries.first().state, JournalState::Running);
    QCOMPARE(journal->check({}, {})->cutOff, 0);
}

void TestJournal::aRecordingWithoutAnEndSaysThatNobodyKnows()
{
    const auto journal = open();
    const auto clock = [] { return at(3); };
    {
        const auto recording = Recording::begin(journal, claimOf({}), clock);
        QVERIFY_RESULT(recording);
        QVERIFY_RESULT((*recording)->found({"9-0"}));
    }
    const auto details = journal->details(1);
    QVERIFY_RESULT(details);
    QCOMPARE(details->entry.state, JournalState::CutOff);
    QVERIFY(details->entry.result.contains(u"unknown"));
    QCOMPARE(details->ids, QList<QByteArray>{"9-0"});
}

void TestJournal::withoutAJournalNothingIsDone()
{
    bool isDone = false;
    std::optional<Error> lost;
    const auto result = recorded<AckReport>(
        Error{Error::Kind::Refused, u"The disk is full. Make room."_s, {}},
        claimOf({}),
        systemClock(),
        lost,
        [&](Recording&) {
            isDone = true;
            return Result<AckReport>(AckReport());
        });
    QVERIFY_ERROR(result, Error::Kind::Refused);
    QVERIFY(!isDone);
    QVERIFY(result.error().what.contains(u"Nothing was done"));
    QVERIFY(result.error().what.contains(u"Make room."));
}

void TestJournal::aJournalThatCannotBeWrittenStopsTheAction()
{
    const auto journal = open();
    QCOMPARE(
        sql({u"CREATE TRIGGER full BEFORE INSERT ON journal BEGIN"
             " SELECT RAISE(ABORT, 'disk full'); END"_s}),
        QString());
    bool isDone = false;
    std::optional<Error> lost;
    const auto result =
        recorded<AckReport>(journal, claimOf({}), systemClock(), lost, [&](Recording&) {
            isDone = true;
            return Result<AckReport>(AckReport());
        });
    QVERIFY_ERROR(result, Error::Kind::Refused);
    QVERIFY(!isDone);
    QVERIFY(result.error().what.contains(m_path));
    QCOMPARE(*journal->last(), 0);
}

void TestJournal::aResultThatIsLostIsTold()
{
    const auto journal = open();
    std::optional<Error> lost;
    const auto result =
        recorded<AckReport>(journal, claimOf({}), systemClock(), lost, [&](Recording&) {
            const QString failure = sql({u"CREATE TRIGGER full BEFORE INSERT ON journal BEGIN"
                                         " SELECT RAISE(ABORT, 'disk full'); END"_s});
            AckReport report;
            report.acknowledged = {EntryId::lowest()};
            return failure.isEmpty() ? Result<AckReport>(report) : Error{};
        });
    QVERIFY_RESULT(result);
    QCOMPARE(result->acknowledged.size(), size_t(1));
    QVERIFY(lost);
    QVERIFY(lost->what.startsWith(u"It was done"_s));
}

int main(int argc, char** argv)
{
    QCoreApplication application(argc, argv);
    const QStringList arguments = QCoreApplication::arguments();
    if (arguments.size() == 3 && arguments[1] == u"--begin-and-wait"_s)
        return beginAndWaitToBeKilled(arguments[2]);
    if (arguments.size() == 4 && arguments[1] == u"--write-many"_s)
        return writeMany(arguments[2], arguments[3].toInt());
    TestJournal test;
    return QTest::qExec(&test, argc, argv);
}

#include "tst_journal.moc"
