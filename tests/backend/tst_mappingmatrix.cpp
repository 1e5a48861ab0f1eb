// SPDX-License-Identifier: GPL-3.0-or-later
#include "brokers/broker.h"
#include "ledger/ledger.h"
#include "mappingcases.h"
#include "outbox/deadrows.h"
#include "outbox/outboxstore.h"
#include "services/backends.h"
#include "services/mapping/mappingpreview.h"
#include "services/mapping/mappingproposer.h"
#include "services/mapping/sampling.h"
#include "settings/profilejson.h"
#include "support/printers.h"
#include "support/scratchpostgres.h"
#include "support/scratchredis.h"
#include "support/service.h"

#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QProcess>
#include <QTest>

using namespace outboard;
using namespace Qt::StringLiterals;

/// Services as they are found in the wild, mapped without a key that a person wrote.
class TestMappingMatrix : public QObject
{
    Q_OBJECT

private slots:
    void initTestCase();
    void init();
    void mapsAndWorks_data();
    void mapsAndWorks();
    void mapsWhatALibraryMadeItself_data();
    void mapsWhatALibraryMadeItself();
    void proposesNothingWhereNothingIs();
    void preferOutboxesToOtherTables();
    void previewNamesTheKeyThatDoesNotFit();

private:
    QString otherDsn() const
    {
        return m_postgres->dsn().replace(u"dbname=postgres"_s, u"dbname=ledgers"_s);
    }

    void build(const MappingCase& service);
    void check(const MappingCase& service);
    Result<MappingCase> madeBy(const QString& library) const;
    MappingEvidence seen(const MappingCase& service) const;
    Profile mapped(const MappingEvidence& evidence);
    void checkMonitoring(const MappingCase& service, OutboxStore& store);
    void checkRelay(const MappingCase& service, const Backends& backends);
    void checkDead(const MappingCase& service, OutboxStore& store);
    void checkLedger(const MappingCase& service, const Backends& backends);

    std::unique_ptr<ScratchPostgres> m_postgres;
    std::unique_ptr<ScratchRedis> m_redis;
};

void TestMappingMatrix::initTestCase()
{
    auto postgres = ScratchPostgres::start();
    REQUIRE_SERVICE(postgres);
    m_postgres = std::move(*postgres);
    auto redis = ScratchRedis::start();
    REQUIRE_SERVICE(redis);
    m_redis = std::move(*redis);
}

void TestMappingMatrix::init()
{
    QVERIFY_RESULT(m_postgres->wipe());
    QVERIFY_RESULT(m_postgres->exec(u"DROP DATABASE IF EXISTS ledgers"_s));
    m_redis->wipe();
}

void TestMappingMatrix::build(const MappingCase& service)
{
    QVERIFY_RESULT(m_postgres->exec(service.tables));
    QVERIFY_RESULT(m_postgres->exec(service.rows));
    QVERIFY_RESULT(m_redis->pipeline(service.streams));
    if (service.otherDatabase.isEmpty())
        return;
    QVERIFY_RESULT(m_postgres->exec(u"CREATE DATABASE ledgers"_s));
    const auto session = PgSession::open(otherDsn());
    QVERIFY_RESULT(session);
    QVERIFY_RESULT((*session)->exec(service.otherDatabase));
}

MappingEvidence TestMappingMatrix::seen(const MappingCase& service) const
{
    MappingEvidence evidence;
    QStringList dsns{m_postgres->dsn()};
    if (!service.otherDatabase.isEmpty())
        dsns << otherDsn();
    for (const QString& dsn : dsns) {
        const auto database = sampleDatabase(dsn);
        if (!database)
            qFatal("%s", describe(database.error()).constData());
        evidence.databases << *database;
    }
    BrokerSettings broker;
    broker.url = m_redis->url();
    const auto sampled = sampleBroker(broker);
    if (!sampled)
        qFatal("%s", describe(sampled.error()).constData());
    evidence.broker = *sampled;
    return evidence;
}

