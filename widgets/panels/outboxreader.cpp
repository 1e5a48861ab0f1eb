// SPDX-License-Identifier: GPL-3.0-or-later
#include "panels/outboxreader.h"

#include "core/onanswer.h"
#include "services/session.h"
#include "text/format.h"

#include <algorithm>
#include <utility>

namespace outboard {

using namespace Qt::StringLiterals;

OutboxReader::OutboxReader(Session& session, QObject* parent)
    : QObject(parent)
    , m_session(session)
{}

QString OutboxReader::note() const
{
    QStringList notes;
    if (m_error)
        notes += m_error->what;
    if (!m_pageNote.isEmpty())
        notes += m_pageNote;
    if (m_rows.size() > refreshedRows)
        notes += tr("Only the first %1 rows are refreshed.").arg(format::number(refreshedRows));
    return notes.join(u' ');
}

void OutboxReader::setFilter(const OutboxFilter& filter)
{
    if (m_at && filter == m_filter)
        return;
    m_filter = filter;
    m_hasOldRows = true;
    read(std::nullopt, pageRows);
}

void OutboxReader::refresh()
{
    // A slow server gets no second question before it answered the first.
    if (!m_isReading)
        read(std::nullopt, std::clamp(qint64(m_rows.size()), pageRows, refreshedRows));
}

void OutboxReader::readMore()
{
    if (!m_isReading && m_next)
        read(m_next, pageRows);
}

void OutboxReader::read(const std::optional<OutboxRowId>& after, qint64 limit)
{
    m_isReading = true;
    emit changed();
    const auto answer = m_session.outboxPage(m_filter, after, limit);
    onAnswer(
        answer,
        this,
        [this, asked = ++m_asked, isFollowing = after.has_value()](const Result<OutboxPage>& page) {
            if (asked != m_asked)
                return;
            m_isReading = false;
            m_error.reset();
            if (page)
                take(*page, isFollowing);
            else
                m_error = page.error();
            emit changed();
        });
}

void OutboxReader::take(const OutboxPage& page, bool isFollowing)
{
    m_at = page.at;
    m_pageNote = page.note;
    if (isFollowing) {
        m_rows += page.rows;
        m_next = page.next;
        return;
    }
    QList<OutboxRow> rows = page.rows;
    std::optional<OutboxRowId> next = page.next;
    if (!m_hasOldRows && page.next && !rows.isEmpty()) {
        // What was read further down stays.
        const auto last = std::ranges::find(std::as_const(m_rows), rows.last().id, &OutboxRow::id);
        if (last != m_rows.cend() && last + 1 != m_rows.cend()) {
            rows.append(m_rows.sliced(last + 1 - m_rows.cbegin()));
            next = m_next;
        }
    }
    m_hasOldRows = false;
    m_rows = std::move(rows);
    m_next = next;
}

} // namespace outboard
