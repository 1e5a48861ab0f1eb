// SPDX-License-Identifier: GPL-3.0-or-later
#include "handlers/commandhandler.h"
#include "support/printers.h"

#include <QFile>
#include <QJsonDocument>
#include <QJsonObject>
#include <QTemporaryDir>
#include <QTest>

#include <csignal>
#include <thread>

using namespace outboard;
using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

namespace {

Event paid(const QByteArray& payload = R"({"amount": 5})")
{
    Event event;
    event.id = EventId("4711");
    event.topic = TopicName("order.paid");
    event.payload = payload;
    return event;
}

HandlerSettings settingsFor(const QStringList& command)
{
    HandlerSettings settings;
    settings.name = u"billing-command"_s;
    settings.kind = u"command"_s;
    settings.command = command;
    return settings;
}

QStringList shell(const QString& script, const QStringList& arguments = {})
{
    return QStringList{u"/bin/sh"_s, u"-c"_s, script, u"sh"_s} + arguments;
}

Result<void> apply(
    const HandlerSettings& settings, const Event& event = paid(), std::stop_token stop = {})
{
    const auto handler = makeCommandHandler(settings, std::move(stop));
    if (!handler)
        return handler.error();
    return (*handler)->apply(std::span(&event, 1), nullptr);
}

QByteArray contentOf(const QString& path)
{
    QFile file(path);
    return file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray();
}

/// Gone, or only waiting to be reaped by whoever inherited it.
bool isDead(const QByteArray& processId)
{
    const QByteArray status =
        contentOf(u"/proc/%1/stat"_s.arg(QString::fromLatin1(processId.trimmed())));
    return status.isEmpty() || status.mid(status.lastIndexOf(')') + 2).startsWith('Z');
}

/// The most memory that this process ever had.
qint64 peakKilobytes()
{
    const QByteArray status = contentOf(u"/proc/self/status"_s);
    const qsizetype at = status.indexOf("VmHWM:");
    return status.mid(at + 6, status.indexOf("kB", at) - at - 6).trimmed().toLongLong();
}

} // namespace

class TestCommandHandler : public QObject
{
    Q_OBJECT

private slots:
    void theEventArrivesOnStandardInput();
    void aSecondEventIsASecondProcess();
    void theExitStatusAndTheLastWordsAreTold();
    void withoutErrorOutputTheOutputIsQuoted();
    void aCrashIsInDoubtAndNamesTheSignal();
    void whatCannotBeStartedWasNotApplied_data();
    void whatCannotBeStartedWasNotApplied();
    void aHangingProgramIsEndedWithAllItsChildren();
    void oneThatIgnoresTheRequestToTerminateIsKilled();
    void aHundredMegabytesOfOutputDoNotFillTheMemory();
    void aProgramNeedNotReadItsInput();
    void aLargeEventArrivesWhole();
    void argumentsAreNotForAShell();
    void nothingOfTheEventIsOnTheCommandLine();
    void nothingButTheStandardDescriptorsIsInherited();
    void whatItLeavesBehindIsNotWaitedFor();
    void aStopLetsItEndByItself();
    void aStopEndsOneThatHangs();
    void afterAStopNothingIsStarted();
    void noProgramIsRefused();

private:
    QString path(const QString& name) const { return m_folder.filePath(name); }

    QTemporaryDir m_folder;
};

void TestCommandHandler::theEventArrivesOnStandardInput()
{
    const QString file = path(u"event.json"_s);
    QVERIFY_RESULT(apply(settingsFor(shell(u"cat > \"$1\""_s, {file}))));
    const QJsonObject event = QJsonDocument::fromJson(contentOf(file)).object();
    QCOMPARE(event.value(u"event_id"_s).toString(), u"4711"_s);
    QCOMPARE(event.value(u"payload"_s).toObject().value(u"amount"_s).toInt(), 5);
}

void TestCommandHandler::aSecondEventIsASecondProcess()
{
    const QString file = path(u"two"_s);
    const auto handler = makeCommandHandler(settingsFor(shell(u"echo $$ >> \"$1\""_s, {file})), {});
    QVERIFY_RESULT(handler);
    const std::vector<Event> events{paid(), paid()};
    QVERIFY_RESULT((*handler)->apply(events, nullptr));
    const QByteArrayList processes = contentOf(file).trimmed().split('\n');
    QCOMPARE(processes.size(), 2);
    QVERIFY(processes[0] != processes[1]);
}

