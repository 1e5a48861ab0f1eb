// SPDX-License-Identifier: GPL-3.0-or-later
#include "support/fakehandler.h"

#include "ledger/ledger.h"

namespace outboard {

using namespace Qt::StringLiterals;

FakeHandler::FakeHandler(Guard guard, bool transactional)
    : m_guard(guard)
    , m_isTransactional(transactional)
{}

QString FakeHandler::name() const
{
    return u"fake"_s;
}

Handler::Guard FakeHandler::guard() const
{
    return m_guard;
}

bool FakeHandler::isTransactional() const
{
    return m_isTransactional;
}

Result<void> FakeHandler::apply(std::span<const Event> events, SqlTransaction* transaction)
{
    Q_ASSERT((transaction != nullptr) == (m_guard == Guard::Ledger));
    ++m_batches;
    for (const Event& event : events) {
        if (m_onApply)
            m_onApply(event);
        if (m_failing.contains(event.id))
            return m_failing.value(event.id);
        m_calls.push_back(event.id);
        if (!m_isTransactional)
            continue;
        const auto done =
            transaction->execute("SELECT apply($1, $2)", {event.id.bytes(), event.payload});
        if (!done)
            return done;
    }
    return {};
}

QStringList FakeHandler::commands() const
{
    return {u"SELECT apply(event_id, payload)"_s};
}

void FakeHandler::failOn(const EventId& id, Error error)
{
    m_failing.insert(id, std::move(error));
}

void FakeHandler::heal(const EventId& id)
{
    m_failing.remove(id);
}

void FakeHandler::onApply(std::function<void(const Event&)> hook)
{
    m_onApply = std::move(hook);
}

} // namespace outboard
