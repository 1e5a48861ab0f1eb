// SPDX-License-Identifier: GPL-3.0-or-later
#include "services/doctor/rules.h"

#include "text/format.h"

namespace outboard::doctor {

using namespace Qt::StringLiterals;

QString groupText(const BrokerTopicState& topic, const GroupState& group)
{
    return format::oneLine(topic.name.bytes()) + u" / "_s + format::oneLine(group.name.bytes());
}

QString groupId(const QString& rule, const BrokerTopicState& topic, const GroupState& group)
{
    return rule + u':' + topic.name.text() + u':' + group.name.text();
}

const GroupHealth* healthOf(
    const Case& patient, const BrokerTopicState& topic, const GroupState& group)
{
    if (!patient.snapshot.health.broker)
        return nullptr;
    for (const GroupHealth& health : patient.snapshot.health.broker->groups) {
        if (health.topic == topic.name && health.group == group.name)
            return &health;
    }
    return nullptr;
}

const StreamHealth* healthOf(const Case& patient, const BrokerTopicState& topic)
{
    if (!patient.snapshot.health.broker)
        return nullptr;
    for (const StreamHealth& health : patient.snapshot.health.broker->streams) {
        if (health.topic == topic.name)
            return &health;
    }
    return nullptr;
}

QString elapsed(Microseconds duration)
{
    return format::duration(std::chrono::floor<Milliseconds>(duration));
}

QString sessionText(const DatabaseSession& session)
{
    if (session.pid == 0)
        return Text::tr("a prepared transaction");
    QStringList who;
    for (const QString& part : {session.user, session.application}) {
        if (!part.isEmpty())
            who << format::oneLine(part, 60);
    }
    const QString pid = QString::number(session.pid);
    return who.isEmpty() ? Text::tr("session %1").arg(pid)
                         : Text::tr("session %1 (%2)").arg(pid, who.join(u", "_s));
}

QString activityText(const DatabaseSession& session, TimePoint now)
{
    const QString age = elapsed(now - session.since);
    QString text = session.isExact ? Text::tr("Its transaction began %1 ago.").arg(age)
                                   : Text::tr("Its transaction was first seen %1 ago.").arg(age);
    text += u' ';
    if (session.pid == 0)
        return text + Text::tr("It ends by COMMIT PREPARED or ROLLBACK PREPARED.");
    if (session.state.isEmpty())
        return text
               + Text::tr("What it runs is unknown, because this role does not have "
                          "pg_read_all_stats.");
    return text
           + Text::tr("It is %1; its statement: %2")
                 .arg(format::oneLine(session.state, 60), format::oneLine(session.query, 300));
}

Remedy copyRemedy(const QString& label, const QString& text)
{
    return {RemedyKind::Copy, label, std::nullopt, std::nullopt, text};
}

} // namespace outboard::doctor
