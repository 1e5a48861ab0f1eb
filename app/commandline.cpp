// SPDX-License-Identifier: GPL-3.0-or-later
#include "commandline.h"

#include "command.h"
#include "core/nearest.h"
#include "text.h"

#include <algorithm>

namespace outboard {

using namespace Qt::StringLiterals;

namespace {

using Takes = OptionSpec::Takes;

Error usageError(const QString& what)
{
    return {Error::Kind::Refused, what, {}};
}

class Parser
{
public:
    Parser(const QStringList& arguments, const QList<Command>& commands)
        : m_arguments(arguments)
        , m_commands(commands)
    {}

    ParsedLine parse()
    {
        // Whether JSON was asked for must be known even when something before it is wrong.
        for (const QString& name : {u"json"_s, u"jsonl"_s}) {
            if (m_arguments.contains(u"--"_s + name))
                m_line.addSwitch(name);
        }
        std::optional<Error> error;
        while (!error && m_next < m_arguments.size()) {
            const QString argument = m_arguments.at(m_next++);
            if (argument == u"-h"_s)
                error = option(u"help"_s);
            else if (argument.startsWith(u"--") && argument.size() > 2)
                error = option(argument.mid(2));
            else
                error = word(argument);
        }
        return {std::move(m_line), std::move(error)};
    }

private:
    std::optional<Error> word(const QString& argument)
    {
        if (m_line.command) {
            if (m_line.command->positional.isEmpty()) {
                return usageError(
                    Text::tr("\"%1\" takes no argument like \"%2\". See outboard %1 --help.")
                        .arg(m_line.command->name, argument));
            }
            m_line.positional.append(argument);
            return std::nullopt;
        }
        const auto found = std::ranges::find(m_commands, argument, &Command::name);
        if (found != m_commands.end()) {
            m_line.command = &*found;
            return std::nullopt;
        }
        QStringList names;
        for (const Command& command : m_commands)
            names.append(command.name);
        return usageError(
            Text::tr("There is no command \"%1\". Did you mean \"%2\"? See outboard --help.")
                .arg(argument, nearestWord(argument, names)));
    }

    QList<OptionSpec> known() const
    {
        QList<OptionSpec> options = globalOptions();
        if (m_line.command) {
            options += m_line.command->options;
            if (m_line.command->writes)
                options += writingOptions();
        }
        return options;
    }

    std::optional<Error> unknown(const QString& name, const QList<OptionSpec>& options) const
    {
        QStringList names;
        for (const OptionSpec& spec : options)
            names.append(spec.name);
        const QString where =
            m_line.command ? Text::tr("\"%1\" has no option --%2.").arg(m_line.command->name, name)
                           : Text::tr("There is no option --%1 before a command.").arg(name);
        return usageError(
            where + u' ' + Text::tr("Did you mean --%1?").arg(nearestWord(name, names)));
    }

    std::optional<Error> option(const QString& text)
    {
        const QString name = text.section(u'=', 0, 0);
        const QList<OptionSpec> options = known();
        const auto spec = std::ranges::find(options, name, &OptionSpec::name);
        if (spec == options.end())
            return unknown(name, options);
        const bool hasValue = text.contains(u'=');
        if (spec->takes == Takes::Nothing) {
            if (hasValue)
                return usageError(Text::tr("--%1 takes no value.").arg(name));
            m_line.addSwitch(name);
            return std::nullopt;
        }
        return value(*spec, hasValue ? std::optional(text.section(u'=', 1)) : std::nullopt);
    }

    bool nextIsValue() const
    {
        return m_next < m_arguments.size() && !m_arguments.at(m_next).startsWith(u"--");
    }

    std::optional<Error> value(const OptionSpec& spec, std::optional<QString> given)
    {
        if (!given && nextIsValue())
            given = m_arguments.at(m_next++);
        if (!given || given->isEmpty()) {
            return usageError(Text::tr("--%1 needs a value: --%1 %2.").arg(spec.name, spec.value));
        }
        if (spec.takes == Takes::One && m_line.has(spec.name))
            return usageError(Text::tr("--%1 is given twice. Give it once.").arg(spec.name));
        m_line.add(spec.name, *given);
        while (spec.takes == Takes::Many && nextIsValue())
            m_line.add(spec.name, m_arguments.at(m_next++));
        return std::nullopt;
    }

