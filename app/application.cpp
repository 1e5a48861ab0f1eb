// SPDX-License-Identifier: GPL-3.0-or-later
#include "application.h"

#include "command.h"
#include "context.h"
#include "output.h"
#include "profilesource.h"
#include "stopsignal.h"
#include "text.h"

namespace outboard {

using namespace Qt::StringLiterals;

namespace {

Output::Mode outputMode(const CommandLine& line)
{
    if (line.wantsJsonLines())
        return Output::Mode::JsonLines;
    return line.has(u"json"_s) ? Output::Mode::Json : Output::Mode::Text;
}

bool needsProfile(const CommandLine& line)
{
    const Command& command = *line.command;
    return command.needsProfile
           && (command.withoutProfile.isEmpty()
               || line.positional.value(0) != command.withoutProfile);
}

ExitCode runCommand(const CommandLine& line, Output& out)
{
    // Before anything that starts threads, so that they all leave SIGINT to it.
    const StopSignal stop;
    ProfileSource source;
    Profile profile;
    if (needsProfile(line)) {
        auto opened = source.open(line);
        if (!opened) {
            out.error(opened.error());
            return ExitCode::Usage;
        }
        profile = std::move(*opened);
    }
    Context context(line, out, std::move(profile), source.asked(), source.secrets(), stop.token());
    const auto code = line.command->run(context);
    if (code) {
        // A command that changes something has no other way than Context::act().
        const bool isDone = *code == ExitCode::Done || *code == ExitCode::InPart;
        Q_ASSERT(!isDone || !line.command->writes || context.isDryRun() || context.hasActed());
        return *code;
    }
    out.error(code.error());
    context.giveUp(code.error());
    return exitCodeOf(code.error());
}

} // namespace

bool opensWindow(const ParsedLine& parsed)
{
    const CommandLine& line = parsed.line;
    return !parsed.error && !line.command && !line.has(u"help"_s) && !line.has(u"version"_s);
}

int runHeadless(const ParsedLine& parsed)
{
    const CommandLine& line = parsed.line;
    Output out(outputMode(line));
    if (parsed.error) {
        out.error(*parsed.error);
        return static_cast<int>(ExitCode::Usage);
    }
    if (line.has(u"version"_s) || line.has(u"help"_s)) {
        Output plain(Output::Mode::Text);
        plain.text(
            line.has(u"version"_s) ? u"outboard %1\n"_s.arg(QCoreApplication::applicationVersion())
                                   : helpText(line.command));
        return static_cast<int>(ExitCode::Done);
    }
    return static_cast<int>(runCommand(line, out));
}

} // namespace outboard
