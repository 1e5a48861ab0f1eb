// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/time.h"

#include <QByteArray>
#include <QString>
#include <QStringList>

#include <functional>

namespace outboard {

/// How a program ended.
struct ChildEnd
{
    enum class Kind {
        NotStarted, ///< Nothing ran.
        Exited,
        Crashed, ///< By a signal that nobody here sent.
        TimedOut,
        CutOff, ///< By the caller.
    };

    Kind kind = Kind::NotStarted;
    int code = 0;           ///< Exit status, signal number, or the system's error.
    QString text;           ///< NotStarted: the system's words. Crashed: the signal's name.
    QByteArray output;      ///< The last 2 KiB of standard output.
    QByteArray errorOutput; ///< The last 2 KiB of standard error.
};

/// Runs a program with `input` on its standard input, and waits for it to end. Its name is looked
/// for in PATH unless it holds a slash; no shell takes part, nothing but the three standard
/// descriptors is inherited.
///
/// It leads a process group of its own. After `timeout`, or when `goesOn` (asked every 20 ms)
/// answers false, the whole group is asked to terminate, and killed 2 s later. Processes that it
/// left behind on its own are not waited for. All its output is read, however much it is.
ChildEnd runChild(
    const QStringList& command,
    const QByteArray& input,
    Milliseconds timeout,
    const std::function<bool()>& goesOn);

} // namespace outboard
