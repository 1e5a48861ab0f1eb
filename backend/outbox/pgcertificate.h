// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <optional>

namespace outboard {

class PgDsn;

enum class CertificateFault { Expired, NotYetValid, Untrusted };

/// What is wrong with a server's certificate that libpq did not accept: libpq never says. Asks by
/// a handshake of its own, with the DSN's authorities; blocks up to 3 s a step. Nothing when the
/// server answers no more, or the certificate is well.
std::optional<CertificateFault> certificateFault(const PgDsn& dsn);

} // namespace outboard
