// SPDX-License-Identifier: GPL-3.0-or-later
#include "brokers/redisdiscovery.h"

#include "brokers/rediserrors.h"

#include <QCoreApplication>

#include <utility>

namespace outboard {

namespace {

constexpr int scansPerCall = 4;
constexpr size_t mostStreams = 500;

} // namespace

RedisDiscovery::RedisDiscovery(const StreamTemplate& names)
    : m_names(names)
{}

std::set<BrokerTopic> RedisDiscovery::found() const
{
    std::set<BrokerTopic> all = m_before;
    all.insert(m_sweep.begin(), m_sweep.end());
    return all;
}

QString RedisDiscovery::note() const
{
    if (m_isForbidden)
        return QCoreApplication::translate(
            "outboard",
            "This Redis user may not use SCAN: only streams of known topics are shown.");
    if (!m_problem.isEmpty())
        return m_problem;
    if (m_isFull)
        return QCoreApplication::translate(
                   "outboard", "More than %1 streams fit the template: the others are not shown.")
            .arg(mostStreams);
    if (!m_isWhole && !m_names.isFixed())
        return QCoreApplication::translate("outboard", "Still looking for streams.");
    return {};
}

RedisCommand RedisDiscovery::scanCommand() const
{
    RedisCommand command{"SCAN", m_cursor, "MATCH", m_names.globPattern(), "COUNT", "1000"};
    if (m_knowsTypes)
        command.insert(command.end(), {"TYPE", "stream"});
    return command;
}

Result<void> RedisDiscovery::lookFurther(RedisConnection& session)
{
    if (m_names.isFixed() || m_isForbidden)
        return {};
    for (int scan = 0; scan < scansPerCall; ++scan) {
        const auto reply = session.run(scanCommand());
        if (!reply && !session.isUsable())
            return reply.error();
        if (!reply && m_knowsTypes && hasRedisCode(reply.error(), "ERR syntax")) {
            m_knowsTypes = false;
            continue;
        }
        m_isForbidden = !reply && hasRedisCode(reply.error(), "NOPERM");
        m_problem = reply ? QString() : reply.error().what;
        if (!reply || take(*reply))
            break;
    }
    return {};
}

bool RedisDiscovery::take(const RedisReply& reply)
{
    m_cursor = reply.at(0).bytes;
    for (const RedisReply& key : reply.at(1).items) {
        const BrokerTopic topic(key.bytes);
        m_isFull = m_isFull || m_sweep.size() >= mostStreams;
        if (m_names.topicOf(topic) && m_sweep.size() < mostStreams)
            m_sweep.insert(topic);
    }
    if (m_cursor != "0")
        return false;
    m_before = std::exchange(m_sweep, {});
    m_isFull = m_before.size() >= mostStreams;
    m_isWhole = true;
    return true;
}

} // namespace outboard
