// SPDX-License-Identifier: GPL-3.0-or-later
#include "brokers/redisinfo.h"

#include <QByteArrayList>

namespace outboard {

using namespace Qt::StringLiterals;

namespace {

/// "ip=10.0.0.2,port=6379,state=online,offset=42,lag=0"
BrokerReplica replicaOf(const QByteArray& line, std::optional<qint64> masterOffset)
{
    const auto value = [&line](QByteArrayView key) {
        for (const QByteArray& part : line.split(',')) {
            if (part.startsWith(key) && part.size() > key.size() && part[key.size()] == '=')
                return part.sliced(key.size() + 1);
        }
        return QByteArray();
    };
    BrokerReplica replica;
    replica.address = QString::fromUtf8(value("ip") + ':' + value("port"));
    replica.state = QString::fromUtf8(value("state"));
    bool isNumber = false;
    const qint64 lag = value("lag").toLongLong(&isNumber);
    if (isNumber && lag >= 0)
        replica.silent = std::chrono::seconds(lag);
    const qint64 offset = value("offset").toLongLong(&isNumber);
    if (isNumber && masterOffset)
        replica.bytesBehind = std::max<qint64>(*masterOffset - offset, 0);
    return replica;
}

} // namespace

RedisInfo::RedisInfo(const RedisReply& reply)
    : m_lines(reply.bytes.split('\n'))
{}

QByteArray RedisInfo::text(QByteArrayView key) const
{
    for (const QByteArray& line : m_lines) {
        if (line.startsWith(key) && line.size() > key.size() && line[key.size()] == ':')
            return line.sliced(key.size() + 1).trimmed();
    }
    return {};
}

std::optional<qint64> RedisInfo::number(QByteArrayView key) const
{
    bool isNumber = false;
    const qint64 value = text(key).toLongLong(&isNumber);
    return isNumber ? std::optional(value) : std::nullopt;
}

std::optional<BrokerMemory> memoryOf(const RedisInfo& info)
{
    const auto used = info.number("used_memory");
    const auto limit = info.number("maxmemory");
    if (!used || !limit)
        return std::nullopt;
    return BrokerMemory{*used, *limit, QString::fromUtf8(info.text("maxmemory_policy"))};
}

std::optional<BrokerPersistence> persistenceOf(const RedisInfo& info)
{
    const auto log = info.number("aof_enabled");
    const auto changes = info.number("rdb_changes_since_last_save");
    const auto saved = info.number("rdb_last_save_time");
    if (!log || !changes)
        return std::nullopt;
    BrokerPersistence state;
    state.hasLog = *log != 0;
    state.isLogFailing = state.hasLog && info.text("aof_last_write_status") == "err";
    state.isSaveFailing = info.text("rdb_last_bgsave_status") == "err";
    state.unsavedChanges = *changes;
    if (saved)
        state.lastSave = TimePoint(std::chrono::seconds(*saved));
    return state;
}

std::optional<BrokerReplication> replicationOf(const RedisInfo& info)
{
    const QByteArray role = info.text("role");
    if (role.isEmpty())
        return std::nullopt;
    BrokerReplication state;
    state.isReplica = role != "master";
    state.isLinkDown = state.isReplica && info.text("master_link_status") == "down";
    const auto offset = info.number("master_repl_offset");
    const qint64 count = info.number("connected_slaves").value_or(0);
    for (qint64 i = 0; i < std::min<qint64>(count, 100); ++i) {
        const QByteArray line = info.text(QByteArray("slave" + QByteArray::number(i)));
        if (!line.isEmpty())
            state.replicas.append(replicaOf(line, offset));
    }
    return state;
}

} // namespace outboard
