// SPDX-License-Identifier: GPL-3.0-or-later
#include "services/pollerlanes.h"

#include "core/onanswer.h"

#include <QCoreApplication>

namespace outboard {

using namespace Qt::StringLiterals;

namespace {

/// The answer of one source: a round trip when the server lives, and what it was asked for.
template<class T>
struct Answer
{
    std::optional<Microseconds> roundTrip;
    Result<T> state;
};

template<class T, class Source, class Ask>
Result<Answer<T>> pingAndAsk(Source& source, Ask ask)
{
    const Result<Microseconds> roundTrip = source.ping();
    if (!roundTrip)
        return roundTrip.error();
    return Answer<T>{*roundTrip, ask(source)};
}

template<class T>
std::optional<Microseconds> roundTripOf(const Result<Answer<T>>& answer)
{
    return answer ? answer->roundTrip : std::nullopt;
}

template<class T>
std::optional<Error> errorOf(const Result<Answer<T>>& answer)
{
    if (!answer)
        return answer.error();
    return answer->state ? std::nullopt : std::optional(answer->state.error());
}

Error notAskedYet()
{
    return {
        Error::Kind::Unreachable,
        QCoreApplication::translate("outboard", "Not asked yet. Wait for the first round."),
        {}};
}

/// A ledger whose table is to be found automatically has no name yet.
QString ledgerName(const LedgerSettings& settings)
{
    return settings.table.isEmpty() ? u"ledger"_s : u"ledger "_s + settings.table;
}

} // namespace

PollerLanes::PollerLanes(const BackendsPtr& backends, Clock clock)
    : m_clock(std::move(clock))
    , m_outboxSource(
          u"outbox"_s,
          [backends](std::stop_token stop) {
              return backends->openOutbox(Access::Monitor, std::move(stop));
          })
    , m_brokerSource(
          u"broker"_s,
          [backends](std::stop_token stop) {
              return backends->openBroker(Access::Monitor, std::move(stop));
          })
    , m_outbox(notAskedYet())
    , m_broker(notAskedYet())
{
    const QList<LedgerSettings>& ledgers = backends->profile().ledgers;
    for (qsizetype i = 0; i < ledgers.size(); ++i) {
        m_ledgers.push_back(std::make_unique<Watched<Ledger>>(
            ledgerName(ledgers[i]), [backends, i](std::stop_token stop) {
                return backends->openLedger(i, Access::Monitor, std::move(stop));
            }));
    }
}

PollerLanes::~PollerLanes()
{
    close();
}

void PollerLanes::close()
{
    m_outboxSource.lane.close();
    m_brokerSource.lane.close();
    for (const auto& ledger : m_ledgers)
        ledger->lane.close();
}

QList<SourceHealth> PollerLanes::health() const
{
    QList<SourceHealth> health{m_outboxSource.watch.health(), m_brokerSource.watch.health()};
    for (const auto& ledger : m_ledgers)
        health.append(ledger->watch.health());
    return health;
}

void PollerLanes::ask(
    TimePoint startedAt, bool forced, QObject* context, std::function<void()> done)
{
    Q_ASSERT(m_awaited == 0);
    m_startedAt = startedAt;
    m_isForced = forced;
    m_context = context;
    m_done = std::move(done);
    // Counts itself, so that a round in which everybody backs off is finished too, but not within
    // this call.
    m_awaited = 1;
    askOutbox();
    askBroker();
    for (const auto& ledger : m_ledgers)
        askLedger(*ledger);
    QMetaObject::invokeMethod(
        context, [this] { oneLess(); }, Qt::QueuedConnection);
}

template<class Source, class Job, class Take>
void PollerLanes::askOne(Watched<Source>& source, Job job, Take take)
{
    if (!m_isForced && !source.watch.isDue(m_startedAt))
        return;
    ++m_awaited;
    onAnswer(
        source.lane.run(std::move(job)),
        m_context,
        [this, watch = &source.watch, take = std::move(take)](const auto& answer) {
            watch->answered(m_startedAt, m_clock(), roundTripOf(answer), errorOf(answer));
            take(answer);
            oneLess();
        });
}

void PollerLanes::askOutbox()
{
    const auto job = [](OutboxStore& store) {
        return pingAndAsk<OutboxState>(store, [](OutboxStore& s) { return s.state(); });
    };
    askOne(m_outboxSource, job, [this](const Result<Answer<OutboxState>>& answer) {
        m_outbox = answer ? answer->state : answer.error();
        if (!m_outbox)
            return;
        // A new list: the lane may still look at the one that it was given.
        QList<TopicName> topics;
        for (const OutboxTopicState& topic : m_outbox->topics)
            topics.append(topic.topic);
        m_topics = std::move(topics);
    });
}

void PollerLanes::askBroker()
{
    const auto job = [topics = m_topics](Broker& broker) {
        return pingAndAsk<BrokerState>(broker, [&](Broker& b) { return b.state(topics); });
    };
    askOne(m_brokerSource, job, [this](const Result<Answer<BrokerState>>& answer) {
        m_broker = answer ? answer->state : answer.error();
    });
}

void PollerLanes::askLedger(Watched<Ledger>& ledger)
{
    const auto job = [](Ledger& source) {
        return pingAndAsk<bool>(source, [](Ledger&) { return Result<bool>(true); });
    };
    askOne(ledger, job, [](const Result<Answer<bool>>&) {});
}

void PollerLanes::oneLess()
{
    if (--m_awaited == 0)
        std::exchange(m_done, {})();
}

} // namespace outboard
