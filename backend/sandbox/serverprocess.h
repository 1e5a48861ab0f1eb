// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/result.h"
#include "core/time.h"
#include "sandbox/serveruser.h"

#include <QObject>
#include <QProcess>
#include <QString>
#include <QStringList>

#include <functional>
#include <optional>

namespace outboard {

/// How to run one of the sandbox's programs.
struct ServerCommand
{
    QString title; ///< "PostgreSQL", for messages.
    QString program;
    QStringList arguments;
    QString directory; ///< Where it runs.
    QString logFile;   ///< Takes its output; the tail of it becomes an error's detail.
    std::optional<ServerUser> user;
    int stopSignal = 0; ///< Ends it at once, also when Outboard dies.
};

/// A program that does not outlive Outboard. Use on the main thread (see childSetup).
class ServerProcess final : public QObject
{
    Q_OBJECT

public:
    explicit ServerProcess(ServerCommand command, QObject* parent = nullptr);
    ~ServerProcess() override;

    bool isRunning() const;
    qint64 processId() const;

    /// Returns once the program runs, which does not mean that it is ready.
    Result<void> start();

    /// Blocks until `isReady` says so. Error::Unreachable when the program ends first,
    /// Error::Timeout when it does not get ready; it then still runs.
    Result<void> waitUntil(const std::function<bool()>& isReady, Milliseconds deadline);

    /// Blocks until the program has ended by itself. Error::Refused when it ended with an error.
    Result<void> waitUntilDone(Milliseconds deadline);

    /// Ends the program and waits for that; nothing happens when it does not run.
    void stop();

signals:
    /// It ended although nobody had asked it to.
    void died(const Error& error);

private:
    Error failure(Error::Kind kind, const QString& sentence) const;

    ServerCommand m_command;
    QProcess m_process;
    bool m_isWatched = false;
};

} // namespace outboard
