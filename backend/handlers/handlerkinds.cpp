// SPDX-License-Identifier: GPL-3.0-or-later
#include "handlers/handlerkinds.h"

#include "handlers/commandhandler.h"
#include "handlers/httphandler.h"
#include "handlers/republishhandler.h"
#include "handlers/sqlfunctionhandler.h"
#include "settings/handlerapprovals.h"

#include <QCoreApplication>
#include <QRegularExpression>

#include <algorithm>
#include <array>

namespace outboard {

using namespace Qt::StringLiterals;

namespace {

constexpr QLatin1StringView republish("republish");

Result<std::unique_ptr<Handler>> makeRepublish(
    const HandlerSettings& settings, const HandlerParts& parts)
{
    return std::unique_ptr<Handler>(
        std::make_unique<RepublishHandler>(parts.broker, settings.name, parts.clock));
}

Result<std::unique_ptr<Handler>> makeSql(const HandlerSettings& settings, const HandlerParts&)
{
    return makeSqlFunctionHandler(settings);
}

Result<std::unique_ptr<Handler>> makeHttp(
    const HandlerSettings& settings, const HandlerParts& parts)
{
    return makeHttpHandler(settings, parts.stop);
}

Result<std::unique_ptr<Handler>> makeCommand(
    const HandlerSettings& settings, const HandlerParts& parts)
{
    return makeCommandHandler(settings, parts.stop);
}

constexpr std::array kinds = {
    HandlerKind{republish, Handler::Guard::Consumers, makeRepublish},
    HandlerKind{QLatin1StringView("sql"), Handler::Guard::Ledger, makeSql},
    HandlerKind{QLatin1StringView("http"), Handler::Guard::Ledger, makeHttp},
    HandlerKind{QLatin1StringView("command"), Handler::Guard::Ledger, makeCommand},
};

Error notApproved(const HandlerSettings& settings)
{
    return {
        Error::Kind::Refused,
        QCoreApplication::translate(
            "outboard",
            "Handler \"%1\" came with an imported profile and runs %2, which nobody has approved "
            "on this machine. If that is right, approve it: outboard profile approve %1 --profile "
            "NAME, or open the profile in the window.")
            .arg(settings.name, whatRuns(settings)),
        {}};
}

bool matches(const QString& pattern, const QString& text)
{
    QString expression = QRegularExpression::escape(pattern);
    expression.replace(u"\\*"_s, u".*"_s).replace(u"\\?"_s, u"."_s);
    const QRegularExpression glob(
        QRegularExpression::anchoredPattern(expression),
        QRegularExpression::DotMatchesEverythingOption);
    return glob.match(text).hasMatch();
}

} // namespace

std::span<const HandlerKind> handlerKinds()
{
    return kinds;
}

const HandlerKind* findHandlerKind(const QString& kind)
{
    const auto it = std::ranges::find(kinds, kind, &HandlerKind::kind);
    return it == kinds.end() ? nullptr : &*it;
}

Result<HandlerSettings> findHandler(const Profile& profile, const QString& name)
{
    for (const HandlerSettings& settings : profile.handlers) {
        if (settings.name == name)
            return settings;
    }
    if (name == republish) {
        HandlerSettings settings;
        settings.name = republish;
        settings.kind = republish;
        return settings;
    }
    return Error{
        Error::Kind::Missing,
        QCoreApplication::translate(
            "outboard", "The profile has no handler \"%1\". Choose one of: %2.")
            .arg(name, handlerNames(profile).join(u", "_s)),
        {}};
}

QStringList handlerNames(const Profile& profile)
{
    QStringList names;
    for (const HandlerSettings& settings : profile.handlers)
        names.append(settings.name);
    if (!names.contains(republish))
        names.append(republish);
    return names;
}

Result<std::unique_ptr<Handler>> makeHandler(
    const HandlerSettings& settings, const HandlerParts& parts)
{
    if (settings.awaitsApproval)
        return notApproved(settings);
    if (const HandlerKind* kind = findHandlerKind(settings.kind))
        return kind->make(settings, parts);
    QStringList known;
    for (const HandlerKind& kind : kinds)
        known.append(kind.kind);
    return Error{
        Error::Kind::Refused,
        QCoreApplication::translate(
            "outboard",
            "Handler \"%1\" has the unknown kind \"%2\". Correct the profile; the kinds are: %3.")
            .arg(settings.name, settings.kind, known.join(u", "_s)),
        {}};
}

bool acceptsTopic(const HandlerSettings& settings, const TopicName& topic)
{
    const QString text = topic.text();
    return settings.topics.isEmpty()
           || std::ranges::any_of(
               settings.topics, [&](const QString& pattern) { return matches(pattern, text); });
}

std::optional<qsizetype> ledgerIndex(
    const Profile& profile, const HandlerSettings& settings, const GroupName& group)
{
    const auto& ledgers = profile.ledgers;
    if (!settings.ledger.isEmpty()) {
        const auto named = std::ranges::find(ledgers, settings.ledger, &LedgerSettings::table);
        return named == ledgers.end() ? std::nullopt : std::optional(named - ledgers.begin());
    }
    if (!group.isEmpty())
        return ledgerOf(profile, group);
    // Without a group only a single ledger can be meant.
    return ledgers.size() == 1 ? std::optional<qsizetype>(0) : std::nullopt;
}

} // namespace outboard
