// SPDX-License-Identifier: GPL-3.0-or-later
#include "services/backends.h"
#include "services/poller.h"
#include "settings/profilejson.h"
#include "support/printers.h"
#include "support/scratchpostgres.h"
#include "support/scratchredis.h"

#include <QDir>
#include <QFile>
#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QProcess>
#include <QTemporaryDir>
#include <QTest>

using namespace outboard;
using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

/// Outboard beside a real Django project: its models, its pay_order, its relay, its consumer.
class TestDjangoInterplay : public QObject
{
    Q_OBJECT

private slots:
    void initTestCase();
    void paidOrdersAreBacklog();
    void whatOutboardRelaysTheConsumerHandles();
    void theMonitorSeesTheShopsRelayWork();
    void whatACrashedConsumerHeldIsReplayedOnce();

private:
    struct Answer
    {
        int exitCode = -1;
        QJsonDocument json;
        QByteArray errors;
    };

    QByteArray django(const QStringList& arguments);
    Answer outboard(const QStringList& arguments);
    QByteArray profileJson() const;

    std::unique_ptr<ScratchPostgres> m_postgres;
    std::unique_ptr<ScratchRedis> m_redis;
    QTemporaryDir m_folder;
};

QByteArray TestDjangoInterplay::profileJson() const
{
    // The shop's entries carry no event id of their own: it is the order's, inside the payload.
    const QJsonObject profile{
        {u"name"_s, u"shop"_s},
        {u"environment"_s, u"development"_s},
        {u"outbox"_s, QJsonObject{{u"dsn"_s, m_postgres->dsn()}}},
        {u"ledgers"_s,
         QJsonArray{QJsonObject{
             {u"dsn"_s, m_postgres->dsn()},
             {u"table"_s, u"billing_processedevent"_s},
             {u"groups"_s, QJsonArray{u"billing"_s}}}}},
        {u"broker"_s, QJsonObject{{u"url"_s, m_redis->url()}, {u"event_id"_s, u"data.order_id"_s}}},
        {u"thresholds"_s, QJsonObject{{u"idle"_s, u"100ms"_s}}},
        {u"handlers"_s,
         QJsonArray{QJsonObject{
             {u"name"_s, u"billing-sql"_s},
             {u"kind"_s, u"sql"_s},
             {u"function"_s, u"bill_order"_s},
             {u"topics"_s, QJsonArray{u"order.paid"_s}},
             {u"ledger"_s, u"billing_processedevent"_s}}}},
    };
    return QJsonDocument(profile).toJson();
}

void TestDjangoInterplay::initTestCase()
{
    auto postgres = ScratchPostgres::start();
    QVERIFY_RESULT(postgres);
    m_postgres = std::move(*postgres);
    auto redis = ScratchRedis::start();
    QVERIFY_RESULT(redis);
    m_redis = std::move(*redis);

    QFile file(m_folder.filePath(u"shop.json"_s));
    QVERIFY(file.open(QIODevice::WriteOnly));
    file.write(profileJson());
    file.close();

    django({u"migrate"_s, u"-v0"_s});
    // What the consumer's handler does, for replays.
    QVERIFY_RESULT(m_postgres->exec(
        u"CREATE FUNCTION bill_order(event_id text, payload jsonb) RETURNS void LANGUAGE sql AS $$"
        "INSERT INTO billing_invoice (order_id, times_billed) VALUES "
        "((payload->>'order_id')::bigint, 1) "
        "ON CONFLICT (order_id) DO UPDATE SET times_billed = billing_invoice.times_billed + 1 $$"_s));
}

