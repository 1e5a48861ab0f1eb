// SPDX-License-Identifier: GPL-3.0-or-later
#include "dialogs/passworddialog.h"
#include "mainwindow.h"
#include "services/session.h"
#include "settings/passwordkeeper.h"
#include "store/deadstore.h"
#include "store/journal.h"
#include "store/runstore.h"
#include "support/offscreenmain.h"
#include "support/scratchpostgres.h"
#include "support/scratchredis.h"
#include "support/secretsearch.h"
#include "support/service.h"

#include <QCheckBox>
#include <QLabel>
#include <QLineEdit>
#include <QLoggingCategory>
#include <QPlainTextEdit>
#include <QPushButton>
#include <QSettings>
#include <QTemporaryDir>

#include <mutex>

using namespace outboard;
using namespace Qt::StringLiterals;

namespace {

// Each spelled so that escaping changes it, and found nowhere by chance.
const QString pgPassword = u"Pg-7Kx' \\q%é/Wz"_s;
const QString redisPassword = u"Rd-3Vn\"#&ü:Yt"_s;
const QString wrongPassword = u"Wr-9Jm@?'ß/Lp"_s;

// Lanes log too.
std::mutex logMutex;
QByteArray logged;

void keepLog(QtMsgType, const QMessageLogContext&, const QString& text)
{
    const std::lock_guard lock(logMutex);
    logged += text.toUtf8() + '\n';
}

QByteArray log()
{
    const std::lock_guard lock(logMutex);
    return logged;
}

} // namespace

/// The window with servers that ask for passwords: it asks, keeps them in memory, connects, and
/// writes them nowhere.
class TestWindowSecrets : public QObject
{
    Q_OBJECT

private slots:
    void initTestCase();
    void init();
    void cleanup();

    void passwordsAreAskedForUntilTheyAreRight();
    void theKeychainIsOfferedWhereThereIsOne();
    void aClosedDialogIsOfferedAgainByTheBanner();

private:
    void open(bool hasKeychain);
    void round();
    PasswordDialog* dialog() const;
    void give(const QString& password, bool remember = false);
    void giveWhatIsAsked(const QString& forPostgres, const QString& forRedis);
    QByteArray shownTexts() const;
    void searchEverything();

    std::unique_ptr<ScratchPostgres> m_postgres;
    std::unique_ptr<ScratchRedis> m_redis;
    std::unique_ptr<QTemporaryDir> m_folder;
    std::shared_ptr<MemorySecrets> m_memory;
    std::unique_ptr<PasswordKeeper> m_keeper;
    std::unique_ptr<QSettings> m_settings;
    std::unique_ptr<Session> m_session;
    std::unique_ptr<MainWindow> m_window;
    QStringList m_remembered; ///< By the keychain.
    SecretSearch m_search{{pgPassword, redisPassword, wrongPassword}};
};

void TestWindowSecrets::initTestCase()
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
    QVERIFY_RESULT(m_postgres->createSeedSchema(true));
    QVERIFY_RESULT(m_postgres->addEvents(u"order.paid"_s, 3));
    QCOMPARE(
        m_redis->value(
            {"ACL", "SETUSER", "worker", "on", '>' + redisPassword.toUtf8(), "~*", "+@all"}),
        "OK"_ba);
    // Whatever the window writes by itself.
    QLoggingCategory::setFilterRules(u"*.debug=true\nqt.*.debug=false"_s);
}

void TestWindowSecrets::init()
{
    logged.clear();
    m_remembered.clear();
    m_folder = std::make_unique<QTemporaryDir>();
    qInstallMessageHandler(keepLog);
}

void TestWindowSecrets::cleanup()
{
    m_window.reset();
    m_session.reset();
    m_settings.reset();
    m_keeper.reset();
    qInstallMessageHandler(nullptr);
}

void TestWindowSecrets::open(bool hasKeychain)
{
    Profile profile;
    profile.name = u"shop"_s;
    profile.outbox.dsn =
        u"host=127.0.0.1 port=%1 dbname=postgres user=worker sslmode=verify-ca sslrootcert=%2"_s
            .arg(m_postgres->port())
            .arg(m_postgres->authorityFile());
    profile.broker.url = u"redis://worker@127.0.0.1:%1/0"_s.arg(m_redis->port());
    m_memory = std::make_shared<MemorySecrets>();
    m_keeper = std::make_unique<PasswordKeeper>(
        m_memory,
        PasswordKeeper::Keychain{
            [hasKeychain] { return hasKeychain; },
            [this](const QString& key, const QString&) -> Result<void> {
                m_remembered << key;
                return {};
            }});
    m_settings = std::make_unique<QSettings>(m_folder->filePath(u"s.ini"_s), QSettings::IniFormat);
    m_settings->setValue(u"window/refreshSeconds"_s, 0);
    auto runs = RunStore::open(m_folder->filePath(u"runs.sqlite"_s));
    QVERIFY_RESULT(runs);
    m_session = std::make_unique<Session>(
        makeBackends(profile, m_memory),
        *runs,
        Journal::open(m_folder->filePath(u"journal.sqlite"_s)),
        systemClock());
    m_window = std::make_unique<MainWindow>(*m_session, *m_settings);
    m_window->askForPasswords(*m_keeper);
    m_window->show();
}

