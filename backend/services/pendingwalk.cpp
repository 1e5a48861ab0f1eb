// SPDX-License-Identifier: GPL-3.0-or-later
#include "services/pendingwalk.h"

#include "brokers/broker.h"

namespace outboard {

namespace {

constexpr qint64 pageEntries = 2'000;

} // namespace

PendingWalk::PendingWalk(
    Broker& broker, const BrokerTopic& topic, const GroupName& group, EntryId from)
    : m_broker(broker)
    , m_isAtEnd(!broker.pending())
{
    m_query.topic = topic;
    m_query.group = group;
    m_query.from = from;
    m_query.limit = pageEntries;
}

Result<void> PendingWalk::load()
{
    auto page = m_broker.pending()->page(m_query);
    m_page.clear();
    m_at = 0;
    if (!page) {
        m_isAtEnd = true;
        return page.error().kind == Error::Kind::Missing ? Result<void>() : page.error();
    }
    m_page = std::move(page->entries);
    m_isAtEnd = !page->next;
    m_query.from = page->next.value_or(m_query.from);
    return {};
}

Result<void> PendingWalk::upTo(const EntryId& last, const Visit& visit)
{
    while (true) {
        while (m_at < m_page.size()) {
            if (m_page[m_at].id > last)
                return {};
            visit(m_page[m_at++]);
        }
        if (m_isAtEnd || m_query.from > last)
            return {};
        if (const auto loaded = load(); !loaded)
            return loaded;
    }
}

} // namespace outboard
