// SPDX-License-Identifier: GPL-3.0-or-later
#include "outbox/pgoutboxrelay.h"

#include "outbox/pgrelayline.h"

#include <QElapsedTimer>

namespace outboard {

Result<RelayChunk> relayChunk(
    PgConnection& connection,
    const OutboxMapping& mapping,
    const RelayBatch& batch,
    const OutboxStore::Publish& publish)
{
    QElapsedTimer timer;
    timer.start();
    PgRelayLine line(connection, mapping, PgRelayLine::Lock::OfEachBatch);
    const auto locked = line.lock(batch);
    if (!locked)
        return locked.error();
    RelayChunk chunk;
    chunk.seen = static_cast<qint64>(locked->messages.size());
    chunk.last = locked->last;
    // From here on messages may be in the broker: every outcome is a report, so that they are
    // counted.
    chunk.report = line.mark(
        locked->messages.empty() ? std::vector<Result<EntryId>>() : publish(locked->messages));
    chunk.report.elapsed = Milliseconds(timer.elapsed());
    return chunk;
}

} // namespace outboard
