// SPDX-License-Identifier: GPL-3.0-or-later
#include "brokers/redisframeguard.h"

#include <algorithm>
#include <charconv>
#include <optional>

namespace outboard {

namespace {

constexpr qsizetype longestLine = 64 << 10;

std::optional<qint64> parseLength(QByteArrayView text)
{
    qint64 length = 0;
    const auto [end, error] = std::from_chars(text.begin(), text.end(), length);
    if (error != std::errc() || end != text.end() || length < -1)
        return std::nullopt;
    return length;
}

} // namespace

qsizetype RedisFrameGuard::accept(QByteArrayView bytes)
{
    qsizetype accepted = 0;
    while (accepted < bytes.size()) {
        const QByteArrayView rest = bytes.sliced(accepted);
        qsizetype taken = 0;
        if (m_skip > 0) {
            taken = std::min<qsizetype>(m_skip, rest.size());
            m_skip -= taken;
            m_bytes += taken;
            if (m_skip == 0)
                closeItem();
        } else {
            taken = takeLine(rest);
        }
        if (taken == 0)
            return accepted;
        accepted += taken;
    }
    return accepted;
}

qsizetype RedisFrameGuard::takeLine(QByteArrayView rest)
{
    const qsizetype end = rest.indexOf('\n');
    const qsizetype size = end < 0 ? rest.size() : end + 1;
    m_line.append(rest.first(size).data(), size);
    m_bytes += size;
    if (m_line.size() > longestLine || m_bytes > m_limits.bytes)
        return 0;
    if (!QByteArrayView("+-:$*").contains(m_line.front()))
        return 0;
    if (end < 0)
        return size;
    const bool ok = header();
    m_line.clear();
    return ok ? size : 0;
}

bool RedisFrameGuard::header()
{
    if (!m_line.endsWith("\r\n"))
        return false;
    const char type = m_line.front();
    if (type != '$' && type != '*') {
        closeItem();
        return true;
    }
    const auto length = parseLength(QByteArrayView(m_line).sliced(1).chopped(2));
    if (!length)
        return false;
    if (*length == -1) {
        closeItem();
        return true;
    }
    if (type == '*')
        return openArray(*length);
    m_skip = *length + 2;
    return m_bytes + *length <= m_limits.bytes;
}

bool RedisFrameGuard::openArray(qint64 items)
{
    if (items > m_limits.items || qsizetype(m_arrays.size()) >= m_limits.depth)
        return false;
    if (items == 0)
        closeItem();
    else
        m_arrays.push_back(items);
    return true;
}

void RedisFrameGuard::closeItem()
{
    while (!m_arrays.empty() && --m_arrays.back() == 0)
        m_arrays.pop_back();
    if (m_arrays.empty())
        m_bytes = 0;
}

} // namespace outboard
