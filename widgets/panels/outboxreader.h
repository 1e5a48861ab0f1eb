// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/result.h"
#include "model/outboxrow.h"

#include <QObject>

#include <optional>

namespace outboard {

class Session;

/// Reads the rows that pass a filter page by page and keeps them up to date. One read at a time; an
/// answer to an earlier filter is dropped.
class OutboxReader final : public QObject
{
    Q_OBJECT

public:
    static constexpr qint64 pageRows = 200;
    /// As much as one read may ask for; rows further down stay as they were read.
    static constexpr qint64 refreshedRows = 1000;

    explicit OutboxReader(Session& session, QObject* parent = nullptr);

    const OutboxFilter& filter() const { return m_filter; }

    /// In the filter's order.
    const QList<OutboxRow>& rows() const { return m_rows; }

    /// Database clock of the last answer; absent before the first.
    std::optional<TimePoint> at() const { return m_at; }

    bool isReading() const { return m_isReading; }

    bool hasMore() const { return m_next.has_value(); }

    /// What must be known about all rows, translated; why the last read failed included.
    QString note() const;

    const std::optional<Error>& error() const { return m_error; }

    /// Reads from the start, if the filter is another one.
    void setFilter(const OutboxFilter& filter);
    /// Reads what is there again.
    void refresh();
    void readMore();

signals:
    void changed();

private:
    void read(const std::optional<OutboxRowId>& after, qint64 limit);
    void take(const OutboxPage& page, bool isFollowing);

    Session& m_session;
    OutboxFilter m_filter;
    QList<OutboxRow> m_rows;
    std::optional<OutboxRowId> m_next;
    std::optional<TimePoint> m_at;
    std::optional<Error> m_error;
    QString m_pageNote;
    bool m_isReading = false;
    bool m_hasOldRows = false; ///< Some are of an earlier filter until the first answer.
    int m_asked = 0;
};

} // namespace outboard
