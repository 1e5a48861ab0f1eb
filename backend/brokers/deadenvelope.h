// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "brokers/deadlettercontrol.h"
#include "brokers/messagemapping.h"

#include <QByteArray>
#include <QList>

namespace outboard {

/// Takes dead letters out of what consumers wrap them in: the original fields with some of their
/// own beside them, a nested "_dlq", or the whole original in a JSON field.
class DeadEnvelope
{
public:
    explicit DeadEnvelope(MessageMapping mapping);

    /// An entry of a dead-letter stream.
    DeadRecord ofEntry(const DeadPlace& place, const EntryId& id, QList<Field> fields) const;

    /// An element of a list or, with its score, of a sorted set.
    DeadRecord ofElement(
        const DeadPlace& place, const QByteArray& bytes, const QByteArray& score = {}) const;

    /// How ofElement() names an element.
    static QByteArray digestOf(const QByteArray& bytes);

private:
    struct Opened
    {
        DeadFacts facts;
        QList<Field> fields; ///< Those of the original.
        bool hasPayload = false;
    };

    Opened open(const QList<Field>& fields, int depth) const;
    void openPayload(Opened& opened, int depth) const;
    void openWrapped(Opened& opened, int depth) const;
    void takeForPayload(Opened& opened) const;
    bool holdsPayload(const QList<Field>& fields) const;
    Message messageOf(const Opened& opened, const BrokerTopic& origin) const;
    DeadRecord recordOf(const DeadPlace& place, Opened opened) const;

    MessageMapping m_mapping;
};

} // namespace outboard
