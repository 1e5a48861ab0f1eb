// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/result.h"
#include "model/message.h"

#include <QByteArray>
#include <QList>
#include <QString>

#include <vector>

namespace outboard {

/// The profile's rule for finding event id and payload in an entry's fields, and the fields that a
/// publication writes so that the same rule, and the consumers', find them again.
class MessageMapping
{
public:
    /// `eventId`: a field, a path inside a JSON field ("data.order_id"; an element of an array by
    /// its number), or "@entry_id". `payload`: a field. Error::Refused with what to write.
    static Result<MessageMapping> parse(const QString& eventId, const QString& payload);

    /// The entry as a message. Hostile payloads do no more harm than to leave the event id empty.
    Message message(const BrokerTopic& topic, const EntryId& id, QList<Field> fields) const;

    /// Whether an entry's own id is the event's.
    bool usesEntryId() const { return m_usesEntryId; }

    /// The field that holds the payload.
    const QByteArray& payloadField() const { return m_payload; }

    /// Fields to write: the payload, the event id, the topic and created_at, then key and headers.
    /// A name that was used once is not used again, so that the payload always wins.
    QList<Field> fields(const OutgoingMessage& message) const;

private:
    MessageMapping() = default;
    EventId eventIdOf(const EntryId& id, const QList<Field>& fields) const;

    bool m_usesEntryId = false;
    QByteArray m_whole;             ///< The whole rule, which may be a field's name with dots.
    std::vector<QByteArray> m_path; ///< The field, then the path inside it.
    QByteArray m_payload;
};

} // namespace outboard
