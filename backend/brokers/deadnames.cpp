// SPDX-License-Identifier: GPL-3.0-or-later
#include "brokers/deadnames.h"

#include <QStringList>

namespace outboard {

using namespace Qt::StringLiterals;

namespace {

/// The most frequent first.
QStringList knownRules()
{
    return {
        u"{stream}:dlq"_s,
        u"{stream}:dead"_s,
        u"{stream}:dead-letter"_s,
        u"{stream}:dead-letters"_s,
        u"{stream}_dlq"_s,
        u"dlq:{stream}"_s};
}

} // namespace

DeadNames::DeadNames(const QString& rule)
{
    static const QByteArray mark("{stream}");
    for (const QString& text : rule.isEmpty() ? knownRules() : QStringList{rule}) {
        const QByteArray bytes = text.toUtf8();
        const qsizetype at = bytes.indexOf(mark);
        if (at < 0)
            m_rules.append({bytes, std::nullopt});
        else
            m_rules.append({bytes.left(at), bytes.mid(at + mark.size())});
    }
}

QList<BrokerTopic> DeadNames::placesOf(const BrokerTopic& topic) const
{
    QList<BrokerTopic> places;
    for (const Rule& rule : m_rules)
        places.append(
            BrokerTopic(rule.after ? rule.before + topic.bytes() + *rule.after : rule.before));
    return places;
}

std::optional<BrokerTopic> DeadNames::originOf(const BrokerTopic& place) const
{
    const QByteArray& name = place.bytes();
    for (const Rule& rule : m_rules) {
        if (!rule.after || name.size() <= rule.before.size() + rule.after->size()
            || !name.startsWith(rule.before) || !name.endsWith(*rule.after))
            continue;
        const qsizetype size = name.size() - rule.before.size() - rule.after->size();
        return BrokerTopic(name.mid(rule.before.size(), size));
    }
    return std::nullopt;
}

bool DeadNames::isFixed() const
{
    return m_rules.size() == 1 && !m_rules.first().after;
}

} // namespace outboard
