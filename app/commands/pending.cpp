// SPDX-License-Identifier: GPL-3.0-or-later
#include "brokers/broker.h"
#include "commands/commandlist.h"
#include "commands/pendingtarget.h"
#include "context.h"
#include "jsonvalues.h"
#include "services/connections.h"
#include "services/payloadmask.h"
#include "services/pendingdetails.h"
#include "text.h"
#include "text/format.h"
#include "texttable.h"

#include <algorithm>
#include <limits>
#include <utility>

namespace outboard {

using namespace Qt::StringLiterals;

namespace {

constexpr qint64 pageSize = 500;
constexpr qsizetype previewLength = 60;

QString markName(LedgerMark mark)
{
    switch (mark) {
    case LedgerMark::Processed: return u"processed"_s;
    case LedgerMark::Unprocessed: return u"unprocessed"_s;
    case LedgerMark::Unknown: return u"unknown"_s;
    }
    return u"unknown"_s;
}

/// Walks one pending list page by page and prints each entry with its payload and ledger mark.
class PendingPrinter
{
public:
    PendingPrinter(Context& context, Connections& connections, PendingQuery query)
        : m_context(context)
        , m_connections(connections)
        , m_query(std::move(query))
        , m_mask(context.profile())
    {}

    Result<void> print(qint64 limit)
    {
        m_query.limit = pageSize;
        std::optional<EntryId> next = m_query.from;
        QString note;
        while (next && m_printed < limit && !m_context.stop().stop_requested()) {
            m_query.from = *next;
            const auto page = readPending(m_connections, m_query, systemClock());
            if (!page)
                return page.error();
            // Not before: a list that cannot be read at all is answered by an error document.
            m_context.out().beginList();
            if (page->note != std::exchange(note, page->note) && !note.isEmpty())
                m_context.out().message(note);
            for (const PendingDetail& detail : page->entries.first(
                     std::min(page->entries.size(), static_cast<qsizetype>(limit - m_printed))))
                printEntry(detail);
            next = page->next;
        }
        return {};
    }

    bool isEmpty() const { return m_printed == 0; }

    QString text() const { return m_table.text(); }

private:
    void printEntry(const PendingDetail& detail)
    {
        ++m_printed;
        if (m_context.out().isText())
            m_table.add(cells(detail));
        else
            m_context.out().item(object(detail));
    }

    static bool hasEvent(const PendingDetail& detail)
    {
        return detail.message && !detail.message->eventId.isEmpty();
    }

    static bool hasPayload(const PendingDetail& detail)
    {
        return detail.message && detail.message->hasPayload;
    }

    QJsonObject object(const PendingDetail& detail) const
    {
        const QJsonValue unknown(QJsonValue::Null);
        const PendingEntry& entry = detail.entry;
        return {
            {u"entry_id"_s, entry.id.text()},
            {u"consumer"_s, entry.consumer.text()},
            {u"idle_ms"_s, json::milliseconds(std::optional(entry.idle))},
            {u"deliveries"_s, entry.deliveries},
            {u"event_id"_s,
             hasEvent(detail) ? json::bytes(detail.message->eventId.bytes()) : unknown},
            {u"topic"_s, topicName()},
            {u"payload"_s,
             hasPayload(detail) ? json::bytes(m_mask.shown(detail.message->payload)) : unknown},
            {u"ledger"_s, markName(detail.ledger)},
        };
    }

    QStringList cells(const PendingDetail& detail) const
    {
        const PendingEntry& entry = detail.entry;
        const QString missing = detail.message ? u"?"_s : Text::tr("(gone from the stream)");
        return {
            entry.id.text(),
            entry.consumer.text(),
            format::duration(entry.idle),
            format::number(entry.deliveries),
            hasEvent(detail) ? detail.message->eventId.text() : u"?"_s,
            markName(detail.ledger),
            hasPayload(detail)
                ? format::oneLine(m_mask.shown(detail.message->payload), previewLength)
                : missing};
    }

    /// The outbox topic that the stream stands for, where the mapping can be turned round.
    QString topicName() const
    {
        const auto broker = m_connections.broker();
        const auto topic = broker ? (*broker)->topicOf(m_query.topic) : std::nullopt;
        return topic ? topic->text() : m_query.topic.text();
    }

    Context& m_context;
    Connections& m_connections;
    PendingQuery m_query;
    PayloadMask m_mask;
    qint64 m_printed = 0;
    TextTable m_table{
        {{Text::tr("ENTRY")},
         {Text::tr("CONSUMER")},
         {Text::tr("IDLE"), TextTable::Align::Right},
         {Text::tr("DELIVERIES"), TextTable::Align::Right},
         {Text::tr("EVENT")},
         {Text::tr("LEDGER")},
         {Text::tr("PAYLOAD")}}};
};

Result<ExitCode> runPending(Context& context)
{
    const auto target = pendingTarget(context.line());
    if (!target)
        return target.error();
    const auto query = pendingQuery(context.line(), *target);
    if (!query)
        return query.error();
    constexpr qint64 all = std::numeric_limits<qint64>::max();
    const auto limit = context.line().number(u"limit"_s, 1, all);
    if (!limit)
        return limit.error();
    context.findLedgers();
    // Opened here first so that a refused password is asked for.
    if (const auto broker = context.openBroker(Access::Monitor); !broker)
        return broker.error();
    Connections connections(context.backends(), Access::Monitor, context.stop());
    PendingPrinter printer(context, connections, *query);
    const auto printed = printer.print(limit->value_or(all));
    context.out().endList();
    context.out().text(
        printer.isEmpty() ? Text::tr("No pending entries.") + u'\n' : printer.text());
    if (!printed)
        return printed.error();
    return context.stop().stop_requested() ? ExitCode::InPart : ExitCode::Done;
}

} // namespace

Command pendingCommand()
{
    Command command;
    command.name = u"pending"_s;
    command.summary =
        Text::tr("entries delivered to a group and not acknowledged, with their payload");
    command.options = pendingTargetOptions() + pendingFilterOptions();
    command.options.append(
        {u"limit"_s, OptionSpec::Takes::One, u"N"_s, Text::tr("at most N entries")});
    command.lists = true;
    command.run = runPending;
    return command;
}

} // namespace outboard
