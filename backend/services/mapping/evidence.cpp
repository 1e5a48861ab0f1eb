// SPDX-License-Identifier: GPL-3.0-or-later
#include "services/mapping/evidence.h"

#include "brokers/deadnames.h"
#include "outbox/sqltext.h"

#include <QRegularExpression>

#include <algorithm>

namespace outboard {

using namespace Qt::StringLiterals;

std::optional<qsizetype> SampledTable::find(
    const QStringList& names, const std::function<bool(const PgColumn&)>& fits) const
{
    for (const QString& name : names) {
        for (qsizetype i = 0; i < table().columns.size(); ++i) {
            if (mapping::plainName(column(i).name) == name && (!fits || fits(column(i))))
                return i;
        }
    }
    return std::nullopt;
}

qsizetype SampledTable::indexOf(const QString& columnName) const
{
    const auto& columns = table().columns;
    return std::ranges::find(columns, columnName, &PgColumn::name) - columns.begin();
}

QSet<QByteArray> SampledTable::values(qsizetype index) const
{
    QSet<QByteArray> found;
    for (const QList<Cell>& row : rows) {
        if (row.at(index))
            found.insert(*row.at(index));
    }
    return found;
}

bool SampledTable::isUnique(const QStringList& columnNames) const
{
    const QSet<QString> wanted(columnNames.begin(), columnNames.end());
    return std::ranges::any_of(facts.uniqueKeys, [&](const QStringList& key) {
        return QSet<QString>(key.begin(), key.end()) == wanted;
    });
}

bool MappingEvidence::isDeadStream(const BrokerTopic& name) const
{
    const auto origin = DeadNames(QString()).originOf(name);
    if (!origin)
        return false;
    // "user:dead" may be a topic, if there is no "user".
    return name.bytes().contains("dlq") || name.bytes().contains("dead-letter")
           || std::ranges::any_of(
               broker.streams, [&](const SampledStream& stream) { return stream.name == *origin; });
}

QList<SampledStream> MappingEvidence::eventStreams() const
{
    QList<SampledStream> streams;
    std::ranges::copy_if(
        broker.streams, std::back_inserter(streams), [this](const SampledStream& stream) {
            return !isDeadStream(stream.name);
        });
    return streams;
}

namespace mapping {

QString plainName(const QString& name)
{
    return name.toLower().remove(u'_');
}

QString sqlName(const QString& name)
{
    static const QRegularExpression simple(u"\\A[a-z_][a-z0-9_]*\\z"_s);
    static const QStringList reserved{
        u"all"_s,  u"check"_s, u"column"_s, u"default"_s, u"desc"_s,   u"do"_s,     u"end"_s,
        u"from"_s, u"group"_s, u"limit"_s,  u"order"_s,   u"table"_s,  u"to"_s,     u"user"_s,
        u"when"_s, u"where"_s, u"with"_s,   u"offset"_s,  u"select"_s, u"primary"_s};
    if (simple.match(name).hasMatch() && !reserved.contains(name))
        return name;
    return QString::fromUtf8(sqltext::identifier(name));
}

QString sqlText(const QByteArray& value)
{
    return QString::fromUtf8(sqltext::literal(value));
}

} // namespace mapping

} // namespace outboard
