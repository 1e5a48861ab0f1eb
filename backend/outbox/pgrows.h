// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/time.h"

#include <QByteArray>
#include <QByteArrayView>
#include <QString>

#include <memory>
#include <optional>

namespace outboard {

/// The answer to one statement. Cheap to copy; all values are PostgreSQL's text form.
class PgRows
{
public:
    struct Data;

    explicit PgRows(std::shared_ptr<const Data> data);

    qsizetype size() const;

    bool isEmpty() const { return size() == 0; }

    bool isNull(qsizetype row, int column) const;

    /// Valid while this object lives; empty for NULL.
    QByteArrayView view(qsizetype row, int column) const;

    QByteArray value(qsizetype row, int column) const { return view(row, column).toByteArray(); }

    QString text(qsizetype row, int column) const { return QString::fromUtf8(view(row, column)); }

    std::optional<QByteArray> optional(qsizetype row, int column) const;

    /// 0 for NULL; use optionalInteger() where NULL can be.
    qint64 integer(qsizetype row, int column) const;
    std::optional<qint64> optionalInteger(qsizetype row, int column) const;

    bool boolean(qsizetype row, int column) const
    {
        return view(row, column) == QByteArrayView("t");
    }

    /// Microseconds since 1970 as an integer column.
    TimePoint time(qsizetype row, int column) const;
    std::optional<TimePoint> optionalTime(qsizetype row, int column) const;

    /// Rows that an INSERT, UPDATE or DELETE changed.
    qint64 affected() const;

private:
    std::shared_ptr<const Data> m_data;
};

} // namespace outboard
