// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "theme.h"

#include <QString>
#include <Qt>

#include <functional>
#include <utility>

namespace outboard {

/// A column is data: a leaf model lists these and nothing else.
template<class Row>
struct Column
{
    QString id;    ///< Stable, for remembered order and visibility.
    QString title; ///< Translated.
    std::function<QString(const Row&)> text;
    std::function<bool(const Row&, const Row&)> less; ///< Raw order, not the order of the text.
    Qt::Alignment alignment = Qt::AlignLeft;
    std::function<QString(const Row&)> toolTip = {};
    std::function<Tone(const Row&)> tone = {};
    std::function<bool(const Row&)> isUnknown = {}; ///< Such rows sort last in both directions.
    bool isMono = false;
    bool isHiddenAtFirst = false;
    int width = 0; ///< Pixels at first; 0: by title.
};

/// Roles that every table model answers, besides Qt's.
enum TableRole {
    ToneRole = Qt::UserRole + 1, ///< int of Tone
    MonoRole,                    ///< bool
    ColumnIdRole,                ///< QString, on the header
    HiddenAtFirstRole,           ///< bool, on the header
    WidthRole,                   ///< int, on the header
};

/// Left-aligned text, sorted by `value(row)` (a member pointer or a callable).
template<class Row, class Value>
Column<Row> textColumn(
    QString id, QString title, std::function<QString(const Row&)> text, Value value)
{
    Column<Row> result;
    result.id = std::move(id);
    result.title = std::move(title);
    result.text = std::move(text);
    result.less = [value](const Row& a, const Row& b) {
        return std::invoke(value, a) < std::invoke(value, b);
    };
    return result;
}

/// As textColumn, aligned to the right: for numbers, durations and sizes.
template<class Row, class Value>
Column<Row> numberColumn(
    QString id, QString title, std::function<QString(const Row&)> text, Value value)
{
    Column<Row> result = textColumn<Row>(std::move(id), std::move(title), std::move(text), value);
    result.alignment = Qt::AlignRight;
    return result;
}

} // namespace outboard