/// What the wizard makes when nothing is changed in it, as it comes back from its file.
Profile TestMappingMatrix::mapped(const MappingEvidence& evidence)
{
    Profile profile;
    profile.name = u"matrix"_s;
    profile.broker.url = m_redis->url();
    const auto outboxes = proposeOutboxes(evidence);
    if (outboxes.isEmpty())
        return profile;
    const auto messages = proposeMessages(evidence, outboxes.first().settings, profile.broker);
    const auto outbox = alignedWith(outboxes.first(), evidence, messages.settings);
    profile.outbox = outbox.settings;
    profile.broker = messages.settings;
    for (const LedgerProposal& ledger : proposeLedgers(evidence, profile.outbox))
        profile.ledgers << ledger.settings;
    for (const QString& reason :
         outbox.reasons + outbox.doubts + messages.reasons + messages.doubts)
        qInfo("%s", qUtf8Printable(reason));
    const auto read = profileFromJson(profileToJson(profile), {});
    if (!read)
        qFatal("%s", describe(read.error()).constData());
    if (*read != profile)
        qFatal("%s", profileToJson(*read).constData());
    qInfo("%s", profileToJson(profile).constData());
    return *read;
}

void TestMappingMatrix::checkMonitoring(const MappingCase& service, OutboxStore& store)
{
    const auto state = store.state();
    QVERIFY_RESULT(state);
    if (service.unpublished) {
        QCOMPARE(state->unpublished, Count::exact(*service.unpublished));
    } else {
        QVERIFY(!state->unpublished.isKnown());
        QVERIFY(!state->unpublished.reason.isEmpty());
    }
    QCOMPARE(state->dead, Count::exact(service.dead));
    OutboxFilter filter;
    filter.newestFirst = false;
    const auto page = store.page(filter, {}, 100);
    QVERIFY_RESULT(page);
    QString states;
    for (const OutboxRow& row : page->rows)
        states += QStringView(u"UIPDO").at(qsizetype(row.state));
    QCOMPARE(states, service.states);
    // A filter finds the rows that it names, and each row is found by one of them.
    for (qsizetype i = 0; i < 5; ++i) {
        filter.state = RowState(i);
        const auto found = store.page(filter, {}, 100);
        QVERIFY_RESULT(found);
        QCOMPARE(found->rows.size(), service.states.count(QStringView(u"UIPDO").at(i)));
    }
}

void TestMappingMatrix::checkRelay(const MappingCase& service, const Backends& backends)
{
    const auto store = backends.openOutbox(Access::Operate, {});
    QVERIFY_RESULT(store);
    const auto broker = backends.openBroker(Access::Operate, {});
    QVERIFY_RESULT(broker);
    QList<std::pair<BrokerTopic, EntryId>> appended;
    const auto chunk = (*store)->relay({}, [&](std::span<const OutgoingMessage> messages) {
        const auto answers = (*broker)->publish(messages, {});
        for (size_t i = 0; i < answers.size(); ++i) {
            if (answers[i])
                appended.append({(*broker)->destination(messages[i].topic), *answers[i]});
        }
        return answers;
    });
    if (!service.unpublished) {
        QVERIFY_ERROR(chunk, Error::Kind::Refused);
        return;
    }
    QVERIFY_RESULT(chunk);
    QVERIFY2(!chunk->report.error, chunk->report.error ? "the relay ended early" : "");
    QCOMPARE(chunk->report.published, service.relayed.size());
    QCOMPARE(chunk->report.failed.size(), service.notRelayed.isEmpty() ? 0 : 1);
    if (!service.notRelayed.isEmpty())
        QCOMPARE(chunk->report.failed.first().id.text(), service.notRelayed);
    QStringList relayed;
    for (const auto& [topic, id] : appended) {
        const auto messages = (*broker)->fetch(topic, std::span(&id, 1));
        QVERIFY_RESULT(messages);
        QCOMPARE(messages->size(), 1);
        relayed << topic.text() + u' ' + messages->first().eventId.text();
        if (relayed.size() == 1 && !service.payload.isEmpty())
            QCOMPARE(messages->first().payload, service.payload);
    }
    QCOMPARE(relayed, service.relayed);
}

void TestMappingMatrix::checkDead(const MappingCase& service, OutboxStore& store)
{
    QStringList events;
    if (DeadRows* dead = store.dead()) {
        for (const DeadWhere kind : dead->kinds()) {
            const auto page = dead->page(kind, {}, 100);
            QVERIFY_RESULT(page);
            for (const DeadRow& row : page->rows)
                events << row.eventId.text();
        }
    }
    QCOMPARE(events, service.deadEvents);
}

