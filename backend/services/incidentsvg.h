// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QJsonArray>
#include <QJsonObject>
#include <QString>

namespace outboard {

/// One chart of an incident document as an inline SVG of its own; colours come from the page's
/// style sheet. Gaps stay gaps. `from` and `to` in milliseconds since 1970.
QString incidentSvg(const QJsonObject& chart, qint64 from, qint64 to);

/// "12 431", "3.5/s", "7 min 05 s"; "?" for null.
QString incidentValue(const QJsonValue& value, const QString& unit);

} // namespace outboard
