// SPDX-License-Identifier: GPL-3.0-or-later
#include "outbox/pgrows.h"

#include "outbox/pgcompat.h"

namespace outboard {

namespace {

pqxx::field fieldAt(const PgRows::Data& data, qsizetype row, int column)
{
    return data.result[static_cast<pqxx::result::size_type>(row)]
                      [static_cast<pqxx::row::size_type>(column)];
}

} // namespace

PgRows::PgRows(std::shared_ptr<const Data> data)
    : m_data(std::move(data))
{}

qsizetype PgRows::size() const
{
    return static_cast<qsizetype>(m_data->result.size());
}

bool PgRows::isNull(qsizetype row, int column) const
{
    return fieldAt(*m_data, row, column).is_null();
}

QByteArrayView PgRows::view(qsizetype row, int column) const
{
    // libpq owns the text until the result goes away, which outlives the field.
    const pqxx::field field = fieldAt(*m_data, row, column);
    return QByteArrayView(field.c_str(), static_cast<qsizetype>(field.size()));
}

std::optional<QByteArray> PgRows::optional(qsizetype row, int column) const
{
    return isNull(row, column) ? std::nullopt : std::optional(value(row, column));
}

qint64 PgRows::integer(qsizetype row, int column) const
{
    return view(row, column).toLongLong();
}

std::optional<qint64> PgRows::optionalInteger(qsizetype row, int column) const
{
    return isNull(row, column) ? std::nullopt : std::optional(integer(row, column));
}

TimePoint PgRows::time(qsizetype row, int column) const
{
    return TimePoint(Microseconds(integer(row, column)));
}

std::optional<TimePoint> PgRows::optionalTime(qsizetype row, int column) const
{
    return isNull(row, column) ? std::nullopt : std::optional(time(row, column));
}

qint64 PgRows::affected() const
{
    return static_cast<qint64>(m_data->result.affected_rows());
}

} // namespace outboard
