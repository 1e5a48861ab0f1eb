// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "services/mapping/evidence.h"
#include "settings/profile.h"

#include <QList>
#include <QString>
#include <QStringList>

namespace outboard {

/// One part of a profile as the evidence suggests it.
template<class Settings>
struct Proposal
{
    Settings settings;
    QString title;       ///< "orders_outboxevent: Django model of the seed"
    QStringList reasons; ///< Translated; what speaks for it, with the numbers that were seen.
    QStringList doubts;  ///< Translated; what the operator has to check.
    int score = 0;
};

using OutboxProposal = Proposal<OutboxSettings>;
using LedgerProposal = Proposal<LedgerSettings>;
using BrokerProposal = Proposal<BrokerSettings>;

// Proposals from what was seen; nothing is asked of a server. Synchronous and quick.

/// Tables of the first database that can be an outbox, the likeliest first. A table that looks like
/// one of the presets gets that preset, any other one the preset "custom" with every key.
QList<OutboxProposal> proposeOutboxes(const MappingEvidence& evidence);

/// Every table of any database that can be a ledger, the likeliest first. `dsn` is empty in those
/// of the first database.
QList<LedgerProposal> proposeLedgers(const MappingEvidence& evidence, const OutboxSettings& outbox);

/// How the streams hold the outbox's events. `broker` brings the URL and what else is known.
BrokerProposal proposeMessages(
    const MappingEvidence& evidence, const OutboxSettings& outbox, const BrokerSettings& broker);

/// Where the streams carry the event id inside the payload, the outbox's rows are known by the same
/// path, so that ledgers recognise them; says so in the reasons.
OutboxProposal alignedWith(
    const OutboxProposal& outbox, const MappingEvidence& evidence, const BrokerSettings& broker);

namespace mapping {

/// The sample of the table that these settings name; null when it was not sampled.
const SampledTable* outboxTable(const MappingEvidence& evidence, const OutboxSettings& outbox);

/// Values of a column, of a path inside a JSON column ("payload.order_id"), or of a text made of
/// columns ("{tenant}:{type}"), as OutboxMapping reads them.
QSet<QByteArray> mappedValues(const SampledTable& table, const QString& spelled);

/// Event ids that ledgers of any database hold.
QSet<QByteArray> ledgerIds(const MappingEvidence& evidence);

} // namespace mapping

} // namespace outboard
