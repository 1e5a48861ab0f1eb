// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/nearest.h"

#include <algorithm>
#include <numeric>
#include <vector>

namespace outboard {

namespace {

/// Levenshtein distance, case-insensitive.
qsizetype distance(const QString& left, const QString& right)
{
    const QString a = left.toLower();
    const QString b = right.toLower();
    std::vector<qsizetype> row(static_cast<size_t>(b.size()) + 1);
    std::iota(row.begin(), row.end(), 0);
    for (qsizetype i = 0; i < a.size(); ++i) {
        qsizetype diagonal = row[0];
        row[0] = i + 1;
        for (size_t j = 1; j < row.size(); ++j) {
            const qsizetype replace =
                diagonal + (a.at(i) == b.at(static_cast<qsizetype>(j) - 1) ? 0 : 1);
            diagonal = row[j];
            row[j] = std::min({row[j] + 1, row[j - 1] + 1, replace});
        }
    }
    return row.back();
}

} // namespace

QString nearestWord(const QString& word, const QStringList& known)
{
    // "func" is meant to be "function", however many letters are missing.
    const auto isAbbreviated = [&word](const QString& candidate) {
        return word.size() > 1 && candidate.startsWith(word, Qt::CaseInsensitive);
    };
    const auto longer = std::ranges::find_if(known, isAbbreviated);
    if (longer != known.end())
        return *longer;
    const auto nearest = std::ranges::min_element(
        known, {}, [&word](const QString& candidate) { return distance(word, candidate); });
    return nearest == known.end() ? QString() : *nearest;
}

} // namespace outboard
