// SPDX-License-Identifier: GPL-3.0-or-later
#include "model/entryid.h"

#include <QByteArray>

#include <charconv>

namespace outboard {

namespace {

std::optional<quint64> parseNumber(QByteArrayView text)
{
    quint64 number = 0;
    const auto [end, error] = std::from_chars(text.begin(), text.end(), number);
    if (text.isEmpty() || error != std::errc() || end != text.end())
        return std::nullopt;
    return number;
}

} // namespace

std::optional<EntryId> EntryId::parse(QByteArrayView text)
{
    const qsizetype dash = text.indexOf('-');
    const auto first = parseNumber(dash < 0 ? text : text.first(dash));
    const auto second = dash < 0 ? std::optional<quint64>(0) : parseNumber(text.sliced(dash + 1));
    if (!first || !second)
        return std::nullopt;
    return EntryId{*first, *second};
}

QByteArray EntryId::bytes() const
{
    return QByteArray::number(first) + '-' + QByteArray::number(second);
}

} // namespace outboard
