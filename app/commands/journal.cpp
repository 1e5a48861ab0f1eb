// SPDX-License-Identifier: GPL-3.0-or-later
#include "store/journal.h"

#include "commands/commandlist.h"
#include "context.h"
#include "journalfile.h"
#include "moment.h"
#include "services/journaljson.h"
#include "settings/profilestore.h"
#include "text.h"
#include "text/format.h"
#include "texttable.h"

namespace outboard {

using namespace Qt::StringLiterals;

namespace {

using Takes = OptionSpec::Takes;

constexpr qint64 pageEntries = 200;

QStringList actionNames()
{
    QStringList names;
    for (const JournalAction& action : journalActions())
        names.append(action.name);
    return names;
}

/// No profile means all of them; a profile's file is only read for its name.
Result<QString> profileName(const CommandLine& line)
{
    if (!line.has(u"profile-file"_s))
        return line.has(u"sandbox"_s) ? u"sandbox"_s : line.value(u"profile"_s);
    const auto profile = ProfileStore::loadFile(line.value(u"profile-file"_s));
    return profile ? profile->name : Result<QString>(profile.error());
}

Result<JournalFilter> filterOf(const CommandLine& line)
{
    JournalFilter filter;
    const auto profile = profileName(line);
    if (!profile)
        return profile.error();
    filter.profile = *profile;
    filter.action = line.value(u"action"_s);
    if (line.has(u"action"_s) && !actionNames().contains(filter.action)) {
        return Error{
            Error::Kind::Refused,
            Text::tr("--action must be one of %1, but it is \"%2\".")
                .arg(actionNames().join(u", "_s), filter.action),
            {}};
    }
    const auto since = momentOption(line, u"since"_s, systemClock()());
    if (!since)
        return since.error();
    filter.since = *since;
    return filter;
}

TextTable makeTable()
{
    return TextTable(
        {{Text::tr("AT")},
         {Text::tr("WHO")},
         {Text::tr("PROFILE")},
         {Text::tr("ACTION")},
         {Text::tr("IDS"), TextTable::Align::Right},
         {Text::tr("WHERE")},
         {Text::tr("STATE")},
         {Text::tr("RESULT")}});
}

QStringList cells(const JournalEntry& entry)
{
    return {
        isoText(entry.at),
        entry.who,
        entry.profile,
        entry.action,
        format::number(entry.idCount),
        entry.place,
        journalStateName(entry.state),
        journalResultText(entry)};
}

/// Newest first, a page in memory at a time.
Result<void> printEntries(Context& context, const Journal& journal, const JournalFilter& filter)
{
    TextTable table = makeTable();
    std::optional<qint64> before;
    do {
        const auto page = journal.page(filter, before, pageEntries);
        if (!page)
            return page.error();
        for (const JournalEntry& entry : page->entries) {
            if (context.out().isText()) {
                table.add(cells(entry));
                continue;
            }
            const auto details = journal.details(entry.number);
            if (!details)
                return details.error();
            context.out().item(journalJson(*details));
        }
        before = page->next;
    } while (before && !context.stop().stop_requested());
    context.out().endList();
    context.out().text(
        table.isEmpty() ? Text::tr("Nothing in the journal.") + u'\n' : table.text());
    return {};
}

void tellCutOff(Context& context, const JournalCheck& check)
{
    if (check.cutOff == 0)
        return;
    context.out().message(
        Text::tr("%1 actions have no result, the first is number %2: cut off, unknown whether they "
                 "were done. Look at the servers before you repeat them.")
            .arg(format::number(check.cutOff))
            .arg(check.firstCutOff));
}

Result<ExitCode> runJournal(Context& context)
{
    const auto filter = filterOf(context.line());
    if (!filter)
        return filter.error();
    const auto journal = openJournal();
    if (!journal)
        return journal.error();
    const auto check = (*journal)->check({}, context.stop());
    if (!check)
        return check.error();
    context.out().beginList();
    if (const auto printed = printEntries(context, **journal, *filter); !printed)
        return printed.error();
    tellCutOff(context, *check);
    if (!check->broken)
        return context.stop().stop_requested() ? ExitCode::InPart : ExitCode::Done;
    context.out().message(
        Text::tr("The journal %1 is broken at record %2: %3 What stands from there on is no "
                 "evidence. Keep a copy of the file and find out who can write to it.")
            .arg((*journal)->path())
            .arg(*check->broken)
            .arg(check->problem));
    return ExitCode::InPart;
}

} // namespace

Command journalCommand()
{
    Command command;
    command.name = u"journal"_s;
    command.summary = Text::tr("what was done from this machine: who, when, to which ids");
    command.options = {
        {u"since"_s, Takes::One, u"24h"_s, Text::tr("only this far back, or since a moment")},
        {u"action"_s,
         Takes::One,
         u"ACTION"_s,
         Text::tr("only this one: %1").arg(actionNames().join(u", "_s))},
    };
    command.lists = true;
    command.needsProfile = false;
    command.run = runJournal;
    return command;
}

} // namespace outboard
