// SPDX-License-Identifier: GPL-3.0-or-later
#include "support/commandrunner.h"

#include <QDir>
#include <QFile>
#include <QProcess>

namespace outboard {

using namespace Qt::StringLiterals;

namespace {

constexpr int deadlineMs = 60'000;

} // namespace

QJsonDocument CommandResult::json() const
{
    return QJsonDocument::fromJson(out);
}

QByteArray CommandResult::text() const
{
    return "exit " + QByteArray::number(exitCode) + "\n--- out\n" + out + "\n--- err\n" + err;
}

CommandRunner::CommandRunner(QString program)
    : m_program(std::move(program))
    , m_environment(QProcessEnvironment::systemEnvironment())
{
    m_environment.insert(u"XDG_CONFIG_HOME"_s, scratch(u"config"_s));
    m_environment.insert(u"XDG_DATA_HOME"_s, scratch(u"data"_s));
    m_environment.insert(u"HOME"_s, scratch(u"home"_s));
    m_environment.insert(u"DBUS_SESSION_BUS_ADDRESS"_s, u"unix:path=/nonexistent"_s);
    m_environment.insert(u"LC_ALL"_s, u"C.UTF-8"_s);
    for (const QString& name :
         {u"DISPLAY"_s,
          u"WAYLAND_DISPLAY"_s,
          u"QT_QPA_PLATFORM"_s,
          u"REDISCLI_AUTH"_s,
          u"PGPASSWORD"_s})
        m_environment.remove(name);
}

QString CommandRunner::profileFolder() const
{
    return scratch(u"config/outboard/profiles"_s);
}

void CommandRunner::writeProfile(const QString& name, const QJsonObject& profile) const
{
    QDir().mkpath(profileFolder());
    QFile file(profileFolder() + u'/' + name + u".json"_s);
    if (file.open(QIODevice::WriteOnly))
        file.write(QJsonDocument(profile).toJson());
}

CommandResult CommandRunner::run(const QStringList& arguments, const QByteArray& input) const
{
    QProcess process;
    process.setProcessEnvironment(m_environment);
    process.start(m_program, arguments);
    process.write(input);
    process.closeWriteChannel();
    CommandResult result;
    if (!process.waitForFinished(deadlineMs)) {
        process.kill();
        process.waitForFinished();
        result.err = "did not end";
        return result;
    }
    result.exitCode = process.exitStatus() == QProcess::NormalExit ? process.exitCode() : -1;
    result.out = process.readAllStandardOutput();
    result.err = process.readAllStandardError();
    return result;
}

} // namespace outboard
