// SPDX-License-Identifier: GPL-3.0-or-later
#include "commands/commandlist.h"
#include "context.h"
#include "handlers/handlerkinds.h"
#include "settings/profileexchange.h"
#include "settings/profilestore.h"
#include "text.h"

#include <QJsonArray>
#include <QJsonObject>

namespace outboard {

using namespace Qt::StringLiterals;

namespace {

using Takes = OptionSpec::Takes;

Error usage()
{
    return {
        Error::Kind::Refused,
        Text::tr("Write one of: profile list · profile import FILE [--name NAME] · profile export "
                 "FILE --profile NAME · profile approve HANDLER --profile NAME."),
        {}};
}

/// What of the profile nobody has approved: the handler's name and what it runs.
QJsonArray awaiting(Context& context, const Profile& profile)
{
    QJsonArray handlers;
    for (const HandlerSettings& handler : profile.handlers) {
        if (!handler.awaitsApproval)
            continue;
        handlers.append(QJsonObject{{u"handler"_s, handler.name}, {u"runs"_s, whatRuns(handler)}});
        context.out().text(
            Text::tr("Handler %1 runs %2: not approved\n").arg(handler.name, whatRuns(handler)));
    }
    return handlers;
}

Result<ExitCode> list(Context& context, const ProfileStore& store)
{
    QJsonArray names;
    for (const QString& name : store.names()) {
        names.append(name);
        context.out().text(name + u'\n');
    }
    context.out().document(QJsonObject{{u"profiles"_s, names}});
    return ExitCode::Done;
}

Result<ExitCode> import(Context& context, const ProfileStore& store, const QString& file)
{
    const auto profile = importProfile(store, file, context.line().value(u"name"_s));
    if (!profile)
        return profile.error();
    context.out().text(Text::tr("Imported profile %1\n").arg(profile->name));
    const QJsonArray handlers = awaiting(context, *profile);
    context.out().document(
        QJsonObject{{u"imported"_s, profile->name}, {u"awaiting_approval"_s, handlers}});
    return ExitCode::Done;
}

Result<ExitCode> exportTo(Context& context, const ProfileStore& store, const QString& file)
{
    const auto profile = store.load(context.line().value(u"profile"_s));
    if (!profile)
        return profile.error();
    if (auto written = exportProfile(*profile, file); !written)
        return written.error();
    context.out().text(Text::tr("Exported profile %1 to %2\n").arg(profile->name, file));
    context.out().document(QJsonObject{{u"exported"_s, profile->name}, {u"file"_s, file}});
    return ExitCode::Done;
}

Result<ExitCode> approve(Context& context, const ProfileStore& store, const QString& name)
{
    const auto profile = store.load(context.line().value(u"profile"_s));
    if (!profile)
        return profile.error();
    const auto handler = findHandler(*profile, name);
    if (!handler)
        return handler.error();
    if (auto approved = store.approvals().approve(profile->name, *handler); !approved)
        return approved.error();
    context.out().text(Text::tr("Approved: %1 runs %2\n").arg(name, whatRuns(*handler)));
    context.out().document(QJsonObject{{u"approved"_s, name}, {u"runs"_s, whatRuns(*handler)}});
    return ExitCode::Done;
}

Result<ExitCode> runProfile(Context& context)
{
    const ProfileStore store;
    const QStringList& words = context.line().positional;
    if (words == QStringList{u"list"_s})
        return list(context, store);
    if (words.size() != 2)
        return usage();
    if (words.first() == u"import")
        return import(context, store, words.at(1));
    if (!context.line().has(u"profile"_s))
        return usage();
    if (words.first() == u"export")
        return exportTo(context, store, words.at(1));
    return words.first() == u"approve" ? approve(context, store, words.at(1))
                                       : Result<ExitCode>(usage());
}

} // namespace

Command profileCommand()
{
    Command command;
    command.name = u"profile"_s;
    command.summary =
        Text::tr("list, import and export profiles; approve what an imported one runs");
    command.positional = u"list|import|export|approve [FILE|HANDLER]"_s;
    command.options = {
        {u"name"_s, Takes::One, u"NAME"_s, Text::tr("what an imported profile is to be called")},
    };
    command.needsProfile = false;
    command.run = runProfile;
    return command;
}

} // namespace outboard