QByteArray TestDjangoInterplay::django(const QStringList& arguments)
{
    QProcess process;
    QProcessEnvironment environment = QProcessEnvironment::systemEnvironment();
    environment.insert(u"SHOP_PG_HOST"_s, m_postgres->socketFolder());
    environment.insert(u"SHOP_REDIS_URL"_s, m_redis->url());
    environment.insert(u"PYTHONDONTWRITEBYTECODE"_s, u"1"_s);
    process.setProcessEnvironment(environment);
    process.setWorkingDirectory(QStringLiteral(OUTBOARD_SHOP));
    // The system's interpreter, which Debian's python3-django belongs to.
    process.start(u"/usr/bin/python3"_s, QStringList{u"manage.py"_s} + arguments);
    const bool isDone = process.waitForFinished(60'000);
    if (!isDone || process.exitCode() != 0)
        qWarning().noquote() << process.readAllStandardError();
    return process.readAllStandardOutput().trimmed();
}

TestDjangoInterplay::Answer TestDjangoInterplay::outboard(const QStringList& arguments)
{
    QProcess process;
    process.start(
        QStringLiteral(OUTBOARD_PROGRAM),
        QStringList{u"--profile-file"_s, m_folder.filePath(u"shop.json"_s)} + arguments
            + QStringList{u"--json"_s});
    Answer answer;
    if (process.waitForFinished(60'000))
        answer.exitCode = process.exitCode();
    answer.json = QJsonDocument::fromJson(process.readAllStandardOutput());
    answer.errors = process.readAllStandardError();
    if (answer.exitCode != 0)
        qWarning().noquote() << answer.errors;
    return answer;
}

void TestDjangoInterplay::paidOrdersAreBacklog()
{
    QCOMPARE(django({u"pay_orders"_s, u"200"_s}), QByteArray("200"));
    const Answer status = outboard({u"status"_s});
    QCOMPARE(status.exitCode, 0);
    const QJsonObject outbox = status.json[u"outbox"].toObject();
    QCOMPARE(outbox[u"unpublished"].toInteger(-1), 200);
    const QJsonArray topics = outbox[u"topics"].toArray();
    QCOMPARE(topics.size(), 1);
    QCOMPARE(topics[0][u"topic"].toString(), u"order.paid"_s);
    QCOMPARE(topics[0][u"unpublished"].toInteger(-1), 200);
}

void TestDjangoInterplay::whatOutboardRelaysTheConsumerHandles()
{
    const Answer relay = outboard({u"relay"_s, u"--yes"_s});
    QCOMPARE(relay.exitCode, 0);
    QCOMPARE(relay.json[u"published"].toInteger(-1), 200);
    QCOMPARE(relay.json[u"remaining"].toInteger(-1), 0);

    // Sent is not handled.
    QCOMPARE(m_postgres->value(u"SELECT count(*) FROM billing_processedevent"_s), QByteArray("0"));
    QCOMPARE(django({u"consume"_s}), QByteArray("200"));
    QCOMPARE(
        m_postgres->value(u"SELECT count(*) FROM billing_processedevent"_s), QByteArray("200"));
    QCOMPARE(
        m_postgres->value(u"SELECT count(*) FROM billing_invoice WHERE times_billed = 1"_s),
        QByteArray("200"));
    QCOMPARE(m_postgres->value(u"SELECT count(*) FROM billing_invoice"_s), QByteArray("200"));
}

void TestDjangoInterplay::theMonitorSeesTheShopsRelayWork()
{
    QCOMPARE(django({u"pay_orders"_s, u"300"_s}), QByteArray("300"));
    auto profile = profileFromJson(profileJson(), u"shop"_s);
    QVERIFY_RESULT(profile);
    Poller poller(makeBackends(*profile, nullptr), systemClock());
    qint64 highest = -1;
    connect(&poller, &Poller::polled, this, [&highest](const SnapshotPtr& snapshot) {
        QVERIFY_RESULT(snapshot->outbox);
        QVERIFY(snapshot->outbox->unpublished.isExact());
        highest = std::max(highest, snapshot->outbox->unpublished.value);
    });
    poller.setInterval(50ms);
    poller.pollNow();
    QTRY_COMPARE(highest, 300);

    QCOMPARE(django({u"relay"_s}), QByteArray("300"));
    QTRY_COMPARE(poller.latest()->outbox->unpublished, Count::exact(0));
    QTRY_COMPARE(poller.latest()->broker->topics.value(0).length, Count::exact(500));
    QCOMPARE(poller.latest()->broker->topics.value(0).groups.value(0).lag, Count::exact(300));
}

void TestDjangoInterplay::whatACrashedConsumerHeldIsReplayedOnce()
{
    // Reads 100 entries, handles 40 of them, and dies with 60 on its pending list.
    QCOMPARE(
        django({u"consume"_s, u"--consumer"_s, u"doomed"_s, u"--crash-after"_s, u"40"_s}),
        QByteArray("40"));
    const QStringList target = {u"--stream"_s, u"order.paid"_s, u"--group"_s, u"billing"_s};
    const auto held = [&] {
        return outboard(QStringList{u"pending"_s, u"--min-idle"_s, u"100ms"_s} + target)
            .json.array();
    };
    QTRY_COMPARE(held().size(), 60);
    for (const QJsonValue& entry : held()) {
        QCOMPARE(entry[u"consumer"].toString(), u"doomed"_s);
        QCOMPARE(entry[u"ledger"].toString(), u"unprocessed"_s);
        QVERIFY(entry[u"event_id"].toString().toInt() > 200);
    }

    const QString plan = m_folder.filePath(u"plan.json"_s);
    const Answer planned = outboard(
        QStringList{
            u"plan"_s,
            u"--from"_s,
            u"pending"_s,
            u"--handler"_s,
            u"billing-sql"_s,
            u"--out"_s,
            plan}
        + target);
    QCOMPARE(planned.exitCode, 0);
    QCOMPARE(planned.json[u"events"].toArray().size(), 60);

    const Answer replayed = outboard({u"replay"_s, plan, u"--yes"_s});
    QCOMPARE(replayed.exitCode, 0);
    QCOMPARE(replayed.json[u"applied"].toInteger(-1), 60);
    const Answer again = outboard({u"replay"_s, plan, u"--yes"_s});
    QCOMPARE(again.json[u"applied"].toInteger(-1), 0);
    QCOMPARE(again.json[u"skipped"].toInteger(-1), 60);

    QCOMPARE(django({u"consume"_s}), QByteArray("200"));
    QCOMPARE(held().size(), 0);
    QCOMPARE(
        m_postgres->value(u"SELECT count(*) FROM billing_invoice WHERE times_billed = 1"_s),
        QByteArray("500"));
    QCOMPARE(
        m_postgres->value(u"SELECT count(*) FROM billing_processedevent"_s), QByteArray("500"));
}

QTEST_GUILESS_MAIN(TestDjangoInterplay)
#include "tst_djangointerplay.moc"
