// SPDX-License-Identifier: GPL-3.0-or-later
#include "services/pendingpages.h"

#include "brokers/broker.h"

#include <QCoreApplication>

namespace outboard {

namespace {

constexpr qint64 pageEntries = 2'000;

Error noPendingLists()
{
    return {
        Error::Kind::Refused,
        QCoreApplication::translate(
            "outboard", "This broker keeps no pending lists. Replay from the outbox instead."),
        {}};
}

Error stopped()
{
    return {
        Error::Kind::Cancelled,
        QCoreApplication::translate("outboard", "Stopped before the whole list was read."),
        {}};
}

} // namespace

Result<void> forEachPendingPage(
    Broker& broker,
    PendingQuery query,
    const std::stop_token& stop,
    const std::function<Result<void>(std::vector<PendingEntry>&)>& fn)
{
    PendingControl* pending = broker.pending();
    if (!pending)
        return noPendingLists();
    query.limit = pageEntries;
    while (true) {
        if (stop.stop_requested())
            return stopped();
        auto page = pending->page(query);
        if (!page)
            return page.error();
        if (auto done = fn(page->entries); !done)
            return done;
        if (!page->next)
            return {};
        query.from = *page->next;
    }
}

} // namespace outboard
