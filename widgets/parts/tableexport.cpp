// SPDX-License-Identifier: GPL-3.0-or-later
#include "parts/tableexport.h"

#include "models/column.h"
#include "text/csv.h"

#include <QAbstractItemModel>
#include <QCoreApplication>
#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QSaveFile>

namespace outboard {

using namespace Qt::StringLiterals;

namespace {

QString cell(const TableCut& cut, int row, int column)
{
    const QModelIndex index = cut.model->index(row, column);
    QString text = index.data().toString();
    // Right-aligned cells hold numbers, grouped for the eye.
    if (index.data(Qt::TextAlignmentRole).toInt() & int(Qt::AlignRight))
        text.remove(QChar(0x202f));
    return text;
}

} // namespace

QString toTsv(const TableCut& cut)
{
    QStringList lines;
    for (const int row : cut.rows) {
        QStringList cells;
        for (const int column : cut.columns)
            cells += cell(cut, row, column).replace(u'\t', u' ').replace(u'\n', u' ');
        lines += cells.join(u'\t');
    }
    return lines.join(u'\n');
}

QByteArray toJson(const TableCut& cut)
{
    QJsonArray rows;
    for (const int row : cut.rows) {
        QJsonObject object;
        for (const int column : cut.columns)
            object.insert(
                cut.model->headerData(column, Qt::Horizontal, ColumnIdRole).toString(),
                cell(cut, row, column));
        rows.append(object);
    }
    return QJsonDocument(rows).toJson();
}

QByteArray toCsv(const TableCut& cut)
{
    QStringList titles;
    for (const int column : cut.columns)
        titles += cut.model->headerData(column, Qt::Horizontal).toString();
    QByteArray result = csvLine(titles);
    for (const int row : cut.rows) {
        QStringList cells;
        for (const int column : cut.columns)
            cells += cell(cut, row, column);
        result += csvLine(cells);
    }
    return result;
}

Result<void> writeFile(const QString& path, const QByteArray& content)
{
    QSaveFile file(path);
    if (file.open(QIODevice::WriteOnly) && file.write(content) == content.size() && file.commit())
        return {};
    return Error{
        Error::Kind::Refused,
        QCoreApplication::translate(
            "outboard", "%1 could not be written. Choose a folder in which you may write.")
            .arg(path),
        file.errorString()};
}

} // namespace outboard
