// SPDX-License-Identifier: GPL-3.0-or-later
#include "mainwindow.h"
#include "parts/label.h"
#include "parts/pill.h"
#include "services/session.h"
#include "store/journal.h"
#include "support/fakebackends.h"
#include "support/offscreenmain.h"

#include <QComboBox>
#include <QDialog>
#include <QLineEdit>
#include <QProgressBar>
#include <QPushButton>
#include <QSettings>
#include <QTemporaryDir>
#include <QToolButton>

using namespace outboard;
using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

namespace {

/// The whole window on servers in memory, with a clock that only the test moves.
struct World
{
    explicit World(Environment environment = Environment::Development)
        : backends(std::make_shared<FakeBackends>(profileOf(environment)))
        , settings(directory.filePath(u"s.ini"_s), QSettings::IniFormat)
    {
        backends->fillShop();
        *now = backends->streams().now();
        // Rounds come only when a test asks, except where it chooses an interval.
        settings.setValue(u"window/refreshSeconds"_s, 0);
        session = std::make_unique<Session>(
            backends, nullptr, Journal::open(directory.filePath(u"journal.sqlite"_s)), [at = now] {
                return *at;
            });
        window = std::make_unique<MainWindow>(*session, settings);
        window->show();
        session->poller().pollNow();
    }

    static Profile profileOf(Environment environment)
    {
        Profile profile = FakeBackends::shopProfile();
        profile.environment = environment;
        return profile;
    }

    template<class T>
    T* find(const QString& name) const
    {
        return window->findChild<T*>(name);
    }

    void answerOnce() const
    {
        const quint64 before = session->poller().latest() ? session->poller().latest()->round : 0;
        session->poller().pollNow();
        QTRY_VERIFY(session->poller().latest() && session->poller().latest()->round > before);
    }

    QTemporaryDir directory;
    std::shared_ptr<FakeBackends> backends;
    QSettings settings;
    std::shared_ptr<TimePoint> now = std::make_shared<TimePoint>();
    std::unique_ptr<Session> session;
    std::unique_ptr<MainWindow> window;
};

} // namespace

class TestMainWindow : public QObject
{
    Q_OBJECT

private slots:
    void opensPanelsByKeyboard();
    void pillsTurnBadAndBack();
    void aBannerStandsAsLongAsTheSourceIsDead();
    void aClickOnAPillAsksAgain();
    void writeLockOpensAndClosesByClick();
    void productionAsksForTheProfilesName();
    void theLockCountsDown();
    void refreshIntervalIsChosenAndRemembered();
    void pausesWhileHidden();
    void anOperationCanBeStoppedAndDismissed();
    void thePaletteRunsACommandByName();
    void questionMarkListsTheKeys();
};

void TestMainWindow::opensPanelsByKeyboard()
{
    const World world;
    QVERIFY(QTest::qWaitForWindowActive(world.window.get()));
    for (qsizetype i = panelKinds().size() - 1; i >= 0; --i) {
        QTest::keyClick(world.window.get(), Qt::Key(Qt::Key_1 + i), Qt::AltModifier);
        QCOMPARE(world.window->current(), i);
        auto* button = world.find<QAbstractButton>(u"navigate:"_s + panelKinds().at(i).id);
        QVERIFY(button->isChecked());
        QTRY_VERIFY(world.find<Panel>(panelKinds().at(i).id)->isVisible());
    }
}

void TestMainWindow::pillsTurnBadAndBack()
{
    const World world;
    QTRY_COMPARE(world.find<Pill>(u"pill:broker"_s)->tone(), Tone::Good);
    QVERIFY(world.find<Pill>(u"pill:broker"_s)->value().endsWith(u"ms"));

    world.backends->broker().setUnreachable(true);
    world.answerOnce();
    const auto* pill = world.find<Pill>(u"pill:broker"_s);
    QCOMPARE(pill->tone(), Tone::Critical);
    QCOMPARE(pill->value(), u"unreachable"_s);
    QVERIFY2(pill->toolTip().contains(u"Failing since"), qPrintable(pill->toolTip()));
    QCOMPARE(world.find<Pill>(u"pill:outbox"_s)->tone(), Tone::Good);

    world.backends->broker().setUnreachable(false);
    world.answerOnce();
    QCOMPARE(world.find<Pill>(u"pill:broker"_s)->tone(), Tone::Good);
}