void TestWindowSecrets::round()
{
    const SnapshotPtr before = m_session->poller().latest();
    m_session->poller().pollNow();
    QTRY_VERIFY(m_session->poller().latest() != before);
}

PasswordDialog* TestWindowSecrets::dialog() const
{
    for (auto* dialog : m_window->findChildren<PasswordDialog*>()) {
        if (dialog->isVisible())
            return dialog;
    }
    return nullptr;
}

void TestWindowSecrets::give(const QString& password, bool remember)
{
    PasswordDialog* asked = dialog();
    QVERIFY(asked);
    auto* line = asked->findChild<QLineEdit*>(u"password"_s);
    QCOMPARE(line->echoMode(), QLineEdit::Password);
    line->setText(password);
    asked->findChild<QCheckBox*>(u"remember"_s)->setChecked(remember);
    asked->findChild<QPushButton*>(u"givePassword"_s)->click();
    QTRY_VERIFY(dialog() != asked);
}

/// The two sources ask one after the other.
void TestWindowSecrets::giveWhatIsAsked(const QString& forPostgres, const QString& forRedis)
{
    for (int i = 0; i < 2; ++i) {
        QTRY_VERIFY(dialog());
        bool isBroker = false;
        for (const QLabel* label : dialog()->findChildren<QLabel*>())
            isBroker = isBroker || label->text().contains(u"Redis");
        for (const QWidget* child : dialog()->findChildren<QWidget*>())
            isBroker = isBroker || child->accessibleName().contains(u"roker");
        give(isBroker ? forRedis : forPostgres);
        round();
    }
}

QByteArray TestWindowSecrets::shownTexts() const
{
    QByteArray all;
    for (const QWidget* widget : m_window->findChildren<QWidget*>()) {
        all += widget->toolTip().toUtf8() + '\n' + widget->accessibleName().toUtf8() + '\n'
               + widget->accessibleDescription().toUtf8() + '\n'
               + widget->property("text").toString().toUtf8() + '\n'
               + widget->property("plainText").toString().toUtf8() + '\n';
    }
    return all;
}

void TestWindowSecrets::searchEverything()
{
    QCOMPARE(m_search.find(shownTexts()), QString());
    m_settings->sync();
    int searched = 0;
    QCOMPARE(m_search.findInFiles(m_folder->path(), {}, searched), QString());
    QVERIFY(searched > 0);
    QVERIFY2(log().contains("connected to"), log().constData());
    QCOMPARE(m_search.find(log()), QString());
    QCOMPARE(m_search.findInProcesses(QCoreApplication::applicationPid()), QString());
}

void TestWindowSecrets::passwordsAreAskedForUntilTheyAreRight()
{
    open(false);
    round();
    giveWhatIsAsked(wrongPassword, wrongPassword);
    // Asked once by itself; now the banners offer it.
    const SnapshotPtr refused = m_session->poller().latest();
    QVERIFY_ERROR(refused->outbox, Error::Kind::Auth);
    QVERIFY_ERROR(refused->broker, Error::Kind::Auth);
    QVERIFY(!dialog());
    QCOMPARE(m_search.find(shownTexts()), QString());
    for (const auto& [source, password] :
         {std::pair(u"outbox"_s, pgPassword), std::pair(u"broker"_s, redisPassword)}) {
        auto* banner = m_window->findChild<QWidget*>(u"banner:"_s + source);
        QVERIFY(banner);
        auto* button = banner->findChild<QPushButton*>(u"bannerAction"_s);
        QVERIFY(button->isVisible());
        button->click();
        give(password);
        round();
    }
    QTRY_VERIFY(m_session->poller().latest()->outbox);
    QTRY_VERIFY(m_session->poller().latest()->broker);
    QCOMPARE(m_memory->find(u"shop/outbox"_s), pgPassword);
    // An action with connections of its own, and the journal.
    QVERIFY_RESULT(m_session->arm({}));
    const auto relayed = m_session->relay({});
    QTRY_VERIFY_WITH_TIMEOUT(relayed.answer.isFinished(), 20'000);
    QVERIFY_RESULT(relayed.answer.result());
    QVERIFY(m_remembered.isEmpty());
    searchEverything();
}

void TestWindowSecrets::theKeychainIsOfferedWhereThereIsOne()
{
    open(true);
    round();
    QTRY_VERIFY(dialog());
    QTRY_VERIFY(dialog()->findChild<QCheckBox*>(u"remember"_s)->isEnabled());
    give(pgPassword, true);
    QTRY_COMPARE(m_remembered.size(), 1);
    QCOMPARE(m_remembered.first(), u"shop/outbox"_s);
    round();
    QTRY_VERIFY(m_session->poller().latest()->outbox);
    searchEverything();
}

void TestWindowSecrets::aClosedDialogIsOfferedAgainByTheBanner()
{
    open(false);
    round();
    QTRY_VERIFY(dialog());
    PasswordDialog* first = dialog();
    QVERIFY(!first->findChild<QCheckBox*>(u"remember"_s)->isEnabled());
    first->reject();
    QTRY_VERIFY(dialog() != first);
    auto* banner = m_window->findChild<QWidget*>(u"banner:outbox"_s);
    QVERIFY(banner);
    QVERIFY(banner->findChild<QPushButton*>(u"bannerAction"_s)->isVisible());
}

OUTBOARD_OFFSCREEN_MAIN(TestWindowSecrets)
#include "tst_windowsecrets.moc"
