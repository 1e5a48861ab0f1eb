// SPDX-License-Identifier: GPL-3.0-or-later
#include "dialogs/approvaldialog.h"
#include "dialogs/connectwizard.h"
#include "outbox/outboxstore.h"
#include "parts/label.h"
#include "services/backends.h"
#include "settings/profileexchange.h"
#include "support/offscreenmain.h"
#include "support/printers.h"
#include "support/scratchpostgres.h"
#include "support/scratchredis.h"
#include "support/service.h"

#include <QCheckBox>
#include <QLineEdit>
#include <QListWidget>
#include <QPlainTextEdit>
#include <QPushButton>
#include <QSignalSpy>
#include <QTableWidget>
#include <QTemporaryDir>

using namespace outboard;
using namespace Qt::StringLiterals;

/// From two addresses to a saved profile, on real servers.
class TestConnectWizard : public QObject
{
    Q_OBJECT

private slots:
    void initTestCase();
    void init();
    void cleanup();
    void leadsFromAddressesToASavedProfile();
    void saysWhyAServerDoesNotAnswer();
    void whatIsChangedIsWhatIsSaved();
    void aMappingThatDoesNotFitCannotBeSaved();
    void aLedgerCanBeLeftOut();
    void withoutAnOutboxItAsksForOne();
    void aNameThatIsTakenIsRefused();
    void approvalsAreGivenOneByOne();

private:
    template<class T>
    T* find(const QString& name) const
    {
        T* found = m_wizard->findChild<T*>(name);
        if (!found)
            qFatal("no %s", qUtf8Printable(name));
        return found;
    }

    QPushButton* nextButton() const { return find<QPushButton>(u"wizardNext"_s); }

    void type(const QString& line, const QString& text) const
    {
        auto* edit = find<QLineEdit>(line);
        edit->selectAll();
        if (text.isEmpty())
            QTest::keyClick(edit, Qt::Key_Delete);
        else
            QTest::keyClicks(edit, text);
    }

    void connectServers() const
    {
        type(u"outboxAddress"_s, m_postgres->dsn());
        type(u"brokerAddress"_s, m_redis->url());
        find<QPushButton>(u"testConnections"_s)->click();
        QTRY_VERIFY(nextButton()->isEnabled());
    }

    void goTo(int step) const
    {
        for (;;) {
            QTRY_VERIFY(nextButton()->isEnabled());
            if (find<Label>(u"wizardStep"_s)->text().startsWith(u"Step %1 "_s.arg(step)))
                return;
            nextButton()->click();
        }
    }

    /// For people to look at, where OUTBOARD_SCREENSHOTS names a folder.
    void look(const QWidget* widget, const QString& name) const
    {
        const QString folder = qEnvironmentVariable("OUTBOARD_SCREENSHOTS");
        if (folder.isEmpty())
            return;
        // What has just changed is laid out by the next events.
        QTest::qWait(100);
        const_cast<QWidget*>(widget)->grab().save(folder + u'/' + name + u".png");
    }

    std::unique_ptr<ScratchPostgres> m_postgres;
    std::unique_ptr<ScratchRedis> m_redis;
    std::unique_ptr<QTemporaryDir> m_folder;
    std::unique_ptr<ProfileStore> m_store;
    std::unique_ptr<ConnectWizard> m_wizard;
};

void TestConnectWizard::initTestCase()
{
    auto postgres = ScratchPostgres::start();
    REQUIRE_SERVICE(postgres);
    m_postgres = std::move(*postgres);
    auto redis = ScratchRedis::start();
    REQUIRE_SERVICE(redis);
    m_redis = std::move(*redis);
}

void TestConnectWizard::init()
{
    QVERIFY_RESULT(m_postgres->wipe());
    m_redis->wipe();
    QVERIFY_RESULT(m_postgres->createSeedSchema());
    QVERIFY_RESULT(m_postgres->addEvents(u"order.paid"_s, 7));
    QVERIFY_RESULT(
        m_postgres->exec(u"UPDATE orders_outboxevent SET published_at = now() WHERE id < 4"_s));
    QVERIFY_RESULT(m_redis->addEntries("order.paid", 3));
    QVERIFY_RESULT(m_redis->consume("order.paid", "billing", "worker-1", 1));
    m_folder = std::make_unique<QTemporaryDir>();
    m_store = std::make_unique<ProfileStore>(m_folder->filePath(u"profiles"_s));
    m_wizard = std::make_unique<ConnectWizard>(*m_store);
    m_wizard->setAttribute(Qt::WA_DeleteOnClose, false);
    m_wizard->show();
}

void TestConnectWizard::cleanup()
{
    m_wizard.reset();
}

