// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QByteArray>

#include <utility>
#include <vector>

namespace outboard {

/// The known numbers of one stretch of time by curve, each the mean of `weight` measurements. What
/// was unknown is not in it.
class HistoryNumbers
{
public:
    struct Mean
    {
        double value = 0;
        quint16 weight = 1;

        friend bool operator==(const Mean&, const Mean&) = default;
    };

    /// Another measurement, or the mean of some, of the same stretch.
    void merge(quint32 curve, Mean mean);
    void merge(const HistoryNumbers& other);

    /// In order of the curves.
    const std::vector<std::pair<quint32, Mean>>& all() const { return m_means; }

    /// Compressed: 14 bytes a curve, little endian: curve, weight, value.
    QByteArray encoded() const;
    /// What was cut off, or is no number, is left out: unknown.
    static HistoryNumbers decoded(const QByteArray& compressed);

private:
    std::vector<std::pair<quint32, Mean>> m_means; ///< Sorted by curve.
};

} // namespace outboard
