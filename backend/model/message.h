// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/strongid.h"
#include "core/time.h"
#include "model/entryid.h"

#include <QByteArray>
#include <QList>

#include <optional>

namespace outboard {

/// A name and a value as the server stores them; either may be binary.
struct Field
{
    QByteArray name;
    QByteArray value;

    friend bool operator==(const Field&, const Field&) = default;
};

/// What the relay or a republish hands to a broker.
struct OutgoingMessage
{
    EventId eventId;
    TopicName topic;
    QByteArray payload; ///< The bytes to deliver, unchanged.
    TimePoint createdAt;
    std::optional<QByteArray> key; ///< Orders events of one aggregate, where the outbox maps one.
    QList<Field> headers;

    friend bool operator==(const OutgoingMessage&, const OutgoingMessage&) = default;
};

/// One entry read from a broker.
struct Message
{
    BrokerTopic topic;
    EntryId id;
    QList<Field> fields; ///< As stored, in order.
    EventId eventId;     ///< Through the profile's mapping; empty when the entry holds none.
    QByteArray payload;  ///< Through the mapping; empty when the mapped field is absent.
    bool hasPayload = false;

    friend bool operator==(const Message&, const Message&) = default;
};

} // namespace outboard
