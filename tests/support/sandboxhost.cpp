// SPDX-License-Identifier: GPL-3.0-or-later
// Owns a sandbox until it is killed or its standard input closes, for tests that kill it.
#include "sandbox/sandbox.h"
#include "support/printers.h"

#include <unistd.h>

#include <QCoreApplication>
#include <QSocketNotifier>
#include <QTextStream>

int main(int argc, char** argv)
{
    const QCoreApplication application(argc, argv);
    outboard::Sandbox sandbox;
    QTextStream out(stdout);
    if (const auto started = sandbox.start(); !started) {
        out << "error " << outboard::describe(started.error()) << Qt::endl;
        return 1;
    }
    out << "ready " << sandbox.postgresProcessId() << ' ' << sandbox.redisProcessId() << ' '
        << sandbox.directory() << Qt::endl;
    const QSocketNotifier closed(STDIN_FILENO, QSocketNotifier::Read);
    QObject::connect(&closed, &QSocketNotifier::activated, &application, &QCoreApplication::quit);
    return QCoreApplication::exec();
}
