// SPDX-License-Identifier: GPL-3.0-or-later
#include "services/mapping/sampling.h"

#include "brokers/broker.h"
#include "brokers/brokerkinds.h"
#include "outbox/pgconnection.h"

#include <QByteArrayList>
#include <QRegularExpression>
#include <QSet>

#include <algorithm>

namespace outboard {

using namespace Qt::StringLiterals;

namespace {

constexpr qsizetype mostTables = 40;
constexpr qsizetype mostStreams = 100;
constexpr int entriesAtEachEnd = 5;
constexpr int mostLooks = 50;
constexpr Milliseconds statementTimeout{2'000};

/// How much a table is worth a look; 0: none.
int interest(const PgTable& table)
{
    static const QRegularExpression surely(
        u"outbox|inbox|processed|published|received|jaiminho|dead_?letter|dlq"_s,
        QRegularExpression::CaseInsensitiveOption);
    static const QRegularExpression maybe(
        u"event|message|queue|consumed|handled|idempot|ledger|dead|relay"_s,
        QRegularExpression::CaseInsensitiveOption);
    static const QStringList telling{
        u"payload"_s,
        u"eventtype"_s,
        u"aggregatetype"_s,
        u"routingkey"_s,
        u"eventid"_s,
        u"publishedat"_s,
        u"messageid"_s};
    if (table.columns.isEmpty())
        return 0;
    const int columns = int(std::ranges::count_if(table.columns, [](const PgColumn& column) {
        return telling.contains(mapping::plainName(column.name));
    }));
    const int name = surely.match(table.schema + u'.' + table.name).hasMatch() ? 10
                     : maybe.match(table.name).hasMatch()                      ? 2
                                                                               : 0;
    return name + (columns > 1 || name > 0 ? columns : 0);
}

QByteArray selected(const PgColumn& column)
{
    if (column.kind == PgKind::Bytes)
        return "encode(substring(" + column.sql() + " from 1 for 64), 'hex')";
    return "left(" + column.sql() + "::text, 2000)";
}

/// In a large table without any order the first pages are the oldest rows, and those that wait are
/// the newest: both ends are looked at.
QByteArray sampleSql(const PgKeyedTable& table)
{
    QByteArrayList columns;
    for (const PgColumn& column : table.table.columns)
        columns << selected(column);
    const QByteArray select = "SELECT " + columns.join(", ") + " FROM " + table.table.sql();
    if (table.primaryKey.isEmpty())
        return select + " LIMIT 200";
    const QByteArray key = table.table.sql() + '.' + table.table.column(table.primaryKey)->sql();
    return '(' + select + " ORDER BY " + key + " DESC LIMIT 100) UNION ALL (" + select
           + " LIMIT 100)";
}

void addRows(PgConnection& connection, SampledTable& sampled)
{
    const auto rows = connection.query(sampleSql(sampled.facts));
    if (!rows)
        return;
    const qsizetype key = sampled.indexOf(sampled.facts.primaryKey);
    const int width = int(sampled.table().columns.size());
    QSet<QByteArray> known;
    for (qsizetype row = 0; row < rows->size(); ++row) {
        if (key < width) {
            const QByteArray id = rows->value(row, int(key));
            if (known.contains(id))
                continue;
            known.insert(id);
        }
        QList<SampledTable::Cell> cells;
        for (int column = 0; column < width; ++column)
            cells << rows->optional(row, column);
        sampled.rows << cells;
    }
}

QList<SampledTable> interesting(const QList<PgKeyedTable>& tables)
{
    QList<std::pair<int, SampledTable>> ranked;
    for (const PgKeyedTable& table : tables) {
        if (const int worth = interest(table.table); worth > 0)
            ranked.append({worth, SampledTable{table, {}}});
    }
    std::ranges::stable_sort(ranked, std::greater(), &std::pair<int, SampledTable>::first);
    QList<SampledTable> chosen;
    for (const auto& [worth, table] : ranked.first(std::min(ranked.size(), mostTables)))
        chosen << table;
    return chosen;
}

QList<QList<Field>> entriesOf(Broker& broker, const BrokerTopic& topic)
{
    QList<QList<Field>> entries;
    QSet<EntryId> known;
    for (const bool newestFirst : {false, true}) {
        MessageRange range;
        range.topic = topic;
        range.newestFirst = newestFirst;
        range.limit = entriesAtEachEnd;
        const auto messages = broker.read(range);
        if (!messages)
            return entries;
        for (const Message& message : *messages) {
            if (known.contains(message.id))
                continue;
            known.insert(message.id);
            entries << message.fields;
        }
    }
    return entries;
}

} // namespace

Result<SampledDatabase> sampleDatabase(
    const QString& dsn, const std::optional<QString>& password, std::stop_token stop)
{
    const auto connection = PgConnection::open(
        {.dsn = dsn, .password = password, .statementTimeout = statementTimeout}, std::move(stop));
    if (!connection)
        return connection.error();
    const auto tables = readableTables(**connection);
    if (!tables)
        return tables.error();
    SampledDatabase database;
    database.dsn = dsn;
    database.seen = tables->size();
    database.tables = interesting(*tables);
    for (SampledTable& table : database.tables)
        addRows(**connection, table);
    return database;
}

Result<SampledBroker> sampleBroker(
    const BrokerSettings& settings, const std::optional<QString>& password, std::stop_token stop)
{
    BrokerSettings all = settings;
    all.stream = u"{topic}"_s;
    all.eventId = u"@entry_id"_s;
    all.dead.clear();
    const auto broker = openBroker(all, Thresholds(), Access::Monitor, password, std::move(stop));
    if (!broker)
        return broker.error();
    auto state = (*broker)->state({});
    for (int look = 0; state && look < mostLooks; ++look) {
        if (state->topicsNote.isEmpty() || state->topics.size() >= mostStreams)
            break;
        state = (*broker)->state({});
    }
    if (!state)
        return state.error();
    SampledBroker sampled;
    sampled.note = state->topicsNote;
    for (const BrokerTopicState& topic :
         state->topics.first(std::min(state->topics.size(), mostStreams))) {
        SampledStream stream;
        stream.name = topic.name;
        for (const GroupState& group : topic.groups)
            stream.groups << group.name;
        stream.entries = entriesOf(**broker, topic.name);
        sampled.streams << stream;
    }
    return sampled;
}

} // namespace outboard
