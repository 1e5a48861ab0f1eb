// SPDX-License-Identifier: GPL-3.0-or-later
#include "services/celeryrelay.h"
#include "support/scratchredis.h"
#include "support/service.h"

#include <QFile>
#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QProcess>
#include <QTemporaryDir>
#include <QTest>

using namespace outboard;
using namespace Qt::StringLiterals;

namespace {

// The system's interpreter: it is the one that Debian's Celery belongs to.
const QString python = u"/usr/bin/python3"_s;

const QString task = u"orders.tasks.relay_outbox"_s;

/// A service whose relay task leaves a trace in Redis.
const QByteArray serviceModule =
    "import os, redis\n"
    "from celery import Celery\n"
    "app = Celery('orders', broker=os.environ['BROKER'])\n"
    "@app.task(name='orders.tasks.relay_outbox', bind=True)\n"
    "def relay_outbox(self):\n"
    "    redis.Redis(unix_socket_path=os.environ['SOCKET']).rpush('ran', self.request.id)\n";

} // namespace

class TestCeleryRelay : public QObject
{
    Q_OBJECT

private slots:
    void initTestCase();
    void init();
    void messageIsProtocolTwo();
    void eachCallIsOneMoreTaskInTheQueue();
    void withoutASectionItSaysWhatToAdd();
    void aKeyOfAnotherTypeIsNamed();
    void aCeleryWorkerRunsTheTask();

private:
    CelerySettings settings() const;

    std::unique_ptr<ScratchRedis> m_redis;
};

void TestCeleryRelay::initTestCase()
{
    auto redis = ScratchRedis::start();
    REQUIRE_SERVICE(redis);
    m_redis = std::move(*redis);
}

void TestCeleryRelay::init()
{
    m_redis->wipe();
}

CelerySettings TestCeleryRelay::settings() const
{
    return {m_redis->url(), u"celery"_s, task};
}

void TestCeleryRelay::messageIsProtocolTwo()
{
    const QByteArray json = celeryMessage(task, u"relays"_s, u"the-id"_s, u"outboard:ann@desk"_s);
    const QJsonObject message = QJsonDocument::fromJson(json).object();
    QCOMPARE(message[u"content-type"], u"application/json"_s);
    QCOMPARE(message[u"headers"][u"task"], task);
    QCOMPARE(message[u"headers"][u"id"], u"the-id"_s);
    QCOMPARE(message[u"headers"][u"lang"], u"py"_s);
    QCOMPARE(message[u"headers"][u"origin"], u"outboard:ann@desk"_s);
    QCOMPARE(message[u"properties"][u"correlation_id"], u"the-id"_s);
    QCOMPARE(message[u"properties"][u"delivery_info"][u"routing_key"], u"relays"_s);
    QCOMPARE(message[u"properties"][u"body_encoding"], u"base64"_s);
    const QByteArray body = QByteArray::fromBase64(message[u"body"].toString().toLatin1());
    const QJsonArray arguments = QJsonDocument::fromJson(body).array();
    QCOMPARE(arguments.size(), 3);
    QCOMPARE(arguments[0], QJsonArray());
    QCOMPARE(arguments[1], QJsonObject());
}

void TestCeleryRelay::eachCallIsOneMoreTaskInTheQueue()
{
    const auto first = enqueueRelayTask(settings(), {}, u"test"_s, {});
    QVERIFY_RESULT(first);
    QCOMPARE(first->waiting, 1);
    const auto second = enqueueRelayTask(settings(), {}, u"test"_s, {});
    QVERIFY_RESULT(second);
    QCOMPARE(second->waiting, 2);
    QVERIFY(first->taskId != second->taskId);
    // Workers take from the right.
    const auto next = QJsonDocument::fromJson(m_redis->value({"LINDEX", "celery", "-1"}));
    QCOMPARE(next[u"headers"][u"id"], first->taskId);
}

void TestCeleryRelay::withoutASectionItSaysWhatToAdd()
{
    const auto refused = enqueueRelayTask({}, {}, u"test"_s, {});
    QVERIFY_ERROR(refused, Error::Kind::Refused);
    QVERIFY(refused.error().what.contains(u"\"celery\""_s));
}

void TestCeleryRelay::aKeyOfAnotherTypeIsNamed()
{
    m_redis->value({"SET", "celery", "text"});
    const auto refused = enqueueRelayTask(settings(), {}, u"test"_s, {});
    QVERIFY(!refused);
    QVERIFY2(refused.error().what.contains(u"celery"_s), describe(refused.error()).constData());
    QCOMPARE(m_redis->value({"GET", "celery"}), "text");
}

void TestCeleryRelay::aCeleryWorkerRunsTheTask()
{
    if (QProcess::execute(python, {u"-c"_s, u"import celery, redis"_s}) != 0) {
        if (qEnvironmentVariableIsSet("CI"))
            QFAIL("python3-celery and python3-redis must be installed");
        QSKIP("python3-celery or python3-redis is not installed");
    }
    const QTemporaryDir folder;
    QFile module(folder.filePath(u"orders.py"_s));
    QVERIFY(module.open(QIODevice::WriteOnly));
    module.write(serviceModule);
    module.close();

    const auto receipt = enqueueRelayTask(settings(), {}, u"test"_s, {});
    QVERIFY_RESULT(receipt);
    QProcess worker;
    QProcessEnvironment environment = QProcessEnvironment::systemEnvironment();
    environment.insert(u"BROKER"_s, u"redis+socket://"_s + m_redis->socketPath());
    environment.insert(u"SOCKET"_s, m_redis->socketPath());
    worker.setProcessEnvironment(environment);
    worker.setWorkingDirectory(folder.path());
    worker.setProcessChannelMode(QProcess::MergedChannels);
    worker.start(
        python,
        {u"-m"_s,
         u"celery"_s,
         u"-A"_s,
         u"orders"_s,
         u"worker"_s,
         u"--pool"_s,
         u"solo"_s,
         u"--loglevel"_s,
         u"INFO"_s});
    QVERIFY(worker.waitForStarted());
    QTRY_COMPARE_WITH_TIMEOUT(
        m_redis->value({"LINDEX", "ran", "0"}), receipt->taskId.toUtf8(), 60'000);
    QCOMPARE(m_redis->value({"LLEN", "celery"}), "0");
    worker.terminate();
    if (!worker.waitForFinished(10'000))
        worker.kill();
    worker.waitForFinished();
    QVERIFY2(
        worker.readAll().contains("relay_outbox"),
        "the worker's log should name the task that it ran");
}

QTEST_GUILESS_MAIN(TestCeleryRelay)
#include "tst_celeryrelay.moc"
