// SPDX-License-Identifier: GPL-3.0-or-later
#include "services/reconcileverdicts.h"

#include "brokers/broker.h"
#include "outbox/outboxstore.h"

#include <QCoreApplication>
#include <QMap>
#include <QSet>

#include <algorithm>
#include <tuple>
#include <utility>

namespace outboard {

namespace {

struct Text
{
    Q_DECLARE_TR_FUNCTIONS(outboard)
};

// An entry id made by the server begins with its clock; one made by a producer can be any number.
constexpr quint64 year2001 = 1'000'000'000'000;
constexpr quint64 year5138 = 100'000'000'000'000;

ReconcileItem itemOf(
    Discrepancy kind, const TimedRow& row, const BrokerTopic& stream, QString reason)
{
    ReconcileItem item;
    item.kind = kind;
    item.eventId = row.eventId;
    item.topic = row.topic;
    item.stream = stream;
    item.row = row.id;
    item.at = publicationOf(row);
    item.reason = std::move(reason);
    return item;
}

ReconcileItem itemOf(
    Discrepancy kind, const LooseEntry& entry, const Broker& broker, QString reason)
{
    ReconcileItem item;
    item.kind = kind;
    item.eventId = entry.eventId;
    item.topic = broker.topicOf(entry.stream).value_or(TopicName());
    item.stream = entry.stream;
    item.entry = entry.entry;
    item.at = timeOf(entry.entry);
    item.reason = std::move(reason);
    return item;
}

QString noEntryAndNoLedger(const LedgerOpinion& opinion, const BrokerTopic& stream)
{
    return opinion.ledger.isEmpty()
               ? Text::tr("Stream %1 has no entry of it, and no ledger records it.")
                     .arg(stream.text())
               : Text::tr("Stream %1 has no entry of it, and ledger %2 does not hold it.")
                     .arg(stream.text(), opinion.ledger);
}

} // namespace

std::optional<TimePoint> publicationOf(const TimedRow& row)
{
    return row.publishedAt ? row.publishedAt : row.createdAt;
}

std::optional<TimePoint> timeOf(const EntryId& entry)
{
    if (entry.first <= year2001 || entry.first >= year5138)
        return std::nullopt;
    return TimePoint(Milliseconds(qint64(entry.first)));
}

ReconcileVerdicts::ReconcileVerdicts(
    const ReconcileRequest& request,
    OutboxStore& outbox,
    const Broker& broker,
    EventLedgers ledgers)
    : m_request(request)
    , m_outbox(outbox)
    , m_broker(broker)
    , m_ledgers(std::move(ledgers))
{}

void ReconcileVerdicts::setStreams(const QList<BrokerTopicState>& streams, Microseconds skew)
{
    m_skew = skew;
    m_streams.clear();
    for (const BrokerTopicState& stream : streams)
        m_streams.insert(stream.name, stream);
}

void ReconcileVerdicts::list(ReconcileItem item)
{
    if (++m_counts[item.kind] <= m_request.mostItems)
        m_items.append(std::move(item));
}

QList<GroupName> ReconcileVerdicts::groupsOf(const BrokerTopic& stream) const
{
    QList<GroupName> groups;
    const auto known = m_streams.constFind(stream);
    for (const GroupState& group : known == m_streams.cend() ? QList<GroupState>() : known->groups)
        groups.append(group.name);
    return groups;
}

/// Empty: the stream still has all that it had at that time.
QString ReconcileVerdicts::whyEntryMayBeGone(const BrokerTopic& stream, TimePoint published) const
{
    const auto known = m_streams.constFind(stream);
    if (known == m_streams.cend())
        return Text::tr("Stream %1 does not exist.").arg(stream.text());
    if (!known->problem.isEmpty())
        return known->problem;
    if (!known->goneUpTo)
        return {};
    // By a clock of another server, a moment before or after the mark.
    const TimePoint latest = published + m_skew + m_request.slack;
    const TimePoint earliest = published + m_skew - m_request.slack;
    const auto gone = timeOf(*known->goneUpTo);
    if (!gone)
        return *known->goneUpTo == EntryId::lowest()
                   ? QString()
                   : Text::tr("Stream %1 was trimmed.").arg(stream.text());
    const bool isNear = published + m_skew <= *gone || (earliest <= *gone && latest >= *gone);
    return isNear ? Text::tr("Entries of %1 were deleted or trimmed, up to %2.")
                        .arg(stream.text(), known->goneUpTo->text())
                  : QString();
}

void ReconcileVerdicts::addPublished(const std::vector<TimedRow>& rows)
{
    QMap<BrokerTopic, std::vector<TimedRow>> byStream;
    for (const TimedRow& row : rows)
        byStream[m_broker.destination(row.topic)].push_back(row);
    for (auto it = byStream.cbegin(); it != byStream.cend(); ++it)
        judgePublished(it.key(), it.value());
}

void ReconcileVerdicts::judgePublished(const BrokerTopic& stream, const std::vector<TimedRow>& rows)
{
    std::vector<EventId> ids;
    std::vector<std::optional<TimePoint>> createdAt;
    for (const TimedRow& row : rows) {
        ids.push_back(row.eventId);
        createdAt.push_back(row.createdAt);
    }
    const auto opinions = m_ledgers.ask(groupsOf(stream), ids, createdAt);
    for (size_t i = 0; i < rows.size(); ++i) {
        const LedgerOpinion& opinion = opinions[i];
        if (opinion.mark == LedgerMark::Processed)
            continue;
        const auto published = publicationOf(rows[i]);
        const QString gone =
            published ? whyEntryMayBeGone(stream, *published) : Text::tr("Nobody knows its time.");
        if (!gone.isEmpty())
            list(itemOf(Discrepancy::Unknown, rows[i], stream, gone));
        else if (opinion.mark == LedgerMark::Unknown)
            list(itemOf(Discrepancy::Unknown, rows[i], stream, opinion.reason));
        else
            list(itemOf(Discrepancy::Lost, rows[i], stream, noEntryAndNoLedger(opinion, stream)));
    }
}

void ReconcileVerdicts::addWaiting(const std::vector<TimedRow>& rows)
{
    QMap<BrokerTopic, std::vector<TimedRow>> byStream;
    for (const TimedRow& row : rows)
        byStream[m_broker.destination(row.topic)].push_back(row);
    for (auto it = byStream.cbegin(); it != byStream.cend(); ++it) {
        std::vector<EventId> ids;
        std::vector<std::optional<TimePoint>> createdAt;
        for (const TimedRow& row : it.value()) {
            ids.push_back(row.eventId);
            createdAt.push_back(row.createdAt);
        }
        const auto opinions = m_ledgers.ask(groupsOf(it.key()), ids, createdAt);
        for (size_t i = 0; i < opinions.size(); ++i) {
            if (opinions[i].mark == LedgerMark::Processed)
                list(itemOf(
                    Discrepancy::UnpublishedButProcessed,
                    it.value()[i],
                    it.key(),
                    Text::tr("Ledger %1 holds it. A relay may have added it to the stream and "
                             "stopped before it marked the row.")
                        .arg(opinions[i].ledger)));
        }
    }
}

void ReconcileVerdicts::addHeld(const GroupName& group, const std::vector<LooseEntry>& entries)
{
    std::vector<EventId> ids;
    for (const LooseEntry& entry : entries)
        ids.push_back(entry.eventId);
    const std::vector<std::optional<TimePoint>> createdAt(ids.size());
    const auto opinions = m_ledgers.ask({group}, ids, createdAt);
    for (size_t i = 0; i < opinions.size(); ++i) {
        if (opinions[i].mark != LedgerMark::Processed)
            continue;
        ReconcileItem item = itemOf(
            Discrepancy::PendingButProcessed,
            entries[i],
            m_broker,
            Text::tr("Ledger %1 holds it, but group %2 has not acknowledged the entry.")
                .arg(opinions[i].ledger, group.text()));
        item.group = group;
        list(std::move(item));
    }
}

/// Rows of earlier events may have been deleted on purpose. Only ids that grow with time tell it.
Result<std::optional<TimePoint>> ReconcileVerdicts::oldestRow()
{
    if (m_oldestRow)
        return *m_oldestRow;
    OutboxFilter filter;
    filter.newestFirst = false;
    filter.payloadBytes = 1;
    const auto page = m_outbox.page(filter, {}, 1);
    if (!page)
        return page.error();
    bool isNumber = false;
    if (!page->rows.isEmpty())
        page->rows.first().id.bytes().toLongLong(&isNumber);
    m_oldestRow = isNumber ? page->rows.first().createdAt : std::nullopt;
    return *m_oldestRow;
}

Result<void> ReconcileVerdicts::addLoose(const std::vector<LooseEntry>& entries)
{
    const auto oldest = oldestRow();
    if (!oldest)
        return oldest.error();
    std::vector<EventId> ids;
    for (const LooseEntry& entry : entries)
        ids.push_back(entry.eventId);
    const auto rows = m_outbox.rowsOfEvents(ids);
    // Without an index on the event ids it may take too long; the connection is still good.
    if (!rows && (rows.error().kind != Error::Kind::Timeout || !m_outbox.isUsable()))
        return rows.error();
    QSet<EventId> known;
    for (const OutboxRow& row : rows.value_or(QList<OutboxRow>()))
        known.insert(row.eventId);
    for (const LooseEntry& entry : entries) {
        const auto at = timeOf(entry.entry);
        if (known.contains(entry.eventId))
            continue;
        if (!rows)
            list(itemOf(Discrepancy::Unknown, entry, m_broker, rows.error().what));
        else if (*oldest && at && *at - m_skew < **oldest)
            list(itemOf(
                Discrepancy::Unknown,
                entry,
                m_broker,
                Text::tr("The outbox no longer has rows of that time.")));
        else
            list(itemOf(
                Discrepancy::EntryWithoutRow,
                entry,
                m_broker,
                Text::tr("The outbox has no row of it.")));
    }
    return {};
}

void ReconcileVerdicts::finish(Reconciliation& into)
{
    std::ranges::sort(m_items, [](const ReconcileItem& a, const ReconcileItem& b) {
        return std::tie(a.kind, a.at, a.eventId) < std::tie(b.kind, b.at, b.eventId);
    });
    into.isWhole = true;
    for (const qint64 count : std::as_const(m_counts))
        into.isWhole = into.isWhole && count <= m_request.mostItems;
    into.items = std::move(m_items);
    into.counts = m_counts;
}

} // namespace outboard
