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

QStringList newKey(const QString& keyFile, bool elliptic = false)
{
    const QStringList kind = elliptic
                                 ? QStringList{u"ec"_s, u"-pkeyopt"_s, u"ec_paramgen_curve:P-256"_s}
                                 : QStringList{u"rsa:2048"_s};
    return QStringList{u"-newkey"_s} + kind + QStringList{u"-nodes"_s, u"-keyout"_s, keyFile};
}

Result<void> makeAuthority(const QString& base, const QString& name)
{
    return openssl(
        QStringList{u"req"_s, u"-x509"_s, u"-days"_s, u"2"_s, u"-subj"_s, QString(u"/CN="_s + name)}
        + newKey(QString(base + u".key")) + QStringList{u"-out"_s, QString(base + u".pem")});
}

Result<void> writeExtensions(const QString& path, const QString& name)
{
    QFile file(path);
    if (!file.open(QIODevice::WriteOnly))
        return Error{Error::Kind::Internal, u"The scratch folder cannot be written."_s, path};
    file.write("subjectAltName=DNS:" + name.toUtf8() + ",IP:127.0.0.1\n");
    return {};
}

Result<void> makeSigned(
    const QString& base, const QString& authority, const ScratchCertificates::Wish& wish)
{
    const QString request = base + u".csr";
    const QString extensions = base + u".ext";
    const auto made = openssl(
        QStringList{u"req"_s, u"-subj"_s, QString(u"/CN="_s + wish.name)}
        + newKey(QString(base + u".key"), wish.ellipticKey) + QStringList{u"-out"_s, request});
    if (!made)
        return made;
    if (auto written = writeExtensions(extensions, wish.name); !written)
        return written;
    const QStringList sign{
        u"x509"_s,
        u"-req"_s,
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
        QString(base + u".pem")};
    if (!wish.expired)
        return openssl(sign + QStringList{u"-days"_s, u"2"_s});
    // A negative number of days is how OpenSSL before 3.4 is told; later ones want two dates.
    if (openssl(sign + QStringList{u"-days"_s, u"-1"_s}))
        return {};
    return openssl(
        sign
        + QStringList{
            u"-not_before"_s, u"20200101000000Z"_s, u"-not_after"_s, u"20200102000000Z"_s});
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
    if (auto made = makeSigned(server, authority, {.name = u"localhost"_s}); !made)
        return made.error();
    if (auto made = makeSigned(client, authority, {.name = u"client"_s}); !made)
        return made.error();
    return ScratchCertificates{
        QString(authority + u".pem"),
        QString(foreign + u".pem"),
        QString(server + u".pem"),
        QString(server + u".key"),
        QString(client + u".pem"),
        QString(client + u".key")};
}

Result<ScratchKeyPair> ScratchCertificates::issue(const QString& folder, const Wish& wish)
{
    const QString base = folder + u"/" + wish.name + (wish.ellipticKey ? u"-ec" : u"-rsa")
                         + (wish.expired ? u"-expired" : u"")
                         + (wish.foreignAuthority ? u"-foreign" : u"");
    const QString authority = folder + (wish.foreignAuthority ? u"/foreign" : u"/authority");
    if (auto made = makeSigned(base, authority, wish); !made)
        return made.error();
    return ScratchKeyPair{QString(base + u".pem"), QString(base + u".key")};
}

} // namespace outboard
