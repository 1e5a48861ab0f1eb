// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/result.h"

#include <QByteArray>
#include <QList>
#include <QString>

class QAbstractItemModel;

namespace outboard {

/// Which cells of a model leave it, in this order.
struct TableCut
{
    const QAbstractItemModel* model = nullptr;
    QList<int> rows;
    QList<int> columns;
};

/// One line a row, without titles. Numbers lose the spaces between their digits.
QString toTsv(const TableCut& cut);

/// An array of objects with column ids as names and the shown texts as values.
QByteArray toJson(const TableCut& cut);

/// RFC 4180 with titles, UTF-8. A cell that a spreadsheet would run (= + - @) gets an apostrophe.
QByteArray toCsv(const TableCut& cut);

/// Writes all or nothing; Error::Refused names the file and what to do.
Result<void> writeFile(const QString& path, const QByteArray& content);

} // namespace outboard
