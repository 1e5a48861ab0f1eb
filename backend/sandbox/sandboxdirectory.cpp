// SPDX-License-Identifier: GPL-3.0-or-later
#include "sandbox/sandboxdirectory.h"

#include "core/log.h"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <QCoreApplication>
#include <QDir>
#include <QFile>
#include <QFileInfo>
#include <QStringList>

#include <cerrno>
#include <cstdlib>
#include <cstring>

namespace outboard {

using namespace Qt::StringLiterals;

namespace {

// 108 bytes are all a socket's path may have; "/ob-XXXXXX/.s.PGSQL.5432" takes 25 of them.
constexpr qsizetype longestParent = 80;

bool everybodyMayPass(const QString& path)
{
    QDir directory(path);
    while (QFileInfo(directory.path()).permission(QFile::ExeOther)) {
        if (directory.isRoot() || !directory.cdUp())
            return true;
    }
    return false;
}

/// Preferred first.
QStringList parents(const std::optional<ServerUser>& owner)
{
    const QString preferred = QDir(QDir::tempPath()).canonicalPath();
    QStringList list;
    const bool isShort = QFile::encodeName(preferred).size() <= longestParent;
    if (!preferred.isEmpty() && isShort && (!owner || everybodyMayPass(preferred)))
        list << preferred;
    if (!list.contains(u"/tmp"_s))
        list << u"/tmp"_s;
    return list;
}

Error cannotCreate(const QString& parent, int number)
{
    return {
        Error::Kind::Refused,
        QCoreApplication::translate(
            "outboard",
            "The sandbox needs a directory below %1, which could not be created. Free some space "
            "or "
            "set TMPDIR to a directory you may write to.")
            .arg(parent),
        QString::fromLocal8Bit(std::strerror(number))}; // NOLINT(concurrency-mt-unsafe)
}

int openLocked(const QByteArray& path)
{
    const int descriptor = open(path.constData(), O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
    if (descriptor >= 0 && flock(descriptor, LOCK_EX | LOCK_NB) != 0) {
        close(descriptor);
        return -1;
    }
    return descriptor;
}

bool isStillAt(const QByteArray& path, int descriptor)
{
    struct stat opened = {};
    struct stat found = {};
    return fstat(descriptor, &opened) == 0 && lstat(path.constData(), &found) == 0
           && opened.st_ino == found.st_ino && opened.st_dev == found.st_dev;
}

bool isOurs(int descriptor, const std::optional<ServerUser>& owner)
{
    struct stat found = {};
    if (fstat(descriptor, &found) != 0 || (found.st_mode & 077) != 0)
        return false;
    return found.st_uid == geteuid() || (owner && found.st_uid == owner->uid);
}

} // namespace

Result<std::unique_ptr<SandboxDirectory>> SandboxDirectory::create(
    const std::optional<ServerUser>& owner)
{
    const QString parent = parents(owner).constFirst();
    // A sweep may take the new directory before it is locked; then it is gone, and another is made.
    for (int attempt = 0; attempt < 10; ++attempt) {
        QByteArray path = QFile::encodeName(parent + u"/ob-XXXXXX"_s);
        if (mkdtemp(path.data()) == nullptr)
            return cannotCreate(parent, errno);
        const int lock = openLocked(path);
        if (lock < 0)
            continue;
        if (!isStillAt(path, lock)) {
            close(lock);
            continue;
        }
        std::unique_ptr<SandboxDirectory> made(new SandboxDirectory(QFile::decodeName(path), lock));
        if (owner && fchown(lock, owner->uid, owner->gid) != 0)
            return cannotCreate(parent, errno);
        return made;
    }
    return cannotCreate(parent, EAGAIN);
}

int SandboxDirectory::sweep(const std::optional<ServerUser>& owner)
{
    int swept = 0;
    for (const QString& parent : parents(owner)) {
        const QStringList names =
            QDir(parent).entryList({u"ob-??????"_s}, QDir::Dirs | QDir::NoSymLinks);
        for (const QString& name : names) {
            const QString path = parent + u'/' + name;
            const int lock = openLocked(QFile::encodeName(path));
            if (lock < 0)
                continue; // A living sandbox, or somebody else's.
            if (isOurs(lock, owner) && QDir(path).removeRecursively())
                ++swept;
            close(lock);
        }
    }
    return swept;
}

SandboxDirectory::SandboxDirectory(QString path, int lock)
    : m_path(std::move(path))
    , m_lock(lock)
{}

SandboxDirectory::~SandboxDirectory()
{
    if (!QDir(m_path).removeRecursively())
        qCWarning(logSandbox) << "could not remove" << m_path
                              << "- the next sandbox will try again";
    close(m_lock);
}

QString SandboxDirectory::file(const QString& name) const
{
    return m_path + u'/' + name;
}

} // namespace outboard
