// SPDX-License-Identifier: GPL-3.0-or-later
#include "brokers/redisslots.h"

#include "brokers/rediserrors.h"

#include <QCoreApplication>
#include <QStringList>

#include <algorithm>

namespace outboard {

using namespace Qt::StringLiterals;

namespace {

constexpr quint16 slotCount = 16384;
constexpr quint16 nobody = 0xffff;

/// CRC-16/XMODEM, as the cluster specification has it.
quint16 crc16(QByteArrayView bytes)
{
    constexpr quint16 polynomial = 0x1021;
    quint16 crc = 0;
    for (const char byte : bytes) {
        crc = quint16(crc ^ (quint8(byte) << 8));
        for (int bit = 0; bit < 8; ++bit)
            crc = quint16((crc & 0x8000) != 0 ? (crc << 1) ^ polynomial : crc << 1);
    }
    return crc;
}

/// What is hashed of a key.
QByteArrayView hashTag(QByteArrayView key)
{
    const qsizetype open = key.indexOf('{');
    const qsizetype close = open < 0 ? -1 : key.indexOf('}', open + 1);
    return close > open + 1 ? key.sliced(open + 1, close - open - 1) : key;
}

std::optional<RedisAddress> addressOf(const RedisReply& node, const RedisAddress& asked)
{
    const auto port = node.at(1).number();
    if (!port || *port < 1 || *port > 0xffff)
        return std::nullopt;
    const QString host = QString::fromUtf8(node.at(0).bytes);
    const bool isUnknown = host.isEmpty() || host == u"?";
    return RedisAddress{isUnknown ? asked.host : host, quint16(*port)};
}

} // namespace

quint16 redisSlot(QByteArrayView key)
{
    return crc16(hashTag(key)) % slotCount;
}

RedisSlotMap::RedisSlotMap()
    : m_owners(slotCount, nobody)
{}

Result<RedisSlotMap> RedisSlotMap::parse(const RedisReply& reply, const RedisAddress& asked)
{
    RedisSlotMap map;
    for (const RedisReply& range : reply.items) {
        const auto first = range.at(0).number();
        const auto last = range.at(1).number();
        const auto owner = addressOf(range.at(2), asked);
        if (!first || !last || !owner || *first < 0 || *last >= slotCount || *first > *last)
            continue;
        std::fill(
            map.m_owners.begin() + *first, map.m_owners.begin() + *last + 1, map.indexOf(*owner));
    }
    map.m_masters = map.m_nodes;
    std::sort(map.m_masters.begin(), map.m_masters.end());
    if (!map.m_masters.empty())
        return map;
    return Error{
        Error::Kind::Missing,
        QCoreApplication::translate(
            "outboard",
            "The Redis Cluster at %1 serves no slots yet. Give its nodes their slots first.")
            .arg(asked.text()),
        u"CLUSTER SLOTS"_s};
}

quint16 RedisSlotMap::indexOf(const RedisAddress& address)
{
    const auto found = std::find(m_nodes.begin(), m_nodes.end(), address);
    const auto index = quint16(found - m_nodes.begin());
    if (found == m_nodes.end())
        m_nodes.push_back(address);
    return index;
}

std::optional<RedisAddress> RedisSlotMap::ownerOf(quint16 slot) const
{
    const quint16 owner = m_owners[slot];
    return owner == nobody ? std::nullopt : std::optional(m_nodes[owner]);
}

void RedisSlotMap::move(quint16 slot, const RedisAddress& to)
{
    m_owners[slot] = indexOf(to);
    const auto place = std::lower_bound(m_masters.begin(), m_masters.end(), to);
    if (place == m_masters.end() || !(*place == to))
        m_masters.insert(place, to);
}

std::optional<RedisRedirect> redirectOf(const Error& error, const RedisAddress& from)
{
    const bool isAsk = hasRedisCode(error, "ASK ");
    if (!isAsk && !hasRedisCode(error, "MOVED "))
        return std::nullopt;
    const QStringList words = error.detail.split(u' ');
    const QString place = words.value(2);
    const qsizetype colon = place.lastIndexOf(u':');
    bool isSlot = false;
    bool isPort = false;
    const quint16 slot = words.value(1).toUShort(&isSlot);
    const quint16 port = place.mid(colon + 1).toUShort(&isPort);
    if (!isSlot || !isPort || colon < 0 || slot >= slotCount)
        return std::nullopt;
    const QString host = place.left(colon);
    return RedisRedirect{isAsk, slot, {host.isEmpty() ? from.host : host, port}};
}

} // namespace outboard
