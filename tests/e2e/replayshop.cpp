// SPDX-License-Identifier: GPL-3.0-or-later
#include "e2e/replayshop.h"

#include <QFile>

namespace outboard {

using namespace Qt::StringLiterals;

namespace {

QString script(const QString& name)
{
    return QStringLiteral(OUTBOARD_E2E) + u'/' + name;
}

} // namespace

Companion::~Companion()
{
    die();
}

QByteArray Companion::start(
    const QString& program, const QStringList& arguments, const QProcessEnvironment& environment)
{
    m_process.setProcessEnvironment(environment);
    m_process.setProcessChannelMode(QProcess::ForwardedErrorChannel);
    m_process.start(program, arguments);
    return m_process.waitForStarted() ? QByteArray() : m_process.errorString().toUtf8();
}

QByteArray Companion::line()
{
    while (isRunning() && !m_process.canReadLine())
        m_process.waitForReadyRead(100);
    return m_process.readLine().trimmed();
}

bool Companion::isRunning()
{
    m_process.waitForFinished(0);
    return m_process.state() != QProcess::NotRunning;
}

bool Companion::die()
{
    if (!isRunning())
        return false;
    m_process.kill();
    m_process.waitForFinished();
    return m_process.exitStatus() == QProcess::CrashExit;
}

QByteArray Companion::finish()
{
    m_process.waitForFinished(120'000);
    return m_process.readAllStandardOutput();
}

Result<std::unique_ptr<ReplayShop>> ReplayShop::open()
{
    auto shop = std::make_unique<ReplayShop>();
    // Durable enough for a client that is killed: the servers are not.
    ScratchPostgres::Options options;
    options.settings = QStringList{u"fsync=off"_s, u"synchronous_commit=off"_s};
    auto postgres = ScratchPostgres::start(options);
    if (!postgres)
        return postgres.error();
    shop->m_postgres = std::move(*postgres);
    auto redis = ScratchRedis::start();
    if (!redis)
        return redis.error();
    shop->m_redis = std::move(*redis);
    QProcess modules;
    modules.start(u"/usr/bin/python3"_s, {u"-c"_s, u"import psycopg2, redis"_s});
    if (!modules.waitForFinished() || modules.exitCode() != 0)
        return Error{Error::Kind::Missing, u"python3-psycopg2 and python3-redis"_s, {}};
    shop->m_server.start(
        u"/usr/bin/python3"_s, {script(u"replay/server.py"_s), shop->countsFile(u"http"_s)});
    shop->m_port = shop->m_server.line();
    if (shop->m_port.toInt() == 0)
        return Error{Error::Kind::Unreachable, u"the HTTP server did not start"_s, {}};
    return shop;
}

Result<void> ReplayShop::begin(qint64 events)
{
    m_session.reset();
    if (auto done = m_postgres->wipe(); !done)
        return done;
    if (auto done = m_postgres->createSeedSchema(true); !done)
        return done;
    const QString tables =
        u"CREATE TABLE billing_counter (order_id text PRIMARY KEY, times int NOT NULL);"
        "CREATE FUNCTION count_it(event_id text, payload jsonb) RETURNS void LANGUAGE sql AS $$"
        " INSERT INTO billing_counter AS c VALUES (event_id, 1)"
        " ON CONFLICT (order_id) DO UPDATE SET times = c.times + 1 $$;"
        "INSERT INTO orders_outboxevent (topic, payload, created_at) SELECT 'order.paid',"
        " jsonb_build_object('order_id', n), now() FROM generate_series(1, %1) n"_s;
    if (auto done = m_postgres->exec(tables.arg(events)); !done)
        return done;
    m_redis->wipe();
    for (const QString& name : {u"http"_s, u"command"_s})
        QFile(countsFile(name)).resize(0);
    auto session = m_postgres->session();
    if (!session)
        return session.error();
    m_session = std::move(*session);
    return {};
}

void ReplayShop::equip(const CommandRunner& runner) const
{
    const QString url = u"http://127.0.0.1:"_s + QString::fromLatin1(m_port);
    const auto handler = [](const QString& name, QJsonObject settings) {
        settings[u"name"] = name;
        settings[u"ledger"] = u"billing_processedevent"_s;
        return settings;
    };
    const QJsonArray handlers{
        handler(u"sql"_s, {{u"kind"_s, u"sql"_s}, {u"function"_s, u"count_it"_s}}),
        handler(u"http"_s, {{u"kind"_s, u"http"_s}, {u"url"_s, QString(url + u"/events")}}),
        handler(
            u"odd-http"_s,
            {{u"kind"_s, u"http"_s},
             {u"url"_s, QString(url + u"/odd")},
             {u"timeout"_s, u"2s"_s},
             {u"retries"_s, 1}}),
        // One program and no shell, so that thousands of them take seconds.
        handler(
            u"command"_s,
            {{u"kind"_s, u"command"_s},
             {u"command"_s, QJsonArray{u"/usr/bin/tee"_s, u"-a"_s, countsFile(u"command"_s)}}}),
        handler(
            u"odd-command"_s,
            {{u"kind"_s, u"command"_s},
             {u"command"_s, QJsonArray{script(u"replay/odd.sh"_s), countsFile(u"command"_s)}},
             {u"timeout"_s, u"3s"_s}}),
    };
    runner.writeProfile(
        u"shop"_s,
        {{u"name"_s, u"shop"_s},
         {u"outbox"_s, QJsonObject{{u"dsn"_s, m_postgres->dsn()}}},
         {u"broker"_s,
          QJsonObject{{u"url"_s, m_redis->url()}, {u"event_id"_s, u"data.order_id"_s}}},
         {u"ledgers"_s, QJsonArray{QJsonObject{{u"table"_s, u"billing_processedevent"_s}}}},
         {u"handlers"_s, handlers}});
}

QByteArray ReplayShop::startConsumer(Companion& consumer) const
{
    m_redis->value({"XGROUP", "CREATE", "order.paid", "billing", "0", "MKSTREAM"});
    return consumer.start(
        u"/usr/bin/python3"_s,
        {script(u"relaykill/consumer.py"_s),
         m_postgres->dsn(),
         m_redis->socketPath(),
         u"order.paid"_s,
         u"billing"_s});
}

QHash<QByteArray, int> ReplayShop::callsOf(const QString& handler) const
{
    QFile file(countsFile(handler));
    QHash<QByteArray, int> calls;
    if (!file.open(QIODevice::ReadOnly))
        return calls;
    // A line is an id, or the event's document as the command received it.
    for (const QByteArray& line : file.readAll().split('\n')) {
        const QJsonObject event = QJsonDocument::fromJson(line).object();
        const QByteArray id =
            event.isEmpty() ? line : event.value(u"event_id"_s).toString().toUtf8();
        if (!id.isEmpty())
            ++calls[id];
    }
    return calls;
}

QHash<QByteArray, QString> errorsOf(const QJsonObject& report, const QString& list)
{
    QHash<QByteArray, QString> errors;
    for (const QJsonValue& each : report.value(list).toArray())
        errors.insert(each[u"event_id"].toString().toUtf8(), each[u"error"].toString());
    return errors;
}

} // namespace outboard