void TestConnectWizard::leadsFromAddressesToASavedProfile()
{
    QSignalSpy saved(m_wizard.get(), &ConnectWizard::saved);
    QVERIFY(!nextButton()->isEnabled());
    connectServers();
    QVERIFY(find<Label>(u"outboxResult"_s)->text().startsWith(u"Connected: 3 tables"_s));
    QCOMPARE(find<Label>(u"brokerResult"_s)->text(), u"Connected. Streams found: 1."_s);
    look(m_wizard.get(), u"wizard-1-servers"_s);

    goTo(2);
    const auto* proposals = find<QListWidget>(u"outboxProposals"_s);
    QCOMPARE(proposals->count(), 1);
    QCOMPARE(proposals->item(0)->text(), u"orders_outboxevent: preset django"_s);
    QCOMPARE(find<QLineEdit>(u"table"_s)->text(), u"orders_outboxevent"_s);
    look(m_wizard.get(), u"wizard-2-outbox"_s);

    goTo(3);
    QCOMPARE(find<QListWidget>(u"ledgerProposals"_s)->count(), 2);
    look(m_wizard.get(), u"wizard-3-ledgers"_s);

    goTo(4);
    QCOMPARE(find<QLineEdit>(u"stream"_s)->text(), u"{topic}"_s);
    QCOMPARE(find<QLineEdit>(u"messagePayload"_s)->text(), u"data"_s);
    look(m_wizard.get(), u"wizard-4-messages"_s);

    goTo(5);
    const auto* rows = find<QTableWidget>(u"previewRows"_s);
    QCOMPARE(rows->rowCount(), 5);
    QCOMPARE(rows->item(0, 1)->text(), u"Unpublished"_s);
    QCOMPARE(rows->item(0, 3)->text(), u"order.paid"_s);
    QVERIFY(find<Label>(u"previewSummary"_s)->text().startsWith(u"Unpublished: 4"_s));
    const QString sql = find<QPlainTextEdit>(u"previewSql"_s)->toPlainText();
    QVERIFY(sql.contains(u"FOR UPDATE SKIP LOCKED"));
    QVERIFY(sql.contains(u"SET published_at = now() WHERE"));
    look(m_wizard.get(), u"wizard-5-preview"_s);

    nextButton()->click();
    QVERIFY(!nextButton()->isEnabled());
    type(u"newProfileName"_s, u"shop"_s);
    look(m_wizard.get(), u"wizard-6-save"_s);
    nextButton()->click();
    QCOMPARE(saved.size(), 1);
    QVERIFY(!m_wizard->isVisible());

    const auto profile = m_store->load(u"shop"_s);
    QVERIFY_RESULT(profile);
    QCOMPARE(profile->ledgers.size(), 2);
    const auto store = makeBackends(*profile, nullptr)->openOutbox(Access::Monitor, {});
    QVERIFY_RESULT(store);
    const auto state = (*store)->state();
    QVERIFY_RESULT(state);
    QCOMPARE(state->unpublished, Count::exact(4));
}

void TestConnectWizard::saysWhyAServerDoesNotAnswer()
{
    type(u"outboxAddress"_s, u"host=/nowhere dbname=shop"_s);
    type(u"brokerAddress"_s, m_redis->url());
    find<QPushButton>(u"testConnections"_s)->click();
    QTRY_COMPARE(find<Label>(u"outboxResult"_s)->tone(), Tone::Critical);
    QVERIFY(!find<Label>(u"outboxResult"_s)->text().isEmpty());
    QTRY_COMPARE(find<Label>(u"brokerResult"_s)->tone(), Tone::Good);
    QVERIFY(!nextButton()->isEnabled());
    look(m_wizard.get(), u"wizard-1-error"_s);
    // What is known of an address is forgotten with it.
    type(u"brokerAddress"_s, u"unix:///nowhere/redis.sock"_s);
    QVERIFY(find<Label>(u"brokerResult"_s)->text().isEmpty());
}

void TestConnectWizard::whatIsChangedIsWhatIsSaved()
{
    connectServers();
    goTo(2);
    type(u"dead"_s, u"topic = 'dead'"_s);
    goTo(4);
    type(u"messageDead"_s, u"{stream}:broken"_s);
    goTo(6 - 1);
    nextButton()->click();
    type(u"newProfileName"_s, u"changed"_s);
    nextButton()->click();
    const auto profile = m_store->load(u"changed"_s);
    QVERIFY_RESULT(profile);
    QCOMPARE(profile->outbox.dead, u"topic = 'dead'"_s);
    QCOMPARE(profile->broker.dead, u"{stream}:broken"_s);
}

