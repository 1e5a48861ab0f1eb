// SPDX-License-Identifier: GPL-3.0-or-later
#include "settings/profileexchange.h"

#include "settings/connectiontext.h"
#include "settings/handlerapprovals.h"
#include "settings/profilejson.h"

#include <QCoreApplication>
#include <QRegularExpression>
#include <QSaveFile>
#include <QUrl>

namespace outboard {

using namespace Qt::StringLiterals;

namespace {

/// "--api-token=x", "token=x", "Authorization: Bearer x", a URL with a password.
bool looksSecret(const QString& text)
{
    static const QRegularExpression named(
        u"(pass(word|wd)?|secret|token|api[_-]?key|access[_-]?key|credential|bearer)s?\\s*[=: ]\\s*"
        "\\S"_s,
        QRegularExpression::CaseInsensitiveOption);
    return named.match(text).hasMatch() || withoutPassword(text) != text;
}

/// "--token" whose secret is the next word.
bool asksForSecret(const QString& word)
{
    static const QRegularExpression flag(
        u"^--?[\\w-]*(pass(word|wd)?|secret|token|api[_-]?key|access[_-]?key)$"_s,
        QRegularExpression::CaseInsensitiveOption);
    return flag.match(word).hasMatch();
}

Error holdsSecret(const QString& place)
{
    return {
        Error::Kind::Refused,
        QCoreApplication::translate(
            "outboard",
            "\"%1\" holds what looks like a secret, so that the profile was not exported. Let the "
            "program read it from its environment or a file, and take it out of the profile.")
            .arg(place),
        {}};
}

Result<void> checkHandler(const HandlerSettings& handler, const QString& place)
{
    const QUrl url(withoutPassword(handler.url));
    if (looksSecret(url.query(QUrl::FullyDecoded)))
        return holdsSecret(place + u".url");
    for (qsizetype i = 0; i < handler.command.size(); ++i) {
        const bool follows = i > 0 && asksForSecret(handler.command.at(i - 1));
        if (follows || looksSecret(handler.command.at(i)))
            return holdsSecret(u"%1.command[%2]"_s.arg(place).arg(i));
    }
    return {};
}

} // namespace

Result<void> exportProfile(const Profile& profile, const QString& path)
{
    for (qsizetype i = 0; i < profile.handlers.size(); ++i) {
        if (auto checked = checkHandler(profile.handlers.at(i), u"handlers[%1]"_s.arg(i)); !checked)
            return checked;
    }
    QSaveFile file(path);
    const QByteArray json = profileToJson(profile);
    if (!file.open(QIODevice::WriteOnly) || file.write(json) != json.size() || !file.commit()) {
        return Error{
            Error::Kind::Refused,
            QCoreApplication::translate("outboard", "The profile cannot be exported to %1: %2.")
                .arg(path, file.errorString()),
            {}};
    }
    return {};
}

Result<Profile> importProfile(const ProfileStore& store, const QString& path, const QString& name)
{
    auto profile = ProfileStore::loadFile(path);
    if (!profile)
        return profile.error();
    if (!name.isEmpty())
        profile->name = name;
    if (auto checked = checkProfileName(profile->name); !checked)
        return checked.error();
    if (store.names().contains(profile->name)) {
        return Error{
            Error::Kind::Conflict,
            QCoreApplication::translate(
                "outboard",
                "There is a profile \"%1\" already. Import the file under another name.")
                .arg(profile->name),
            {}};
    }
    // Before the profile itself: cut off in between, nothing is approved.
    if (auto marked = store.approvals().addImported(profile->name); !marked)
        return marked.error();
    if (auto saved = store.save(*profile); !saved)
        return saved.error();
    return store.load(profile->name);
}

} // namespace outboard