void TestMainWindow::aBannerStandsAsLongAsTheSourceIsDead()
{
    const World world;
    QTRY_VERIFY(world.session->poller().latest());
    QVERIFY(!world.find<QWidget>(u"banner:outbox"_s));

    world.backends->outbox().setUnreachable(true);
    world.answerOnce();
    auto* banner = world.find<QWidget>(u"banner:outbox"_s);
    QVERIFY(banner && banner->isVisible());
    *world.now += 90s;
    world.answerOnce();
    const QString title = banner->findChild<Label*>(u"bannerTitle"_s)->text();
    QVERIFY2(title.startsWith(u"Outbox unreachable since "), qPrintable(title));
    QVERIFY2(title.endsWith(u"(1 min 30 s)"), qPrintable(title));
    // What was known stays, marked as old.
    const auto* backlog = world.find<QWidget>(u"tile:backlog"_s);
    QCOMPARE(backlog->findChild<Label*>(u"tileValue"_s)->text(), u"12"_s);
    QVERIFY(backlog->findChild<Label*>(u"tileNote"_s)->text().startsWith(u"as of"));

    world.backends->outbox().setUnreachable(false);
    world.answerOnce();
    QVERIFY(!banner->isVisible());
}

void TestMainWindow::aClickOnAPillAsksAgain()
{
    const World world;
    QTRY_VERIFY(world.session->poller().latest());
    const quint64 before = world.session->poller().latest()->round;
    world.find<Pill>(u"pill:outbox"_s)->click();
    QTRY_VERIFY(world.session->poller().latest()->round > before);
}

void TestMainWindow::writeLockOpensAndClosesByClick()
{
    const World world;
    auto* lock = world.find<QPushButton>(u"writeLock"_s);
    QCOMPARE(lock->text(), u"Read-only"_s);
    lock->click();
    QVERIFY(world.session->isArmed());
    QCOMPARE(lock->text(), u"Armed 15:00"_s);
    lock->click();
    QVERIFY(!world.session->isArmed());
    QCOMPARE(lock->text(), u"Read-only"_s);
}

void TestMainWindow::productionAsksForTheProfilesName()
{
    const World world(Environment::Production);
    auto* lock = world.find<QPushButton>(u"writeLock"_s);
    lock->click();
    QVERIFY(!world.session->isArmed());
    auto* dialog = world.find<QDialog>(u"armDialog"_s);
    QVERIFY(dialog && dialog->isVisible());
    auto* name = dialog->findChild<QLineEdit*>(u"profileName"_s);
    auto* arm = dialog->findChild<QPushButton*>(u"arm"_s);

    name->setText(u"shop2"_s);
    if (arm->isEnabled())
        arm->click();
    QVERIFY(!world.session->isArmed());

    name->clear();
    QTest::keyClicks(name, u"shop"_s);
    arm->click();
    QVERIFY(world.session->isArmed());
    QCOMPARE(lock->text(), u"Armed 15:00"_s);
}

void TestMainWindow::theLockCountsDown()
{
    const World world;
    auto* lock = world.find<QPushButton>(u"writeLock"_s);
    lock->click();
    *world.now += 28s;
    world.answerOnce();
    QCOMPARE(lock->text(), u"Armed 14:32"_s);
}

