// SPDX-License-Identifier: GPL-3.0-or-later
#include "services/verdictwatch.h"

#include "brokers/broker.h"
#include "ledger/ledger.h"
#include "services/pendinglookup.h"

#include <QCoreApplication>

#include <algorithm>

namespace outboard {

using namespace Qt::StringLiterals;

namespace {

constexpr Milliseconds firstPause{50};
constexpr Milliseconds longestPause{1'000};
/// Pending lists are read from end to end, ledgers are not.
constexpr Milliseconds betweenLooks{5'000};

QString heldBy(const GroupName& group, const PendingEntry& entry)
{
    const auto idle = std::chrono::floor<std::chrono::seconds>(entry.idle);
    return QCoreApplication::translate(
               "outboard",
               "%1 of group %2 has had it for %3 and has not acknowledged it; deliveries: %4.")
        .arg(entry.consumer.text(), group.text(), durationText(idle))
        .arg(entry.deliveries);
}

} // namespace

VerdictWatch::VerdictWatch(
    JudgedLedgers ledgers, Broker& broker, Milliseconds timeout, Replayer::SleepFn sleep)
    : m_ledgers(std::move(ledgers))
    , m_broker(broker)
    , m_timeout(timeout)
    , m_sleep(std::move(sleep))
{}

Result<void> VerdictWatch::watch(
    ReplayChunk& sent, const std::stop_token& stop, const ChangedFn& changed)
{
    Milliseconds waited{0};
    Milliseconds pause = firstPause;
    Milliseconds nextLook = betweenLooks;
    while (true) {
        auto open = openItems(sent);
        if (!open)
            return open.error();
        if (open->empty())
            return {};
        const auto confirmed = ask(*open);
        if (!confirmed)
            return confirmed.error();
        if (*confirmed) {
            open = openItems(sent);
            if (!open)
                return open.error();
        }
        const bool isLast = waited >= m_timeout || stop.stop_requested();
        bool isNew = *confirmed;
        if (isLast || waited >= nextLook) {
            explain(*open, waited);
            look(*open, stop);
            nextLook = waited + betweenLooks;
            isNew = true;
        }
        if (isNew) {
            if (const auto told = changed(); !told)
                return told;
        }
        if (isLast || open->empty())
            return {};
        pause = std::min({pause * 2, longestPause, m_timeout - waited});
        m_sleep(pause, stop);
        waited += pause;
    }
}

Result<std::map<GroupName, VerdictWatch::Open>> VerdictWatch::openItems(ReplayChunk& sent)
{
    std::map<GroupName, Open> open;
    for (ReplayItem& item : sent) {
        for (const GroupName& group : std::as_const(item.watched)) {
            if (item.kind == OutcomeKind::NoVerdict)
                open[group].push_back(&item);
        }
    }
    for (auto it = open.begin(); it != open.end();) {
        const auto ledger = m_ledgers.of(it->first);
        if (!ledger)
            return ledger.error();
        it = *ledger ? std::next(it) : open.erase(it);
    }
    return open;
}

Result<bool> VerdictWatch::ask(const std::map<GroupName, Open>& open)
{
    bool isNew = false;
    for (const auto& [group, items] : open) {
        Ledger* ledger = *m_ledgers.of(group);
        std::vector<EventId> ids;
        for (const ReplayItem* item : items)
            ids.push_back(item->event.id);
        const auto marks =
            ledger->find(group, ids, std::vector<std::optional<TimePoint>>(ids.size()));
        if (!marks)
            return marks.error();
        for (size_t i = 0; i < items.size(); ++i) {
            if ((*marks)[i] != LedgerMark::Processed)
                continue;
            ReplayItem& item = *items[i];
            isNew = true;
            item.watched.removeAll(group);
            item.confirmedBy << ledger->name();
            if (!item.watched.isEmpty())
                continue;
            item.kind = OutcomeKind::Applied;
            item.reason = QCoreApplication::translate("outboard", "Confirmed by ledger %1.")
                              .arg(item.confirmedBy.join(u", "_s));
        }
    }
    return isNew;
}

void VerdictWatch::explain(const std::map<GroupName, Open>& open, Milliseconds waited)
{
    std::map<ReplayItem*, QStringList> missing;
    for (const auto& [group, items] : open) {
        for (ReplayItem* item : items)
            missing[item] << (*m_ledgers.of(group))->name();
    }
    for (const auto& [item, ledgers] : missing) {
        item->reason =
            QCoreApplication::translate("outboard", "Sent. Ledger %1 did not confirm it within %2.")
                .arg(ledgers.join(u", "_s), durationText(waited));
        if (!item->confirmedBy.isEmpty()) {
            item->reason += u' '
                            + QCoreApplication::translate("outboard", "Confirmed by ledger %1.")
                                  .arg(item->confirmedBy.join(u", "_s));
        }
    }
}

void VerdictWatch::look(const std::map<GroupName, Open>& open, const std::stop_token& stop)
{
    for (const auto& [group, items] : open) {
        std::map<BrokerTopic, QSet<EventId>> wanted;
        for (const ReplayItem* item : items)
            wanted[m_broker.destination(item->event.topic)].insert(item->event.id);
        for (const auto& [topic, ids] : wanted) {
            if (group.isEmpty())
                continue;
            // Evidence only: a list that cannot be read changes no verdict.
            const auto held = findHeld(m_broker, topic, group, ids, stop);
            if (!held)
                continue;
            for (ReplayItem* item : items) {
                if (const auto entry = held->constFind(item->event.id); entry != held->constEnd())
                    item->reason += u' ' + heldBy(group, *entry);
            }
        }
    }
}

} // namespace outboard
