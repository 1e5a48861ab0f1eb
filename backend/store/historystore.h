// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/result.h"
#include "core/time.h"
#include "model/finding.h"
#include "services/history.h"

#include <QList>
#include <QString>

#include <map>
#include <memory>
#include <optional>
#include <utility>

class QSqlDatabase;

namespace outboard {

class LocalDatabase;

/// Which curve: the series, and the object of a per-group one.
using CurveKey = std::pair<Series, QString>;

/// What one round knew.
struct HistoryRow
{
    TimePoint at;
    std::map<CurveKey, double> values; ///< What is unknown is not in it.
    QList<Finding> findings;           ///< Those of the round.
};

/// From when to when a finding was seen, without interruption.
struct FindingEpisode
{
    QString id;
    Severity severity = Severity::Notice;
    QString title;
    TimePoint from;
    TimePoint lastSeen;

    friend bool operator==(const FindingEpisode&, const FindingEpisode&) = default;
};

/// What the store knows of a stretch of time.
struct StoredHistory
{
    TimePoint from;
    TimePoint to;
    /// Oldest first. Where something was unknown, or nobody measured, are samples without value:
    /// neighbours that have values belong together.
    std::map<CurveKey, QList<Sample>> curves;
    QList<FindingEpisode> findings;  ///< In order of time, at most 500.
    std::optional<TimePoint> oldest; ///< Of all that is stored; absent: nothing.

    QList<Sample> samples(Series series, const QString& object = {}) const;
};

/// The numbers of 30 days in a local SQLite file that stays under 50 MB: every second for 10 min,
/// then means of 10 s up to 2 h, of 1 min up to a day, of 10 min. Belongs to one thread; but
/// several processes may write the same file: what they measure in the same second becomes one
/// mean, and what one of them knows is known.
class HistoryStore
{
public:
    /// More than this is never kept, however many groups there are; beside it lies SQLite's log.
    static constexpr qint64 mostBytes = 40'000'000;

    /// Opens or creates the file (mode 0600); Error::Refused with what to do when that is
    /// impossible.
    static Result<std::unique_ptr<HistoryStore>> open(const QString& path);
    ~HistoryStore();
    Q_DISABLE_COPY_MOVE(HistoryStore)

    /// All or none, synced.
    Result<void> append(const QList<HistoryRow>& rows);

    /// Thins what has aged and forgets what is too old. Call about once a minute. A clock is only
    /// believed in this when the last minutes were measured by it, so that one that jumps for a
    /// moment wipes nothing out.
    Result<void> tidy(TimePoint now);

    /// All curves over the whole profile, and those of the `mostGroups` groups (by name, all their
    /// streams together) with most pending and lag between these moments.
    Result<StoredHistory> read(TimePoint from, TimePoint to, qsizetype mostGroups) const;

    /// Size of the pages in use.
    Result<qint64> usedBytes() const;

private:
    explicit HistoryStore(std::unique_ptr<LocalDatabase> database);

    Result<quint32> idOf(QSqlDatabase& connection, const CurveKey& key, TimePoint at);
    Result<bool> isSteady(QSqlDatabase& connection, TimePoint now) const;

    std::unique_ptr<LocalDatabase> m_database;
    std::map<CurveKey, quint32> m_ids; ///< Those that were used since tidy().
};

/// "billing" of "order.paid / billing".
QString groupNameOf(const QString& object);

} // namespace outboard
