// SPDX-License-Identifier: GPL-3.0-or-later
#include "settings/profilecheck.h"

#include "net/sshtunnel.h"
#include "settings/connectiontext.h"
#include "settings/jsonfields.h"
#include "settings/profilejson.h"

#include <QCoreApplication>
#include <QRegularExpression>
#include <QSet>
#include <QUrl>

#include <algorithm>

namespace outboard {

using namespace Qt::StringLiterals;

namespace {

Result<void> checkConnection(const QString& place, const QString& text, const QString& example)
{
    if (text.trimmed().isEmpty()) {
        return wrongValue(
            QCoreApplication::translate(
                "outboard", "\"%1\" is missing. Write where the server is, like \"%2\".")
                .arg(place, example));
    }
    if (hasUnencodedPassword(text)) {
        return wrongValue(
            QCoreApplication::translate(
                "outboard",
                "\"%1\" cannot be read: write / ? # @ inside a password as %2F %3F %23 "
                "%40, or leave the password out and store it in the keychain.")
                .replace(u"%1"_s, place));
    }
    return {};
}

Result<void> checkConnections(const Profile& profile, bool hasCelery)
{
    const QString dsn = u"postgresql://user@host/database"_s;
    const QString url = u"redis://user@host:6379/0"_s;
    if (auto checked = checkConnection(u"outbox.dsn"_s, profile.outbox.dsn, dsn); !checked)
        return checked;
    if (auto checked = checkConnection(u"broker.url"_s, profile.broker.url, url); !checked)
        return checked;
    if (!profile.outbox.monitorDsn.isEmpty()) {
        const auto checked =
            checkConnection(u"outbox.monitor_dsn"_s, profile.outbox.monitorDsn, dsn);
        if (!checked)
            return checked;
    }
    for (qsizetype i = 0; i < profile.ledgers.size(); ++i) {
        const QString& text = profile.ledgers.at(i).dsn;
        if (text.isEmpty())
            continue;
        if (auto checked = checkConnection(u"ledgers[%1].dsn"_s.arg(i), text, dsn); !checked)
            return checked;
    }
    if (!hasCelery)
        return {};
    if (profile.celery.task.isEmpty()) {
        return wrongValue(QCoreApplication::translate(
            "outboard",
            "\"celery.task\" is missing. Write the relay task's name, like "
            "\"orders.tasks.relay_outbox\"."));
    }
    return checkConnection(u"celery.url"_s, profile.celery.url, url);
}

Result<void> checkTunnels(const Profile& profile)
{
    QList<std::pair<QString, const SshSettings*>> tunnels{
        {u"outbox.ssh"_s, &profile.outbox.ssh},
        {u"broker.ssh"_s, &profile.broker.ssh},
        {u"celery.ssh"_s, &profile.celery.ssh}};
    for (qsizetype i = 0; i < profile.ledgers.size(); ++i)
        tunnels.append({u"ledgers[%1].ssh"_s.arg(i), &profile.ledgers.at(i).ssh});
    for (const auto& [place, settings] : std::as_const(tunnels)) {
        if (auto checked = checkSsh(*settings, place); !checked)
            return checked;
    }
    return {};
}

Result<void> checkHandlerUrl(const QString& text, const QString& place)
{
    const QString example = u"https://shop.example.net/replay"_s;
    if (auto checked = checkConnection(place + u".url", text, example); !checked)
        return checked;
    const QUrl url(text, QUrl::StrictMode);
    const bool isHttp = url.scheme() == u"http"_s || url.scheme() == u"https"_s;
    if (url.isValid() && isHttp && !url.host().isEmpty())
        return {};
    return wrongValue(QCoreApplication::translate(
                          "outboard", "\"%1.url\" must be an http or https address, like \"%2\".")
                          .arg(place, example));
}

Result<void> checkHandlerLedger(
    const Profile& profile, const HandlerSettings& handler, const QString& place)
{
    QStringList tables;
    for (const LedgerSettings& ledger : profile.ledgers) {
        // A table that is still to be looked for can turn out to be any.
        if (ledger.table.isEmpty())
            return {};
        tables.append(ledger.table);
    }
    if (handler.ledger.isEmpty() ? tables.size() == 1 : tables.contains(handler.ledger))
        return {};
    return wrongValue(
        QCoreApplication::translate(
            "outboard", "\"%1.ledger\" must be the table of one of the profile's ledgers (%2).")
            .arg(place, tables.isEmpty() ? u"-"_s : tables.join(u", "_s)));
}

/// A handler cannot do without what its kind works with.
Result<void> checkHandlerKind(const HandlerSettings& handler, const QString& place)
{
    if (handler.kind == u"sql"_s && handler.function.isEmpty()) {
        return wrongValue(
            QCoreApplication::translate(
                "outboard",
                "\"%1.function\" is missing. Write the SQL function that applies an event.")
                .arg(place));
    }
    if (handler.kind == u"command"_s && handler.command.value(0).isEmpty()) {
        return wrongValue(
            QCoreApplication::translate(
                "outboard",
                "\"%1.command\" is missing. Write the program and its arguments, like "
                "[\"/usr/local/bin/apply-order\", \"--once\"].")
                .arg(place));
    }
    if (handler.kind == u"http"_s)
        return checkHandlerUrl(handler.url, place);
    return {};
}

Result<void> checkHandlers(const Profile& profile)
{
    QSet<QString> names{u"republish"_s};
    for (qsizetype i = 0; i < profile.handlers.size(); ++i) {
        const HandlerSettings& handler = profile.handlers.at(i);
        const QString place = u"handlers[%1]"_s.arg(i);
        static const QStringList kinds{u"sql"_s, u"http"_s, u"command"_s, u"republish"_s};
        if (!kinds.contains(handler.kind)) {
            return wrongValue(
                QCoreApplication::translate(
                    "outboard",
                    "\"%1.kind\" must be \"sql\", \"http\", \"command\" or \"republish\".")
                    .arg(place));
        }
        const bool isTaken = names.contains(handler.name)
                             && !(handler.name == u"republish"_s && handler.kind == u"republish"_s);
        if (handler.name.isEmpty() || isTaken) {
            return wrongValue(
                QCoreApplication::translate(
                    "outboard", "\"%1.name\" must be a name that no other handler has.")
                    .arg(place));
        }
        names.insert(handler.name);
        if (handler.kind == u"republish"_s)
            continue;
        if (auto checked = checkHandlerKind(handler, place); !checked)
            return checked;
        if (auto checked = checkHandlerLedger(profile, handler, place); !checked)
            return checked;
    }
    return {};
}

/// "" or "a..b" would never match anything: the operator would believe it hides something.
Result<void> checkMasking(const MaskingSettings& masking)
{
    for (qsizetype i = 0; i < masking.fields.size(); ++i) {
        const QStringList names = masking.fields.at(i).split(u'.');
        const bool isWhole = std::ranges::none_of(
            names, [](const QString& name) { return name.trimmed().isEmpty(); });
        if (isWhole)
            continue;
        return wrongValue(
            QCoreApplication::translate(
                "outboard",
                "\"masking.fields[%1]\" must be a field's name or path with * for anything, like "
                "\"card*\" or \"customer.iban\".")
                .arg(i));
    }
    return {};
}

} // namespace

Result<void> checkProfileName(const QString& name)
{
    static const QRegularExpression pattern(u"\\A[A-Za-z0-9][A-Za-z0-9._-]{0,63}\\z"_s);
    if (pattern.match(name).hasMatch())
        return {};
    return wrongValue(
        QCoreApplication::translate(
            "outboard",
            "\"%1\" cannot be a profile's name. Use 1 to 64 letters, digits, - _ and ., beginning "
            "with a letter or digit.")
            .arg(name));
}

Result<void> checkProfile(const Profile& profile, bool hasCelery)
{
    if (auto checked = checkProfileName(profile.name); !checked)
        return checked;
    if (profile.broker.kind != u"redis"_s) {
        return wrongValue(
            QCoreApplication::translate("outboard", "\"broker.kind\" must be \"redis\"."));
    }
    if (auto checked = checkConnections(profile, hasCelery); !checked)
        return checked;
    if (auto checked = checkMasking(profile.masking); !checked)
        return checked;
    if (auto checked = checkTunnels(profile); !checked)
        return checked;
    return checkHandlers(profile);
}

} // namespace outboard