void TestConnectWizard::aMappingThatDoesNotFitCannotBeSaved()
{
    connectServers();
    goTo(2);
    type(u"columnTopic"_s, u"nothing"_s);
    goTo(4);
    nextButton()->click();
    QTRY_VERIFY(find<Label>(u"previewSummary"_s)->text().contains(u"nothing"));
    QVERIFY(!nextButton()->isEnabled());
    // Back, mended, and it goes on.
    for (int i = 0; i < 3; ++i)
        find<QPushButton>(u"wizardBack"_s)->click();
    type(u"columnTopic"_s, u"topic"_s);
    goTo(5);
}

void TestConnectWizard::aLedgerCanBeLeftOut()
{
    connectServers();
    goTo(3);
    auto* ledgers = find<QListWidget>(u"ledgerProposals"_s);
    for (int i = 0; i < ledgers->count(); ++i) {
        if (ledgers->item(i)->text().startsWith(u"email"_s))
            ledgers->item(i)->setCheckState(Qt::Unchecked);
    }
    goTo(5);
    nextButton()->click();
    type(u"newProfileName"_s, u"one"_s);
    nextButton()->click();
    const auto profile = m_store->load(u"one"_s);
    QVERIFY_RESULT(profile);
    QCOMPARE(profile->ledgers.size(), 1);
    QCOMPARE(profile->ledgers.first().table, u"billing_processedevent"_s);
    QCOMPARE(profile->ledgers.first().groups, QStringList{u"billing"_s});
}

void TestConnectWizard::withoutAnOutboxItAsksForOne()
{
    QVERIFY_RESULT(m_postgres->exec(u"DROP TABLE orders_outboxevent"_s));
    connectServers();
    nextButton()->click();
    QVERIFY(find<Label>(u"noOutbox"_s)->isVisible());
    QVERIFY(!nextButton()->isEnabled());
    type(u"table"_s, u"mine"_s);
    QVERIFY(nextButton()->isEnabled());
}

void TestConnectWizard::aNameThatIsTakenIsRefused()
{
    Profile taken;
    taken.name = u"shop"_s;
    taken.outbox.dsn = m_postgres->dsn();
    taken.broker.url = m_redis->url();
    QVERIFY_RESULT(m_store->save(taken));
    m_wizard = std::make_unique<ConnectWizard>(*m_store);
    m_wizard->setAttribute(Qt::WA_DeleteOnClose, false);
    m_wizard->show();
    connectServers();
    goTo(5);
    nextButton()->click();
    type(u"newProfileName"_s, u"shop"_s);
    QVERIFY(!nextButton()->isEnabled());
    QVERIFY(!find<Label>(u"saveProblem"_s)->text().isEmpty());
}

void TestConnectWizard::approvalsAreGivenOneByOne()
{
    Profile shop;
    shop.name = u"shop"_s;
    shop.outbox.dsn = m_postgres->dsn();
    shop.broker.url = m_redis->url();
    shop.ledgers = {LedgerSettings{}};
    shop.ledgers.first().table = u"billing_processedevent"_s;
    HandlerSettings command;
    command.name = u"odd"_s;
    command.kind = u"command"_s;
    command.command = {u"/bin/sh"_s, u"-c"_s, u"rm \u202Etxt"_s};
    HandlerSettings http;
    http.name = u"api"_s;
    http.kind = u"http"_s;
    http.url = u"https://shop.example.net/replay"_s;
    shop.handlers = {command, http};
    const QString file = m_folder->filePath(u"shop.json"_s);
    QVERIFY_RESULT(exportProfile(shop, file));
    const auto imported = importProfile(*m_store, file, {});
    QVERIFY_RESULT(imported);
    QVERIFY(ApprovalDialog::isNeeded(*imported));

    ApprovalDialog dialog(*m_store, *imported);
    dialog.setAttribute(Qt::WA_DeleteOnClose, false);
    dialog.show();
    look(&dialog, u"approval"_s);
    // Text that runs backwards is shown as what it is.
    QVERIFY(
        !dialog.findChild<QPlainTextEdit*>(u"runs:odd"_s)->toPlainText().contains(QChar(0x202E)));
    dialog.findChild<QCheckBox*>(u"approve:api"_s)->setChecked(true);
    dialog.findChild<QPushButton*>(u"approve"_s)->click();
    const auto approved = m_store->load(u"shop"_s);
    QVERIFY_RESULT(approved);
    QVERIFY(approved->handlers.at(0).awaitsApproval);
    QVERIFY(!approved->handlers.at(1).awaitsApproval);
}

OUTBOARD_OFFSCREEN_MAIN(TestConnectWizard)
#include "tst_connectwizard.moc"
