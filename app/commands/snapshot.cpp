// SPDX-License-Identifier: GPL-3.0-or-later
#include "commands/commandlist.h"
#include "context.h"
#include "core/operatorname.h"
#include "historyfile.h"
#include "journalfile.h"
#include "services/incidentsnapshot.h"
#include "services/snapshotcompare.h"
#include "store/historystore.h"
#include "store/journal.h"
#include "survey.h"
#include "text.h"

#include <QFileInfo>

namespace outboard {

using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

namespace {

using Takes = OptionSpec::Takes;

constexpr qsizetype groupsShown = 6;
constexpr qint64 deedsShown = 100;
constexpr auto defaultReach = 6h;

Error usage()
{
    return {
        Error::Kind::Refused,
        Text::tr("Use snapshot --out FILE.html or FILE.json, or snapshot compare BEFORE AFTER."),
        {}};
}

/// What a window kept of this profile; nothing when there was none, or the file cannot be used.
StoredHistory storedOf(Context& context, TimePoint from, TimePoint to)
{
    const QString path = historyFile(context.profile().name);
    if (context.line().has(u"sandbox"_s) || !QFileInfo::exists(path))
        return {};
    const auto store = HistoryStore::open(path);
    const auto stored =
        store ? (*store)->read(from, to, groupsShown) : Result<StoredHistory>(store.error());
    if (!stored)
        context.out().message(stored.error().what);
    return stored.value_or(StoredHistory());
}

QList<JournalEntry> deedsOf(Context& context, TimePoint from)
{
    const auto journal = openJournal();
    const JournalFilter filter{
        .profile = context.profile().name, .action = {}, .text = {}, .since = from};
    const auto page = journal ? (*journal)->page(filter, std::nullopt, deedsShown)
                              : Result<JournalPage>(journal.error());
    if (!page)
        context.out().message(page.error().what);
    return page ? page->entries : QList<JournalEntry>();
}

Result<ExitCode> save(Context& context, const QString& path)
{
    const auto reach = context.line().duration(u"since"_s);
    if (!reach)
        return reach.error();
    const auto snapshot = survey(context, 2);
    if (!snapshot)
        return snapshot.error();
    History live;
    live.add(**snapshot);
    const TimePoint from = (*snapshot)->finishedAt - reach->value_or(defaultReach);
    const QJsonObject document = incidentDocument(
        {**snapshot,
         context.profile(),
         live,
         storedOf(context, from, (*snapshot)->finishedAt),
         deedsOf(context, from),
         operatorName(),
         from});
    if (const auto written = writeIncident(path, document); !written)
        return written.error();
    context.out().document(QJsonObject{{u"file"_s, path}, {u"at"_s, document[u"at"_s]}});
    context.out().text(Text::tr("Saved %1").arg(path) + u'\n');
    reportSources(context, **snapshot);
    return exitCodeOf(**snapshot);
}

Result<ExitCode> compare(Context& context, const QString& before, const QString& after)
{
    const auto first = readIncident(before);
    if (!first)
        return first.error();
    const auto second = readIncident(after);
    if (!second)
        return second.error();
    const SnapshotComparison comparison = compareIncidents(*first, *second);
    context.out().document(comparisonJson(comparison));
    context.out().text(comparisonText(comparison));
    return ExitCode::Done;
}

Result<ExitCode> runSnapshot(Context& context)
{
    const QStringList& words = context.line().positional;
    const QString out = context.line().value(u"out"_s);
    if (words.size() == 3 && words.first() == u"compare" && out.isEmpty())
        return compare(context, words.at(1), words.at(2));
    if (!words.isEmpty() || out.isEmpty())
        return usage();
    return save(context, out);
}

} // namespace

Command snapshotCommand()
{
    Command command;
    command.name = u"snapshot"_s;
    command.summary =
        Text::tr("all numbers, findings and charts of now in one file; what changed between two");
    command.positional = u"[compare BEFORE AFTER]"_s;
    command.options = {
        {u"out"_s, Takes::One, u"FILE"_s, Text::tr("the file to write: FILE.html or FILE.json")},
        {u"since"_s, Takes::One, u"6h"_s, Text::tr("how far back the charts reach")},
    };
    command.withoutProfile = u"compare"_s;
    command.run = runSnapshot;
    return command;
}

} // namespace outboard
