// SPDX-License-Identifier: GPL-3.0-or-later
#include "services/incidenthtml.h"
#include "services/incidentsnapshot.h"

#include <QCoreApplication>
#include <QFile>
#include <QJsonDocument>
#include <QSaveFile>

namespace outboard {

using namespace Qt::StringLiterals;

namespace {

constexpr qint64 mostBytes = 256'000'000;

struct Text
{
    Q_DECLARE_TR_FUNCTIONS(outboard)
};

bool isHtmlName(const QString& path)
{
    return path.endsWith(u".html"_s, Qt::CaseInsensitive)
           || path.endsWith(u".htm"_s, Qt::CaseInsensitive);
}

Error notOne(const QString& path, const QString& detail)
{
    return {
        Error::Kind::Refused,
        Text::tr("%1 is no incident snapshot of Outboard. Choose a file that it saved.").arg(path),
        detail};
}

/// The data inside a page; else all of it.
QByteArray dataIn(const QByteArray& content)
{
    const qsizetype begin = content.indexOf(incident::dataBegin);
    if (begin < 0)
        return content;
    const qsizetype from = begin + incident::dataBegin.size();
    return content.mid(from, content.indexOf(incident::dataEnd, from) - from);
}

} // namespace

Result<void> writeIncident(const QString& path, const QJsonObject& document)
{
    const QByteArray content =
        isHtmlName(path) ? incidentHtml(document) : QJsonDocument(document).toJson();
    QSaveFile file(path);
    // Names of servers, groups and people are in it.
    const bool isWritten = file.open(QIODevice::WriteOnly)
                           && file.setPermissions(QFile::ReadOwner | QFile::WriteOwner)
                           && file.write(content) == content.size() && file.commit();
    if (isWritten)
        return {};
    return Error{
        Error::Kind::Refused,
        Text::tr("%1 cannot be written. Choose another folder.").arg(path),
        file.errorString()};
}

Result<QJsonObject> readIncident(const QString& path)
{
    QFile file(path);
    if (!file.open(QIODevice::ReadOnly)) {
        return Error{
            Error::Kind::Missing,
            Text::tr("%1 cannot be read. Check its name and who may read it.").arg(path),
            file.errorString()};
    }
    if (file.size() > mostBytes)
        return notOne(path, {});
    QJsonParseError problem;
    const auto json = QJsonDocument::fromJson(dataIn(file.readAll()), &problem);
    const QJsonObject document = json.object();
    if (document.value(u"format"_s) != QJsonValue(u"outboard-incident"_s))
        return notOne(path, problem.errorString());
    if (document.value(u"version"_s).toInt() != 1) {
        return Error{
            Error::Kind::Refused,
            Text::tr("A newer Outboard saved %1. Use that one.").arg(path),
            {}};
    }
    return document;
}

} // namespace outboard
