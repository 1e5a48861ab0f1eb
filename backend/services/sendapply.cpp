// SPDX-License-Identifier: GPL-3.0-or-later
#include "services/sendapply.h"

#include "brokers/broker.h"
#include "handlers/handler.h"
#include "ledger/ledger.h"

#include <QCoreApplication>

namespace outboard {

namespace {

bool mayBeSent(const Error& error)
{
    return error.kind == Error::Kind::Unreachable || error.kind == Error::Kind::Timeout
           || error.kind == Error::Kind::Conflict;
}

QString sentWithoutLedger()
{
    return QCoreApplication::translate(
        "outboard",
        "Sent. No ledger is bound to its group, so nobody can tell whether it was handled.");
}

QString sent(const QString& ledger)
{
    return QCoreApplication::translate("outboard", "Sent. Ledger %1 has not confirmed it yet.")
        .arg(ledger);
}

} // namespace

SendApply::SendApply(Handler& handler, Ledger* ledger, const Broker& broker)
    : m_handler(handler)
    , m_ledger(ledger)
    , m_broker(broker)
{}

Result<void> SendApply::apply(ReplayChunk& chunk)
{
    Result<void> done;
    for (ReplayItem& item : chunk) {
        if (item.isSettled)
            continue;
        if (done)
            done = applyOne(item);
        else
            item.settle(OutcomeKind::NotRun, replayReasons::notRunBecause(done.error()));
    }
    return done;
}

Result<void> SendApply::applyOne(ReplayItem& item)
{
    const auto processed = isProcessed(item);
    if (!processed) {
        item.settle(OutcomeKind::NotRun, replayReasons::notRunBecause(processed.error()));
        return processed.error();
    }
    if (*processed) {
        item.settleDone(OutcomeKind::Skipped, replayReasons::alreadyProcessed(m_ledger->name()));
        return {};
    }
    const auto done = m_handler.apply(std::span(&item.event, 1), nullptr);
    if (done) {
        item.settleDone(
            OutcomeKind::NoVerdict, m_ledger ? sent(m_ledger->name()) : sentWithoutLedger());
        return {};
    }
    const Error& error = done.error();
    if (error.kind == Error::Kind::Cancelled) {
        item.settle(OutcomeKind::NotRun, error.what);
        return {};
    }
    item.settle(mayBeSent(error) ? OutcomeKind::InDoubt : OutcomeKind::Failed, error.what);
    return m_broker.isUsable() ? Result<void>() : error;
}

Result<bool> SendApply::isProcessed(const ReplayItem& item) const
{
    if (!m_ledger)
        return false;
    const std::optional<TimePoint> anyAge;
    const auto marks =
        m_ledger->find(item.group, std::span(&item.event.id, 1), std::span(&anyAge, 1));
    if (!marks)
        return marks.error();
    return marks->front() == LedgerMark::Processed;
}

} // namespace outboard
