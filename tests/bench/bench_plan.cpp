// SPDX-License-Identifier: GPL-3.0-or-later
#include "bench/measure.h"
#include "services/actions.h"
#include "services/connections.h"
#include "store/runstore.h"
#include "support/deadentries.h"
#include "support/scratchpostgres.h"
#include "support/scratchredis.h"

#include <QCoreApplication>
#include <QTemporaryDir>

using namespace outboard;
using namespace outboard::bench;
using namespace Qt::StringLiterals;

namespace {

Profile shopProfile(const ScratchPostgres& postgres, const ScratchRedis& redis)
{
    Profile profile;
    profile.name = u"shop"_s;
    profile.outbox.dsn = postgres.dsn();
    profile.broker.url = redis.url();
    LedgerSettings ledger;
    ledger.table = u"consumed"_s;
    ledger.consumer = u"consumer"_s;
    ledger.groups = QStringList{u"billing"_s, u"email"_s};
    profile.ledgers = {ledger};
    HandlerSettings handler;
    handler.name = u"apply"_s;
    handler.kind = u"sql"_s;
    handler.function = u"apply_event"_s;
    handler.ledger = ledger.table;
    profile.handlers = {handler};
    return profile;
}

/// As the session does it: connections of its own, opened within the time.
Plan planDead(const BackendsPtr& backends)
{
    Connections connections(backends, Access::Monitor, {});
    PlanRequest request;
    request.from = PlanRequest::From::Dead;
    request.handler = u"apply"_s;
    return must(action::plan({connections, systemClock(), {}, {}}, request));
}

} // namespace

/// A plan of everything that two groups gave up on in three streams. OUTBOARD_BENCH_DEAD: events.
int main(int argc, char** argv)
{
    const QCoreApplication application(argc, argv);
    const int events = int(sizeFrom("OUTBOARD_BENCH_DEAD", 10'000));
    const auto postgres = must(ScratchPostgres::start());
    const auto redis = must(ScratchRedis::start());
    must(postgres->createSeedSchema());
    must(postgres->exec(u"CREATE TABLE consumed (event_id text, consumer text, processed_at"
                        " timestamptz NOT NULL DEFAULT now(), UNIQUE (event_id, consumer));"
                        "CREATE FUNCTION apply_event(id text, payload jsonb) RETURNS void"
                        " LANGUAGE sql AS ''"_s));
    must(addDeadEntries(*redis, {"order.paid", "billing", 1, events / 2}));
    must(addDeadEntries(*redis, {"order.refunded", "billing", events / 2 + 1, events * 4 / 5}));
    must(addDeadEntries(*redis, {"user.signed_up", "email", events * 4 / 5 + 1, events}));

    const QTemporaryDir folder;
    const auto runs = must(RunStore::open(folder.filePath(u"runs.sqlite"_s)));
    const auto backends = makeBackends(shopProfile(*postgres, *redis), {});
    QList<double> planned;
    QList<double> kept;
    for (qint64 round = 0; round < sizeFrom("OUTBOARD_BENCH_ROUNDS", 5); ++round) {
        Plan plan;
        planned.append(secondsOf([&] { plan = planDead(backends); }));
        kept.append(secondsOf([&] { must(runs->keep(plan)); }));
        if (plan.items.size() != events)
            giveUp("the plan holds " + QByteArray::number(plan.items.size()) + " events");
    }
    MarkdownTable table(u"Plan"_s, {u"dead events"_s, u"planned (s)"_s, u"kept (s)"_s});
    table.add({number(events), number(median(planned)), number(median(kept))});
    return 0;
}
