// SPDX-License-Identifier: GPL-3.0-or-later
#include "store/historynumbers.h"

#include <QtEndian>

#include <algorithm>
#include <bit>
#include <cmath>
#include <limits>

namespace outboard {

namespace {

constexpr qsizetype curveBytes = 4;
constexpr qsizetype weightBytes = 2;
constexpr qsizetype entryBytes = curveBytes + weightBytes + 8;

} // namespace

void HistoryNumbers::merge(quint32 curve, Mean mean)
{
    const auto [it, isNew] = m_means.try_emplace(curve, mean);
    if (isNew)
        return;
    Mean& known = it->second;
    const int weight = known.weight + mean.weight;
    known.value += (mean.value - known.value) * mean.weight / weight;
    known.weight = static_cast<quint16>(
        std::min<int>(weight, std::numeric_limits<decltype(known.weight)>::max()));
}

void HistoryNumbers::merge(const HistoryNumbers& other)
{
    for (const auto& [curve, mean] : other.m_means)
        merge(curve, mean);
}

QByteArray HistoryNumbers::encoded() const
{
    QByteArray bytes(static_cast<qsizetype>(m_means.size()) * entryBytes, Qt::Uninitialized);
    char* to = bytes.data();
    for (const auto& [curve, mean] : m_means) {
        qToLittleEndian(curve, to);
        qToLittleEndian(mean.weight, to + curveBytes);
        qToLittleEndian(std::bit_cast<quint64>(mean.value), to + curveBytes + weightBytes);
        to += entryBytes;
    }
    return bytes;
}

HistoryNumbers HistoryNumbers::decoded(const QByteArray& bytes)
{
    HistoryNumbers numbers;
    const char* from = bytes.constData();
    for (const char* end = from + bytes.size(); end - from >= entryBytes; from += entryBytes) {
        Mean mean;
        mean.weight = qFromLittleEndian<quint16>(from + curveBytes);
        mean.value =
            std::bit_cast<double>(qFromLittleEndian<quint64>(from + curveBytes + weightBytes));
        if (mean.weight > 0 && std::isfinite(mean.value))
            numbers.m_means.emplace_hint(
                numbers.m_means.end(), qFromLittleEndian<quint32>(from), mean);
    }
    return numbers;
}

} // namespace outboard