void TestMainWindow::refreshIntervalIsChosenAndRemembered()
{
    World world;
    auto* choice = world.find<QComboBox>(u"refreshInterval"_s);
    QCOMPARE(choice->currentText(), u"Off"_s);
    QVERIFY(!world.session->poller().interval());

    QTest::keyClick(choice, Qt::Key_Down);

    QCOMPARE(choice->currentText(), u"Every 1 s"_s);
    QCOMPARE(world.session->poller().interval(), std::optional<Milliseconds>(1s));
    QCOMPARE(world.settings.value(u"window/refreshSeconds"_s).toInt(), 1);

    // Set elsewhere, it is shown here.
    world.session->poller().setInterval(10s);
    QCOMPARE(choice->currentText(), u"Every 10 s"_s);
}

void TestMainWindow::pausesWhileHidden()
{
    const World world;
    QVERIFY(!world.session->poller().isPaused());
    world.window->hide();
    QVERIFY(world.session->poller().isPaused());
    world.window->show();
    QVERIFY(!world.session->poller().isPaused());
    world.window->showMinimized();
    QTRY_VERIFY(world.session->poller().isPaused());
    world.window->showNormal();
    QTRY_VERIFY(!world.session->poller().isPaused());
}

void TestMainWindow::anOperationCanBeStoppedAndDismissed()
{
    const World world;
    QTRY_VERIFY(world.session->poller().latest());
    const auto* strip = world.find<QWidget>(u"operationsStrip"_s);
    QVERIFY(!strip->isVisible());
    world.find<QPushButton>(u"writeLock"_s)->click();
    world.backends->broker().hold();

    const auto started = world.session->relay({});
    QVERIFY(strip->isVisible());
    auto* stop = world.find<QPushButton>(u"operationStop"_s);
    QVERIFY(stop->isVisible());
    stop->click();
    QCOMPARE(started.operation->state(), Operation::State::Stopping);
    QVERIFY(!stop->isEnabled());

    world.backends->broker().release();
    QTRY_VERIFY(!started.operation->isRunning());
    QVERIFY(!stop->isVisible());
    QVERIFY(world.find<Label>(u"operationText"_s)->text().contains(started.operation->summary()));
    auto* dismiss = world.find<QToolButton>(u"operationDismiss"_s);
    QVERIFY(dismiss->isVisible());
    dismiss->click();
    QTRY_VERIFY(!strip->isVisible());
    QTRY_COMPARE(world.session->operations().size(), 0);
}

void TestMainWindow::thePaletteRunsACommandByName()
{
    const World world;
    QVERIFY(QTest::qWaitForWindowActive(world.window.get()));
    QTest::keyClick(world.window.get(), Qt::Key_K, Qt::ControlModifier);
    auto* palette = world.find<QDialog>(u"commandPalette"_s);
    QTRY_VERIFY(palette && palette->isVisible());
    auto* text = palette->findChild<QLineEdit*>(u"commandText"_s);

    QTest::keyClicks(text, u"dark"_s);
    QTest::keyClick(text, Qt::Key_Return);

    QTRY_VERIFY(currentTheme().isDark);
    QCOMPARE(world.settings.value(u"window/colors"_s).toString(), u"dark"_s);
    applyTheme(*qApp, ColorMode::Light);
}

void TestMainWindow::questionMarkListsTheKeys()
{
    const World world;
    QVERIFY(QTest::qWaitForWindowActive(world.window.get()));
    QTest::keyClick(world.window.get(), Qt::Key_Question);
    QTRY_VERIFY(world.find<QDialog>(u"keysSheet"_s));
    QStringList shown;
    for (const Label* label : world.find<QDialog>(u"keysSheet"_s)->findChildren<Label*>())
        shown << label->text();
    QVERIFY2(shown.contains(u"F5"_s) && shown.contains(u"Ctrl+K"_s), qPrintable(shown.join(u' ')));
}

OUTBOARD_OFFSCREEN_MAIN(TestMainWindow)
#include "tst_mainwindow.moc"
