// SPDX-License-Identifier: GPL-3.0-or-later
#include "settings/keychainsecrets.h"
#include "support/secretsearch.h"
#include "support/service.h"

#include <signal.h>
#include <sys/prctl.h>

#include <QDir>
#include <QFile>
#include <QProcess>
#include <QStandardPaths>
#include <QTemporaryDir>
#include <QTest>

#include <memory>

namespace outboard {

using namespace Qt::StringLiterals;

namespace {

const auto password = u"a pass\"wörd of the shop"_s;

/// A Secret Service of its own: GNOME's keyring on a private session bus, with all its files in a
/// scratch folder.
class ScratchKeyring
{
public:
    Result<void> start()
    {
        for (const QString& program :
             {u"dbus-daemon"_s, u"dbus-send"_s, u"gnome-keyring-daemon"_s}) {
            if (QStandardPaths::findExecutable(program).isEmpty())
                return Error{Error::Kind::Missing, program + u" is not installed."_s, {}};
        }
        QDir(m_folder.path()).mkpath(u"data/keyrings"_s);
        QDir(m_folder.path()).mkpath(u"run"_s);
        QFile::setPermissions(
            m_folder.filePath(u"run"_s), QFile::ReadOwner | QFile::WriteOwner | QFile::ExeOwner);
        // The keyring that the password opens is also the one that takes new entries.
        QFile chosen(m_folder.filePath(u"data/keyrings/default"_s));
        if (!chosen.open(QIODevice::WriteOnly) || chosen.write("login") < 0)
            return Error{Error::Kind::Internal, u"No scratch keyring."_s, chosen.errorString()};
        const QByteArray address = "unix:path=" + m_folder.filePath(u"bus"_s).toUtf8();
        qputenv("HOME", m_folder.path().toUtf8());
        qputenv("XDG_DATA_HOME", m_folder.filePath(u"data"_s).toUtf8());
        qputenv("XDG_RUNTIME_DIR", m_folder.filePath(u"run"_s).toUtf8());
        qputenv("XDG_CURRENT_DESKTOP", "GNOME");
        qputenv("DBUS_SESSION_BUS_ADDRESS", address);
        // It starts nothing by itself, least of all the keyring that a test has ended.
        QFile rules(m_folder.filePath(u"bus.conf"_s));
        if (!rules.open(QIODevice::WriteOnly)
            || rules.write(
                   "<busconfig><type>session</type><listen>" + address
                   + "</listen><policy context='default'>"
                     "<allow send_destination='*' eavesdrop='true'/><allow eavesdrop='true'/>"
                     "<allow own='*'/></policy></busconfig>")
                   < 0)
            return Error{Error::Kind::Internal, u"No scratch bus."_s, rules.errorString()};
        rules.close();
        prepare(*m_bus);
        m_bus->start(
            u"dbus-daemon"_s,
            {u"--nofork"_s,
             u"--nopidfile"_s,
             u"--print-address=1"_s,
             u"--config-file="_s + m_folder.filePath(u"bus.conf"_s)});
        if (!m_bus->waitForStarted() || !m_bus->waitForReadyRead(10'000))
            return Error{Error::Kind::Refused, u"No session bus."_s, m_bus->errorString()};
        return unlock();
    }

    /// Opens the keyring; makes it the first time.
    Result<void> unlock()
    {
        return run({u"--foreground"_s, u"--unlock"_s, u"--components=secrets"_s});
    }

    /// The same keyring, but nobody gave its password.
    Result<void> restartLocked()
    {
        end(m_keyring);
        return run({u"--foreground"_s, u"--components=secrets"_s});
    }

    void stop() { end(m_keyring); }

    ~ScratchKeyring() { end(m_keyring); }

    QString folder() const { return m_folder.path(); }

private:
    static bool isOnTheBus()
    {
        QProcess ask;
        ask.start(
            u"dbus-send"_s,
            {u"--session"_s,
             u"--print-reply"_s,
             u"--dest=org.freedesktop.DBus"_s,
             u"/"_s,
             u"org.freedesktop.DBus.NameHasOwner"_s,
             u"string:org.freedesktop.secrets"_s});
        return ask.waitForFinished() && ask.readAllStandardOutput().contains("true");
    }

    static void prepare(QProcess& process)
    {
        process.setChildProcessModifier([] { prctl(PR_SET_PDEATHSIG, SIGKILL); });
    }

    Result<void> run(const QStringList& arguments)
    {
        prepare(m_keyring);
        m_keyring.start(u"gnome-keyring-daemon"_s, arguments);
        if (!m_keyring.waitForStarted())
            return Error{Error::Kind::Refused, u"No keyring."_s, m_keyring.errorString()};
        m_keyring.write("opens the keyring");
        m_keyring.closeWriteChannel();
        const bool isThere = QTest::qWaitFor([] { return isOnTheBus(); }, 20'000);
        return isThere ? Result<void>()
                       : Error{Error::Kind::Refused, u"No keyring."_s, m_keyring.errorString()};
    }

    static void end(QProcess& process)
    {
        process.kill();
        process.waitForFinished();
    }

    QTemporaryDir m_folder;
    /// Outlives everything: a program whose session bus goes away is ended by GLib.
    inline static QProcess* const m_bus = new QProcess;
    QProcess m_keyring;
};

} // namespace

/// The system's keychain, a real one.
class TestKeychain : public QObject
{
    Q_OBJECT

private slots:

    void initTestCase()
    {
        REQUIRE_SERVICE(m_keyring.start());
        // The name on the bus may come a moment after the daemon's first words.
        QTRY_VERIFY_WITH_TIMEOUT(KeychainSecrets().isThere(), 20'000);
    }

    void whatIsStoredIsFoundAgain()
    {
        KeychainSecrets keychain;
        QVERIFY(!keychain.find(u"shop/outbox"_s));
        QVERIFY_RESULT(keychain.store(u"shop/outbox"_s, password));
        QCOMPARE(KeychainSecrets().find(u"shop/outbox"_s), password);
        QVERIFY(!keychain.find(u"shop/broker"_s));
        QVERIFY_RESULT(keychain.store(u"shop/outbox"_s, u"another"_s));
        QCOMPARE(keychain.find(u"shop/outbox"_s), u"another"_s);
        QVERIFY_RESULT(keychain.remove(u"shop/outbox"_s));
        QVERIFY(!keychain.find(u"shop/outbox"_s));
        QVERIFY_RESULT(keychain.remove(u"shop/outbox"_s));
    }

    void itsFilesDoNotShowThePassword()
    {
        KeychainSecrets keychain;
        QVERIFY_RESULT(keychain.store(u"shop/outbox"_s, password));
        int searched = 0;
        QCOMPARE(SecretSearch({password}).findInFiles(m_keyring.folder(), {}, searched), QString());
        QVERIFY(searched > 1);
    }

    void aLockedKeyringIsNoKeychain()
    {
        QVERIFY_RESULT(KeychainSecrets().store(u"shop/outbox"_s, password));
        QVERIFY_RESULT(m_keyring.restartLocked());
        KeychainSecrets keychain;
        QVERIFY(!keychain.find(u"shop/outbox"_s));
        const auto stored = keychain.store(u"shop/broker"_s, password);
        QVERIFY_ERROR(stored, Error::Kind::Refused);
        QVERIFY(stored.error().what.contains(u"Unlock it"_s));
        QVERIFY(!stored.error().detail.contains(password));
    }

    void aKeychainThatEndsIsDoneWithout()
    {
        m_keyring.stop();
        KeychainSecrets keychain;
        QVERIFY(!keychain.isThere());
        QVERIFY(!keychain.find(u"shop/outbox"_s));
    }

private:
    ScratchKeyring m_keyring;
};

} // namespace outboard

QTEST_GUILESS_MAIN(outboard::TestKeychain)
#include "tst_keychain.moc"
