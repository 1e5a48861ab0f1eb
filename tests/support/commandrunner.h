// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QByteArray>
#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QProcessEnvironment>
#include <QString>
#include <QStringList>
#include <QTemporaryDir>

namespace outboard {

/// What a run of the program came to.
struct CommandResult
{
    int exitCode = -1; ///< -1: it crashed or did not end.
    QByteArray out;
    QByteArray err;

    /// Standard output as one JSON document; null when it is not exactly one.
    QJsonDocument json() const;

    QJsonObject object() const { return json().object(); }

    QJsonArray array() const { return json().array(); }

    /// For a failure message.
    QByteArray text() const;
};

/// Runs the program as a user would, with settings of its own, no display, no keychain and no
/// terminal.
class CommandRunner
{
public:
    explicit CommandRunner(QString program);

    const QString& program() const { return m_program; }

    QProcessEnvironment& environment() { return m_environment; }

    /// Where NAME.json profiles are looked for.
    QString profileFolder() const;

    /// Writes a profile file there.
    void writeProfile(const QString& name, const QJsonObject& profile) const;

    CommandResult run(const QStringList& arguments, const QByteArray& input = {}) const;

    /// A path in a folder that goes with this object.
    QString scratch(const QString& name) const { return m_folder.filePath(name); }

private:
    QString m_program;
    QTemporaryDir m_folder;
    QProcessEnvironment m_environment;
};

} // namespace outboard
