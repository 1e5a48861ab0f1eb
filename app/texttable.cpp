// SPDX-License-Identifier: GPL-3.0-or-later
#include "texttable.h"

#include "text/format.h"

#include <algorithm>
#include <vector>

namespace outboard {

using namespace Qt::StringLiterals;

namespace {

constexpr qsizetype longestCell = 200;

} // namespace

TextTable::TextTable(QList<Column> columns)
    : m_columns(std::move(columns))
{}

void TextTable::add(const QStringList& cells)
{
    QStringList row;
    for (const QString& cell : cells)
        row.append(format::oneLine(cell, longestCell));
    m_rows.append(row);
}

QString TextTable::text() const
{
    QList<QStringList> rows = m_rows;
    QStringList titles;
    for (const Column& column : m_columns)
        titles.append(column.title);
    if (!titles.isEmpty())
        rows.prepend(titles);
    std::vector<qsizetype> widths;
    for (const QStringList& row : rows) {
        widths.resize(std::max(widths.size(), static_cast<size_t>(row.size())));
        for (qsizetype i = 0; i < row.size(); ++i)
            widths[static_cast<size_t>(i)] =
                std::max(widths[static_cast<size_t>(i)], row.at(i).size());
    }
    QString text;
    for (const QStringList& row : rows) {
        QString line;
        for (qsizetype i = 0; i < row.size(); ++i) {
            const qsizetype width = widths[static_cast<size_t>(i)];
            const bool isRight = i < m_columns.size() && m_columns.at(i).align == Align::Right;
            line += (i > 0 ? u"  "_s : QString())
                    + (isRight ? row.at(i).rightJustified(width) : row.at(i).leftJustified(width));
        }
        while (line.endsWith(u' '))
            line.chop(1);
        text += line + u'\n';
    }
    return text;
}

} // namespace outboard
