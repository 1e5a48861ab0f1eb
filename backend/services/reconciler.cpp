// SPDX-License-Identifier: GPL-3.0-or-later
#include "services/reconciler.h"

#include "brokers/broker.h"
#include "outbox/outboxstore.h"
#include "services/pendingwalk.h"
#include "services/reconcilerecords.h"
#include "text/format.h"

#include <QCoreApplication>
#include <QHash>

#include <algorithm>
#include <utility>

namespace outboard {

using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

namespace {

constexpr qint64 rowsPerPage = 10'000;
constexpr qint64 entriesPerPage = 500;
constexpr size_t idsPerQuestion = 1'000;
/// Discovery does bounded work a call and goes on with the next one.
constexpr int discoveryCalls = 100;
/// Below it, nobody can tell clocks that disagree from the way of the two questions.
constexpr Microseconds noticedSkew = 2s;

struct Text
{
    Q_DECLARE_TR_FUNCTIONS(outboard)
};

EntryId firstOf(TimePoint time)
{
    const auto ms = std::chrono::floor<Milliseconds>(time.time_since_epoch()).count();
    return {quint64(std::max<qint64>(ms, 0)), 0};
}

EntryId lastOf(TimePoint time)
{
    return {firstOf(time).first, EntryId::highest().second};
}

/// Whatever is pending up to there was added before the stream was listed.
EntryId lastDeliveredOf(const BrokerTopicState& stream)
{
    EntryId last;
    for (const GroupState& group : stream.groups)
        last = std::max(last, group.lastDelivered.value_or(EntryId::lowest()));
    return last;
}

Error stopped()
{
    return {Error::Kind::Cancelled, Text::tr("Stopped before everything was compared."), {}};
}

} // namespace

/// What one run gathers.
struct Reconciler::Run
{
    ReconcileRequest request;
    ProgressFn progress;
    std::stop_token stop;
    Reconciliation found;
    ReconcileVerdicts verdicts;
    EventSpill rows;
    EventSpill entries;
    QSet<TopicName> topics;           ///< That the outbox knows.
    std::vector<BrokerTopic> streams; ///< By the number in the entries' records.
    std::vector<TimedRow> waiting;    ///< Unpublished; their ledgers were not asked yet.
    std::optional<TimePoint> brokerAt;
    Microseconds skew{0};         ///< The broker's clock minus the database's.
    bool tellsPublication = true; ///< Rows tell when they were published.
    bool keepsPublished = true;
    qint64 rowsWithoutId = 0;
    qint64 entriesWithoutId = 0;
    qint64 goneEntries = 0; ///< Pending, but their stream does not have them.

    Run(const ReconcileRequest& request_,
        OutboxStore& outbox,
        const Broker& broker,
        const EventLedgers& ledgers)
        : request(request_)
        , verdicts(request, outbox, broker, ledgers)
    {}

    bool isInWindow(TimePoint time) const { return time >= found.since && time <= found.until; }

    EntryId lowerEnd() const { return firstOf(found.since + skew - request.slack); }

    /// Rows that only tell when they were created may have been sent much later.
    EntryId upperEnd() const
    {
        return tellsPublication ? lastOf(found.until + skew + request.slack) : EntryId::highest();
    }

    Result<void> proceed() const
    {
        if (stop.stop_requested())
            return stopped();
        if (progress)
            progress(found.rows + found.entries, std::nullopt);
        return {};
    }