void TestMappingMatrix::checkLedger(const MappingCase& service, const Backends& backends)
{
    if (service.group.isEmpty()) {
        QVERIFY(backends.profile().ledgers.isEmpty());
        return;
    }
    const GroupName group(service.group.toUtf8());
    const auto index = ledgerOf(backends.profile(), group);
    QVERIFY(index);
    const auto ledger = backends.openLedger(*index, Access::Monitor, {});
    QVERIFY_RESULT(ledger);
    const auto store = backends.openOutbox(Access::Monitor, {});
    QVERIFY_RESULT(store);
    std::vector<EventId> ids;
    std::vector<std::optional<TimePoint>> created;
    for (const QString& verdict : service.verdicts) {
        const EventId id(verdict.section(u' ', 0, 0).toUtf8());
        const auto rows = (*store)->rowsOfEvents(std::span(&id, 1));
        QVERIFY_RESULT(rows);
        QCOMPARE(rows->size(), 1);
        ids.push_back(id);
        created.push_back(rows->first().createdAt);
    }
    const auto marks = (*ledger)->find(group, ids, created);
    QVERIFY_RESULT(marks);
    QStringList verdicts;
    const QStringList words{u"processed"_s, u"unprocessed"_s, u"unknown"_s};
    for (size_t i = 0; i < ids.size(); ++i)
        verdicts << ids[i].text() + u' ' + words.at(qsizetype((*marks)[i]));
    QCOMPARE(verdicts, service.verdicts);
}

void TestMappingMatrix::mapsAndWorks_data()
{
    QTest::addColumn<MappingCase>("service");
    for (const auto& [name, service] : mappingCases())
        QTest::newRow(name.constData()) << service;
}

void TestMappingMatrix::mapsAndWorks()
{
    QFETCH(MappingCase, service);
    build(service);
    if (!QTest::currentTestFailed())
        check(service);
}

void TestMappingMatrix::check(const MappingCase& service)
{
    const Profile profile = mapped(seen(service));
    QCOMPARE(profile.outbox.preset, service.preset);
    QCOMPARE(profile.outbox.table, service.table);

    const auto preview = previewMapping(profile.outbox);
    QVERIFY_RESULT(preview);
    QCOMPARE(preview->rows.size(), std::min<qsizetype>(service.states.size(), 5));
    QVERIFY(!preview->readSql.isEmpty());
    QCOMPARE(preview->canRelay, service.unpublished.has_value());
    QCOMPARE(preview->relaySql.isEmpty(), !service.unpublished.has_value());

    const auto backends = makeBackends(profile, nullptr);
    const auto store = backends->openOutbox(Access::Monitor, {});
    QVERIFY_RESULT(store);
    checkMonitoring(service, **store);
    if (!QTest::currentTestFailed())
        checkDead(service, **store);
    if (!QTest::currentTestFailed())
        checkLedger(service, *backends);
    if (!QTest::currentTestFailed())
        checkRelay(service, *backends);
    QCOMPARE(m_postgres->value(service.afterwards), service.cell);
}

