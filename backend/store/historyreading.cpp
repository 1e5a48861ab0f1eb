// SPDX-License-Identifier: GPL-3.0-or-later
#include "store/historystore_p.h"

#include <algorithm>
#include <unordered_map>
#include <vector>

namespace outboard {

using namespace Qt::StringLiterals;

namespace {

constexpr qint64 mostFindings = 500;
// Rounds may be this far apart without anybody calling it a gap, as in charts.
constexpr qint64 longestPause = 90;
constexpr std::chrono::hours longestUnknown{1};

struct Row
{
    qint64 at = 0;
    qint64 width = 1;
};

/// Value and index of its row.
using Numbers = std::vector<std::pair<size_t, double>>;

/// Everything between two moments as it was read.
struct Table
{
    std::vector<Row> rows;
    std::unordered_map<quint32, Numbers> curves;
};

/// Puts samples in order and marks the gaps between them.
class GapMarker
{
public:
    void add(const Row& row, std::optional<double> value)
    {
        const qint64 reach = std::max(longestPause, row.width + row.width / 2);
        if (m_last && row.at - m_last->at > std::max(reach, m_reach)) {
            addGap(m_last->at + m_last->width);
            addGap(row.at - 1);
        }
        m_samples.append({stored::momentOf(row.at), value});
        m_last = row;
        m_reach = reach;
        if (value)
            m_known = m_samples.size();
    }

    /// Without the time before the first value, and after the last when it is long ago: then the
    /// group is gone.
    QList<Sample> samples() const
    {
        const auto isKnown = [](const Sample& sample) { return sample.value.has_value(); };
        QList<Sample> samples = m_samples;
        if (m_known > 0 && samples.last().at - samples.at(m_known - 1).at > longestUnknown)
            samples.resize(m_known + 1);
        samples.erase(samples.begin(), std::ranges::find_if(samples, isKnown));
        return samples;
    }

private:
    void addGap(qint64 at) { m_samples.append({stored::momentOf(at), std::nullopt}); }

    QList<Sample> m_samples;
    qsizetype m_known = 0; ///< Samples up to the last known one.
    std::optional<Row> m_last;
    qint64 m_reach = 0; ///< Of the last row.
};

Result<Table> readTable(const LocalDatabase& store, TimePoint from, TimePoint to)
{
    auto query = store.query(
        u"SELECT at_s, width_s, numbers FROM moment WHERE at_s BETWEEN ? AND ?"
        " ORDER BY at_s, width_s"_s,
        {stored::secondOf(from), stored::secondOf(to)});
    if (!query)
        return query.error();
    Table table;
    while (query->next()) {
        table.rows.push_back({query->value(0).toLongLong(), query->value(1).toLongLong()});
        const auto numbers = HistoryNumbers::decoded(query->value(2).toByteArray());
        for (const auto& [curve, mean] : numbers.all())
            table.curves[curve].emplace_back(table.rows.size() - 1, mean.value);
    }
    return table;
}

Result<std::map<quint32, CurveKey>> readKeys(const LocalDatabase& store)
{
    auto query = store.query(u"SELECT id, series, object FROM curve"_s);
    if (!query)
        return query.error();
    std::map<quint32, CurveKey> keys;
    while (query->next()) {
        if (const auto series = stored::seriesFromName(query->value(1).toString()))
            keys[query->value(0).toUInt()] = {*series, query->value(2).toString()};
    }
    return keys;
}

bool isOfGroup(const CurveKey& key)
{
    return !key.second.isEmpty();
}

/// Names of the groups with most to do, a stretch of time counting by its length.
QStringList busiestGroups(
    const Table& table, const std::map<quint32, CurveKey>& keys, qsizetype most)
{
    std::map<QString, double> load;
    for (const auto& [curve, numbers] : table.curves) {
        const auto key = keys.find(curve);
        if (key == keys.end() || !isOfGroup(key->second))
            continue;
        double& sum = load[groupNameOf(key->second.second)];
        for (const auto& [row, value] : numbers)
            sum += value * static_cast<double>(table.rows[row].width);
    }
    std::vector<std::pair<QString, double>> sorted(load.begin(), load.end());
    std::ranges::stable_sort(sorted, std::greater<>(), &std::pair<QString, double>::second);
    QStringList names;
    for (const auto& [name, sum] : sorted) {
        if (names.size() < most)
            names.append(name);
    }
    return names;
}

QList<Sample> samplesOf(const Table& table, const Numbers& numbers)
{
    GapMarker marker;
    auto next = numbers.begin();
    for (size_t i = 0; i < table.rows.size(); ++i) {
        const bool isKnown = next != numbers.end() && next->first == i;
        marker.add(table.rows[i], isKnown ? std::optional(next->second) : std::nullopt);
        next += isKnown ? 1 : 0;
    }
    return marker.samples();
}

Result<QList<FindingEpisode>> readFindings(const LocalDatabase& store, TimePoint from, TimePoint to)
{
    auto query = store.query(
        u"SELECT id, began_us, seen_us, severity, title FROM finding"
        " WHERE seen_us >= ? AND began_us <= ? ORDER BY began_us DESC LIMIT ?"_s,
        {qint64(from.time_since_epoch().count()),
         qint64(to.time_since_epoch().count()),
         mostFindings});
    if (!query)
        return query.error();
    QList<FindingEpisode> findings;
    while (query->next()) {
        FindingEpisode finding;
        finding.id = query->value(0).toString();
        finding.from = TimePoint(Microseconds(query->value(1).toLongLong()));
        finding.lastSeen = TimePoint(Microseconds(query->value(2).toLongLong()));
        finding.severity = Severity(std::clamp(query->value(3).toInt(), 0, 2));
        finding.title = query->value(4).toString();
        findings.prepend(finding);
    }
    return findings;
}

} // namespace

Result<StoredHistory> HistoryStore::read(TimePoint from, TimePoint to, qsizetype mostGroups) const
{
    const auto keys = readKeys(*m_database);
    if (!keys)
        return keys.error();
    const auto table = readTable(*m_database, from, to);
    if (!table)
        return table.error();
    auto findings = readFindings(*m_database, from, to);
    if (!findings)
        return findings.error();
    auto oldest = m_database->query(u"SELECT min(at_s) FROM moment"_s);
    if (!oldest)
        return oldest.error();
    StoredHistory history;
    history.from = from;
    history.to = to;
    history.findings = std::move(*findings);
    if (oldest->next() && !oldest->value(0).isNull())
        history.oldest = stored::momentOf(oldest->value(0).toLongLong());
    const QStringList groups = busiestGroups(*table, *keys, mostGroups);
    for (const auto& [curve, numbers] : table->curves) {
        const auto key = keys->find(curve);
        if (key == keys->end())
            continue;
        if (!isOfGroup(key->second) || groups.contains(groupNameOf(key->second.second)))
            history.curves[key->second] = samplesOf(*table, numbers);
    }
    return history;
}

} // namespace outboard
