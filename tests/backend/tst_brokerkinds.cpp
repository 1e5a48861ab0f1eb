// SPDX-License-Identifier: GPL-3.0-or-later
#include "brokers/broker.h"
#include "brokers/brokerkinds.h"
#include "support/printers.h"
#include "support/scratchredis.h"
#include "support/service.h"

#include <QTest>

using namespace outboard;
using namespace Qt::StringLiterals;

class TestBrokerKinds : public QObject
{
    Q_OBJECT

private slots:
    void initTestCase();
    void badSettingsSayWhatToWrite_data();
    void badSettingsSayWhatToWrite();
    void thePasswordMayComeFromElsewhere_data();
    void thePasswordMayComeFromElsewhere();
    void everyKindHasFieldsForItsForm();

private:
    std::unique_ptr<ScratchRedis> m_server;
};

void TestBrokerKinds::initTestCase()
{
    auto started = ScratchRedis::start(
        {.tcp = true, .settings = {u"user ann on >s3cr3t-word-right ~* +@all"_s}});
    REQUIRE_SERVICE(started);
    m_server = std::move(*started);
}

void TestBrokerKinds::badSettingsSayWhatToWrite_data()
{
    QTest::addColumn<BrokerSettings>("settings");
    QTest::addColumn<QString>("help");
    BrokerSettings good;
    good.url = u"redis://localhost"_s;
    auto kind = good;
    kind.kind = u"rabbit"_s;
    QTest::newRow("an unknown kind") << kind << u"redis"_s;
    auto url = good;
    url.url = u"localhost"_s;
    QTest::newRow("an unreadable URL") << url << u"redis://user@host:6379/0"_s;
    auto stream = good;
    stream.stream = u"events:{name}"_s;
    QTest::newRow("an unreadable stream") << stream << u"events:{topic}"_s;
    auto eventId = good;
    eventId.eventId = u"@id"_s;
    QTest::newRow("an unreadable event id") << eventId << u"@entry_id"_s;
}

void TestBrokerKinds::badSettingsSayWhatToWrite()
{
    QFETCH(BrokerSettings, settings);
    QFETCH(QString, help);
    const auto broker = openBroker(settings, {}, Access::Monitor, std::nullopt, {});
    QVERIFY_ERROR(broker, Error::Kind::Refused);
    QVERIFY2(broker.error().what.contains(help), qPrintable(broker.error().what));
}

void TestBrokerKinds::thePasswordMayComeFromElsewhere_data()
{
    QTest::addColumn<QString>("login");
    QTest::addColumn<QString>("password");
    QTest::addColumn<bool>("works");
    QTest::newRow("only from elsewhere") << u"ann@"_s << u"s3cr3t-word-right"_s << true;
    QTest::newRow("only in the URL") << u"ann:s3cr3t-word-right@"_s << QString() << true;
    QTest::newRow("the one in the URL counts") << u"ann:s3cr3t-word-right@"_s << u"wrong"_s << true;
    QTest::newRow("a wrong one from elsewhere") << u"ann@"_s << u"wrong"_s << false;
    QTest::newRow("none") << u"ann@"_s << QString() << false;
}

void TestBrokerKinds::thePasswordMayComeFromElsewhere()
{
    QFETCH(QString, login);
    QFETCH(QString, password);
    QFETCH(bool, works);
    BrokerSettings settings;
    settings.url = u"redis://"_s + login + u"127.0.0.1:%1"_s.arg(m_server->port());
    const auto given = password.isEmpty() ? std::nullopt : std::optional(password);
    const auto broker = openBroker(settings, {}, Access::Monitor, given, {});
    if (works)
        QVERIFY_RESULT(broker);
    else
        QVERIFY_ERROR(broker, Error::Kind::Auth);
}

void TestBrokerKinds::everyKindHasFieldsForItsForm()
{
    for (const BrokerKind& kind : brokerKinds()) {
        QVERIFY(!kind.name.isEmpty() && !kind.title.isEmpty());
        QVERIFY(!kind.fields.isEmpty());
        for (const BrokerField& field : kind.fields)
            QVERIFY2(!field.title.isEmpty() && !field.help.isEmpty(), qPrintable(field.key));
    }
}

QTEST_GUILESS_MAIN(TestBrokerKinds)
#include "tst_brokerkinds.moc"
