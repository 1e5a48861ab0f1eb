// SPDX-License-Identifier: GPL-3.0-or-later
#include "services/doctor/rules.h"
#include "text/format.h"

namespace outboard::doctor {

using namespace Qt::StringLiterals;

namespace {

// Below this a scan of the whole table costs less than a round trip.
constexpr qint64 bigTable = 100'000;

/// How many rows the table had so far, as far as a round can tell.
std::optional<QString> sizeOfBigTable(const OutboxState& outbox)
{
    if (outbox.highestId) {
        return *outbox.highestId >= bigTable ? std::optional(
                   Text::tr("its highest id is %1").arg(format::number(*outbox.highestId)))
                                             : std::nullopt;
    }
    // Ids are not numbers: the store counts a small table exactly.
    if (outbox.unpublished.isExact())
        return std::nullopt;
    return Text::tr("its unpublished rows cannot be counted exactly");
}

} // namespace

QList<Finding> missingIndex(const Case& patient)
{
    if (!patient.snapshot.outbox)
        return {};
    const OutboxState& outbox = *patient.snapshot.outbox;
    if (outbox.hasUnpublishedIndex || outbox.indexAdvice.isEmpty())
        return {};
    const std::optional<QString> size = sizeOfBigTable(outbox);
    if (!size)
        return {};
    Finding finding;
    finding.id = u"missing_index"_s;
    finding.severity = Severity::Notice;
    finding.title =
        Text::tr("%1 has no index on its unpublished rows").arg(format::oneLine(outbox.table));
    finding.evidence =
        Text::tr("The table is big (%1). Without the index counts are estimates and a "
                 "relay walks over all published rows. Create it: %2")
            .arg(*size, outbox.indexAdvice);
    finding.remedy = {RemedyKind::ShowOutbox, Text::tr("Show the outbox"), {}, {}};
    return {finding};
}

} // namespace outboard::doctor
