// SPDX-License-Identifier: GPL-3.0-or-later
#include "services/snapshotcompare.h"

#include "services/incidentsvg.h"
#include "text/format.h"

#include <QCoreApplication>
#include <QJsonArray>

#include <map>
#include <vector>

namespace outboard {

using namespace Qt::StringLiterals;

namespace {

struct Text
{
    Q_DECLARE_TR_FUNCTIONS(outboard)
};

const auto absent = u"–"_s;

QString countText(const QJsonValue& count)
{
    const QString number = incidentValue(count[u"value"_s], {});
    const QString quality = count[u"quality"_s].toString();
    if (quality == u"at_least")
        return number + u'+';
    return quality == u"estimated" ? u'~' + number : number;
}

/// All numbers of a document under the names that a reader knows, in its order.
class Numbers
{
public:
    explicit Numbers(const QJsonObject& document)
    {
        for (const QJsonValue& number : document[u"numbers"_s].toArray())
            put(number[u"title"_s].toString(),
                incidentValue(number[u"value"_s], number[u"unit"_s].toString()));
        for (const QJsonValue& source : document[u"sources"_s].toArray())
            put(Text::tr("Source %1").arg(source[u"name"_s].toString()),
                source[u"ok"_s].toBool() ? u"ok"_s : source[u"error"_s].toString());
        for (const QJsonValue& topic : document[u"topics"_s].toArray()) {
            put(Text::tr("Topic %1: unpublished").arg(topic[u"topic"_s].toString()),
                countText(topic[u"unpublished"_s]));
        }
        for (const QJsonValue& stream : document[u"streams"_s].toArray())
            addStream(stream);
    }

    const std::vector<QString>& names() const { return m_names; }

    QString value(const QString& name) const
    {
        const auto found = m_values.find(name);
        return found == m_values.end() ? absent : found->second;
    }

private:
    void put(const QString& name, const QString& value)
    {
        if (m_values.insert_or_assign(name, value).second)
            m_names.push_back(name);
    }

    void addStream(const QJsonValue& stream)
    {
        const QString name = stream[u"stream"_s].toString();
        put(Text::tr("%1: length").arg(name), countText(stream[u"length"_s]));
        put(Text::tr("%1: dead").arg(name), countText(stream[u"dead"_s]));
        for (const QJsonValue& group : stream[u"groups"_s].toArray()) {
            const QString object = name + u" / "_s + group[u"group"_s].toString();
            put(Text::tr("%1: lag").arg(object), countText(group[u"lag"_s]));
            put(Text::tr("%1: pending").arg(object), countText(group[u"pending"_s]));
            put(Text::tr("%1: stuck").arg(object), countText(group[u"stuck"_s]));
            put(Text::tr("%1: poison").arg(object), countText(group[u"poison"_s]));
            for (const QJsonValue& consumer : group[u"consumers"_s].toArray()) {
                put(Text::tr("%1 / %2: pending").arg(object, consumer[u"consumer"_s].toString()),
                    countText(consumer[u"pending"_s]));
            }
        }
    }

    std::vector<QString> m_names;
    std::map<QString, QString> m_values;
};

std::map<QString, ComparedFinding> findingsOf(const QJsonObject& document)
{
    std::map<QString, ComparedFinding> findings;
    for (const QJsonValue& finding : document[u"findings"_s].toArray()) {
        const QString id = finding[u"id"_s].toString();
        findings[id] = {id, finding[u"severity"_s].toString(), finding[u"title"_s].toString()};
    }
    return findings;
}

/// Those of the first that are not in the second.
QList<ComparedFinding> without(
    const std::map<QString, ComparedFinding>& these,
    const std::map<QString, ComparedFinding>& those)
{
    QList<ComparedFinding> rest;
    for (const auto& [id, finding] : these) {
        if (!those.contains(id))
            rest.append(finding);
    }
    return rest;
}

QString noteOn(const QJsonObject& before, const QJsonObject& after)
{
    if (before[u"profile"_s] != after[u"profile"_s])
        return Text::tr("The snapshots are of different profiles.");
    // ISO 8601 in UTC sorts as text.
    if (before[u"at"_s].toString() > after[u"at"_s].toString())
        return Text::tr("The first snapshot is the later one.");
    return {};
}

QString titleOf(const QJsonObject& document)
{
    return Text::tr("%1 at %2")
        .arg(document[u"profile"_s].toString(), document[u"at"_s].toString());
}

QString findingsText(const QString& title, const QList<ComparedFinding>& findings)
{
    QString text;
    for (const ComparedFinding& finding : findings)
        text += u"  %1: %2\n"_s.arg(finding.severity, format::oneLine(finding.title, 500));
    return text.isEmpty() ? QString() : title + u'\n' + text;
}

QJsonArray findingsJson(const QList<ComparedFinding>& findings)
{
    QJsonArray array;
    for (const ComparedFinding& finding : findings) {
        array.append(QJsonObject{
            {u"id"_s, finding.id}, {u"severity"_s, finding.severity}, {u"title"_s, finding.title}});
    }
    return array;
}

} // namespace

SnapshotComparison compareIncidents(const QJsonObject& before, const QJsonObject& after)
{
    SnapshotComparison comparison;
    comparison.before = titleOf(before);
    comparison.after = titleOf(after);
    comparison.note = noteOn(before, after);
    comparison.appeared = without(findingsOf(after), findingsOf(before));
    comparison.gone = without(findingsOf(before), findingsOf(after));
    const Numbers then(before);
    const Numbers now(after);
    const auto compare = [&](const QString& name) {
        if (then.value(name) != now.value(name))
            comparison.changed.append({name, then.value(name), now.value(name)});
    };
    for (const QString& name : now.names())
        compare(name);
    for (const QString& name : then.names()) {
        if (now.value(name) == absent)
            compare(name);
    }
    return comparison;
}

QString comparisonText(const SnapshotComparison& comparison)
{
    QString text = Text::tr("Before: %1").arg(format::oneLine(comparison.before)) + u'\n'
                   + Text::tr("After:  %1").arg(format::oneLine(comparison.after)) + u'\n';
    if (!comparison.note.isEmpty())
        text += comparison.note + u'\n';
    if (comparison.isEmpty())
        return text + u'\n' + Text::tr("Nothing changed.") + u'\n';
    text += u'\n' + findingsText(Text::tr("Findings that appeared:"), comparison.appeared)
            + findingsText(Text::tr("Findings that are gone:"), comparison.gone);
    if (!comparison.changed.isEmpty())
        text += Text::tr("Numbers that changed:") + u'\n';
    for (const ComparedNumber& number : comparison.changed) {
        text += u"  %1: %2 → %3\n"_s.arg(
            format::oneLine(number.what, 500),
            format::oneLine(number.before),
            format::oneLine(number.after));
    }
    return text;
}

QJsonObject comparisonJson(const SnapshotComparison& comparison)
{
    QJsonArray changed;
    for (const ComparedNumber& number : comparison.changed) {
        changed.append(QJsonObject{
            {u"what"_s, number.what}, {u"before"_s, number.before}, {u"after"_s, number.after}});
    }
    return {
        {u"before"_s, comparison.before},
        {u"after"_s, comparison.after},
        {u"note"_s, comparison.note},
        {u"appeared"_s, findingsJson(comparison.appeared)},
        {u"gone"_s, findingsJson(comparison.gone)},
        {u"changed"_s, changed}};
}

} // namespace outboard
