// SPDX-License-Identifier: GPL-3.0-or-later
#include "application.h"
#include "command.h"
#include "coredumps.h"
#include "window.h"

#include <QCoreApplication>

using namespace Qt::StringLiterals;

namespace {

/// Before there is an application object: which one it must be depends on the line.
QStringList arguments(int argc, char** argv)
{
    QStringList list;
    for (int i = 1; i < argc; ++i)
        list.append(QString::fromLocal8Bit(argv[i]));
    return list;
}

} // namespace

int main(int argc, char** argv)
{
    outboard::forbidCoreDumps();
    QCoreApplication::setApplicationName(u"outboard"_s);
    QCoreApplication::setApplicationVersion(QStringLiteral(OUTBOARD_VERSION));
    const auto parsed = outboard::parseCommandLine(arguments(argc, argv), outboard::commands());
    if (outboard::opensWindow(parsed))
        return outboard::openWindow(argc, argv, parsed.line);
    const QCoreApplication application(argc, argv);
    return outboard::runHeadless(parsed);
}
