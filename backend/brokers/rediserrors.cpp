// SPDX-License-Identifier: GPL-3.0-or-later
#include "brokers/rediserrors.h"

#include "brokers/rediscommands.h"
#include "brokers/redistls.h"
#include "text/format.h"

#include <QCoreApplication>
#include <QSet>

#include <algorithm>
#include <array>
#include <optional>
#include <utility>

namespace outboard {

using namespace Qt::StringLiterals;

namespace {

constexpr qsizetype longestName = 100;

struct Known
{
    QByteArrayView beginning; ///< Of the server's text.
    Error::Kind kind;
    const char* what;
};

// From the special to the general: the first that fits counts.
constexpr std::array known = {
    Known{
        "WRONGPASS",
        Error::Kind::Auth,
        QT_TRANSLATE_NOOP(
            "outboard",
            "Redis does not know this user and password, or the user is switched off. Correct them "
            "in the profile.")},
    Known{
        "NOAUTH",
        Error::Kind::Auth,
        QT_TRANSLATE_NOOP(
            "outboard",
            "Redis asks for a password. Store it in the keychain, set REDISCLI_AUTH, or type it "
            "where Outboard asks. The user stands in the URL.")},
    Known{
        "ERR AUTH",
        Error::Kind::Auth,
        QT_TRANSLATE_NOOP(
            "outboard",
            "Redis has no password for its default user. Name the user in the URL, or leave the "
            "password out.")},
    Known{
        "ERR Client sent AUTH",
        Error::Kind::Auth,
        QT_TRANSLATE_NOOP(
            "outboard", "Redis has no password. Leave the password out of the profile.")},
    Known{
        "DENIED",
        Error::Kind::Auth,
        QT_TRANSLATE_NOOP(
            "outboard",
            "Redis runs in protected mode and only serves its own machine. Set a password on the "
            "server, or connect there.")},
    Known{
        "NOPERM",
        Error::Kind::Refused,
        QT_TRANSLATE_NOOP(
            "outboard",
            "This Redis user lacks a permission (%1). Ask for it, or use another user.")},
    Known{
        "READONLY",
        Error::Kind::Refused,
        QT_TRANSLATE_NOOP(
            "outboard",
            "This Redis is a replica and takes no changes. Put the primary's address into the "
            "profile.")},
    Known{
        "WRONGTYPE",
        Error::Kind::Refused,
        QT_TRANSLATE_NOOP(
            "outboard",
            "The key holds something else than a stream. Correct the stream's name in the "
            "profile.")},
    Known{
        "NOGROUP",
        Error::Kind::Missing,
        QT_TRANSLATE_NOOP(
            "outboard",
            "The stream or its consumer group does not exist. Check both names; a consumer makes "
            "the group when it starts.")},
    Known{
        "ERR no such key",
        Error::Kind::Missing,
        QT_TRANSLATE_NOOP(
            "outboard", "The stream does not exist. Check its name; the first event makes it.")},
    Known{
        "OOM",
        Error::Kind::Refused,
        QT_TRANSLATE_NOOP(
            "outboard",
            "Redis is out of memory (maxmemory) and takes nothing new. Trim streams or raise the "
            "limit.")},
    Known{
        "LOADING",
        Error::Kind::Refused,
        QT_TRANSLATE_NOOP("outboard", "Redis is still loading its data. Try again in a moment.")},
    Known{
        "MISCONF",
        Error::Kind::Refused,
        QT_TRANSLATE_NOOP(
            "outboard",
            "Redis cannot save to disk and takes no changes. Look at its disk and its log.")},
    Known{
        "MASTERDOWN",
        Error::Kind::Refused,
        QT_TRANSLATE_NOOP(
            "outboard",
            "This Redis is a replica without its primary. Put the primary's address into the "
            "profile.")},
    Known{
        "NOREPLICAS",
        Error::Kind::Refused,
        QT_TRANSLATE_NOOP(
            "outboard",
            "Redis has too few replicas to take changes. Bring the replicas back first.")},
    Known{
        "BUSY ",
        Error::Kind::Refused,
        QT_TRANSLATE_NOOP("outboard", "Redis is busy with a script. Try again when it has ended.")},
    Known{
        "MOVED",
        Error::Kind::Refused,
        QT_TRANSLATE_NOOP(
            "outboard",
            "This is a Redis Cluster, and the stream is on another node. Write redis+cluster:// in "
            "the profile, and allow this user +cluster|slots, so that the node is found.")},
    Known{
        "ASK ",
        Error::Kind::Refused,
        QT_TRANSLATE_NOOP(
            "outboard",
            "This Redis Cluster is just moving the stream to another node. Try again in a "
            "moment.")},
    Known{
        "TRYAGAIN",
        Error::Kind::Refused,
        QT_TRANSLATE_NOOP(
            "outboard",
            "This Redis Cluster is just moving the key to another node. Try again in a moment.")},
    Known{
        "CLUSTERDOWN",
        Error::Kind::Refused,
        QT_TRANSLATE_NOOP(
            "outboard",
            "This Redis Cluster is down, or no node serves the stream's slot. Look at CLUSTER INFO "
            "and bring the missing nodes back.")},
    Known{
        "ERR SELECT is not allowed in cluster mode",
        Error::Kind::Missing,
        QT_TRANSLATE_NOOP(
            "outboard", "A Redis Cluster has only database 0. Write /0 at the end of the URL.")},
    Known{
        "ERR DB index is out of range",
        Error::Kind::Missing,
        QT_TRANSLATE_NOOP(
            "outboard",
            "Redis has no database with this number. Correct the number at the end of the URL.")},
    Known{
        "ERR invalid DB index",
        Error::Kind::Missing,
        QT_TRANSLATE_NOOP(
            "outboard",
            "Redis has no database with this number. Correct the number at the end of the URL.")},
    Known{
        "ERR max number of clients",
        Error::Kind::Refused,
        QT_TRANSLATE_NOOP(
            "outboard",
            "Redis has too many clients (maxclients). Close some, or raise the limit.")},
    Known{
        "ERR unknown command",
        Error::Kind::Refused,
        QT_TRANSLATE_NOOP(
            "outboard",
            "This server does not know a command that is needed here. A newer version does.")},
    Known{
        "ERR unknown subcommand",
        Error::Kind::Refused,
        QT_TRANSLATE_NOOP(
            "outboard",
            "This server does not know a command that is needed here. A newer version does.")},
};

/// Without the arguments that some messages repeat: they can be payloads or passwords.
QString harmlessDetail(QByteArrayView text)
{
    qsizetype end = text.size();
    for (const QByteArrayView tail : {", with args", ", sub command"}) {
        if (const qsizetype at = text.indexOf(tail); at >= 0)
            end = std::min(end, at);
    }
    return QString::fromUtf8(text.first(std::min<qsizetype>(end, 500)));
}

/// As rules of an ACL name it: "xadd", "xinfo|stream".
QString permissionName(const RedisCommand& command)
{
    static const QSet<QByteArray> withSubcommand{
        "CLUSTER", "COMMAND", "MEMORY", "SENTINEL", "XGROUP", "XINFO"};
    const QByteArray name = command.front();
    const bool isTwo = withSubcommand.contains(name) && command.size() > 1;
    return QString::fromLatin1((isTwo ? QByteArray(name + '|' + command[1]) : name).toLower());
}

/// Which permission it is: for the command, or for the key.
Error missingPermission(Error error, const RedisCommand& command)
{
    const auto key = redisKeyOf(command);
    const bool isKey = error.detail.contains(u"keys");
    if (command.empty() || (isKey && !key))
        return error;
    QString refused = QString::fromLatin1(command.front());
    if (key)
        refused += u' ' + format::oneLine(*key, longestName);
    const QString rule =
        isKey ? u'~' + format::oneLine(*key, longestName) : u'+' + permissionName(command);
    error.what =
        QCoreApplication::translate(
            "outboard",
            "This Redis user lacks a permission: %1 was refused. Ask for %2, or use another "
            "user.")
            .arg(refused, rule);
    return error;
}

} // namespace

Error redisError(QByteArrayView text)
{
    const QString detail = harmlessDetail(text);
    for (const Known& error : known) {
        if (!text.startsWith(error.beginning))
            continue;
        QString what = QCoreApplication::translate("outboard", error.what);
        // The server's words without its code, where the sentence repeats them.
        what.replace(u"%1"_s, detail.section(u' ', 1));
        return {error.kind, what, detail};
    }
    return {
        Error::Kind::Refused,
        QCoreApplication::translate("outboard", "Redis refused: %1").arg(detail),
        detail};
}

Error redisError(QByteArrayView text, const RedisCommand& command)
{
    Error error = redisError(text);
    if (hasRedisCode(error, "NOPERM"))
        return missingPermission(std::move(error), command);
    const bool isGroup = hasRedisCode(error, "NOGROUP");
    if (!isGroup && !hasRedisCode(error, "WRONGTYPE") && !hasRedisCode(error, "ERR no such key"))
        return error;
    const auto key = redisKeyOf(command);
    if (!key)
        return error;
    QString name = format::oneLine(*key, longestName);
    const auto place = std::find(command.begin() + 1, command.end(), *key);
    if (isGroup && place != command.end() && place + 1 != command.end())
        name += u" / "_s + format::oneLine(*(place + 1), longestName);
    error.what = name + u": "_s + error.what;
    return error;
}

bool hasRedisCode(const Error& error, QByteArrayView code)
{
    return error.detail.startsWith(QLatin1StringView(code.data(), code.size()));
}

Error closedBeforeAnswer(const RedisEndpoint& endpoint, const QString& failure)
{
    const QString place = endpoint.text();
    if (const auto alert = certificateAlert(failure, place))
        return *alert;
    switch (endpoint.transport) {
    case RedisEndpoint::Transport::Tcp:
        return {
            Error::Kind::Unreachable,
            QCoreApplication::translate(
                "outboard",
                "The server at %1 closed the connection at once. If this port speaks TLS, write "
                "rediss:// instead of redis://; otherwise it may have too many clients "
                "(maxclients).")
                .arg(place),
            u"closed before the first answer"_s};
    case RedisEndpoint::Transport::Tls:
        return {
            Error::Kind::Tls,
            endpoint.tls.cert.isEmpty()
                ? QCoreApplication::translate(
                      "outboard",
                      "The server at %1 closed the connection at once. It may require a client "
                      "certificate: set tls.cert and tls.key in the profile.")
                      .arg(place)
                : QCoreApplication::translate(
                      "outboard",
                      "The server at %1 closed the connection at once. It may not accept this "
                      "client certificate: ask for one from an authority that it trusts.")
                      .arg(place),
            u"closed before the first answer"_s};
    case RedisEndpoint::Transport::UnixSocket:
        return {
            Error::Kind::Unreachable,
            QCoreApplication::translate(
                "outboard",
                "What listens at %1 closed the connection at once. It may have too many clients "
                "(maxclients), or not be Redis.")
                .arg(place),
            u"closed before the first answer"_s};
    }
    return {};
}

Error connectionBroke(const QString& detail)
{
    return {
        Error::Kind::Unreachable,
        QCoreApplication::translate(
            "outboard",
            "The connection to Redis broke. Check that the server runs; the next attempt connects "
            "again."),
        detail};
}

} // namespace outboard
