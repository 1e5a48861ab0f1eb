// SPDX-License-Identifier: GPL-3.0-or-later
#include "store/localfile.h"

#include <QCoreApplication>
#include <QDir>
#include <QFile>
#include <QFileInfo>

namespace outboard {

namespace {

constexpr auto fileMode = QFile::ReadOwner | QFile::WriteOwner;
constexpr auto folderMode = QFile::ReadOwner | QFile::WriteOwner | QFile::ExeOwner;
constexpr auto othersMode = QFile::ReadGroup | QFile::WriteGroup | QFile::ExeGroup
                            | QFile::ReadOther | QFile::WriteOther | QFile::ExeOther;

Error cannotCreate(const QString& path, const QString& detail)
{
    return {
        Error::Kind::Refused,
        QCoreApplication::translate(
            "outboard", "%1 cannot be created. Check that its folder can be written to.")
            .arg(path),
        detail};
}

Error cannotProtect(const QString& path)
{
    return {
        Error::Kind::Refused,
        QCoreApplication::translate(
            "outboard", "Others can read %1, and that cannot be changed. Make it yours, mode 0600.")
            .arg(path),
        {}};
}

Result<void> makeFolder(const QString& path)
{
    const QDir folder(path);
    if (folder.exists())
        return {};
    const QString parent = QFileInfo(path).absolutePath();
    if (const auto made = makeFolder(parent); !made)
        return made;
    if (!QDir(parent).mkdir(folder.dirName(), folderMode) && !folder.exists())
        return cannotCreate(path, {});
    return {};
}

} // namespace

Result<void> ensurePrivateFile(const QString& path)
{
    if (const auto made = makeFolder(QFileInfo(path).absolutePath()); !made)
        return made;
    QFile file(path);
    // Created private from the first moment; another process may be faster.
    if (!file.exists() && !file.open(QFile::WriteOnly | QFile::NewOnly, fileMode) && !file.exists())
        return cannotCreate(path, file.errorString());
    file.close();
    if ((file.permissions() & othersMode) && !file.setPermissions(fileMode))
        return cannotProtect(path);
    return {};
}

} // namespace outboard