void TestCommandHandler::theExitStatusAndTheLastWordsAreTold()
{
    const auto done = apply(settingsFor(
        shell(u"echo fine; echo 'line one' >&2; printf 'no \\033[31maccount' >&2; exit 3"_s)));
    QVERIFY_ERROR(done, Error::Kind::Refused);
    QVERIFY2(
        done.error().what.contains(u"exit status 3. \"line one\\nno \\x1b[31maccount\""),
        describe(done.error()).constData());
}

void TestCommandHandler::withoutErrorOutputTheOutputIsQuoted()
{
    const auto done = apply(settingsFor(shell(u"echo no such account; exit 1"_s)));
    QVERIFY_ERROR(done, Error::Kind::Refused);
    QVERIFY(done.error().what.contains(u"\"no such account\""));
}

void TestCommandHandler::aCrashIsInDoubtAndNamesTheSignal()
{
    const auto done = apply(settingsFor(shell(u"echo half done >&2; kill -ABRT $$"_s)));
    QVERIFY_ERROR(done, Error::Kind::Conflict);
    QVERIFY2(done.error().what.contains(u"SIGABRT"), describe(done.error()).constData());
    QVERIFY(done.error().what.contains(u"may have applied"));
    QVERIFY(done.error().what.contains(u"half done"));
}

void TestCommandHandler::whatCannotBeStartedWasNotApplied_data()
{
    QTest::addColumn<QString>("program");
    QTest::addColumn<Error::Kind>("kind");
    QTest::newRow("missing") << u"/nonexistent/apply-order"_s << Error::Kind::Missing;
    QTest::newRow("missing in PATH") << u"outboard-apply-order"_s << Error::Kind::Missing;
    QTest::newRow("not executable") << u"/etc/passwd"_s << Error::Kind::Refused;
    QTest::newRow("a folder") << u"/tmp"_s << Error::Kind::Refused;
}

void TestCommandHandler::whatCannotBeStartedWasNotApplied()
{
    QFETCH(QString, program);
    QFETCH(Error::Kind, kind);
    const auto done = apply(settingsFor({program}));
    QVERIFY_ERROR(done, kind);
    QVERIFY2(done.error().what.contains(program), describe(done.error()).constData());
    QVERIFY(done.error().what.contains(u"Nothing ran"));
}

void TestCommandHandler::aHangingProgramIsEndedWithAllItsChildren()
{
    const QString file = path(u"children"_s);
    HandlerSettings settings =
        settingsFor(shell(u"sleep 600 & echo $! > \"$1\"; echo waiting >&2; wait"_s, {file}));
    settings.timeout = 1s;
    const auto done = apply(settings);
    QVERIFY_ERROR(done, Error::Kind::Timeout);
    QVERIFY2(done.error().what.contains(u"within 1s"), describe(done.error()).constData());
    QVERIFY(done.error().what.contains(u"\"waiting\""));
    QVERIFY(!contentOf(file).isEmpty());
    QTRY_VERIFY(isDead(contentOf(file)));
}

void TestCommandHandler::oneThatIgnoresTheRequestToTerminateIsKilled()
{
    const QString file = path(u"stubborn"_s);
    HandlerSettings settings =
        settingsFor(shell(u"trap '' TERM; echo $$ > \"$1\"; while :; do sleep 1; done"_s, {file}));
    settings.timeout = 500ms;
    QVERIFY_ERROR(apply(settings), Error::Kind::Timeout);
    QTRY_VERIFY(isDead(contentOf(file)));
}

