// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QByteArray>
#include <QString>
#include <QStringList>

namespace outboard::csv {

/// RFC 4180. A cell that a spreadsheet would run (= + - @) gets an apostrophe.
QString cell(QString text);

/// One line with its end, UTF-8.
QByteArray line(const QStringList& cells);

} // namespace outboard::csv
