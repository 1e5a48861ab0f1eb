// SPDX-License-Identifier: GPL-3.0-or-later
#include "net/ssherrors.h"

#include <QCoreApplication>
#include <QRegularExpression>

#include <algorithm>
#include <array>

namespace outboard {

using namespace Qt::StringLiterals;

namespace {

struct OutputRule
{
    const char* text; ///< Part of what ssh writes.
    Error::Kind kind;
    const char* sentence; ///< %1 is the SSH host.
};

// The first rule that fits decides: warnings about a key come before the refusal that follows.
constexpr std::array rules = {
    OutputRule{
        "REMOTE HOST IDENTIFICATION HAS CHANGED",
        Error::Kind::Refused,
        QT_TRANSLATE_NOOP(
            "outboard",
            "The host key of SSH host %1 is not the one in known_hosts: it was set up anew, or "
            "somebody stands in between. Ask its administrator before you correct known_hosts.")},
    OutputRule{
        "Host key verification failed",
        Error::Kind::Refused,
        QT_TRANSLATE_NOOP(
            "outboard",
            "The host key of SSH host %1 is not known here. Log in there once with ssh and compare "
            "the key, then try again.")},
    OutputRule{
        "UNPROTECTED PRIVATE KEY FILE",
        Error::Kind::Refused,
        QT_TRANSLATE_NOOP(
            "outboard",
            "The private key for SSH host %1 can be read by others, so ssh does not use it. Set "
            "its mode to 0600.")},
    OutputRule{
        "not accessible",
        Error::Kind::Missing,
        QT_TRANSLATE_NOOP(
            "outboard",
            "The private key for SSH host %1 cannot be read. Correct \"ssh.key\" in the profile.")},
    OutputRule{
        "Can't open user config file",
        Error::Kind::Missing,
        QT_TRANSLATE_NOOP(
            "outboard",
            "The ssh configuration for SSH host %1 cannot be read. Correct \"ssh.config\" in the "
            "profile.")},
    OutputRule{
        "Permission denied",
        Error::Kind::Auth,
        QT_TRANSLATE_NOOP(
            "outboard",
            "SSH host %1 refused the login. Load the right key into the agent (ssh-add), or "
            "correct \"ssh.user\" and \"ssh.key\" in the profile.")},
    OutputRule{
        "Too many authentication failures",
        Error::Kind::Auth,
        QT_TRANSLATE_NOOP(
            "outboard",
            "SSH host %1 refused the login after too many keys. Name the right one with "
            "\"ssh.key\" in the profile.")},
    OutputRule{
        "Could not resolve hostname",
        Error::Kind::Unreachable,
        QT_TRANSLATE_NOOP(
            "outboard",
            "The name of SSH host %1, or of a jump host, is not known. Correct \"ssh\" in the "
            "profile.")},
    OutputRule{
        "Connection refused",
        Error::Kind::Unreachable,
        QT_TRANSLATE_NOOP(
            "outboard",
            "No SSH server listens at %1. Correct \"ssh.host\" and \"ssh.port\" in the profile.")},
    OutputRule{
        "timed out",
        Error::Kind::Unreachable,
        QT_TRANSLATE_NOOP(
            "outboard", "SSH host %1 does not answer. Check the host, and firewalls on the way.")},
    OutputRule{
        "",
        Error::Kind::Unreachable,
        QT_TRANSLATE_NOOP(
            "outboard",
            "The SSH tunnel through %1 could not be opened. Try ssh to that host on a terminal.")},
};

/// What matters is at the end: banners and warnings come first.
QString lastLines(const QString& output)
{
    return output.trimmed().right(500);
}

} // namespace

Error sshError(const SshSettings& settings, const QString& output)
{
    const auto* rule = std::find_if(rules.begin(), rules.end(), [&](const OutputRule& r) {
        return output.contains(QLatin1StringView(r.text));
    });
    return Error{
        rule->kind,
        QCoreApplication::translate("outboard", rule->sentence).arg(settings.host),
        lastLines(output)};
}

std::optional<Error> farEndError(
    const SshSettings& settings, const NetPlace& server, const QString& output)
{
    static const QRegularExpression failed(u"open failed: ([^:\\n]+)(?:: ([^\\n]*))?"_s);
    const auto match = failed.match(output);
    if (!match.hasMatch())
        return std::nullopt;
    if (match.captured(1).contains(u"prohibited")) {
        return Error{
            Error::Kind::Refused,
            QCoreApplication::translate(
                "outboard",
                "SSH host %1 does not allow tunnels to %2:%3. Ask for it there "
                "(AllowTcpForwarding, PermitOpen).")
                .arg(settings.host, server.host)
                .arg(server.port),
            match.captured().trimmed()};
    }
    return Error{
        Error::Kind::Unreachable,
        QCoreApplication::translate(
            "outboard",
            "SSH host %1 cannot reach %2:%3. Check that server, and its name and port as that host "
            "knows them.")
            .arg(settings.host, server.host)
            .arg(server.port),
        match.captured().trimmed()};
}

} // namespace outboard
