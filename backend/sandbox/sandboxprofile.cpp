// SPDX-License-Identifier: GPL-3.0-or-later
#include "sandbox/sandboxprofile.h"

namespace outboard {

using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

namespace {

LedgerSettings ledger(const QString& dsn, const QString& table, const QString& group)
{
    LedgerSettings settings;
    settings.dsn = dsn;
    settings.table = table;
    settings.groups = {group};
    return settings;
}

HandlerSettings sqlHandler(
    const QString& name, const QString& function, const QStringList& topics, const QString& table)
{
    HandlerSettings settings;
    settings.name = name;
    settings.kind = u"sql"_s;
    settings.function = function;
    settings.topics = topics;
    settings.ledger = table;
    return settings;
}

HandlerSettings republishHandler()
{
    HandlerSettings settings;
    settings.name = u"republish"_s;
    settings.kind = u"republish"_s;
    return settings;
}

} // namespace

Profile sandboxProfile(const QString& dsn, const QString& redisUrl)
{
    const QString billing = u"billing_processedevent"_s;
    const QString email = u"email_processedevent"_s;
    Profile profile;
    profile.name = u"sandbox"_s;
    profile.environment = Environment::Sandbox;
    profile.outbox.dsn = dsn;
    profile.outbox.table = u"orders_outboxevent"_s;
    profile.ledgers = {ledger(dsn, billing, u"billing"_s), ledger(dsn, email, u"email"_s)};
    profile.broker.url = redisUrl;
    profile.broker.eventId = u"event_id"_s;
    profile.broker.payload = u"data"_s;
    // Short, so that an incident is found within ten seconds.
    profile.thresholds = {.idle = 6s, .maxDeliveries = 5, .oldestUnpublished = 6s};
    profile.handlers = {
        sqlHandler(
            u"billing-sql"_s,
            u"billing_apply"_s,
            {u"order.paid"_s, u"payment.refunded"_s},
            billing),
        sqlHandler(u"email-sql"_s, u"email_apply"_s, {}, email),
        republishHandler()};
    return profile;
}

} // namespace outboard