    const QStringList& m_arguments;
    const QList<Command>& m_commands;
    qsizetype m_next = 0;
    CommandLine m_line;
};

std::optional<Error> contradiction(const CommandLine& line)
{
    QStringList sources;
    for (const QString& name : {u"profile"_s, u"profile-file"_s, u"sandbox"_s}) {
        if (line.has(name))
            sources.append(u"--"_s + name);
    }
    if (sources.size() > 1) {
        return usageError(
            Text::tr("%1 cannot be used together. Give one of them.").arg(sources.join(u", "_s)));
    }
    if (line.wantsJsonLines() && line.command && !line.command->lists) {
        return usageError(Text::tr("\"%1\" prints one document: use --json instead of --jsonl.")
                              .arg(line.command->name));
    }
    if (line.command && line.has(u"tour"_s)) {
        return usageError(
            Text::tr(
                "--tour shows the window's screens and goes with no command. Leave \"%1\" out.")
                .arg(line.command->name));
    }
    if (!line.command && line.wantsJson()) {
        return usageError(
            Text::tr("--json needs a command, like outboard status --json. See outboard --help."));
    }
    return std::nullopt;
}

} // namespace

QList<OptionSpec> globalOptions()
{
    return {
        {u"profile"_s, Takes::One, u"NAME"_s, Text::tr("use this saved profile")},
        {u"profile-file"_s, Takes::One, u"FILE"_s, Text::tr("use the profile in this file")},
        {u"sandbox"_s,
         Takes::Nothing,
         {},
         Text::tr("start private servers with a small shop and use those")},
        {u"tour"_s,
         Takes::One,
         u"DIR"_s,
         Text::tr("write pictures of all screens into this folder instead of opening the window")},
        {u"json"_s, Takes::Nothing, {}, Text::tr("print one JSON document")},
        {u"jsonl"_s, Takes::Nothing, {}, Text::tr("print one JSON object a line (lists only)")},
        {u"help"_s, Takes::Nothing, {}, Text::tr("show this help")},
        {u"version"_s, Takes::Nothing, {}, Text::tr("show the version")},
    };
}

QList<OptionSpec> writingOptions()
{
    return {
        {u"dry-run"_s, Takes::Nothing, {}, Text::tr("say what would be done, change nothing")},
        {u"yes"_s, Takes::Nothing, {}, Text::tr("do not ask")},
        {u"arm"_s,
         Takes::One,
         u"PROFILE-NAME"_s,
         Text::tr("required in production: the profile's name once more")},
    };
}

QString CommandLine::value(const QString& option) const
{
    const QStringList all = values(option);
    return all.isEmpty() ? QString() : all.last();
}

Result<std::optional<qint64>> CommandLine::number(
    const QString& option, qint64 least, qint64 most) const
{
    if (!has(option))
        return std::optional<qint64>();
    bool isNumber = false;
    const qint64 number = value(option).toLongLong(&isNumber);
    if (isNumber && number >= least && number <= most)
        return std::optional(number);
    return usageError(Text::tr("--%1 must be a whole number from %2 to %3, but it is \"%4\".")
                          .arg(option)
                          .arg(least)
                          .arg(most)
                          .arg(value(option)));
}

Result<std::optional<double>> CommandLine::positiveNumber(const QString& option) const
{
    if (!has(option))
        return std::optional<double>();
    bool isNumber = false;
    const double number = value(option).toDouble(&isNumber);
    if (isNumber && number > 0 && number < 1e9)
        return std::optional(number);
    return usageError(
        Text::tr("--%1 must be a number above 0, but it is \"%2\".").arg(option, value(option)));
}

Result<std::optional<Milliseconds>> CommandLine::duration(const QString& option) const
{
    if (!has(option))
        return std::optional<Milliseconds>();
    const auto duration = parseDuration(value(option));
    if (!duration)
        return usageError(Text::tr("--%1: %2").arg(option, duration.error().what));
    return std::optional(*duration);
}

bool CommandLine::wantsJson() const
{
    return has(u"json"_s) || wantsJsonLines();
}

ParsedLine parseCommandLine(const QStringList& arguments, const QList<Command>& commands)
{
    ParsedLine parsed = Parser(arguments, commands).parse();
    const bool asksForText = parsed.line.has(u"help"_s) || parsed.line.has(u"version"_s);
    if (!parsed.error && !asksForText)
        parsed.error = contradiction(parsed.line);
    return parsed;
}

} // namespace outboard
