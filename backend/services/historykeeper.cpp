// SPDX-License-Identifier: GPL-3.0-or-later
#include "services/historykeeper.h"

#include "core/onanswer.h"

#include <QDeadlineTimer>
#include <QThread>
#include <QUrl>

#include <array>

namespace outboard {

using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

namespace {

/// A commit is synced; one every second would keep a laptop's disk awake.
constexpr auto betweenWrites = 5s;
constexpr auto betweenTidying = 1min;
/// While nothing can be written. What is older is lost.
constexpr qsizetype mostWaiting = 600;
constexpr std::chrono::milliseconds patience{2000};
constexpr unsigned long sliceMs = 2;

constexpr std::array wholeSeries{
    Series::Backlog,
    Series::OldestAge,
    Series::CreatedRate,
    Series::PublishedRate,
    Series::Pending,
    Series::Lag,
    Series::OldestIdle,
    Series::Dead};

HistoryRow rowOf(const Snapshot& snapshot, const History& history)
{
    HistoryRow row;
    row.at = snapshot.finishedAt;
    row.findings = snapshot.findings;
    const auto put = [&](Series series, const QString& object) {
        if (const auto value = history.latest(series, object))
            row.values[{series, object}] = *value;
    };
    for (const Series series : wholeSeries)
        put(series, {});
    for (const QString& group : history.groups()) {
        put(Series::GroupPending, group);
        put(Series::GroupLag, group);
    }
    return row;
}

} // namespace

QString HistoryKeeper::fileOf(const QString& folder, const QString& profile)
{
    return folder + u"/history-"_s + QString::fromLatin1(QUrl::toPercentEncoding(profile))
           + u".sqlite"_s;
}

HistoryKeeper::HistoryKeeper(
    const QString& path, const Poller& poller, Clock clock, QObject* parent)
    : QObject(parent)
    , m_poller(poller)
    , m_clock(std::move(clock))
    , m_lane(u"history"_s, openAt(path))
{
    m_pause.setSingleShot(true);
    m_pause.setInterval(betweenWrites);
    connect(&m_pause, &QTimer::timeout, this, &HistoryKeeper::flush);
    connect(
        &poller, &Poller::polled, this, [this](const SnapshotPtr& snapshot) { record(*snapshot); });
}

HistoryKeeper::~HistoryKeeper()
{
    m_isWriting = false; // The lane keeps the order.
    flush();
    // A slow disk does not keep the window open for longer than this.
    const QDeadlineTimer deadline(patience);
    while (m_lastWrite.isValid() && !m_lastWrite.isFinished() && !deadline.hasExpired())
        QThread::msleep(sliceMs);
    m_lane.close();
}

HistoryKeeper* HistoryKeeper::of(const QObject* session)
{
    return session->findChild<HistoryKeeper*>(QString(), Qt::FindDirectChildrenOnly);
}

Lane<HistoryKeeper::Source>::Open HistoryKeeper::openAt(const QString& path)
{
    return [path](const std::stop_token&) -> Result<std::unique_ptr<Source>> {
        auto store = HistoryStore::open(path);
        if (!store)
            return store.error();
        return std::make_unique<Source>(Source{std::move(*store)});
    };
}

void HistoryKeeper::record(const Snapshot& snapshot)
{
    m_waiting.append(rowOf(snapshot, m_poller.history()));
    if (m_waiting.size() > mostWaiting)
        m_waiting.removeFirst();
    if (!m_pause.isActive() && !m_isWriting)
        m_pause.start();
}

Result<void> HistoryKeeper::write(Source& source, const QList<HistoryRow>& rows, TimePoint now)
{
    if (auto appended = source.store->append(rows); !appended)
        return appended;
    // Also when the clock was set back.
    if (source.tidiedAt && std::chrono::abs(now - *source.tidiedAt) < betweenTidying)
        return {};
    source.tidiedAt = now;
    return source.store->tidy(now);
}

void HistoryKeeper::flush()
{
    if (m_waiting.isEmpty() || m_isWriting)
        return;
    m_pause.stop();
    m_isWriting = true;
    const auto rows = std::exchange(m_waiting, {});
    m_lastWrite =
        m_lane.run([rows, now = m_clock()](Source& source) { return write(source, rows, now); });
    onAnswer(
        m_lastWrite, this, [this, rows](const Result<void>& written) { finish(written, rows); });
}

void HistoryKeeper::finish(const Result<void>& written, const QList<HistoryRow>& rows)
{
    m_isWriting = false;
    if (!written)
        m_waiting = (rows + m_waiting).last(std::min(mostWaiting, rows.size() + m_waiting.size()));
    if (!m_waiting.isEmpty())
        m_pause.start();
    const std::optional<Error> problem = written ? std::nullopt : std::optional(written.error());
    if (problem == m_problem)
        return;
    m_problem = problem;
    emit problemChanged();
}

QFuture<Result<StoredHistory>> HistoryKeeper::read(
    TimePoint from, TimePoint to, qsizetype mostGroups)
{
    flush();
    return m_lane.run([from, to, mostGroups](Source& source) {
        return source.store->read(from, to, mostGroups);
    });
}

} // namespace outboard
