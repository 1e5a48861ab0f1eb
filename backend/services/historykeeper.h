// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/lane.h"
#include "services/poller.h"
#include "store/historystore.h"

#include <QObject>
#include <QTimer>

#include <memory>
#include <optional>

namespace outboard {

/// Writes what each round measured to the profile's history store, a few rounds at a time and on a
/// lane of its own, and reads it back. Monitoring goes on when that fails. Lives on the GUI thread.
class HistoryKeeper final : public QObject
{
    Q_OBJECT

public:
    /// The file of a profile in `folder`, whatever its name.
    static QString fileOf(const QString& folder, const QString& profile);

    /// Keeps what `poller` measures. As a child of a session it is what of() finds.
    HistoryKeeper(const QString& path, const Poller& poller, Clock clock, QObject* parent);
    ~HistoryKeeper() override;

    /// That of a session; null when its numbers are not kept.
    static HistoryKeeper* of(const QObject* session);

    /// What HistoryStore::read() tells, with everything measured so far.
    QFuture<Result<StoredHistory>> read(TimePoint from, TimePoint to, qsizetype mostGroups);

    /// Why nothing is kept now; absent while all is well.
    const std::optional<Error>& problem() const { return m_problem; }

    /// Rounds that are measured and not written yet.
    qsizetype waiting() const { return m_waiting.size(); }

    void flush();

signals:
    void problemChanged();

private:
    struct Source
    {
        std::unique_ptr<HistoryStore> store;
        std::optional<TimePoint> tidiedAt = {};

        static bool isUsable() { return true; }
    };

    static Lane<Source>::Open openAt(const QString& path);
    static Result<void> write(Source& source, const QList<HistoryRow>& rows, TimePoint now);
    void record(const Snapshot& snapshot);
    void finish(const Result<void>& written, const QList<HistoryRow>& rows);

    const Poller& m_poller;
    Clock m_clock;
    QList<HistoryRow> m_waiting;
    std::optional<Error> m_problem;
    QTimer m_pause; ///< Until the next write.
    QFuture<Result<void>> m_lastWrite;
    bool m_isWriting = false;
    Lane<Source> m_lane;
};

} // namespace outboard