    void addNotes();
};

Reconciler::Reconciler(
    const Profile& profile, OutboxStore& outbox, Broker& broker, LedgerAt ledgerAt)
    : m_profile(profile)
    , m_outbox(outbox)
    , m_broker(broker)
    , m_ledgers(profile, std::move(ledgerAt))
{}

Reconciler::~Reconciler() = default;

/// Rows are read before entries: whatever is marked as published by then has its entry already.
Result<Reconciliation> Reconciler::run(
    const ReconcileRequest& request, const ProgressFn& progress, const std::stop_token& stop)
{
    Run run(request, m_outbox, m_broker, m_ledgers);
    run.progress = progress;
    run.stop = stop;
    if (const auto looked = lookAtServers(run); !looked)
        return looked.error();
    if (const auto read = readRows(run); !read)
        return read.error();
    const auto streams = streamsOf(run);
    if (!streams)
        return streams.error();
    run.verdicts.setStreams(*streams, run.skew);
    if (const auto read = readEntries(run, *streams); !read)
        return read.error();
    // Again: what was trimmed while it was read is gone now.
    const auto after = streamsOf(run);
    if (!after)
        return after.error();
    run.verdicts.setStreams(*after, run.skew);
    if (const auto compared = compare(run); !compared)
        return compared.error();
    if (m_profile.ledgers.isEmpty())
        run.found.notes << Text::tr("The profile has no ledger: whether an event was processed is "
                                    "not known.");
    run.addNotes();
    run.verdicts.finish(run.found);
    return std::move(run.found);
}

Result<void> Reconciler::lookAtServers(Run& run)
{
    const auto outbox = m_outbox.state();
    if (!outbox)
        return outbox.error();
    for (const OutboxTopicState& topic : outbox->topics)
        run.topics.insert(topic.topic);
    const auto streams = streamsOf(run);
    if (!streams)
        return streams.error();
    run.skew = run.brokerAt.value_or(outbox->at) - outbox->at;
    run.verdicts.setStreams(*streams, run.skew);
    run.found.until = run.request.until.value_or(outbox->at);
    run.found.since = run.request.since.value_or(run.found.until - run.request.last);
    if (std::chrono::abs(run.skew) >= noticedSkew) {
        const auto skew =
            format::duration(std::chrono::floor<Milliseconds>(std::chrono::abs(run.skew)));
        run.found.notes << (run.skew > 0us ? Text::tr("The broker's clock is %1 before the "
                                                      "database's; that was allowed for.")
                                           : Text::tr("The broker's clock is %1 behind the "
                                                      "database's; that was allowed for."))
                               .arg(skew);
    }
    return {};
}

/// Of the topics that the outbox knows, those whose stream exists.
Result<QList<BrokerTopicState>> Reconciler::streamsOf(Run& run)
{
    const QList<TopicName> topics = run.topics.values();
    auto state = m_broker.state(topics);
    for (int i = 0; i < discoveryCalls && state && !state->topicsNote.isEmpty(); ++i) {
        if (const auto proceeds = run.proceed(); !proceeds)
            return proceeds.error();
        state = m_broker.state(topics);
    }
    if (!state)
        return state.error();
    run.brokerAt = run.brokerAt.value_or(state->at);
    QSet<BrokerTopic> wanted;
    for (const TopicName& topic : topics)
        wanted.insert(m_broker.destination(topic));
    QList<BrokerTopicState> streams;
    std::ranges::copy_if(state->topics, std::back_inserter(streams), [&](const auto& stream) {
        return wanted.contains(stream.name);
    });
    return streams;
}

Result<void> Reconciler::readRows(Run& run)
{
    const RowWindow window{run.found.since, run.found.until, run.request.reach};
    std::optional<OutboxRowId> after;
    do {
        if (const auto proceeds = run.proceed(); !proceeds)
            return proceeds;
        const auto page = m_outbox.rowsOfTime(window, after, rowsPerPage);
        if (!page)
            return page.error();
        if (!page->note.isEmpty())
            run.found.notes << page->note;
        run.keepsPublished = page->keepsPublished;
        for (const TimedRow& row : page->rows) {
            if (const auto added = add(run, row); !added)
                return added;
        }
        after = page->next;
    } while (after);
    run.verdicts.addWaiting(std::exchange(run.waiting, {}));
    return {};
}

Result<void> Reconciler::add(Run& run, const TimedRow& row)
{
    ++run.found.rows;
    run.topics.insert(row.topic);
    if (row.eventId.isEmpty()) {
        ++run.rowsWithoutId;
        return {};
    }
    if (row.state == RowState::Unpublished && row.createdAt && run.isInWindow(*row.createdAt))
        run.waiting.push_back(row);
    if (run.waiting.size() >= idsPerQuestion)
        run.verdicts.addWaiting(std::exchange(run.waiting, {}));
    const auto published = publicationOf(row);
    run.tellsPublication =
        run.tellsPublication && (row.state != RowState::Published || row.publishedAt);
    const bool isJudged =
        row.state == RowState::Published && published && run.isInWindow(*published);
    return run.rows.add(row.eventId, rowRecord(row, isJudged));
}

Result<void> Reconciler::readEntries(Run& run, const QList<BrokerTopicState>& streams)
{
    for (const BrokerTopicState& stream : streams) {
        if (!stream.problem.isEmpty()) {
            run.found.notes << Text::tr("%1 could not be read: %2")
                                   .arg(format::oneLine(stream.name.bytes()), stream.problem);
            continue;
        }
        run.streams.push_back(stream.name);
        if (const auto read = readStream(run, stream); !read)
            return read;
    }
    return {};
}

Result<void> Reconciler::readStream(Run& run, const BrokerTopicState& stream)
{
    HeldEntries held(m_broker, stream, run.lowerEnd(), run.verdicts);
    MessageRange range{stream.name, run.lowerEnd(), run.upperEnd(), false, entriesPerPage};
    const quint32 number = quint32(run.streams.size()) - 1;
    while (true) {
        if (const auto proceeds = run.proceed(); !proceeds)
            return proceeds;
        const auto messages = m_broker.read(range);
        // It went away since it was listed: what it had is unknown.
        if (!messages && messages.error().kind == Error::Kind::Missing)
            return {};
        if (!messages)
            return messages.error();
        for (const Message& message : *messages) {
            ++run.found.entries;
            run.entriesWithoutId += message.eventId.isEmpty() ? 1 : 0;
            if (message.eventId.isEmpty())
                continue;
            const auto added = run.entries.add(message.eventId, entryRecord({number, message.id}));
            if (!added)
                return added;
        }
        const bool isLast = messages->size() < entriesPerPage;
        const EntryId end =
            isLast ? std::min(run.upperEnd(), lastDeliveredOf(stream)) : messages->last().id;
        if (const auto compared = held.compare(*messages, end); !compared)
            return compared;
        if (isLast)
            break;
        range.from = end.next();
    }
    held.finish();
    run.found.pending += held.looked();
    run.goneEntries += held.gone();
    return {};
}

Result<void> Reconciler::compare(Run& run)
{
    for (int part = 0; part < EventSpill::parts; ++part) {
        if (const auto proceeds = run.proceed(); !proceeds)
            return proceeds;
        if (const auto compared = comparePart(run, part); !compared)
            return compared;
    }
    return {};
}

Result<void> Reconciler::comparePart(Run& run, int part)
{
    struct Copies
    {
        EntryRecord first;
        bool isMatched = false;
    };

    QHash<EventId, Copies> copies;
    auto read = run.entries.visit(part, [&](const EventId& event, QByteArrayView record) {
        if (!copies.contains(event))
            copies.insert(event, {entryOf(record)});
    });
    if (!read)
        return read;
    std::vector<TimedRow> rowless;
    read = run.rows.visit(part, [&](const EventId& event, QByteArrayView record) {
        if (const auto found = copies.find(event); found != copies.end())
            found->isMatched = true;
        else if (isJudged(record))
            rowless.push_back(rowOf(event, record));
        if (rowless.size() >= idsPerQuestion)
            run.verdicts.addPublished(std::exchange(rowless, {}));
    });
    if (!read)
        return read;
    run.verdicts.addPublished(rowless);
    if (!run.keepsPublished)
        return {};
    std::vector<LooseEntry> loose;
    for (auto it = copies.cbegin(); it != copies.cend(); ++it) {
        const EntryRecord& entry = it->first;
        const auto at = timeOf(entry.id);
        if (it->isMatched || !at || !run.isInWindow(*at - run.skew))
            continue;
        loose.push_back({it.key(), run.streams[entry.stream], entry.id});
        if (loose.size() < idsPerQuestion)
            continue;
        if (const auto added = run.verdicts.addLoose(std::exchange(loose, {})); !added)
            return added;
    }
    return loose.empty() ? Result<void>() : run.verdicts.addLoose(loose);
}

void Reconciler::Run::addNotes()
{
    if (!keepsPublished)
        found.notes << Text::tr("Rows are deleted when they were sent: what was lost, and entries "
                                "without a row, cannot be told.");
    if (!tellsPublication)
        found.notes << Text::tr("The table does not tell when rows were published; the time of "
                                "their creation was taken.");
    if (rowsWithoutId > 0)
        found.notes << Text::tr("%1 rows have no event id and were not compared.")
                           .arg(format::number(rowsWithoutId));
    if (entriesWithoutId > 0)
        found.notes << Text::tr("%1 entries hold no event id and were not compared. Check the "
                                "mapping of messages in the profile.")
                           .arg(format::number(entriesWithoutId));
    if (goneEntries > 0)
        found.notes << Text::tr("%1 entries are pending, but their stream no longer has them: "
                                "which events they were is not known.")
                           .arg(format::number(goneEntries));
}

} // namespace outboard
