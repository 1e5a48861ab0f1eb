// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "brokers/rediscodec.h"

#include <QByteArray>
#include <QByteArrayView>

#include <vector>

namespace outboard {

/// Looks at the bytes of replies before the parser does, which believes every length that it reads:
/// refuses endless texts, arrays of billions and bottomless nesting before memory is asked for.
class RedisFrameGuard
{
public:
    explicit RedisFrameGuard(const RedisLimits& limits)
        : m_limits(limits)
    {}

    /// How many of these bytes may be parsed; fewer than given means that the stream is broken.
    qsizetype accept(QByteArrayView bytes);

private:
    /// The number of bytes of `rest` that belong to the header line; 0 refuses it.
    qsizetype takeLine(QByteArrayView rest);
    bool header();
    bool openArray(qint64 items);
    void closeItem();

    RedisLimits m_limits;
    QByteArray m_line;            ///< Header line that is not complete yet.
    qint64 m_skip = 0;            ///< Bytes of a text that are still to come, with its line end.
    qint64 m_bytes = 0;           ///< Of the reply so far.
    std::vector<qint64> m_arrays; ///< Items that each open array still waits for.
};

} // namespace outboard
