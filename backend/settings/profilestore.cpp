// SPDX-License-Identifier: GPL-3.0-or-later
#include "settings/profilestore.h"

#include "settings/profilejson.h"

#include <QCoreApplication>
#include <QDir>
#include <QFile>
#include <QFileInfo>
#include <QSaveFile>
#include <QStandardPaths>

namespace outboard {

using namespace Qt::StringLiterals;

namespace {

constexpr qint64 largestFile = 1'000'000;

Error cannotWrite(const QString& path, const QString& reason)
{
    return {
        Error::Kind::Refused,
        QCoreApplication::translate("outboard", "The profile cannot be saved as %1: %2.")
            .arg(path, reason),
        {}};
}

} // namespace

ProfileStore::ProfileStore(QString folder)
    : m_folder(std::move(folder))
{}

QString ProfileStore::defaultFolder()
{
    return QStandardPaths::writableLocation(QStandardPaths::AppConfigLocation) + u"/profiles"_s;
}

QStringList ProfileStore::names() const
{
    QStringList names;
    for (const QFileInfo& file :
         QDir(m_folder).entryInfoList({u"*.json"_s}, QDir::Files, QDir::Name)) {
        if (checkProfileName(file.completeBaseName()))
            names.append(file.completeBaseName());
    }
    return names;
}

Result<Profile> ProfileStore::load(const QString& name) const
{
    if (auto checked = checkProfileName(name); !checked)
        return checked.error();
    if (!QFile::exists(pathOf(name))) {
        const QStringList known = names();
        const QString what = known.isEmpty()
                                 ? QCoreApplication::translate(
                                       "outboard",
                                       "There is no profile \"%1\". Write one to %2, or name a "
                                       "file with --profile-file.")
                                       .arg(name, pathOf(name))
                                 : QCoreApplication::translate(
                                       "outboard", "There is no profile \"%1\". There are: %2.")
                                       .arg(name, known.join(u", "_s));
        return Error{Error::Kind::Missing, what, {}};
    }
    auto profile = loadFile(pathOf(name));
    if (profile && profile->name != name) {
        return Error{
            Error::Kind::Refused,
            QCoreApplication::translate(
                "outboard",
                "Profile file %1: \"name\" is \"%2\". Make it \"%3\", as the file is called, so "
                "that "
                "nobody takes one profile for another.")
                .arg(pathOf(name), profile->name, name),
            {}};
    }
    return profile ? approvals().applied(*profile) : profile;
}

HandlerApprovals ProfileStore::approvals() const
{
    return HandlerApprovals(m_folder + u"/.approvals"_s);
}

Result<Profile> ProfileStore::loadFile(const QString& path)
{
    QFile file(path);
    if (!file.open(QIODevice::ReadOnly)) {
        return Error{
            file.exists() ? Error::Kind::Refused : Error::Kind::Missing,
            QCoreApplication::translate("outboard", "Profile file %1 cannot be read: %2.")
                .arg(path, file.errorString()),
            {}};
    }
    if (file.size() > largestFile) {
        return Error{
            Error::Kind::Refused,
            QCoreApplication::translate("outboard", "%1 is too large to be a profile.").arg(path),
            {}};
    }
    auto profile = profileFromJson(file.readAll(), QFileInfo(path).completeBaseName());
    if (!profile) {
        Error error = profile.error();
        error.what =
            QCoreApplication::translate("outboard", "Profile file %1: %2").arg(path, error.what);
        return error;
    }
    return profile;
}

Result<void> ProfileStore::save(const Profile& profile) const
{
    if (auto checked = checkProfileName(profile.name); !checked)
        return checked;
    const QString path = pathOf(profile.name);
    if (!QDir().exists(m_folder)) {
        if (!QDir().mkpath(m_folder))
            return cannotWrite(
                path, QCoreApplication::translate("outboard", "the folder cannot be created"));
        QFile::setPermissions(
            m_folder, QFileDevice::ReadOwner | QFileDevice::WriteOwner | QFileDevice::ExeOwner);
    }
    QSaveFile file(path);
    if (!file.open(QIODevice::WriteOnly))
        return cannotWrite(path, file.errorString());
    const QByteArray json = profileToJson(profile);
    if (!file.setPermissions(QFileDevice::ReadOwner | QFileDevice::WriteOwner)
        || file.write(json) != json.size() || !file.commit())
        return cannotWrite(path, file.errorString());
    return {};
}

Result<void> ProfileStore::remove(const QString& name) const
{
    if (auto checked = checkProfileName(name); !checked)
        return checked;
    QFile file(pathOf(name));
    if (!file.remove()) {
        return Error{
            file.exists() ? Error::Kind::Refused : Error::Kind::Missing,
            QCoreApplication::translate("outboard", "Profile \"%1\" cannot be removed: %2.")
                .arg(name, file.errorString()),
            {}};
    }
    return approvals().forget(name);
}

QString ProfileStore::pathOf(const QString& name) const
{
    return m_folder + u'/' + name + u".json";
}

} // namespace outboard