/// Runs the library on this server; Error::Missing where it is not installed.
Result<MappingCase> TestMappingMatrix::madeBy(const QString& library) const
{
    // No distribution has these libraries: a virtual environment can be named.
    const QString python = qEnvironmentVariable("OUTBOARD_LIBRARIES_PYTHON", u"/usr/bin/python3"_s);
    const QString port = m_postgres->dsn().section(u"port="_s, 1).section(u' ', 0, 0);
    QProcess process;
    process.start(
        python,
        {u"" OUTBOARD_MAPPING_SCRIPTS "/libraries.py"_s,
         library,
         m_postgres->socketFolder(),
         port});
    if (!process.waitForFinished(60'000))
        return Error{Error::Kind::Timeout, u"The library did not finish."_s, {}};
    const QString said = QString::fromUtf8(process.readAllStandardError()).trimmed();
    if (process.exitCode() != 0)
        return Error{
            process.exitCode() == 77 ? Error::Kind::Missing : Error::Kind::Internal, said, {}};
    // Libraries log to standard output, too.
    const QByteArray document = process.readAllStandardOutput().trimmed().split('\n').last();
    const QJsonObject made = QJsonDocument::fromJson(document).object();
    const auto list = [&](const QString& key) {
        QStringList texts;
        for (const QJsonValue& text : made.value(key).toArray())
            texts << text.toString();
        return texts;
    };
    MappingCase service;
    service.preset = made.value(u"preset"_s).toString();
    service.table = made.value(u"table"_s).toString();
    service.states = made.value(u"states"_s).toString();
    service.unpublished = service.states.count(u'U');
    service.relayed = list(u"relayed"_s);
    service.deadEvents = list(u"dead"_s);
    service.dead = service.deadEvents.size();
    service.verdicts = list(u"verdicts"_s);
    service.group = service.verdicts.isEmpty() ? QString() : u"billing"_s;
    service.afterwards = made.value(u"afterwards"_s).toString();
    service.cell = made.value(u"cell"_s).toString().toUtf8();
    return service;
}

void TestMappingMatrix::mapsWhatALibraryMadeItself_data()
{
    QTest::addColumn<QString>("library");
    QTest::newRow("django-outbox-pattern") << u"django-outbox-pattern"_s;
    QTest::newRow("django-celery-outbox") << u"django-celery-outbox"_s;
}

void TestMappingMatrix::mapsWhatALibraryMadeItself()
{
    QFETCH(QString, library);
    const auto service = madeBy(library);
    if (!service && service.error().kind == Error::Kind::Missing)
        QSKIP(qPrintable(service.error().what));
    QVERIFY_RESULT(service);
    check(*service);
}

void TestMappingMatrix::proposesNothingWhereNothingIs()
{
    MappingCase service;
    service.tables = u"CREATE TABLE auth_user (id bigserial PRIMARY KEY, username text);"
                     "CREATE TABLE events_ticket (id bigserial PRIMARY KEY, title text)"_s;
    service.rows = u"INSERT INTO auth_user (username) VALUES ('ann')"_s;
    build(service);
    const MappingEvidence evidence = seen(service);
    QCOMPARE(evidence.databases.first().seen, 2);
    QVERIFY(proposeOutboxes(evidence).isEmpty());
    QVERIFY(proposeLedgers(evidence, {}).isEmpty());
}

void TestMappingMatrix::preferOutboxesToOtherTables()
{
    MappingCase service;
    service.tables =
        u"CREATE TABLE audit_event (id bigserial PRIMARY KEY, event_type text, payload jsonb,"
        " created_at timestamptz, processed_at timestamptz);"
        "CREATE TABLE shop_outbox (id bigserial PRIMARY KEY, event_type text, payload jsonb,"
        " created_at timestamptz, processed_at timestamptz)"_s;
    service.rows = u"INSERT INTO shop_outbox (event_type, payload) VALUES ('a', '{}')"_s;
    build(service);
    const auto proposals = proposeOutboxes(seen(service));
    QCOMPARE(proposals.size(), 2);
    QCOMPARE(proposals.at(0).settings.table, u"shop_outbox"_s);
    QCOMPARE(proposals.at(1).settings.table, u"audit_event"_s);
    QVERIFY(proposals.at(0).reasons.join(u'\n').contains(
        u"column processed_at is a nullable timestamp and 1 of 1 rows have it null"_s));
}

void TestMappingMatrix::previewNamesTheKeyThatDoesNotFit()
{
    QVERIFY_RESULT(m_postgres->createSeedSchema());
    OutboxSettings settings;
    settings.dsn = m_postgres->dsn();
    settings.table = u"orders_outboxevent"_s;
    settings.columns.topic = u"{tenant}:{topic}"_s;
    const auto preview = previewMapping(settings);
    QVERIFY_ERROR(preview, Error::Kind::Missing);
    QVERIFY(preview.error().what.contains(u"tenant"));
    QVERIFY(preview.error().what.contains(u"outbox.columns.topic"));
}

QTEST_GUILESS_MAIN(TestMappingMatrix)
#include "tst_mappingmatrix.moc"
