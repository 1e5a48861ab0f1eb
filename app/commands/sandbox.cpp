// SPDX-License-Identifier: GPL-3.0-or-later
#include "sandbox/sandbox.h"

#include "commands/commandlist.h"
#include "context.h"
#include "sandbox/incidents.h"
#include "settings/profilejson.h"
#include "text.h"

#include <QEventLoop>
#include <QJsonArray>
#include <QJsonObject>
#include <QSaveFile>
#include <QTimer>

#include <chrono>
#include <stop_token>

namespace outboard {

using namespace Qt::StringLiterals;

namespace {

using Takes = OptionSpec::Takes;

/// For other terminals: the sandbox's profile, next to its sockets, gone with them.
Result<QString> writeProfile(const Sandbox& sandbox)
{
    const QString path = sandbox.directory() + u"/sandbox.json"_s;
    QSaveFile file(path);
    const QByteArray json = profileToJson(sandbox.profile());
    if (file.open(QIODevice::WriteOnly) && file.write(json) == json.size() && file.commit())
        return path;
    return Error{
        Error::Kind::Refused,
        Text::tr("%1 cannot be written: %2.").arg(path, file.errorString()),
        {}};
}

void print(Context& context, const Sandbox& sandbox, const QString& profileFile)
{
    const Profile profile = sandbox.profile();
    context.out().document(QJsonObject{
        {u"postgresql"_s, profile.outbox.dsn},
        {u"redis"_s, profile.broker.url},
        {u"profile_file"_s, profileFile},
        {u"incidents"_s, QJsonArray::fromStringList(sandbox.incidents()->active())},
    });
    context.out().text(Text::tr("PostgreSQL  %1\n"
                                "Redis       %2\n"
                                "Profile     %3\n"
                                "\n"
                                "In another terminal: outboard --profile-file %3 status\n")
                           .arg(profile.outbox.dsn, profile.broker.url, profileFile));
    context.out().flush();
}

/// Until it is stopped, the time is over, or a server dies by itself.
Result<ExitCode> wait(Context& context, Sandbox& sandbox, std::optional<qint64> seconds)
{
    QEventLoop loop;
    std::optional<Error> died;
    QObject::connect(&sandbox, &Sandbox::serverDied, &loop, [&](const Error& error) {
        died = error;
        loop.quit();
    });
    if (seconds)
        QTimer::singleShot(std::chrono::seconds(*seconds), &loop, &QEventLoop::quit);
    const std::stop_callback onStop(context.stop(), [&loop] {
        QMetaObject::invokeMethod(&loop, &QEventLoop::quit, Qt::QueuedConnection);
    });
    if (!context.stop().stop_requested())
        loop.exec();
    if (died)
        return *died;
    return ExitCode::Done;
}

Result<void> startIncidents(Incidents& incidents, const QStringList& names)
{
    for (const QString& name : names) {
        if (!incidents.names().contains(name)) {
            return Error{
                Error::Kind::Missing,
                Text::tr("There is no incident \"%1\". There are: %2.")
                    .arg(name, incidents.names().join(u", "_s)),
                {}};
        }
        if (auto started = incidents.start(name); !started)
            return started;
    }
    return {};
}

Result<ExitCode> runSandbox(Context& context)
{
    const auto seconds = context.line().number(u"seconds"_s, 1, 1'000'000);
    if (!seconds)
        return seconds.error();
    Sandbox sandbox;
    if (auto started = sandbox.start(); !started)
        return started.error();
    if (auto begun = startIncidents(*sandbox.incidents(), context.line().values(u"incident"_s));
        !begun)
        return begun.error();
    const auto profileFile = writeProfile(sandbox);
    if (!profileFile)
        return profileFile.error();
    print(context, sandbox, *profileFile);
    return wait(context, sandbox, *seconds);
}

} // namespace

Command sandboxCommand()
{
    Command command;
    command.name = u"sandbox"_s;
    command.summary = Text::tr("run private servers with a small shop until stopped");
    command.options = {
        {u"incident"_s, Takes::Each, u"NAME"_s, Text::tr("let this go wrong from the start")},
        {u"seconds"_s, Takes::One, u"N"_s, Text::tr("stop after N seconds")},
    };
    command.needsProfile = false;
    command.run = runSandbox;
    return command;
}

} // namespace outboard
