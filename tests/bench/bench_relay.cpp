// SPDX-License-Identifier: GPL-3.0-or-later
#include "bench/measure.h"
#include "bench/shopscript.h"
#include "brokers/brokerkinds.h"
#include "outbox/pgoutboxstore.h"
#include "services/relay.h"
#include "support/scratchpostgres.h"
#include "support/scratchredis.h"

#include <QCoreApplication>
#include <QFile>

using namespace outboard;
using namespace outboard::bench;
using namespace Qt::StringLiterals;

namespace {

constexpr qint64 batch = 500;

struct Sizes
{
    qint64 waiting = sizeFrom("OUTBOARD_BENCH_WAITING", 100'000);
    qint64 published = sizeFrom("OUTBOARD_BENCH_PUBLISHED", 0);
    qint64 bySeed = sizeFrom("OUTBOARD_BENCH_SEED", 5'000);
    qint64 rounds = sizeFrom("OUTBOARD_BENCH_ROUNDS", 5);
};

/// Kilobytes, from the kernel's account of this process.
qint64 memory(const QByteArray& name)
{
    QFile status(u"/proc/self/status"_s);
    if (!status.open(QIODevice::ReadOnly))
        return 0;
    for (const QByteArray& line : status.readAll().split('\n')) {
        if (line.startsWith(name))
            return line.mid(name.size() + 1).simplified().split(' ').first().toLongLong();
    }
    return 0;
}

/// An outbox whose published rows stay, and whose waiting ones are filled up for every run.
class Yard
{
public:
    Yard()
        : m_postgres(must(ScratchPostgres::start(serverOptions())))
        , m_redis(must(ScratchRedis::start()))
        , m_shop(u"relay"_s, *m_postgres, *m_redis)
    {}

    void begin(bool hasIndex, qint64 published)
    {
        must(m_postgres->wipe());
        must(m_postgres->createSeedSchema(hasIndex));
        insert(published, u"now()"_s);
        m_published = published;
    }

    double seed(qint64 rows)
    {
        fill(rows);
        return m_shop.rate(rows);
    }

    /// The updates of the relay's batches, and nothing else, on one backend.
    double limit(qint64 rows)
    {
        fill(rows);
        QStringList updates;
        for (qint64 first = 1; first <= rows; first += batch) {
            QStringList ids;
            for (qint64 id = first; id < std::min(first + batch, rows + 1); ++id)
                ids.append(QString::number(m_published + id));
            updates.append(
                u"UPDATE orders_outboxevent SET published_at = now() WHERE id = ANY('{%1}'::bigint[])"_s
                    .arg(ids.join(u',')));
        }
        const auto session = must(m_postgres->session());
        return double(rows) / secondsOf([&] {
                   for (const QString& update : updates)
                       must(session->exec(update));
               });
    }

    double outboard(qint64 rows)
    {
        fill(rows);
        OutboxSettings outboxSettings;
        outboxSettings.dsn = m_postgres->dsn();
        const auto outbox = must(makePgOutboxStore(outboxSettings, Access::Operate));
        BrokerSettings brokerSettings;
        brokerSettings.url = m_redis->url();
        const auto broker = must(openBroker(brokerSettings, {}, Access::Operate, {}, {}));
        RelayRequest request;
        request.batch = batch;
        RelayReport report;
        // From here on the kernel keeps a new peak.
        QFile peak(u"/proc/self/clear_refs"_s);
        if (peak.open(QIODevice::WriteOnly))
            peak.write("5");
        peak.close();
        const qint64 before = memory("VmRSS");
        const double seconds =
            secondsOf([&] { report = Relay(*outbox, *broker).run(request, {}, {}); });
        m_grownKilobytes.append(double(memory("VmHWM") - before));
        if (report.error)
            giveUp(describe(*report.error));
        if (report.published != rows)
            giveUp("published " + QByteArray::number(report.published));
        return double(rows) / seconds;
    }

    double grownMegabytes() { return median(std::exchange(m_grownKilobytes, {})) / 1024; }

private:
    static ScratchPostgres::Options serverOptions()
    {
        ScratchPostgres::Options options;
        options.settings = {
            u"shared_buffers=512MB"_s, u"max_wal_size=8GB"_s, u"checkpoint_timeout=1h"_s};
        return options;
    }

    void insert(qint64 rows, const QString& publishedAt) const
    {
        must(m_postgres->exec(
            u"INSERT INTO orders_outboxevent (topic, payload, created_at, published_at)"
            " SELECT 'order.paid', jsonb_build_object('order_id', n, 'text', repeat('x', 180)),"
            " now(), %1 FROM generate_series(1, %2) n"_s.arg(publishedAt)
                .arg(rows)));
        must(m_postgres->exec(u"VACUUM ANALYZE orders_outboxevent"_s));
    }

    void fill(qint64 rows) const
    {
        must(m_postgres->exec(u"DELETE FROM orders_outboxevent WHERE id > %1"_s.arg(m_published)));
        must(m_postgres->exec(u"VACUUM orders_outboxevent"_s));
        must(m_postgres->exec(
            u"ALTER SEQUENCE orders_outboxevent_id_seq RESTART %1"_s.arg(m_published + 1)));
        insert(rows, u"NULL"_s);
        must(m_postgres->exec(u"CHECKPOINT"_s));
        m_redis->wipe();
    }

    std::unique_ptr<ScratchPostgres> m_postgres;
    std::unique_ptr<ScratchRedis> m_redis;
    ShopScript m_shop;
    qint64 m_published = 0;
    QList<double> m_grownKilobytes;
};

void measure(Yard& yard, const Sizes& sizes, bool hasIndex, qint64 published, MarkdownTable& table)
{
    yard.begin(hasIndex, published);
    QList<Contender> contenders{
        {u"the shop's Django loop"_s, [&] { return yard.seed(sizes.bySeed); }},
        {u"PostgreSQL marks the same batches, one backend"_s,
         [&] { return yard.limit(sizes.waiting); }},
        {u"Outboard"_s, [&] { return yard.outboard(sizes.waiting); }}};
    interleave(contenders, sizes.rounds);
    for (const Contender& contender : contenders) {
        const bool isOutboard = &contender == &contenders.last();
        table.add(
            {number(double(published)),
             hasIndex ? u"partial"_s : u"none"_s,
             contender.name,
             number(median(contender.rates)),
             number(ratio(contender, contenders[0])),
             number(ratio(contender, contenders[1])),
             isOutboard ? number(yard.grownMegabytes()) : QString()});
    }
}

} // namespace

/// Draining a backlog, against the relay that many services have and against what PostgreSQL can
/// do at all. OUTBOARD_BENCH_WAITING, _PUBLISHED, _SEED (rows for the Django loop), _ROUNDS.
int main(int argc, char** argv)
{
    const QCoreApplication application(argc, argv);
    const Sizes sizes;
    Yard yard;
    MarkdownTable table(
        u"Relay, %1 rows waiting, batches of %2"_s.arg(number(double(sizes.waiting))).arg(batch),
        {u"published rows"_s,
         u"index"_s,
         u"relay"_s,
         u"events/s"_s,
         u"× Django loop"_s,
         u"× one backend"_s,
         u"memory grown (MB)"_s});
    for (const bool hasIndex : {true, false}) {
        measure(yard, sizes, hasIndex, 0, table);
        if (sizes.published > 0)
            measure(yard, sizes, hasIndex, sizes.published, table);
    }
    return 0;
}
