// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QList>
#include <QString>
#include <QStringList>

namespace outboard {

/// Aligned columns of plain text, two spaces apart. Cells are shown on one line with control and
/// bidirectional characters escaped, because servers' names can hold anything.
class TextTable
{
public:
    enum class Align { Left, Right };

    struct Column
    {
        QString title;
        Align align = Align::Left;
    };

    /// Without titles: columns are aligned left and no heading is printed.
    explicit TextTable(QList<Column> columns = {});

    bool isEmpty() const { return m_rows.isEmpty(); }

    void add(const QStringList& cells);

    /// Every line ends with a line feed; no trailing spaces.
    QString text() const;

private:
    QList<Column> m_columns;
    QList<QStringList> m_rows;
};

} // namespace outboard
