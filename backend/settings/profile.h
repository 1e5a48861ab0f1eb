// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/result.h"
#include "core/strongid.h"
#include "core/time.h"

#include <QByteArray>
#include <QList>
#include <QString>
#include <QStringList>

#include <optional>

namespace outboard {

enum class Environment { Sandbox, Development, Staging, Production };

QString environmentName(Environment environment);

/// Column names as in the database, unquoted; OutboxMapping quotes them.
struct OutboxColumns
{
    QString id;
    QString eventId; ///< Or a path inside a JSON column: "payload.order_id".
    QString topic;   ///< Or several columns in a text: "{tenant}:{event_type}".
    QString payload; ///< Or several columns, which then make one JSON object: "args, kwargs".
    QString createdAt;
    QString key; ///< Empty: none.

    friend bool operator==(const OutboxColumns&, const OutboxColumns&) = default;
};

/// "ssh" of a source: a tunnel through the system's ssh to a host that reaches the server. What is
/// empty is up to ssh (its configuration, the agent).
struct SshSettings
{
    QString host; ///< Or an alias of ssh's configuration; empty: no tunnel.
    QString user;
    std::optional<qint64> port;
    QString key;    ///< Private key file.
    QString jump;   ///< "user@host:port", several with commas.
    QString config; ///< Configuration file in place of ~/.ssh/config.

    friend bool operator==(const SshSettings&, const SshSettings&) = default;
};

/// "outbox" of a profile file. Empty strings are filled in from the preset and, for the table, from
/// the catalogue (a table whose name ends in _outboxevent).
struct OutboxSettings
{
    QString dsn;
    QString monitorDsn; ///< A standby to read from; actions use `dsn`. Empty: `dsn`.
    SshSettings ssh;
    QString preset = QStringLiteral("django");
    QString table; ///< "name" or "schema.name"; a dot inside a name is written in double quotes.
    OutboxColumns columns;
    QString unpublished;   ///< SQL predicate; empty: the table does not tell.
    QString inFlight;      ///< SQL predicate: taken by a relay, or put off; empty: none.
    QString published;     ///< SQL predicate; empty: every row that has no other state.
    QString markPublished; ///< SET list, or DELETE; empty: Outboard cannot relay.
    QString dead;          ///< SQL predicate; empty: none.
    QString deadTable;     ///< Table of dead letters, spelled as `table`; empty: none.

    friend bool operator==(const OutboxSettings&, const OutboxSettings&) = default;
};

struct LedgerSettings
{
    QString dsn;     ///< Empty: the outbox's, with its tunnel.
    SshSettings ssh; ///< For a DSN of its own.
    QString table;   ///< Empty: a table whose name ends in _processedevent.
    QString eventId = QStringLiteral("event_id");
    QString
        consumer; ///< Column that names the consuming group; empty: the table serves one service.
    QString done; ///< SQL predicate; empty: the row's existence means done.
    QStringList groups;                    ///< Groups whose events it records; empty: all.
    std::optional<Milliseconds> retention; ///< Rows older than this may have been swept.

    friend bool operator==(const LedgerSettings&, const LedgerSettings&) = default;
};

struct TlsSettings
{
    QString ca;
    QString cert;
    QString key;
    QString serverName;

    friend bool operator==(const TlsSettings&, const TlsSettings&) = default;
};

struct BrokerSettings
{
    QString kind = QStringLiteral("redis");
    QString url;
    SshSettings ssh;
    QString stream = QStringLiteral("{topic}");
    QString eventId = QStringLiteral(
        "event_id"); ///< A field, a path inside a JSON field ("data.order_id"), or "@entry_id".
    QString payload = QStringLiteral("data");
    QString dead; ///< Where dead letters lie, e.g. "{stream}:dlq"; empty: all names in use.
    TlsSettings tls;

    friend bool operator==(const BrokerSettings&, const BrokerSettings&) = default;
};

struct CelerySettings
{
    QString url; ///< Empty: `--via celery` is not available.
    QString queue = QStringLiteral("celery");
    QString task;
    SshSettings ssh = {};

    friend bool operator==(const CelerySettings&, const CelerySettings&) = default;
};

struct Thresholds
{
    Milliseconds idle{60'000};
    qint64 maxDeliveries = 5;
    Milliseconds oldestUnpublished{60'000};

    friend bool operator==(const Thresholds&, const Thresholds&) = default;
};

struct HandlerSettings
{
    QString name;
    QString kind; ///< sql, http, command, republish.
    QString function;
    QString url;                  ///< http: where events are posted.
    QString ca;                   ///< http: PEM file of the authority; empty: the system's.
    QStringList command;          ///< command: the program and its arguments.
    Milliseconds timeout{30'000}; ///< http, command: for one attempt at one event.
    qint64 retries = 3;           ///< http: further attempts after a busy or failing answer.
    QStringList topics;           ///< Glob patterns; empty: all.
    QString ledger;               ///< Table of one of the profile's ledgers.
    bool awaitsApproval = false;  ///< Imported, and nobody here has approved what it runs; not in
                                  ///< the file.

    friend bool operator==(const HandlerSettings&, const HandlerSettings&) = default;
};

/// Which fields of payloads are hidden wherever payloads are shown, copied or exported.
struct MaskingSettings
{
    std::optional<bool> isOn; ///< Absent: on in production, and where fields are listed.
    QStringList fields;       ///< Patterns as PayloadMask reads them; empty: a default list.

    friend bool operator==(const MaskingSettings&, const MaskingSettings&) = default;
};

/// A named set of connections, mappings, thresholds and handlers, with an environment.
struct Profile
{
    QString name;
    Environment environment = Environment::Development;
    OutboxSettings outbox;
    QList<LedgerSettings> ledgers;
    BrokerSettings broker;
    CelerySettings celery;
    Thresholds thresholds;
    QList<HandlerSettings> handlers; ///< "republish" exists always, also when not listed.
    MaskingSettings masking;

    friend bool operator==(const Profile&, const Profile&) = default;
};

/// Index into Profile::ledgers of the one that records this group's events: one that names the
/// group, else one that names none. Nothing: whether the group handled an event is unknown.
std::optional<qsizetype> ledgerOf(const Profile& profile, const GroupName& group);

} // namespace outboard
