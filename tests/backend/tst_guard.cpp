// SPDX-License-Identifier: GPL-3.0-or-later
#include "services/connectionwatch.h"
#include "services/friction.h"
#include "services/session.h"
#include "settings/passwordkeeper.h"
#include "store/journal.h"
#include "support/fakebackends.h"
#include "support/printers.h"

#include <QSignalSpy>
#include <QTemporaryDir>
#include <QTest>

#include <atomic>

using namespace outboard;
using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

namespace {

SourceHealth health(const QString& name, std::optional<Error::Kind> trouble = {})
{
    SourceHealth source;
    source.name = name;
    source.isOk = !trouble;
    if (trouble)
        source.error = Error{*trouble, u"trouble"_s, {}};
    return source;
}

} // namespace

/// The write lock of a session, friction, and what is asked where.
class TestGuard : public QObject
{
    Q_OBJECT

private slots:
    void init();
    void cleanup();

    void sourcesChangeWhenTheyAreLostOrComeBack_data();
    void sourcesChangeWhenTheyAreLostOrComeBack();
    void losingAConnectionLocks();
    void aConnectionThatComesBackLocks();
    void roundsWithoutAChangeDoNotLock();
    void nothingWritesAfterItLockedItself();
    void productionIsOpenedByItsNameAlone();
    void fifteenMinutesLock();
    void countsAreTyped_data();
    void countsAreTyped();
    void unmaskingIsJournaledWithoutAnOpenLock();
    void unmaskingFailsWithoutAJournal();
    void passwordsAreAskedForWhereTheyCount_data();
    void passwordsAreAskedForWhereTheyCount();
    void passwordsAreKeptInMemoryAndRememberedWhenAsked();

private:
    void open(const Profile& profile);
    void round();
    QList<JournalEntry> entries(const QString& action) const;

    std::unique_ptr<QTemporaryDir> m_folder;
    std::shared_ptr<FakeBackends> m_servers;
    std::shared_ptr<Journal> m_journal;
    std::unique_ptr<Session> m_session;
    std::atomic<qint64> m_now = 0; // lanes ask for the time too
};

