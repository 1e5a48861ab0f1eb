// SPDX-License-Identifier: GPL-3.0-or-later
#include "services/pollerlanes.h"

#include "core/onanswer.h"
#include "services/ledgersampling.h"

#include <QCoreApplication>

namespace outboard {

using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

namespace {

constexpr auto healthEvery = 10s;

/// The answer of one source: a round trip when the server lives, what it was asked for, and how it
/// is when that was due.
template<class T, class Health>
struct Answer
{
    std::optional<Microseconds> roundTrip;
    Result<T> state;
    std::optional<Health> health = {};
};

using OutboxAnswer = Answer<OutboxState, OutboxHealth>;
using BrokerAnswer = Answer<BrokerState, BrokerHealth>;
using LedgerAnswer = Answer<bool, LedgerHealth>;

template<class T, class Source, class Ask>
Result<T> pingAndAsk(Source& source, Ask ask)
{
    const Result<Microseconds> roundTrip = source.ping();
    if (!roundTrip)
        return roundTrip.error();
    return T{*roundTrip, ask(source)};
}

template<class T>
std::optional<Microseconds> roundTripOf(const Result<T>& answer)
{
    return answer ? answer->roundTrip : std::nullopt;
}

template<class T>
std::optional<Error> errorOf(const Result<T>& answer)
{
    if (!answer)
        return answer.error();
    return answer->state ? std::nullopt : std::optional(answer->state.error());
}

/// What was known stays as long as the source answers; the answer tells when it was asked.
template<class T>
void takeHealth(const Result<T>& answer, decltype(T::health)& health)
{
    if (!answer)
        health.reset();
    else if (answer->health)
        health = answer->health;
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
    : m_profile(backends->profile())
    , m_clock(std::move(clock))
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
    const QList<LedgerSettings>& ledgers = m_profile.ledgers;
    m_health.ledgers.resize(ledgers.size());
    m_ledgerLooks.resize(ledgers.size());
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
    m_asksHealth = forced || isHealthDue();
    if (m_asksHealth)
        m_healthAt = startedAt;
    askOutbox();
    askBroker();
    for (qsizetype i = 0; i < qsizetype(m_ledgers.size()); ++i)
        askLedger(i);
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

bool PollerLanes::isHealthDue() const
{
    // Before the last time means that the desktop's clock was set back.
    return !m_healthAt || m_startedAt < *m_healthAt || m_startedAt - *m_healthAt >= healthEvery;
}

void PollerLanes::askOutbox()
{
    const auto job = [asksHealth = m_asksHealth](OutboxStore& store) {
        auto answer = pingAndAsk<OutboxAnswer>(store, [](OutboxStore& s) { return s.state(); });
        // Also when the table cannot be read: a lock may be the reason.
        if (answer && asksHealth && store.isUsable()) {
            if (const auto health = store.health())
                answer->health = *health;
        }
        return answer;
    };
    askOne(m_outboxSource, job, [this](const Result<OutboxAnswer>& answer) {
        takeHealth(answer, m_health.outbox);
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
    const auto job = [topics = m_topics, asksHealth = m_asksHealth](Broker& broker) {
        auto answer = pingAndAsk<BrokerAnswer>(broker, [&](Broker& b) { return b.state(topics); });
        if (answer && answer->state && asksHealth) {
            if (const auto health = broker.health(*answer->state))
                answer->health = *health;
        }
        return answer;
    };
    askOne(m_brokerSource, job, [this](const Result<BrokerAnswer>& answer) {
        takeHealth(answer, m_health.broker);
        m_broker = answer ? answer->state : answer.error();
    });
}

void PollerLanes::askLedger(qsizetype index)
{
    // The samples are those of the round before: the broker is asked at the same time.
    const QList<GroupHealth> groups =
        m_health.broker ? groupsOfLedger(m_profile, index, m_health.broker->groups)
                        : QList<GroupHealth>();
    const auto job = [groups,
                      before = m_ledgerLooks[index],
                      now = m_startedAt,
                      asksHealth = m_asksHealth](Ledger& source) {
        auto answer = pingAndAsk<LedgerAnswer>(source, [](Ledger&) { return Result<bool>(true); });
        if (answer && asksHealth) {
            if (const auto health = sampleLedger(source, groups, before, now))
                answer->health = *health;
        }
        return answer;
    };
    askOne(*m_ledgers[size_t(index)], job, [this, index](const Result<LedgerAnswer>& answer) {
        std::optional<LedgerHealth>& before = m_ledgerLooks[index];
        if (!answer || !answer->health) {
            takeHealth(answer, m_health.ledgers[index]);
            return;
        }
        m_health.ledgers[index] = confirmedBy(*answer->health, before);
        before = *answer->health;
    });
}

void PollerLanes::oneLess()
{
    if (--m_awaited == 0)
        std::exchange(m_done, {})();
}

} // namespace outboard
