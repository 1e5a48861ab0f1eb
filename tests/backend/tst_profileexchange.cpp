// SPDX-License-Identifier: GPL-3.0-or-later
#include "handlers/handlerkinds.h"
#include "settings/profileexchange.h"
#include "settings/profilejson.h"
#include "support/fakebroker.h"
#include "support/printers.h"

#include <QFile>
#include <QTemporaryDir>
#include <QTest>

using namespace outboard;
using namespace Qt::StringLiterals;

namespace {

Profile shop()
{
    Profile profile;
    profile.name = u"shop"_s;
    profile.outbox.dsn = u"postgresql://ann:s3cr3t-word@db/shop"_s;
    profile.broker.url = u"redis://:s3cr3t-word@redis:6379/0"_s;
    LedgerSettings ledger;
    ledger.table = u"billing_processedevent"_s;
    ledger.dsn = u"host=db password=s3cr3t-word dbname=billing"_s;
    profile.ledgers = {ledger};
    HandlerSettings command;
    command.name = u"odd"_s;
    command.kind = u"command"_s;
    command.command = {u"/usr/local/bin/apply order"_s, u"--once"_s};
    HandlerSettings http;
    http.name = u"api"_s;
    http.kind = u"http"_s;
    http.url = u"https://ann:s3cr3t-word@shop.example.net/replay"_s;
    profile.handlers = {command, http};
    return profile;
}

Result<std::unique_ptr<Handler>> make(const Profile& profile, const QString& name)
{
    auto broker = std::move(*FakeBroker::open(std::make_shared<FakeStreams>()));
    return makeHandler(*findHandler(profile, name), {*broker, systemClock()});
}

QByteArray contents(const QString& path)
{
    QFile file(path);
    return file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray();
}

} // namespace

class TestProfileExchange : public QObject
{
    Q_OBJECT

private slots:
    void init();
    void exportsWithoutSecrets();
    void refusesToExportWhatLooksSecret_data();
    void refusesToExportWhatLooksSecret();
    void importedHandlersAwaitApproval();
    void anApprovalHoldsForWhatWasApproved();
    void ownProfilesNeedNoApproval();
    void importingDoesNotReplace();
    void importingAgainAsksAgain();
    void anUnreadableFileApprovesNothing();

private:
    QString path(const QString& name) const { return m_folder->filePath(name); }

    std::unique_ptr<QTemporaryDir> m_folder;
    std::unique_ptr<ProfileStore> m_store;
};

void TestProfileExchange::init()
{
    m_folder = std::make_unique<QTemporaryDir>();
    m_store = std::make_unique<ProfileStore>(path(u"profiles"_s));
}

void TestProfileExchange::exportsWithoutSecrets()
{
    QVERIFY_RESULT(exportProfile(shop(), path(u"shop.json"_s)));
    const QByteArray json = contents(path(u"shop.json"_s));
    QVERIFY(json.contains("shop.example.net"));
    QVERIFY(!json.contains("s3cr3t-word"));
    QVERIFY(!json.contains("pprov"));
    QVERIFY_RESULT(ProfileStore::loadFile(path(u"shop.json"_s)));
}

void TestProfileExchange::refusesToExportWhatLooksSecret_data()
{
    QTest::addColumn<QStringList>("command");
    QTest::addColumn<QString>("place");
    QTest::newRow("in a word of the command")
        << QStringList{u"run"_s, u"--api-token=abc"_s} << u"handlers[0].command[1]"_s;
    QTest::newRow("in the next word")
        << QStringList{u"run"_s, u"--password"_s, u"abc"_s} << u"handlers[0].command[2]"_s;
    QTest::newRow("in a header") << QStringList{u"curl"_s, u"Authorization: Bearer abc"_s}
                                 << u"handlers[0].command[1]"_s;
    QTest::newRow("in a URL of the command")
        << QStringList{u"run"_s, u"redis://:abc@redis"_s} << u"handlers[0].command[1]"_s;
}

