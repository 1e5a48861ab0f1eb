// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/result.h"
#include "core/strongid.h"

#include <QByteArray>
#include <QString>

#include <optional>

namespace outboard {

/// The profile's rule that names a broker topic: "{topic}", "events:{topic}" or a fixed "events".
/// A brace that belongs to the name (a Redis Cluster hash tag) is written twice: "{{eu}}:{topic}".
class StreamTemplate
{
public:
    /// Error::Refused with a sentence that shows what to write.
    static Result<StreamTemplate> parse(const QString& text);

    /// Whether all outbox topics share one broker topic.
    bool isFixed() const { return !m_suffix; }

    BrokerTopic destination(const TopicName& topic) const;

    /// The outbox topic behind a broker topic; absent when the name does not fit the rule, and
    /// always for a fixed name, which stands for all topics at once.
    std::optional<TopicName> topicOf(const BrokerTopic& topic) const;

    /// Pattern that matches every broker topic of this rule (SCAN MATCH).
    QByteArray globPattern() const;

private:
    StreamTemplate() = default;

    QByteArray m_prefix;
    std::optional<QByteArray> m_suffix; ///< What follows {topic}; absent for a fixed name.
};

} // namespace outboard
