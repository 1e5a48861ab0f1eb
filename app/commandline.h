// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/result.h"
#include "core/time.h"

#include <QHash>
#include <QList>
#include <QString>
#include <QStringList>

#include <optional>

namespace outboard {

struct Command;

/// One option of the application or of a command.
struct OptionSpec
{
    enum class Takes {
        Nothing,
        One,  ///< The last one counts.
        Each, ///< `--topic A --topic B`
        Many, ///< `--id A B C`, and also `--id A --id B`
    };

    QString name; ///< Without the dashes.
    Takes takes = Takes::Nothing;
    QString value; ///< What help calls the value: "N", "STREAM".
    QString help;  ///< Translated.
};

/// Options that stand before or after the command and mean the same everywhere.
QList<OptionSpec> globalOptions();

/// Those of every command that changes something.
QList<OptionSpec> writingOptions();

/// What the operator typed, taken apart. Values are text; number() and duration() read them.
class CommandLine
{
public:
    const Command* command = nullptr; ///< Null: open the window.
    QStringList positional;           ///< Without the command's name.

    bool has(const QString& option) const { return m_values.contains(option); }

    /// Empty when absent.
    QString value(const QString& option) const;

    QStringList values(const QString& option) const { return m_values.value(option); }

    /// A whole number within the bounds; absent when the option is. Error::Refused names the
    /// option.
    Result<std::optional<qint64>> number(const QString& option, qint64 least, qint64 most) const;
    Result<std::optional<double>> positiveNumber(const QString& option) const;
    Result<std::optional<Milliseconds>> duration(const QString& option) const;

    bool wantsJson() const;

    bool wantsJsonLines() const { return has(QStringLiteral("jsonl")); }

    void add(const QString& option, const QString& value) { m_values[option].append(value); }

    void addSwitch(const QString& option) { m_values[option]; }

private:
    QHash<QString, QStringList> m_values;
};

/// A line that was read, or as much of it as was, with what is wrong: enough to know whether a JSON
/// document was asked for.
struct ParsedLine
{
    CommandLine line;
    std::optional<Error> error;
};

/// `arguments` without the program's name.
ParsedLine parseCommandLine(const QStringList& arguments, const QList<Command>& commands);

} // namespace outboard
