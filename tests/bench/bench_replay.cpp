// SPDX-License-Identifier: GPL-3.0-or-later
#include "bench/measure.h"
#include "bench/shopscript.h"
#include "services/actions.h"
#include "services/connections.h"
#include "store/runstore.h"
#include "support/scratchpostgres.h"
#include "support/scratchredis.h"

#include <QCoreApplication>
#include <QTemporaryDir>
#include <QUuid>

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
    ledger.table = u"billing_processedevent"_s;
    profile.ledgers = {ledger};
    HandlerSettings handler;
    handler.name = u"bill"_s;
    handler.kind = u"sql"_s;
    handler.function = u"bill_order"_s;
    handler.ledger = ledger.table;
    profile.handlers = {handler};
    return profile;
}

/// Nothing is handled yet, and every order has its invoice: the handler does one UPDATE.
void begin(const ScratchPostgres& postgres, qint64 events)
{
    must(postgres.exec(u"TRUNCATE billing_processedevent, billing_invoice;"
                       "INSERT INTO billing_invoice (order_id, times_billed)"
                       " SELECT n, 0 FROM generate_series(1, %1) n"_s.arg(events)));
    must(postgres.exec(u"VACUUM ANALYZE billing_invoice"_s));
}

void checkAppliedOnce(const ScratchPostgres& postgres, qint64 events)
{
    const auto counts = must(
        postgres.rows(u"SELECT count(*) FILTER (WHERE times_billed = 1) FROM billing_invoice"_s));
    if (counts[0][0].toLongLong() != events)
        giveUp("applied once: " + counts[0][0]);
}

double replayed(const BackendsPtr& backends, RunStore& runs, qint64 events)
{
    Connections connections(backends, Access::Operate, {});
    const ActionContext context{connections, systemClock(), {}, {}};
    PlanRequest request;
    request.from = PlanRequest::From::Outbox;
    request.handler = u"bill"_s;
    const Plan plan = must(action::plan(context, request));
    ReplayOptions options;
    options.canary = {};
    const action::RunSeams seams{QUuid::createUuid().toString(QUuid::WithoutBraces), &runs};
    const double seconds =
        secondsOf([&] { (void)must(action::replay(context, plan, options, seams)); });
    return double(events) / seconds;
}

} // namespace

/// A replay through an SQL function, its run kept on disk, against the shop's own consumer in its
/// correct form. OUTBOARD_BENCH_EVENTS, _ROUNDS.
int main(int argc, char** argv)
{
    const QCoreApplication application(argc, argv);
    const qint64 events = sizeFrom("OUTBOARD_BENCH_EVENTS", 10'000);
    const auto postgres = must(ScratchPostgres::start());
    const auto redis = must(ScratchRedis::start());
    must(postgres->createSeedSchema());
    must(postgres->exec(
        u"CREATE TABLE billing_invoice (id bigserial PRIMARY KEY, order_id bigint NOT NULL UNIQUE,"
        " times_billed int NOT NULL);"
        "CREATE FUNCTION bill_order(event_id text, payload jsonb) RETURNS void LANGUAGE sql AS"
        " 'UPDATE billing_invoice SET times_billed = times_billed + 1"
        "  WHERE order_id = (payload->>''order_id'')::bigint'"_s));
    must(postgres->addEvents(u"order.paid"_s, events));
    const QTemporaryDir folder;
    const auto runs = must(RunStore::open(folder.filePath(u"runs.sqlite"_s)));
    const auto backends = makeBackends(shopProfile(*postgres, *redis), {});
    ShopScript shop(u"consume"_s, *postgres, *redis);

    const auto once = [&](const std::function<double()>& work) {
        begin(*postgres, events);
        const double rate = work();
        checkAppliedOnce(*postgres, events);
        return rate;
    };
    QList<Contender> contenders{
        {u"Django get_or_create, in a transaction with the work"_s,
         [&] { return once([&] { return shop.rate(events); }); }},
        {u"Outboard, SQL function"_s,
         [&] { return once([&] { return replayed(backends, *runs, events); }); }}};
    interleave(contenders, sizeFrom("OUTBOARD_BENCH_ROUNDS", 5));
    MarkdownTable table(
        u"Replay of %1 events"_s.arg(number(double(events))),
        {u"how"_s, u"events/s"_s, u"× Django"_s});
    for (const Contender& contender : contenders) {
        table.add(
            {contender.name,
             number(median(contender.rates)),
             number(ratio(contender, contenders[0]))});
    }
    return 0;
}
