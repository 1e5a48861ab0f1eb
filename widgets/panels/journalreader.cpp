// SPDX-License-Identifier: GPL-3.0-or-later
#include "panels/journalreader.h"

#include "core/onanswer.h"
#include "services/session.h"

#include <algorithm>
#include <utility>

namespace outboard {

JournalReader::JournalReader(Session& session, QObject* parent)
    : QObject(parent)
    , m_session(session)
{}

void JournalReader::setFilter(const JournalFilter& filter)
{
    if (m_hasAnswer && filter == m_filter)
        return;
    m_filter = filter;
    m_hasOldEntries = true;
    read(std::nullopt, pageEntries);
}

void JournalReader::readMore()
{
    if (!m_isReading && m_next)
        read(m_next, pageEntries);
}

void JournalReader::look()
{
    if (!m_isChecking)
        check(m_check ? m_check->whole : JournalMark());
}

void JournalReader::checkAll()
{
    check({});
}

void JournalReader::check(const JournalMark& from)
{
    m_isChecking = true;
    onAnswer(m_session.checkJournal(from), this, [this](const Result<JournalCheck>& check) {
        m_isChecking = false;
        if (!check) {
            m_error = check.error();
        } else {
            m_error.reset();
            const bool isNew = !m_check || m_check->whole != check->whole;
            m_check = *check;
            // A broken chain has no end by which anything new could be told.
            if ((isNew || check->broken || hasRunning()) && m_hasAnswer && !m_isReading) {
                read(
                    std::nullopt,
                    std::clamp(qint64(m_entries.size()), pageEntries, refreshedEntries));
            }
        }
        emit checkedAgain();
    });
}

void JournalReader::read(std::optional<qint64> before, qint64 limit)
{
    m_isReading = true;
    emit changed();
    onAnswer(
        m_session.journalPage(m_filter, before, limit),
        this,
        [this, asked = ++m_asked, isFollowing = before.has_value()](
            const Result<JournalPage>& page) {
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

void JournalReader::take(const JournalPage& page, bool isFollowing)
{
    m_hasAnswer = true;
    if (isFollowing) {
        m_entries += page.entries;
        m_next = page.next;
        return;
    }
    QList<JournalEntry> entries = page.entries;
    std::optional<qint64> next = page.next;
    if (!m_hasOldEntries && page.next) {
        // What was read further down stays.
        const auto older =
            std::ranges::find_if(std::as_const(m_entries), [&page](const JournalEntry& entry) {
                return entry.number < *page.next;
            });
        if (older != m_entries.cend()) {
            entries.append(m_entries.sliced(older - m_entries.cbegin()));
            next = m_next;
        }
    }
    m_hasOldEntries = false;
    m_entries = std::move(entries);
    m_next = next;
}

bool JournalReader::hasRunning() const
{
    return std::ranges::any_of(
        m_entries, [](const JournalEntry& entry) { return entry.state == JournalState::Running; });
}

} // namespace outboard
