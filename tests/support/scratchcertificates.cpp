// SPDX-License-Identifier: GPL-3.0-or-later
#include "support/scratchcertificates.h"

#include <QFile>
#include <QProcess>
#include <QStandardPaths>
#include <QStringList>

namespace outboard {

using namespace Qt::StringLiterals;

namespace {

Result<void> openssl(const QStringList& arguments)
{
    const QString program = QStandardPaths::findExecutable(u"openssl"_s);
    if (program.isEmpty())
        return Error{Error::Kind::Missing, u"The openssl command is not installed."_s, {}};
    QProcess process;
    process.start(program, arguments);
    if (!process.waitForFinished() || process.exitCode() != 0) {
        const QString text = QString::fromUtf8(process.readAllStandardError());
        return Error{Error::Kind::Refused, u"openssl failed."_s, text};
    }
    return {};
}

QStringList newKey(const QString& keyFile)
{
    return {u"-newkey"_s, u"rsa:2048"_s, u"-nodes"_s, u"-keyout"_s, keyFile};
}

Result<void> makeAuthority(const QString& base, const QString& name)
{
    return openssl(
        QStringList{u"req"_s, u"-x509"_s, u"-days"_s, u"2"_s, u"-subj"_s, QString(u"/CN="_s + name)}
        + newKey(QString(base + u".key")) + QStringList{u"-out"_s, QString(base + u".pem")});
}

Result<void> makeSigned(const QString& base, const QString& authority, const QString& name)
{
    const QString request = base + u".csr";
    const auto made = openssl(
        QStringList{u"req"_s, u"-subj"_s, QString(u"/CN="_s + name)}
        + newKey(QString(base + u".key")) + QStringList{u"-out"_s, request});
    if (!made)
        return made;
    const QString extensions = base + u".ext";
    QFile file(extensions);
    if (!file.open(QIODevice::WriteOnly))
        return Error{Error::Kind::Internal, u"The scratch folder cannot be written."_s, extensions};
    file.write("subjectAltName=DNS:" + name.toUtf8() + ",IP:127.0.0.1\n");
    file.close();
    return openssl(
        {u"x509"_s,
         u"-req"_s,
         u"-days"_s,
         u"2"_s,
         u"-in"_s,
         request,
         u"-CA"_s,
         QString(authority + u".pem"),
         u"-CAkey"_s,
         QString(authority + u".key"),
         u"-CAcreateserial"_s,
         u"-extfile"_s,
         extensions,
         u"-out"_s,
         QString(base + u".pem")});
}

} // namespace

Result<ScratchCertificates> ScratchCertificates::make(const QString& folder)
{
    const QString authority = folder + u"/authority";
    const QString foreign = folder + u"/foreign";
    const QString server = folder + u"/server";
    const QString client = folder + u"/client";
    if (auto made = makeAuthority(authority, u"Scratch authority"_s); !made)
        return made.error();
    if (auto made = makeAuthority(foreign, u"Foreign authority"_s); !made)
        return made.error();
    if (auto made = makeSigned(server, authority, u"localhost"_s); !made)
        return made.error();
    if (auto made = makeSigned(client, authority, u"client"_s); !made)
        return made.error();
    return ScratchCertificates{
        QString(authority + u".pem"),
        QString(foreign + u".pem"),
        QString(server + u".pem"),
        QString(server + u".key"),
        QString(client + u".pem"),
        QString(client + u".key")};
}

} // namespace outboard
