// SPDX-License-Identifier: GPL-3.0-or-later
#include "command.h"
#include "text.h"
#include "texttable.h"

namespace outboard {

using namespace Qt::StringLiterals;

namespace {

QString usage(const OptionSpec& option)
{
    QString text = u"--"_s + option.name;
    if (!option.value.isEmpty())
        text += u' ' + option.value;
    if (option.takes == OptionSpec::Takes::Many)
        text += u".."_s;
    return text;
}

QString optionList(const QString& title, const QList<OptionSpec>& options)
{
    TextTable table;
    for (const OptionSpec& option : options) {
        const bool isRepeatable = option.takes == OptionSpec::Takes::Each;
        table.add(
            {u"  "_s + usage(option),
             isRepeatable ? option.help + u' ' + Text::tr("(repeatable)") : option.help});
    }
    return options.isEmpty() ? QString() : u'\n' + title + u'\n' + table.text();
}

QString applicationHelp()
{
    TextTable table;
    for (const Command& command : commands())
        table.add({u"  "_s + command.name, command.summary});
    return Text::tr("Usage: outboard [--profile NAME | --profile-file FILE | --sandbox] [COMMAND] "
                    "[options]")
           + u"\n\n"_s
           + Text::tr("Watches and mends a transactional outbox, its broker and its ledgers. "
                      "Without a command the window opens.")
           + u"\n\n"_s + Text::tr("Commands (outboard COMMAND --help tells more):") + u'\n'
           + table.text() + optionList(Text::tr("Options:"), globalOptions()) + u'\n'
           + Text::tr("Exit status: 0 done, 1 done in part, 2 wrong usage or profile, "
                      "3 a server could not be reached, 4 refused by a guard.")
           + u'\n';
}

} // namespace

QString helpText(const Command* command)
{
    if (!command)
        return applicationHelp();
    QString line = u"outboard "_s + command->name;
    if (!command->positional.isEmpty())
        line += u' ' + command->positional;
    const QList<OptionSpec> writing = command->writes ? writingOptions() : QList<OptionSpec>();
    QString summary = command->summary;
    summary.front() = summary.front().toUpper();
    return Text::tr("Usage: %1 [options]").arg(line) + u"\n\n"_s + summary + u".\n"_s
           + optionList(Text::tr("Options:"), command->options)
           + optionList(Text::tr("Options of commands that change something:"), writing)
           + optionList(Text::tr("Options of every command:"), globalOptions());
}

} // namespace outboard
