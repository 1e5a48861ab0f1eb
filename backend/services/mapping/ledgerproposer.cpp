// SPDX-License-Identifier: GPL-3.0-or-later
// The part of the proposals that finds ledgers.
#include "outbox/outboxpresets.h"
#include "services/mapping/mappingproposer.h"
#include "services/mapping/statuswords.h"

#include <QCoreApplication>
#include <QDateTime>
#include <QRegularExpression>

#include <algorithm>

namespace outboard {

using namespace Qt::StringLiterals;
using mapping::sqlName;
using mapping::sqlText;

namespace {

QString tr(const char* text)
{
    return QCoreApplication::translate("outboard", text);
}

bool isId(const PgColumn& column)
{
    return column.kind == PgKind::Integer || column.kind == PgKind::Uuid
           || column.kind == PgKind::Text;
}

bool isText(const PgColumn& column)
{
    return column.kind == PgKind::Text;
}

/// Names of ledgers; "received" and "inbox" of events, not of mail.
bool isNamedAsLedger(const PgTable& table)
{
    static const QRegularExpression ledger(
        u"processed|inbox|received|consumed|handled|idempot|dedup|ledger"_s,
        QRegularExpression::CaseInsensitiveOption);
    return ledger.match(table.name).hasMatch();
}

std::optional<qsizetype> eventIdColumn(const SampledTable& table)
{
    return table.find(
        {u"eventid"_s,
         u"messageid"_s,
         u"msgid"_s,
         u"eventuuid"_s,
         u"idempotencykey"_s,
         u"outboxid"_s,
         u"eventkey"_s},
        isId);
}

std::optional<qsizetype> consumerColumn(const SampledTable& table)
{
    return table.find(
        {u"consumergroup"_s,
         u"consumer"_s,
         u"consumername"_s,
         u"handlername"_s,
         u"handler"_s,
         u"groupname"_s,
         u"subscriber"_s,
         u"subscription"_s,
         u"service"_s,
         u"servicename"_s},
        isText);
}

/// "status = 2"; empty where the row's existence means done.
void addDone(const SampledTable& table, LedgerProposal& proposal)
{
    const auto status =
        table.find({u"status"_s, u"state"_s, u"processingstatus"_s}, [](const PgColumn& column) {
            return column.kind == PgKind::Text || column.kind == PgKind::Integer
                   || !column.labels.isEmpty();
        });
    if (status) {
        const PgColumn& column = table.column(*status);
        const auto processed = table.find({u"processedat"_s, u"completedat"_s, u"handledat"_s});
        StatusWords words = readStatus(table, *status, processed, {});
        // Its model writes succeeded as 2 (and failed as -1).
        const bool isPattern = table.table().column(u"msg_id"_s)
                               && table.table().column(u"expires_at"_s)
                               && column.kind == PgKind::Integer;
        if (isPattern) {
            words = {};
            words.done << "2";
        }
        if (words.done.size() == 1) {
            const QByteArray& value = words.done.first();
            proposal.settings.done =
                sqlName(column.name) + u" = "_s
                + (column.kind == PgKind::Integer ? QString::fromUtf8(value) : sqlText(value));
            proposal.reasons << tr("column %1 holds a status: a row is done when %2")
                                    .arg(column.name, proposal.settings.done);
            proposal.doubts += words.doubts;
            return;
        }
        proposal.doubts << tr("Column %1 holds a status, but which value means done is not known.")
                               .arg(column.name);
        return;
    }
    const auto time = table.find(
        {u"processedat"_s, u"completedat"_s, u"handledat"_s},
        [](const PgColumn& column) { return column.kind == PgKind::Time && column.isNullable; });
    if (!time)
        return;
    proposal.settings.done = sqlName(table.column(*time).name) + u" IS NOT NULL";
    proposal.reasons << tr("a row is done when its %1 is set").arg(table.column(*time).name);
}

QStringList groupsOf(const MappingEvidence& evidence)
{
    QStringList groups;
    for (const SampledStream& stream : evidence.broker.streams) {
        for (const GroupName& group : stream.groups) {
            if (!groups.contains(group.text()))
                groups << group.text();
        }
    }
    return groups;
}

/// The groups of the streams that the ledger's name, schema or database begins with:
/// billing_processedevent serves billing.
void addGroups(
    const MappingEvidence& evidence,
    const SampledDatabase& database,
    const SampledTable& table,
    LedgerProposal& proposal)
{
    const QStringList groups = groupsOf(evidence);
    static const QRegularExpression databaseName(u"(?:/|dbname=)([\\w-]+)(?:\\?|\\s|$)"_s);
    const QString place = u' ' + table.table().name + u' ' + table.table().schema + u' '
                          + databaseName.match(database.dsn).captured(1);
    if (!proposal.settings.consumer.isEmpty()) {
        const auto consumers = table.values(table.indexOf(proposal.settings.consumer));
        const bool isKnown = std::ranges::any_of(
            groups, [&](const QString& group) { return consumers.contains(group.toUtf8()); });
        if (isKnown)
            proposal.reasons
                << tr("column %1 holds names of consumer groups").arg(proposal.settings.consumer);
        else if (!consumers.isEmpty() && !groups.isEmpty())
            proposal.doubts << tr("Column %1 holds no name of a consumer group of the streams.")
                                   .arg(proposal.settings.consumer);
        return;
    }
    for (const QString& group : groups) {
        if (place.contains(u' ' + group)) {
            proposal.settings.groups << group;
            proposal.reasons << tr("its name begins with that of consumer group %1").arg(group);
        }
    }
}

/// An event older than the oldest row is one that a sweep may have taken.
void addRetention(
    const MappingEvidence& evidence,
    const OutboxSettings& outbox,
    const SampledTable& table,
    LedgerProposal& proposal)
{
    const SampledTable* rows = mapping::outboxTable(evidence, outbox);
    const auto complete = withPreset(outbox);
    if (!rows || !complete || table.rows.isEmpty())
        return;
    const auto oldest = [](const QSet<QByteArray>& texts) {
        QDateTime first;
        for (const QByteArray& text : texts) {
            const auto time = QDateTime::fromString(
                QString::fromUtf8(text).left(19).replace(u' ', u'T'), Qt::ISODate);
            if (time.isValid() && (!first.isValid() || time < first))
                first = time;
        }
        return first;
    };
    const auto time = table.find(
        {u"processedat"_s,
         u"handledat"_s,
         u"consumedat"_s,
         u"completedat"_s,
         u"receivedat"_s,
         u"createdat"_s,
         u"added"_s},
        [](const PgColumn& column) { return column.kind == PgKind::Time; });
    const auto& created = complete->settings.columns.createdAt;
    if (!time || !rows->table().column(created))
        return;
    const QDateTime row = oldest(table.values(*time));
    const QDateTime event = oldest(rows->values(rows->indexOf(created)));
    const QDateTime now = QDateTime::currentDateTimeUtc();
    const qint64 days = row.isValid() ? row.daysTo(now) : 0;
    if (!event.isValid() || days < 1 || event.daysTo(now) < days + days / 2 + 1)
        return;
    proposal.settings.retention = std::chrono::hours(24) * days;
    proposal.doubts << tr("The oldest row is %1 days old, the oldest event %2: what is older than "
                          "the ledger counts as unknown.")
                           .arg(days)
                           .arg(event.daysTo(now));
}

std::optional<LedgerProposal> proposalOf(
    const MappingEvidence& evidence, const SampledDatabase& database, const SampledTable& table)
{
    auto event = eventIdColumn(table);
    // A table of this name whose key is the event's id.
    if (!event && isNamedAsLedger(table.table()) && !table.facts.primaryKey.isEmpty()
        && table.table().columns.size() <= 4)
        event = table.indexOf(table.facts.primaryKey);
    if (!event)
        return std::nullopt;
    LedgerProposal proposal;
    const QString name = table.column(*event).name;
    const auto consumer = consumerColumn(table);
    const bool isPerConsumer = consumer && !table.isUnique({name});
    proposal.settings.table = table.table().spelled();
    proposal.settings.eventId = name;
    if (isPerConsumer)
        proposal.settings.consumer = table.column(*consumer).name;
    const bool isUnique =
        isPerConsumer ? table.isUnique({name, proposal.settings.consumer}) : table.isUnique({name});
    proposal.score = (isNamedAsLedger(table.table()) ? 50 : 0) + (isUnique ? 20 : 0);
    if (proposal.score < 50)
        return std::nullopt;
    if (isUnique)
        proposal.reasons
            << (isPerConsumer
                    ? tr("%1 and %2 together are unique").arg(name, proposal.settings.consumer)
                    : tr("column %1 is unique").arg(name));
    else
        proposal.doubts << tr("Nothing keeps %1 unique: Outboard can read this ledger, but not "
                              "guard an event with it.")
                               .arg(name);
    addDone(table, proposal);
    addGroups(evidence, database, table, proposal);
    return proposal;
}

} // namespace

QList<LedgerProposal> proposeLedgers(const MappingEvidence& evidence, const OutboxSettings& outbox)
{
    QList<LedgerProposal> proposals;
    for (const SampledDatabase& database : evidence.databases) {
        for (const SampledTable& table : database.tables) {
            if (&database == &evidence.databases.first() && table.table().spelled() == outbox.table)
                continue;
            auto proposal = proposalOf(evidence, database, table);
            if (!proposal)
                continue;
            if (&database != &evidence.databases.first())
                proposal->settings.dsn = database.dsn;
            addRetention(evidence, outbox, table, *proposal);
            proposal->title = proposal->settings.table;
            proposals << *proposal;
        }
    }
    std::ranges::stable_sort(proposals, std::greater(), &LedgerProposal::score);
    return proposals;
}

namespace mapping {

QSet<QByteArray> ledgerIds(const MappingEvidence& evidence)
{
    QSet<QByteArray> ids;
    for (const SampledDatabase& database : evidence.databases) {
        for (const SampledTable& table : database.tables) {
            const auto event = eventIdColumn(table);
            if (event && isNamedAsLedger(table.table()))
                ids.unite(table.values(*event));
        }
    }
    return ids;
}

} // namespace mapping

} // namespace outboard
