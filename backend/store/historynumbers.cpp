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

using Entry = std::pair<quint32, HistoryNumbers::Mean>;

HistoryNumbers::Mean together(const HistoryNumbers::Mean& a, const HistoryNumbers::Mean& b)
{
    const int weight = a.weight + b.weight;
    constexpr int most = std::numeric_limits<decltype(a.weight)>::max();
    return {
        a.value + (b.value - a.value) * b.weight / weight,
        static_cast<quint16>(std::min(weight, most))};
}

} // namespace

void HistoryNumbers::merge(quint32 curve, Mean mean)
{
    const auto at = std::ranges::lower_bound(m_means, curve, {}, &Entry::first);
    if (at != m_means.end() && at->first == curve)
        at->second = together(at->second, mean);
    else
        m_means.insert(at, {curve, mean});
}

void HistoryNumbers::merge(const HistoryNumbers& other)
{
    std::vector<Entry> merged;
    merged.reserve(std::max(m_means.size(), other.m_means.size()));
    auto mine = m_means.cbegin();
    auto theirs = other.m_means.cbegin();
    while (mine != m_means.cend() && theirs != other.m_means.cend()) {
        if (mine->first == theirs->first) {
            merged.emplace_back(mine->first, together(mine->second, theirs->second));
            ++mine;
            ++theirs;
        } else {
            merged.push_back(mine->first < theirs->first ? *mine++ : *theirs++);
        }
    }
    merged.insert(merged.end(), mine, m_means.cend());
    merged.insert(merged.end(), theirs, other.m_means.cend());
    m_means = std::move(merged);
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
    return qCompress(bytes, 1);
}

HistoryNumbers HistoryNumbers::decoded(const QByteArray& compressed)
{
    const QByteArray bytes = qUncompress(compressed);
    HistoryNumbers numbers;
    numbers.m_means.reserve(static_cast<size_t>(bytes.size() / entryBytes));
    const char* from = bytes.constData();
    for (const char* end = from + bytes.size(); end - from >= entryBytes; from += entryBytes) {
        Mean mean;
        mean.weight = qFromLittleEndian<quint16>(from + curveBytes);
        mean.value =
            std::bit_cast<double>(qFromLittleEndian<quint64>(from + curveBytes + weightBytes));
        if (mean.weight > 0 && std::isfinite(mean.value))
            numbers.merge(qFromLittleEndian<quint32>(from), mean);
    }
    return numbers;
}

} // namespace outboard
