// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/processname.h"

#include <QCoreApplication>
#include <QFile>

#ifdef Q_OS_UNIX
#include <cerrno>
#include <csignal>
#endif

namespace outboard {

using namespace Qt::StringLiterals;

namespace {

QByteArray contentOf(const QString& path)
{
    QFile file(path);
    return file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray();
}

QString bootName()
{
    return QString::fromLatin1(contentOf(u"/proc/sys/kernel/random/boot_id"_s).trimmed());
}

/// When it began, in ticks since the machine started; empty where nothing tells.
QString startOf(qint64 pid)
{
    const QByteArray stat = contentOf(u"/proc/%1/stat"_s.arg(pid));
    // The name in parentheses may hold anything; the 22nd field is the 20th after it.
    const QList<QByteArray> fields = stat.mid(stat.lastIndexOf(')') + 2).split(' ');
    return QString::fromLatin1(fields.value(19));
}

QString processName(qint64 pid)
{
    return u"%1/%2/%3"_s.arg(bootName(), startOf(pid)).arg(pid);
}

bool exists(qint64 pid)
{
#ifdef Q_OS_UNIX
    return ::kill(static_cast<pid_t>(pid), 0) == 0 || errno == EPERM;
#else
    return pid == QCoreApplication::applicationPid();
#endif
}

} // namespace

QString ownProcessName()
{
    return processName(QCoreApplication::applicationPid());
}

bool isProcessAlive(const QString& name)
{
    bool isNumber = false;
    const qint64 pid = name.section(u'/', -1).toLongLong(&isNumber);
    return isNumber && pid > 0 && processName(pid) == name && exists(pid);
}

} // namespace outboard
