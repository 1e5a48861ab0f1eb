// SPDX-License-Identifier: GPL-3.0-or-later
#include "services/verdictwatch.h"

#include "ledger/ledger.h"

#include <QCoreApplication>

#include <algorithm>
#include <map>

namespace outboard {

namespace {

constexpr Milliseconds firstPause{50};
constexpr Milliseconds longestPause{1'000};

} // namespace

VerdictWatch::VerdictWatch(Ledger* ledger, Milliseconds timeout, Replayer::SleepFn sleep)
    : m_ledger(ledger)
    , m_timeout(timeout)
    , m_sleep(std::move(sleep))
{}

Result<void> VerdictWatch::watch(ReplayChunk& sent, const std::stop_token& stop)
{
    if (!m_ledger || sent.empty())
        return {};
    Milliseconds waited{0};
    Milliseconds pause = firstPause;
    while (true) {
        const auto open = ask(sent);
        if (!open)
            return open.error();
        if (*open == 0 || waited >= m_timeout || stop.stop_requested())
            break;
        pause = std::min({pause * 2, longestPause, m_timeout - waited});
        m_sleep(pause, stop);
        waited += pause;
    }
    for (ReplayItem& item : sent) {
        if (item.kind == OutcomeKind::NoVerdict) {
            item.reason = QCoreApplication::translate(
                              "outboard", "Sent. Ledger %1 did not confirm it within %2.")
                              .arg(m_ledger->name(), durationText(waited));
        }
    }
    return {};
}

Result<qint64> VerdictWatch::ask(ReplayChunk& sent)
{
    std::map<GroupName, std::vector<ReplayItem*>> open;
    for (ReplayItem& item : sent) {
        if (item.kind == OutcomeKind::NoVerdict)
            open[item.group].push_back(&item);
    }
    qint64 left = 0;
    for (const auto& [group, items] : open) {
        std::vector<EventId> ids;
        for (const ReplayItem* item : items)
            ids.push_back(item->event.id);
        const auto marks =
            m_ledger->find(group, ids, std::vector<std::optional<TimePoint>>(ids.size()));
        if (!marks)
            return marks.error();
        for (size_t i = 0; i < items.size(); ++i) {
            if ((*marks)[i] != LedgerMark::Processed) {
                ++left;
                continue;
            }
            items[i]->kind = OutcomeKind::Applied;
            items[i]->reason = QCoreApplication::translate("outboard", "Confirmed by ledger %1.")
                                   .arg(m_ledger->name());
        }
    }
    return left;
}

} // namespace outboard
