// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/count.h"
#include "core/result.h"
#include "core/strongid.h"
#include "core/time.h"
#include "model/deadletter.h"
#include "model/message.h"
#include "model/pending.h"

#include <QByteArray>
#include <QList>
#include <QString>
#include <QStringList>

#include <optional>
#include <span>
#include <stop_token>
#include <vector>

namespace outboard {

/// A stream, list or sorted set into which consumers put what they gave up on.
struct DeadPlace
{
    BrokerTopic name;
    DeadWhere kind = DeadWhere::Stream; ///< Stream, List or SortedSet.
    BrokerTopic origin; ///< Whose dead letters they are by the place's name; empty: of any.
    Count length;
    QString problem; ///< Translated; why it cannot be read.

    friend bool operator==(const DeadPlace&, const DeadPlace&) = default;
};

/// What a dead letter says of itself, in whichever form its consumer wrote it.
struct DeadFacts
{
    BrokerTopic stream;
    std::optional<EntryId> entry;
    QByteArray entryText; ///< As it was written; it need not be an entry id.
    GroupName group;
    ConsumerName consumer;
    QString error;
    std::optional<qint64> deliveries;
    std::optional<TimePoint> diedAt;

    friend bool operator==(const DeadFacts&, const DeadFacts&) = default;
};

/// One element of a dead-letter place, taken out of its wrappings.
struct DeadRecord
{
    QByteArray id; ///< As DeadLetterId::id.
    DeadFacts facts;
    Message message; ///< What the consumer got, through the profile's mapping.
    DeadOriginal original;

    friend bool operator==(const DeadRecord&, const DeadRecord&) = default;
};

struct DeadPage
{
    QList<DeadRecord> records;
    std::optional<QByteArray> next; ///< Pass as `from` to go on; absent at the end.
};

/// Places of dead letters, where a broker has them. Works in chunks that do not stall the server; a
/// stop is obeyed between chunks.
class DeadLetterControl
{
public:
    virtual ~DeadLetterControl() = default;

    /// The places that exist for these broker topics, under the profile's name for them, else under
    /// all that are known. A key of another type is a place with a `problem`.
    /// Source: TYPE, XLEN, LLEN, ZCARD.
    virtual Result<QList<DeadPlace>> find(std::span<const BrokerTopic> topics) = 0;

    /// The broker topic whose dead letters a topic holds by its name; absent when it is none.
    virtual std::optional<BrokerTopic> originOf(const BrokerTopic& topic) const = 0;

    /// Where a dead letter of this topic goes that cannot return to where it was.
    virtual BrokerTopic placeFor(const BrokerTopic& topic) const = 0;

    /// At most `limit` (1…500) elements, oldest first. Error::Missing when the place is gone.
    /// Source: XRANGE, LRANGE, ZRANGE.
    virtual Result<DeadPage> page(
        const DeadPlace& place, const std::optional<QByteArray>& from, qint64 limit) = 0;

    /// Removes exactly these elements; one move each, in order.
    /// Source: XDEL, LREM, ZREM.
    virtual std::vector<DeadMove> remove(
        const DeadPlace& place,
        std::span<const DeadElement> elements,
        const std::stop_token& stop) = 0;

    /// Puts the elements back as they were: in a stream under a new id, in a list at its end, in a
    /// sorted set at its score. One move each, in order. Source: XADD, RPUSH, ZADD NX.
    virtual std::vector<DeadMove> putBack(
        const DeadPlace& place,
        std::span<const DeadElement> elements,
        const std::stop_token& stop) = 0;

    /// Makes acknowledged entries pending again, with their consumer and count of deliveries, idle
    /// from now on. NotThere when the stream no longer has the entry. One move each, in order.
    /// Source: XPENDING, XCLAIM … RETRYCOUNT … FORCE JUSTID.
    virtual std::vector<DeadMove> putBackPending(
        const BrokerTopic& topic,
        const GroupName& group,
        std::span<const PendingEntry> entries,
        const std::stop_token& stop) = 0;

    // What the calls above send, for the confirm dialog; only the first elements are written out.
    virtual QStringList removeCommands(
        const DeadPlace& place, std::span<const DeadElement> elements) const = 0;
    virtual QStringList putBackCommands(
        const DeadPlace& place, std::span<const DeadElement> elements) const = 0;
    virtual QStringList putBackPendingCommands(
        const BrokerTopic& topic,
        const GroupName& group,
        std::span<const PendingEntry> entries) const = 0;
};

} // namespace outboard
