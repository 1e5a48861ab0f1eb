// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/result.h"
#include "settings/profile.h"

#include <QString>

#include <optional>

class QSslConfiguration;
class QSslSocket;

namespace outboard {

/// Certificates and key from their files; without a CA file the system's authorities are trusted.
/// Error::Missing names a file that cannot be read, Error::Tls one that holds something else.
Result<QSslConfiguration> tlsConfiguration(const TlsSettings& settings);

/// What the server's alert is called in `detail` and to certificateAlert(): "TLS alert: …".
QString tlsAlertText(const QString& description);

/// What the server said about the client's certificate; absent for another reason.
std::optional<Error> certificateAlert(const QString& alert, const QString& place);

/// Why the handshake of this socket failed, and what to do about it.
Error handshakeError(const QSslSocket& socket, const QString& place);

} // namespace outboard
