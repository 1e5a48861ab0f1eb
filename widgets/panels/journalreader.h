// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/result.h"
#include "model/journal.h"

#include <QObject>

#include <optional>

namespace outboard {

class Session;

/// Reads the entries that pass a filter page by page, newest first, keeps them up to date, and
/// checks the chain. One read at a time; an answer to an earlier filter is dropped.
class JournalReader final : public QObject
{
    Q_OBJECT

public:
    static constexpr qint64 pageEntries = 200;
    /// As much as one refresh asks for; entries further down stay as they were read.
    static constexpr qint64 refreshedEntries = 1000;

    explicit JournalReader(Session& session, QObject* parent = nullptr);

    const JournalFilter& filter() const { return m_filter; }

    const QList<JournalEntry>& entries() const { return m_entries; }

    bool hasAnswer() const { return m_hasAnswer; }

    bool isReading() const { return m_isReading; }

    bool hasMore() const { return m_next.has_value(); }

    /// Why the last read or check failed.
    const std::optional<Error>& error() const { return m_error; }

    /// Absent before the first answer.
    const std::optional<JournalCheck>& checked() const { return m_check; }

    /// Reads from the start, if the filter is another one.
    void setFilter(const JournalFilter& filter);
    void readMore();
    /// Looks at what was written since the last look; reads the entries again when there is
    /// something.
    void look();
    /// The whole chain once more.
    void checkAll();

signals:
    void changed();
    void checkedAgain();

private:
    void read(std::optional<qint64> before, qint64 limit);
    void take(const JournalPage& page, bool isFollowing);
    void check(const JournalMark& from);
    bool hasRunning() const;

    Session& m_session;
    JournalFilter m_filter;
    QList<JournalEntry> m_entries;
    std::optional<qint64> m_next;
    std::optional<JournalCheck> m_check;
    std::optional<Error> m_error;
    bool m_hasAnswer = false;
    bool m_isReading = false;
    bool m_isChecking = false;
    bool m_hasOldEntries = false; ///< Some are of an earlier filter until the first answer.
    int m_asked = 0;
};

} // namespace outboard