void TestGuard::init()
{
    m_now = Microseconds(std::chrono::hours(480'000)).count();
    m_folder = std::make_unique<QTemporaryDir>();
    auto journal = Journal::open(m_folder->filePath(u"journal.sqlite"_s));
    QVERIFY_RESULT(journal);
    m_journal = *journal;
    open(FakeBackends::shopProfile());
}

void TestGuard::cleanup()
{
    m_session.reset();
    m_journal.reset();
}

void TestGuard::open(const Profile& profile)
{
    m_session.reset();
    m_servers = std::make_shared<FakeBackends>(profile);
    m_servers->fillShop();
    m_session = std::make_unique<Session>(
        m_servers, nullptr, m_journal, [this] { return TimePoint(Microseconds(m_now.load())); });
}

void TestGuard::round()
{
    const SnapshotPtr before = m_session->poller().latest();
    m_session->poller().pollNow();
    QTRY_VERIFY(m_session->poller().latest() != before);
}

QList<JournalEntry> TestGuard::entries(const QString& action) const
{
    QList<JournalEntry> found;
    const auto page = m_journal->page({}, std::nullopt, 100);
    for (const JournalEntry& entry : page->entries) {
        if (entry.action == action)
            found.append(entry);
    }
    return found;
}

void TestGuard::sourcesChangeWhenTheyAreLostOrComeBack_data()
{
    using Kind = Error::Kind;
    QTest::addColumn<std::optional<Error::Kind>>("before");
    QTest::addColumn<std::optional<Error::Kind>>("after");
    QTest::addColumn<bool>("isChange");
    const auto row =
        [](const char* name, std::optional<Kind> before, std::optional<Kind> after, bool isChange) {
            QTest::newRow(name) << before << after << isChange;
        };
    row("well and well", {}, {}, false);
    row("lost", {}, Kind::Unreachable, true);
    row("back", Kind::Unreachable, {}, true);
    row("lost and lost", Kind::Unreachable, Kind::Unreachable, false);
    row("another login is refused", {}, Kind::Auth, true);
    row("a certificate that does not fit", {}, Kind::Tls, true);
    row("what answers is something else", {}, Kind::Protocol, true);
    row("slow", {}, Kind::Timeout, false);
    row("no such table", {}, Kind::Missing, false);
    row("back without its table", Kind::Unreachable, Kind::Missing, true);
}

void TestGuard::sourcesChangeWhenTheyAreLostOrComeBack()
{
    QFETCH(std::optional<Error::Kind>, before);
    QFETCH(std::optional<Error::Kind>, after);
    QFETCH(bool, isChange);
    ConnectionWatch watch;
    // The first round is no change, whatever it says; a source that was not asked is none.
    QCOMPARE(watch.changed({health(u"outbox"_s), health(u"broker"_s, before)}), QString());
    SourceHealth notAsked;
    notAsked.name = u"broker"_s;
    QCOMPARE(watch.changed({health(u"outbox"_s), notAsked}), QString());
    QCOMPARE(
        watch.changed({health(u"outbox"_s), health(u"broker"_s, after)}),
        isChange ? u"broker"_s : QString());
    QCOMPARE(watch.changed({health(u"outbox"_s), health(u"broker"_s, after)}), QString());
}

void TestGuard::losingAConnectionLocks()
{
    round();
    QVERIFY_RESULT(m_session->arm({}));
    QSignalSpy told(m_session.get(), &Session::lockedByChange);
    m_servers->broker().setUnreachable(true);
    round();
    QVERIFY(!m_session->isArmed());
    QCOMPARE(told.size(), 1);
    QVERIFY(told.first().first().toString().contains(u"broker"_s));
    QTRY_COMPARE(entries(u"lock"_s).size(), 1);
}

void TestGuard::aConnectionThatComesBackLocks()
{
    m_servers->outbox().setUnreachable(true);
    round();
    QVERIFY_RESULT(m_session->arm({}));
    m_servers->outbox().setUnreachable(false);
    round();
    QVERIFY(!m_session->isArmed());
}

void TestGuard::roundsWithoutAChangeDoNotLock()
{
    QVERIFY_RESULT(m_session->arm({}));
    round();
    round();
    QVERIFY(m_session->isArmed());
}

void TestGuard::nothingWritesAfterItLockedItself()
{
    round();
    QVERIFY_RESULT(m_session->arm({}));
    m_servers->broker().setUnreachable(true);
    round();
    m_servers->broker().setUnreachable(false);
    const auto started = m_session->relay({});
    QTRY_VERIFY(started.answer.isFinished());
    QVERIFY_ERROR(started.answer.result(), Error::Kind::Refused);
}

void TestGuard::productionIsOpenedByItsNameAlone()
{
    Profile profile = FakeBackends::shopProfile();
    profile.environment = Environment::Production;
    open(profile);
    QVERIFY(!m_session->isArmed());
    for (const QString& name : {QString(), u"Shop"_s, u"shop "_s, u"shop1"_s})
        QVERIFY_ERROR(m_session->arm(name), Error::Kind::Refused);
    QVERIFY(!m_session->isArmed());
    QVERIFY_RESULT(m_session->arm(u"shop"_s));
    QVERIFY(m_session->isArmed());
}

void TestGuard::fifteenMinutesLock()
{
    QVERIFY_RESULT(m_session->arm({}));
    m_now += Microseconds(15min).count() - 1;
    QVERIFY(m_session->isArmed());
    m_now += 1;
    QVERIFY(!m_session->isArmed());
}

void TestGuard::countsAreTyped_data()
{
    QTest::addColumn<Environment>("environment");
    QTest::addColumn<Count>("count");
    QTest::addColumn<QString>("typed"); // null: nothing
    const auto row =
        [](const char* name, Environment environment, const Count& count, const QString& typed) {
            QTest::newRow(name) << environment << count << typed;
        };
    using enum Environment;
    row("one", Development, Count::exact(1), {});
    row("a hundred", Staging, Count::exact(100), {});
    row("over a hundred", Development, Count::exact(101), u"101"_s);
    row("one in production", Production, Count::exact(1), u"1"_s);
    row("many, not counted to the end", Staging, Count::atLeast(10'000), u"all"_s);
    row("unknown", Sandbox, Count::unknown(u"?"_s), u"all"_s);
}

void TestGuard::countsAreTyped()
{
    QFETCH(Environment, environment);
    QFETCH(Count, count);
    QFETCH(QString, typed);
    Profile profile;
    profile.environment = environment;
    QCOMPARE(needsTypedCount(profile, count), !typed.isNull());
    if (!typed.isNull())
        QCOMPARE(typedCount(count), typed);
}

void TestGuard::unmaskingIsJournaledWithoutAnOpenLock()
{
    const auto written = m_session->unmask(u"17"_s);
    QTRY_VERIFY(written.isFinished());
    QVERIFY_RESULT(written.result());
    QCOMPARE(entries(u"unmask"_s).size(), 1);
    const auto details = m_journal->details(entries(u"unmask"_s).first().number);
    QVERIFY_RESULT(details);
    QCOMPARE(details->ids, QList<QByteArray>{"17"});
    QCOMPARE(details->entry.result, u"Unmasked the payload of event 17."_s);
}

void TestGuard::unmaskingFailsWithoutAJournal()
{
    m_session = std::make_unique<Session>(
        m_servers, nullptr, Error{Error::Kind::Refused, u"The disk is full."_s, {}}, [this] {
            return TimePoint(Microseconds(m_now.load()));
        });
    const auto written = m_session->unmask(u"17"_s);
    QTRY_VERIFY(written.isFinished());
    QVERIFY_ERROR(written.result(), Error::Kind::Refused);
}

void TestGuard::passwordsAreAskedForWhereTheyCount_data()
{
    QTest::addColumn<QString>("source");
    QTest::addColumn<QString>("key"); // null: not asked
    QTest::newRow("outbox") << u"outbox"_s << u"shop/outbox"_s;
    QTest::newRow("the URL holds one") << u"broker"_s << QString();
    QTest::newRow("a ledger of the outbox's database") << u"ledger a"_s << u"shop/outbox"_s;
    QTest::newRow("a ledger of its own") << u"ledger b"_s << u"shop/ledger/b"_s;
    QTest::newRow("a ledger whose DSN holds one") << u"ledger c"_s << QString();
}

void TestGuard::passwordsAreAskedForWhereTheyCount()
{
    QFETCH(QString, source);
    QFETCH(QString, key);
    Profile profile;
    profile.name = u"shop"_s;
    profile.outbox.dsn = u"host=db user=ann"_s;
    profile.broker.url = u"redis://ann:s3cr3t-word@host/0"_s;
    for (const auto& [table, dsn] : std::initializer_list<std::pair<QString, QString>>{
             {u"a"_s, {}}, {u"b"_s, u"host=b"_s}, {u"c"_s, u"host=c password=x"_s}}) {
        LedgerSettings ledger;
        ledger.table = table;
        ledger.dsn = dsn;
        profile.ledgers.append(ledger);
    }
    QCOMPARE(passwordKeyOf(profile, source).value_or(QString()), key);
}

void TestGuard::passwordsAreKeptInMemoryAndRememberedWhenAsked()
{
    const auto memory = std::make_shared<MemorySecrets>();
    QStringList stored;
    PasswordKeeper keeper(
        memory,
        {[] { return true; },
         [&stored](const QString& key, const QString& password) -> Result<void> {
             stored << key + u'=' + password;
             return {};
         }});
    const auto isThere = keeper.hasKeychain();
    QTRY_VERIFY(isThere.isFinished());
    QVERIFY(isThere.result().value_or(false));
    keeper.keep(u"shop/outbox"_s, u"s3cr3t-word"_s);
    QCOMPARE(memory->find(u"shop/outbox"_s), u"s3cr3t-word"_s);
    QVERIFY(stored.isEmpty());
    const auto remembered = keeper.remember(u"shop/outbox"_s, u"s3cr3t-word"_s);
    QTRY_VERIFY(remembered.isFinished());
    QVERIFY_RESULT(remembered.result());
    QCOMPARE(stored, QStringList{u"shop/outbox=s3cr3t-word"_s});
}

QTEST_GUILESS_MAIN(TestGuard)
#include "tst_guard.moc"
