// SPDX-License-Identifier: GPL-3.0-or-later
#include "settings/handlerapprovals.h"

#include "settings/connectiontext.h"

#include <QCoreApplication>
#include <QCryptographicHash>
#include <QDir>
#include <QFile>
#include <QFileInfo>
#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QSaveFile>
#include <QStandardPaths>

namespace outboard {

using namespace Qt::StringLiterals;

namespace {

/// As JSON, so that no two commands have one text.
QString hashOf(const HandlerSettings& handler)
{
    const QJsonArray parts{
        handler.kind,
        withoutPassword(handler.url),
        handler.ca,
        QJsonArray::fromStringList(handler.command)};
    return QString::fromLatin1(
        QCryptographicHash::hash(
            QJsonDocument(parts).toJson(QJsonDocument::Compact), QCryptographicHash::Sha256)
            .toHex());
}

Error unusable(const QString& path, const QString& reason)
{
    return {
        Error::Kind::Refused,
        QCoreApplication::translate(
            "outboard",
            "The approvals of imported handlers cannot be kept in %1: %2. Mend or remove the file; "
            "then approve the handlers again.")
            .arg(path, reason),
        {}};
}

} // namespace

bool runsOutside(const HandlerSettings& handler)
{
    return handler.kind == u"command" || handler.kind == u"http";
}

QString whatRuns(const HandlerSettings& handler)
{
    if (handler.kind == u"http")
        return withoutPassword(handler.url);
    QStringList words;
    for (const QString& word : handler.command) {
        const bool isPlain = !word.isEmpty() && !word.contains(u' ') && !word.contains(u'"');
        words << (isPlain ? word : QString(u'"' + QString(word).replace(u'"', u"\\\""_s) + u'"'));
    }
    return words.join(u' ');
}

HandlerApprovals::HandlerApprovals(QString path)
    : m_path(std::move(path))
{}

QString HandlerApprovals::defaultPath()
{
    return QStandardPaths::writableLocation(QStandardPaths::AppConfigLocation)
           + u"/profiles/.approvals"_s;
}

Result<void> HandlerApprovals::addImported(const QString& profile) const
{
    auto approved = read();
    if (!approved)
        return approved.error();
    approved->insert(profile, {});
    return write(*approved);
}

Result<void> HandlerApprovals::approve(const QString& profile, const HandlerSettings& handler) const
{
    auto approved = read();
    if (!approved)
        return approved.error();
    const auto known = approved->find(profile);
    if (known == approved->end() || known->contains(hashOf(handler)))
        return {};
    known->append(hashOf(handler));
    return write(*approved);
}

Result<void> HandlerApprovals::forget(const QString& profile) const
{
    auto approved = read();
    if (!approved)
        return approved.error();
    return approved->remove(profile) ? write(*approved) : Result<void>();
}

Result<Profile> HandlerApprovals::applied(Profile profile) const
{
    const auto approved = read();
    if (!approved)
        return approved.error();
    const auto known = approved->constFind(profile.name);
    for (HandlerSettings& handler : profile.handlers) {
        handler.awaitsApproval = known != approved->constEnd() && runsOutside(handler)
                                 && !known->contains(hashOf(handler));
    }
    return profile;
}

Result<HandlerApprovals::Approved> HandlerApprovals::read() const
{
    Approved approved;
    QFile file(m_path);
    if (!file.exists())
        return approved;
    if (!file.open(QIODevice::ReadOnly))
        return unusable(m_path, file.errorString());
    const QJsonDocument document = QJsonDocument::fromJson(file.readAll());
    if (!document.isObject())
        return unusable(m_path, QCoreApplication::translate("outboard", "it holds something else"));
    const QJsonObject object = document.object();
    for (auto it = object.begin(); it != object.end(); ++it) {
        QStringList hashes;
        for (const QJsonValue& hash : it.value().toArray())
            hashes << hash.toString();
        approved.insert(it.key(), hashes);
    }
    return approved;
}

Result<void> HandlerApprovals::write(const Approved& approved) const
{
    QJsonObject object;
    for (auto it = approved.cbegin(); it != approved.cend(); ++it)
        object.insert(it.key(), QJsonArray::fromStringList(it.value()));
    const QString folder = QFileInfo(m_path).path();
    if (!QDir().exists(folder)) {
        if (!QDir().mkpath(folder))
            return unusable(
                m_path, QCoreApplication::translate("outboard", "the folder cannot be created"));
        QFile::setPermissions(
            folder, QFileDevice::ReadOwner | QFileDevice::WriteOwner | QFileDevice::ExeOwner);
    }
    QSaveFile file(m_path);
    const QByteArray json = QJsonDocument(object).toJson();
    if (!file.open(QIODevice::WriteOnly)
        || !file.setPermissions(QFileDevice::ReadOwner | QFileDevice::WriteOwner)
        || file.write(json) != json.size() || !file.commit())
        return unusable(m_path, file.errorString());
    return {};
}

} // namespace outboard
