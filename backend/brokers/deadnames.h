// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/strongid.h"

#include <QByteArray>
#include <QList>
#include <QString>

#include <optional>

namespace outboard {

/// How the dead-letter places of a broker topic are named: by the profile's rule, such as
/// "{stream}:dlq" or one fixed name, or, without one, by all that are in use.
class DeadNames
{
public:
    /// `rule` as in the profile; empty: all known ones.
    explicit DeadNames(const QString& rule);

    /// The name that counts first comes first.
    QList<BrokerTopic> placesOf(const BrokerTopic& topic) const;

    /// The topic whose dead letters the place holds by its name; absent for a name that does not
    /// fit, and for a fixed one, which holds those of all.
    std::optional<BrokerTopic> originOf(const BrokerTopic& place) const;

    /// Whether one place holds the dead letters of all topics.
    bool isFixed() const;

private:
    struct Rule
    {
        QByteArray before;
        std::optional<QByteArray> after; ///< Absent: a fixed name.
    };

    QList<Rule> m_rules;
};

} // namespace outboard
