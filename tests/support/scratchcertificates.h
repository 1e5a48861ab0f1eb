// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/result.h"

#include <QString>

namespace outboard {

/// PEM files of a certificate and its private key.
struct ScratchKeyPair
{
    QString certificate;
    QString key;
};

/// PEM files of a throw-away authority and a server certificate for "localhost" and 127.0.0.1.
struct ScratchCertificates
{
    QString authority;
    QString foreignAuthority; ///< Signed nothing here.
    QString serverCertificate;
    QString serverKey;
    QString clientCertificate; ///< For user "client".
    QString clientKey;

    /// Makes them in `folder` with the openssl command; Error::Missing when it is not installed.
    static Result<ScratchCertificates> make(const QString& folder);

    struct Wish
    {
        QString name;                  ///< Common name and DNS name.
        bool ellipticKey = false;      ///< Else RSA.
        bool expired = false;          ///< Ended yesterday.
        bool foreignAuthority = false; ///< Signed by the one that the servers do not know.
    };

    /// One more pair in a folder that make() was called for.
    static Result<ScratchKeyPair> issue(const QString& folder, const Wish& wish);
};

} // namespace outboard