void TestProfileExchange::refusesToExportWhatLooksSecret()
{
    QFETCH(QStringList, command);
    QFETCH(QString, place);
    Profile profile = shop();
    profile.handlers[0].command = command;
    const auto done = exportProfile(profile, path(u"shop.json"_s));
    QVERIFY_ERROR(done, Error::Kind::Refused);
    QVERIFY(done.error().what.contains(place));
    QVERIFY(!QFile::exists(path(u"shop.json"_s)));
}

void TestProfileExchange::importedHandlersAwaitApproval()
{
    QVERIFY_RESULT(exportProfile(shop(), path(u"shop.json"_s)));
    const auto imported = importProfile(*m_store, path(u"shop.json"_s), u"other"_s);
    QVERIFY_RESULT(imported);
    QCOMPARE(imported->name, u"other"_s);
    const auto refused = make(*imported, u"odd"_s);
    QVERIFY_ERROR(refused, Error::Kind::Refused);
    QVERIFY(refused.error().what.contains(u"\"/usr/local/bin/apply order\" --once"_s));
    QVERIFY_ERROR(make(*imported, u"api"_s), Error::Kind::Refused);
    QVERIFY_RESULT(make(*imported, u"republish"_s));

    QVERIFY_RESULT(m_store->approvals().approve(u"other"_s, imported->handlers.at(0)));
    const auto approved = m_store->load(u"other"_s);
    QVERIFY_RESULT(approved);
    QVERIFY_RESULT(make(*approved, u"odd"_s));
    QVERIFY_ERROR(make(*approved, u"api"_s), Error::Kind::Refused);
    QVERIFY(!contents(path(u"profiles/other.json"_s)).contains("pprov"));
}

void TestProfileExchange::anApprovalHoldsForWhatWasApproved()
{
    QVERIFY_RESULT(exportProfile(shop(), path(u"shop.json"_s)));
    auto profile = importProfile(*m_store, path(u"shop.json"_s), {});
    QVERIFY_RESULT(profile);
    QVERIFY_RESULT(m_store->approvals().approve(u"shop"_s, profile->handlers.at(0)));
    profile->handlers[0].command.append(u"--also"_s);
    QVERIFY_RESULT(m_store->save(*profile));
    QVERIFY_ERROR(make(*m_store->load(u"shop"_s), u"odd"_s), Error::Kind::Refused);
}

void TestProfileExchange::ownProfilesNeedNoApproval()
{
    QVERIFY_RESULT(m_store->save(shop()));
    const auto own = m_store->load(u"shop"_s);
    QVERIFY_RESULT(own);
    QVERIFY_RESULT(make(*own, u"odd"_s));
}

void TestProfileExchange::importingDoesNotReplace()
{
    QVERIFY_RESULT(m_store->save(shop()));
    QVERIFY_RESULT(exportProfile(shop(), path(u"shop.json"_s)));
    QVERIFY_ERROR(importProfile(*m_store, path(u"shop.json"_s), {}), Error::Kind::Conflict);
    QVERIFY_RESULT(make(*m_store->load(u"shop"_s), u"odd"_s));
}

void TestProfileExchange::importingAgainAsksAgain()
{
    QVERIFY_RESULT(exportProfile(shop(), path(u"shop.json"_s)));
    const auto first = importProfile(*m_store, path(u"shop.json"_s), {});
    QVERIFY_RESULT(first);
    QVERIFY_RESULT(m_store->approvals().approve(u"shop"_s, first->handlers.at(0)));
    QVERIFY_RESULT(m_store->remove(u"shop"_s));
    const auto second = importProfile(*m_store, path(u"shop.json"_s), {});
    QVERIFY_RESULT(second);
    QVERIFY(second->handlers.at(0).awaitsApproval);
}

void TestProfileExchange::anUnreadableFileApprovesNothing()
{
    QVERIFY_RESULT(exportProfile(shop(), path(u"shop.json"_s)));
    QVERIFY_RESULT(importProfile(*m_store, path(u"shop.json"_s), {}));
    QFile file(path(u"profiles/.approvals"_s));
    QVERIFY(file.open(QIODevice::WriteOnly | QIODevice::Truncate));
    file.write("[");
    file.close();
    QVERIFY_ERROR(m_store->load(u"shop"_s), Error::Kind::Refused);
}

QTEST_GUILESS_MAIN(TestProfileExchange)
#include "tst_profileexchange.moc"