void TestCommandHandler::aHundredMegabytesOfOutputDoNotFillTheMemory()
{
    const qint64 before = peakKilobytes();
    const auto done = apply(settingsFor(
        shell(u"head -c 100000000 /dev/zero; head -c 100000000 /dev/zero >&2; echo end >&2; exit "
              "1"_s)));
    QVERIFY_ERROR(done, Error::Kind::Refused);
    QVERIFY(done.error().what.contains(u"end\""));
    QVERIFY(done.error().what.size() < 2'000);
    const qint64 grown = peakKilobytes() - before;
    QVERIFY2(grown < 50'000, QByteArray::number(grown).constData());
}

void TestCommandHandler::aProgramNeedNotReadItsInput()
{
    // More than a pipe holds, so that writing it meets the closed end.
    const QByteArray payload = '"' + QByteArray(1'000'000, 'x') + '"';
    QVERIFY_RESULT(apply(settingsFor({u"/bin/true"_s}), paid(payload)));
}

void TestCommandHandler::aLargeEventArrivesWhole()
{
    const QByteArray payload = '"' + QByteArray(3'000'000, 'x') + '"';
    const QString file = path(u"large"_s);
    QVERIFY_RESULT(apply(settingsFor(shell(u"sleep 0.1; cat > \"$1\""_s, {file})), paid(payload)));
    QVERIFY(contentOf(file).contains(payload));
}

void TestCommandHandler::argumentsAreNotForAShell()
{
    const QString hostile = u"$(touch /tmp/x); `id` \"'"_s;
    const auto done = apply(settingsFor(shell(u"printf %s \"$1\" >&2; exit 1"_s, {hostile})));
    QVERIFY_ERROR(done, Error::Kind::Refused);
    QVERIFY2(done.error().what.contains(hostile), describe(done.error()).constData());
}

void TestCommandHandler::nothingOfTheEventIsOnTheCommandLine()
{
    const auto done = apply(
        settingsFor(shell(u"cat /proc/$$/cmdline /proc/$$/environ > \"$1\""_s, {path(u"seen"_s)})),
        paid(R"({"card": "4242-4242"})"));
    QVERIFY_RESULT(done);
    const QByteArray seen = contentOf(path(u"seen"_s));
    QVERIFY(seen.contains("/bin/sh"));
    QVERIFY(!seen.contains("4242-4242"));
    QVERIFY(!seen.contains("4711"));
}

void TestCommandHandler::nothingButTheStandardDescriptorsIsInherited()
{
    QFile open(u"/etc/passwd"_s);
    QVERIFY(open.open(QIODevice::ReadOnly));
    const QString file = path(u"descriptors"_s);
    QVERIFY_RESULT(apply(settingsFor(shell(u"ls -l /proc/$$/fd > \"$1\""_s, {file}))));
    const QByteArray seen = contentOf(file);
    QVERIFY(seen.contains("pipe:"));
    QVERIFY2(!seen.contains("/etc/passwd"), seen.constData());
    QVERIFY2(!seen.contains("socket:"), seen.constData());
}

void TestCommandHandler::whatItLeavesBehindIsNotWaitedFor()
{
    const QString file = path(u"left"_s);
    HandlerSettings settings = settingsFor(shell(u"sleep 600 & echo $! > \"$1\""_s, {file}));
    settings.timeout = 60s;
    QVERIFY_RESULT(apply(settings));
    const QByteArray left = contentOf(file).trimmed();
    QVERIFY(!isDead(left));
    QVERIFY(::kill(left.toInt(), SIGKILL) == 0);
}

void TestCommandHandler::aStopLetsItEndByItself()
{
    std::stop_source stop;
    const QString file = path(u"soon"_s);
    std::thread stopper([&] {
        while (contentOf(file).isEmpty())
            std::this_thread::sleep_for(1ms);
        stop.request_stop();
    });
    const auto done = apply(
        settingsFor(shell(u"echo x > \"$1\"; sleep 0.3"_s, {file})), paid(), stop.get_token());
    stopper.join();
    QVERIFY_RESULT(done);
}

void TestCommandHandler::aStopEndsOneThatHangs()
{
    std::stop_source stop;
    const QString file = path(u"never"_s);
    std::thread stopper([&] {
        while (contentOf(file).isEmpty())
            std::this_thread::sleep_for(1ms);
        stop.request_stop();
    });
    HandlerSettings settings = settingsFor(shell(u"echo x > \"$1\"; sleep 600"_s, {file}));
    settings.timeout = 600s;
    const auto done = apply(settings, paid(), stop.get_token());
    stopper.join();
    QVERIFY_ERROR(done, Error::Kind::Timeout);
    QVERIFY2(done.error().what.contains(u"was stopped"), describe(done.error()).constData());
}

void TestCommandHandler::afterAStopNothingIsStarted()
{
    std::stop_source stop;
    stop.request_stop();
    const QString file = path(u"none"_s);
    const auto done =
        apply(settingsFor(shell(u"echo x > \"$1\""_s, {file})), paid(), stop.get_token());
    QVERIFY_ERROR(done, Error::Kind::Cancelled);
    QVERIFY(!QFile::exists(file));
}

void TestCommandHandler::noProgramIsRefused()
{
    QVERIFY_ERROR(makeCommandHandler(settingsFor({}), {}), Error::Kind::Refused);
    QVERIFY_ERROR(makeCommandHandler(settingsFor({u""_s}), {}), Error::Kind::Refused);
}

QTEST_GUILESS_MAIN(TestCommandHandler)
#include "tst_commandhandler.moc"
