// SPDX-License-Identifier: GPL-3.0-or-later
#include "bench/measure.h"
#include "outbox/pgoutboxstore.h"
#include "support/scratchpostgres.h"

#include <QCoreApplication>

using namespace outboard;
using namespace outboard::bench;
using namespace Qt::StringLiterals;

namespace {

/// What one monitoring round cost the server, in milliseconds of planning and execution.
struct Cost
{
    double round = 0;
    double longestStatement = 0;
    Count unpublished;
};

std::unique_ptr<ScratchPostgres> startServer()
{
    ScratchPostgres::Options options;
    options.settings = {
        u"shared_buffers=512MB"_s,
        u"max_wal_size=8GB"_s,
        u"shared_preload_libraries=pg_stat_statements"_s,
        u"pg_stat_statements.track_planning=on"_s};
    return must(ScratchPostgres::start(options));
}

Cost costOfRounds(const ScratchPostgres& server, qint64 rounds)
{
    OutboxSettings settings;
    settings.dsn = server.dsn(u"watcher"_s);
    const auto store = must(makePgOutboxStore(settings, Access::Monitor));
    // The first round proves once what later ones know.
    OutboxState state = must(store->state());
    must(server.exec(u"SELECT pg_stat_statements_reset()"_s));
    for (qint64 round = 0; round < rounds; ++round)
        state = must(store->state());
    const auto times =
        must(server.rows(u"SELECT sum(total_plan_time + total_exec_time), max(max_exec_time)"
                         " FROM pg_stat_statements WHERE userid = 'watcher'::regrole"_s));
    return {times[0][0].toDouble() / double(rounds), times[0][1].toDouble(), state.unpublished};
}

QString judged(const Count& count, qint64 truth)
{
    switch (count.quality) {
    case Count::Quality::Exact: return count.value == truth ? u"right"_s : u"WRONG"_s;
    case Count::Quality::AtLeast: return count.value <= truth ? u"capped"_s : u"WRONG"_s;
    case Count::Quality::Estimated: return u"estimated: %1"_s.arg(number(double(count.value)));
    case Count::Quality::Unknown: return u"unknown, with the reason"_s;
    }
    Q_UNREACHABLE();
}

} // namespace

/// What a monitoring round costs the database. OUTBOARD_BENCH_ROWS, _ROUNDS.
int main(int argc, char** argv)
{
    const QCoreApplication application(argc, argv);
    const qint64 rows = sizeFrom("OUTBOARD_BENCH_ROWS", 1'000'000);
    const qint64 rounds = sizeFrom("OUTBOARD_BENCH_ROUNDS", 20);
    const auto server = startServer();
    must(server->createSeedSchema());
    must(server->exec(u"CREATE EXTENSION pg_stat_statements; CREATE ROLE watcher LOGIN;"
                      "GRANT SELECT ON orders_outboxevent TO watcher"_s));
    must(server->exec(
        u"INSERT INTO orders_outboxevent (topic, payload, created_at, published_at)"
        " SELECT 'topic.' || n % 20, jsonb_build_object('order_id', n, 'text', repeat('x', 180)),"
        " now() - make_interval(secs => (%1 - n) / 100.0), now() FROM generate_series(1, %1) n"_s
            .arg(rows)));

    MarkdownTable table(
        u"Monitoring, %1 rows, 20 topics"_s.arg(number(double(rows))),
        {u"unpublished"_s,
         u"index"_s,
         u"server time a round (ms)"_s,
         u"longest statement (ms)"_s,
         u"the number shown"_s});
    for (const qint64 unpublished : {0, 1'000, 100'000, 1'000'000}) {
        if (unpublished > rows)
            continue;
        must(server->exec(u"UPDATE orders_outboxevent SET published_at = NULL WHERE id > %1"_s.arg(
            rows - unpublished)));
        must(server->exec(u"VACUUM ANALYZE orders_outboxevent"_s));
        for (const bool hasIndex : {false, true}) {
            must(server->exec(
                hasIndex ? u"CREATE INDEX waiting ON orders_outboxevent (id)"
                           " WHERE published_at IS NULL"_s
                         : u"DROP INDEX IF EXISTS waiting"_s));
            const Cost cost = costOfRounds(*server, rounds);
            table.add(
                {number(double(unpublished)),
                 hasIndex ? u"partial"_s : u"none"_s,
                 number(cost.round),
                 number(cost.longestStatement),
                 judged(cost.unpublished, unpublished)});
        }
    }
    return 0;
}
