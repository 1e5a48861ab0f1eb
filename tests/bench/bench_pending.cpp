// SPDX-License-Identifier: GPL-3.0-or-later
#include "bench/measure.h"
#include "brokers/brokerkinds.h"
#include "services/claimer.h"
#include "support/scratchredis.h"

#include <time.h>

#include <QCoreApplication>

#include <atomic>
#include <thread>

using namespace outboard;
using namespace outboard::bench;
using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

namespace {

const BrokerTopic stream("order.paid");
const GroupName group("billing");

/// Another client of the same server, which asks for one key again and again.
class Bystander
{
public:
    explicit Bystander(const ScratchRedis& redis)
        : m_client(must(redis.client()))
        , m_thread([this] { run(); })
    {}

    ~Bystander() { (void)p99(); }
    Q_DISABLE_COPY_MOVE(Bystander)

    /// In milliseconds, of all questions until now, which are the last.
    double p99()
    {
        m_isOver = true;
        if (m_thread.joinable())
            m_thread.join();
        return percentile(m_milliseconds, 0.99);
    }

private:
    void run()
    {
        while (!m_isOver || m_milliseconds.isEmpty()) {
            m_milliseconds.append(1000 * secondsOf([this] {
                                      m_client->value({"GET", "nothing"});
                                  }));
            std::this_thread::sleep_for(200us);
        }
    }

    std::unique_ptr<RedisClient> m_client;
    std::atomic<bool> m_isOver = false;
    QList<double> m_milliseconds;
    std::thread m_thread;
};

double busySeconds()
{
    timespec spent{};
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &spent);
    return double(spent.tv_sec) + double(spent.tv_nsec) * 1e-9;
}

void fill(const ScratchRedis& redis, qint64 entries)
{
    constexpr qint64 step = 10'000;
    redis.value({"XGROUP", "CREATE", stream.bytes(), group.bytes(), "0", "MKSTREAM"});
    for (qint64 done = 0; done < entries; done += step) {
        const QByteArray count = QByteArray::number(std::min(step, entries - done));
        redis.value(
            {"EVAL",
             "for i = 1, tonumber(ARGV[1]) do redis.call('XADD', KEYS[1], '*', 'data',"
             " '{\"order_id\": 1}', 'event_id', i) end"
             " redis.call('XREADGROUP', 'GROUP', ARGV[2], 'gone-' .. ARGV[3], 'COUNT', ARGV[1],"
             " 'STREAMS', KEYS[1], '>')",
             "1",
             stream.bytes(),
             count,
             group.bytes(),
             QByteArray::number(done / step % 8)});
    }
}

template<class Work>
void measure(
    const ScratchRedis& redis, MarkdownTable& table, const QString& what, qint64 entries, Work work)
{
    Bystander quiet(redis);
    std::this_thread::sleep_for(2s);
    const double before = quiet.p99();
    Bystander bystander(redis);
    const double busy = busySeconds();
    const double seconds = secondsOf(work);
    const double spent = busySeconds() - busy;
    const double during = bystander.p99();
    table.add(
        {what,
         number(double(entries)),
         number(seconds),
         number(spent),
         number(before),
         number(during),
         number(during - before)});
}

} // namespace

/// Long pending lists, beside another client. OUTBOARD_BENCH_PENDING, OUTBOARD_BENCH_CLAIMED.
int main(int argc, char** argv)
{
    const QCoreApplication application(argc, argv);
    const qint64 pending = sizeFrom("OUTBOARD_BENCH_PENDING", 1'000'000);
    const qint64 claimed = sizeFrom("OUTBOARD_BENCH_CLAIMED", 100'000);
    const auto redis = must(ScratchRedis::start());
    fill(*redis, pending);
    BrokerSettings settings;
    settings.url = redis->url();
    const auto broker = must(openBroker(settings, {}, Access::Operate, {}, {}));
    Claimer claimer(*broker);

    MarkdownTable table(
        u"Pending lists, %1 bytes a row"_s.arg(sizeof(PendingEntry)),
        {u"what"_s,
         u"entries"_s,
         u"time (s)"_s,
         u"of it busy (s)"_s,
         u"another client's p99 before (ms)"_s,
         u"during (ms)"_s,
         u"grown by (ms)"_s});
    std::vector<PendingEntry> entries;
    measure(*redis, table, u"listed"_s, pending, [&] {
        PendingQuery query;
        query.topic = stream;
        query.group = group;
        query.limit = 2'000;
        entries = must(claimer.scan(query, {}, {}));
    });
    if (qint64(entries.size()) != pending)
        giveUp("listed " + QByteArray::number(qint64(entries.size())));

    std::vector<EntryId> ids;
    for (qint64 i = 0; i < std::min(claimed, pending); ++i)
        ids.push_back(entries[size_t(i)].id);
    measure(*redis, table, u"claimed"_s, qint64(ids.size()), [&] {
        ClaimRequest request;
        request.topic = stream;
        request.group = group;
        request.ids = ids;
        request.consumer = ConsumerName("rescuer");
        request.minIdle = Milliseconds(1);
        const auto report = must(claimer.claim(request, {}, {}));
        if (report.claimed.size() != ids.size())
            giveUp("claimed " + QByteArray::number(qint64(report.claimed.size())));
    });
    measure(*redis, table, u"acknowledged"_s, qint64(ids.size()), [&] {
        const auto report = must(claimer.acknowledge(stream, group, ids, {}, {}));
        if (report.acknowledged.size() != ids.size())
            giveUp("acknowledged " + QByteArray::number(qint64(report.acknowledged.size())));
    });
    return 0;
}
