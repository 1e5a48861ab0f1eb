// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/result.h"
#include "settings/profile.h"

class QSslConfiguration;
class QSslSocket;

namespace outboard {

/// Certificates and key from their files; without a CA file the system's authorities are trusted.
/// Error::Missing names a file that cannot be read, Error::Tls one that holds something else.
Result<QSslConfiguration> tlsConfiguration(const TlsSettings& settings);

/// Why the handshake of this socket failed, and what to do about it.
Error handshakeError(const QSslSocket& socket, const QString& place);

} // namespace outboard
