// SPDX-License-Identifier: GPL-3.0-or-later
// The part of the proposals that finds outboxes.
#include "brokers/jsonpath.h"
#include "outbox/outboxpresets.h"
#include "services/mapping/mappingproposer.h"
#include "services/mapping/rowstates.h"

#include <QCoreApplication>
#include <QRegularExpression>

#include <algorithm>

namespace outboard {

using namespace Qt::StringLiterals;

namespace {

QString tr(const char* text)
{
    return QCoreApplication::translate("outboard", text);
}

/// By what a table is known to be a library's.
struct Signature
{
    QLatin1StringView preset;
    QStringList columns;
    QStringList without;
    QString suffix; ///< Of the table's name; empty: any.
};

QList<Signature> signatures()
{
    return {
        {QLatin1StringView("cap"),
         {u"Id"_s,
          u"Name"_s,
          u"Content"_s,
          u"Retries"_s,
          u"Added"_s,
          u"ExpiresAt"_s,
          u"StatusName"_s},
         {u"Group"_s},
         {}},
        {QLatin1StringView("django-celery-outbox"),
         {u"id"_s,
          u"task_id"_s,
          u"task_name"_s,
          u"args"_s,
          u"kwargs"_s,
          u"options"_s,
          u"retries"_s,
          u"retry_after"_s,
          u"updated_at"_s,
          u"created_at"_s},
         {u"dead_at"_s},
         {}},
        {QLatin1StringView("django-outbox-pattern"),
         {u"id"_s,
          u"destination"_s,
          u"body"_s,
          u"added"_s,
          u"expires_at"_s,
          u"retry"_s,
          u"status"_s},
         {},
         {}},
        {QLatin1StringView("jaiminho"),
         {u"id"_s, u"message"_s, u"kwargs"_s, u"stream"_s, u"created_at"_s, u"sent_at"_s},
         {},
         {}},
        {QLatin1StringView("django"),
         {u"id"_s, u"topic"_s, u"payload"_s, u"created_at"_s, u"published_at"_s},
         {u"status"_s, u"event_id"_s, u"dead"_s, u"locked_at"_s, u"lease_until"_s},
         u"_outboxevent"_s},
    };
}

bool fits(const SampledTable& table, const Signature& signature)
{
    const auto has = [&](const QString& name) { return table.table().column(name) != nullptr; };
    return table.table().name.endsWith(signature.suffix)
           && std::ranges::all_of(signature.columns, has)
           && std::ranges::none_of(signature.without, has);
}

/// Debezium's columns, and nothing by which a polling relay would know what it sent.
bool isDebezium(const SampledTable& table, const RowStates& states)
{
    const auto has = [&](const char* name) {
        return table.table().column(QString::fromLatin1(name)) != nullptr;
    };
    return has("id") && has("aggregatetype") && has("aggregateid") && has("type") && has("payload")
           && states.family == RowStates::Family::Existence;
}

bool isAside(const SampledTable& table)
{
    static const QRegularExpression aside(
        u"dead|dlq|inbox|processed|received|consumed|idempot|handled|ledger|archive|history"_s,
        QRegularExpression::CaseInsensitiveOption);
    return aside.match(table.table().name).hasMatch();
}

bool isText(const PgColumn& column)
{
    return column.kind == PgKind::Text || !column.labels.isEmpty();
}

bool isPayload(const PgColumn& column)
{
    return column.kind == PgKind::Json || column.kind == PgKind::Text
           || column.kind == PgKind::Bytes;
}

bool isTime(const PgColumn& column)
{
    return column.kind == PgKind::Time || column.kind == PgKind::Date;
}

bool isId(const PgColumn& column)
{
    return column.kind == PgKind::Integer || column.kind == PgKind::Uuid
           || column.kind == PgKind::Text;
}

std::optional<QString> nameOf(const SampledTable& table, std::optional<qsizetype> index)
{
    return index ? std::optional(table.column(*index).name) : std::nullopt;
}

QString idOf(const SampledTable& table)
{
    if (!table.facts.primaryKey.isEmpty())
        return table.facts.primaryKey;
    return nameOf(table, table.find({u"id"_s, u"uuid"_s, u"eventid"_s}, isId)).value_or(QString());
}

QStringList topicNames()
{
    return {
        u"topic"_s,
        u"routingkey"_s,
        u"eventtype"_s,
        u"type"_s,
        u"channel"_s,
        u"destination"_s,
        u"stream"_s,
        u"eventname"_s,
        u"messagetype"_s,
        u"subject"_s,
        u"queue"_s,
        u"aggregatetype"_s,
        u"event"_s,
        u"kind"_s,
        u"name"_s};
}

/// How many of the values are names of streams, or parts of one.
qsizetype streamsOf(const MappingEvidence& evidence, const QSet<QByteArray>& topics)
{
    const auto streams = evidence.eventStreams();
    return std::ranges::count_if(streams, [&](const SampledStream& stream) {
        return std::ranges::any_of(topics, [&](const QByteArray& topic) {
            return !topic.isEmpty() && stream.name.bytes().endsWith(topic);
        });
    });
}

/// The first column of the usual names whose values name streams, else the first of them.
std::optional<qsizetype> topicOf(const SampledTable& table, const MappingEvidence& evidence)
{
    std::optional<qsizetype> best;
    qsizetype most = -1;
    for (const QString& name : topicNames()) {
        const auto index = table.find({name}, isText);
        if (!index)
            continue;
        const qsizetype streams = streamsOf(evidence, table.values(*index));
        if (streams > most) {
            most = streams;
            best = index;
        }
    }
    return best;
}

/// "{tenant}:{event_type}", where streams are named so.
std::optional<QString> tenantTopic(
    const SampledTable& table, const QString& topic, const MappingEvidence& evidence)
{
    static const QRegularExpression tenant(
        u"tenant|organi[sz]ation|company|customer|account|shop|schema|region"_s,
        QRegularExpression::CaseInsensitiveOption);
    for (const PgColumn& column : table.table().columns) {
        if (!tenant.match(column.name).hasMatch() || !isId(column))
            continue;
        for (const QString& between : {u":"_s, u"."_s, u"-"_s, u"/"_s, u"_"_s}) {
            const QString spelled = u'{' + column.name + u'}' + between + u'{' + topic + u'}';
            if (streamsOf(evidence, mapping::mappedValues(table, spelled)) > 0)
                return spelled;
        }
    }
    return std::nullopt;
}

QString eventIdOf(const SampledTable& table, const QString& id, OutboxProposal& proposal)
{
    const auto own = table.find(
        {u"eventid"_s, u"messageid"_s, u"eventuuid"_s, u"msgid"_s, u"uuid"_s, u"uid"_s, u"guid"_s},
        isId);
    if (!own || table.column(*own).name == id)
        return id;
    const QString name = table.column(*own).name;
    if (table.isUnique({name})) {
        proposal.reasons << tr("column %1 is unique and named as an event id").arg(name);
    } else {
        proposal.doubts
            << tr("Column %1 is named as an event id, but nothing keeps it unique.").arg(name);
    }
    return name;
}

/// A table beside the outbox into which its relay puts what it gave up on.
std::optional<QString> deadTableOf(const SampledTable& outbox, const MappingEvidence& evidence)
{
    static const QRegularExpression dead(u"dead|dlq"_s, QRegularExpression::CaseInsensitiveOption);
    for (const SampledTable& table : evidence.databases.first().tables) {
        if (table.table().schema != outbox.table().schema
            || !dead.match(table.table().name).hasMatch())
            continue;
        const auto shared =
            std::ranges::count_if(table.table().columns, [&](const PgColumn& column) {
                return outbox.table().column(column.name) != nullptr;
            });
        if (shared >= 3)
            return table.table().spelled();
    }
    return std::nullopt;
}

OutboxProposal presetProposal(
    const SampledTable& table, const QString& preset, const MappingEvidence& evidence)
{
    OutboxProposal proposal;
    proposal.settings.preset = preset;
    proposal.settings.table = table.table().spelled();
    proposal.title = tr("%1: preset %2").arg(proposal.settings.table, preset);
    proposal.score = 100;
    proposal.reasons
        << tr("table %1 has the columns of the preset %2").arg(proposal.settings.table, preset);
    const auto complete = withPreset(proposal.settings);
    if (!complete)
        return proposal;
    // The preset's word for it is the default schema's table.
    if (const auto dead = deadTableOf(table, evidence)) {
        proposal.settings.deadTable = *dead;
        proposal.reasons << tr("dead rows are moved to table %1").arg(*dead);
    }
    if (preset == u"debezium") {
        proposal.doubts << tr("Rows are sent by a replication slot: the table does not tell which "
                              "were, and Outboard cannot relay them.");
        if (const auto created = nameOf(
                table, table.find({u"createdat"_s, u"timestamp"_s, u"occurredat"_s}, isTime)))
            proposal.settings.columns.createdAt = *created;
    }
    if (preset == u"jaiminho")
        proposal.doubts << tr("Payloads are Python pickles: they are shown and relayed as bytes.");
    return proposal;
}

/// Roles of the columns of a table that nobody's preset describes.
std::optional<OutboxProposal> customProposal(
    const SampledTable& table, const RowStates& states, const MappingEvidence& evidence)
{
    OutboxProposal proposal;
    OutboxColumns& columns = proposal.settings.columns;
    columns.id = idOf(table);
    const auto payload = table.find(
        {u"payload"_s,
         u"payloadjson"_s,
         u"data"_s,
         u"body"_s,
         u"eventdata"_s,
         u"content"_s,
         u"message"_s,
         u"eventpayload"_s,
         u"json"_s},
        isPayload);
    const auto topic = topicOf(table, evidence);
    if (columns.id.isEmpty() || !payload || !topic)
        return std::nullopt;
    proposal.settings.preset = u"custom"_s;
    proposal.settings.table = table.table().spelled();
    proposal.title = tr("%1: own columns").arg(proposal.settings.table);
    columns.payload = table.column(*payload).name;
    columns.topic = table.column(*topic).name;
    if (const auto tenant = tenantTopic(table, columns.topic, evidence)) {
        proposal.reasons << tr("streams are named %1").arg(*tenant);
        columns.topic = *tenant;
    }
    columns.eventId = eventIdOf(table, columns.id, proposal);
    columns.createdAt = nameOf(
                            table,
                            table.find(
                                {u"createdat"_s,
                                 u"created"_s,
                                 u"createdon"_s,
                                 u"insertedat"_s,
                                 u"occurredat"_s,
                                 u"added"_s,
                                 u"timestamp"_s,
                                 u"ts"_s,
                                 u"eventtime"_s,
                                 u"datecreated"_s},
                                isTime))
                            .value_or(QString());
    columns.key = nameOf(
                      table,
                      table.find(
                          {u"aggregateid"_s,
                           u"partitionkey"_s,
                           u"messagekey"_s,
                           u"eventkey"_s,
                           u"orderingkey"_s,
                           u"entityid"_s,
                           u"key"_s},
                          isId))
                      .value_or(QString());
    states.applyTo(proposal.settings);
    if (const auto dead = deadTableOf(table, evidence); dead && states.dead.isEmpty()) {
        proposal.settings.deadTable = *dead;
        proposal.reasons << tr("dead rows are moved to table %1").arg(*dead);
    }
    proposal.reasons << tr("column %1 names the topic, column %2 holds the payload (%3)")
                            .arg(columns.topic, columns.payload)
                            .arg(QString::fromUtf8(table.column(*payload).type));
    if (columns.createdAt.isEmpty())
        proposal.doubts << tr("No column tells when a row was made: ages are not known.");
    if (table.table().type == "v")
        proposal.doubts << tr("This is a view: Outboard may not be able to mark its rows.");
    proposal.reasons += states.reasons;
    proposal.doubts += states.doubts;
    return proposal;
}

/// What speaks for a table of own columns being the outbox.
int scoreOf(const SampledTable& table, const RowStates& states)
{
    const QString name = table.table().name.toLower();
    int score = states.family == RowStates::Family::Existence ? 0 : 20;
    if (name.contains(u"outbox"))
        score += 50;
    else if (name.contains(u"event") || name.contains(u"message"))
        score += 10;
    return table.rows.isEmpty() ? score : score + 5;
}

std::optional<OutboxProposal> proposalOf(const SampledTable& table, const MappingEvidence& evidence)
{
    for (const Signature& signature : signatures()) {
        if (fits(table, signature))
            return presetProposal(table, signature.preset, evidence);
    }
    const RowStates states = findRowStates(table);
    if (isDebezium(table, states))
        return presetProposal(table, u"debezium"_s, evidence);
    auto proposal = customProposal(table, states, evidence);
    if (!proposal)
        return std::nullopt;
    proposal->score = scoreOf(table, states);
    return proposal->score >= 20 ? proposal : std::nullopt;
}

} // namespace

QList<OutboxProposal> proposeOutboxes(const MappingEvidence& evidence)
{
    QList<OutboxProposal> proposals;
    if (evidence.databases.isEmpty())
        return proposals;
    for (const SampledTable& table : evidence.databases.first().tables) {
        if (isAside(table))
            continue;
        if (auto proposal = proposalOf(table, evidence)) {
            proposal->settings.dsn = evidence.databases.first().dsn;
            proposals << *proposal;
        }
    }
    std::ranges::stable_sort(proposals, std::greater(), &OutboxProposal::score);
    return proposals;
}

namespace mapping {

const SampledTable* outboxTable(const MappingEvidence& evidence, const OutboxSettings& outbox)
{
    if (evidence.databases.isEmpty())
        return nullptr;
    for (const SampledTable& table : evidence.databases.first().tables) {
        if (table.table().spelled() == outbox.table)
            return &table;
    }
    return nullptr;
}

QSet<QByteArray> mappedValues(const SampledTable& table, const QString& spelled)
{
    QSet<QByteArray> values;
    if (table.table().column(spelled))
        return table.values(table.indexOf(spelled));
    static const QRegularExpression place(u"\\{([^{}]+)\\}"_s);
    const qsizetype dot = spelled.indexOf(u'.');
    const qsizetype json = dot < 0 ? -1 : table.indexOf(spelled.left(dot));
    for (const auto& row : table.rows) {
        if (json >= 0 && json < row.size() && row.at(json)) {
            const auto path = spelled.mid(dot + 1).toUtf8().split('.');
            if (const auto value = jsonScalar(*row.at(json), std::span(path)))
                values.insert(*value);
        } else if (place.match(spelled).hasMatch()) {
            QString text = spelled;
            for (auto it = place.globalMatch(spelled); it.hasNext();) {
                const auto match = it.next();
                const qsizetype column = table.indexOf(match.captured(1));
                if (column < row.size())
                    text.replace(
                        match.captured(), QString::fromUtf8(row.at(column).value_or(QByteArray())));
            }
            values.insert(text.toUtf8());
        }
    }
    return values;
}

} // namespace mapping

} // namespace outboard
