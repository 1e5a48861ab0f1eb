// SPDX-License-Identifier: GPL-3.0-or-later
#include "moment.h"

#include "text.h"

#include <QDateTime>

namespace outboard {

Result<std::optional<TimePoint>> momentOption(
    const CommandLine& line, const QString& option, TimePoint now)
{
    if (!line.has(option))
        return std::optional<TimePoint>();
    const QString text = line.value(option);
    if (const auto ago = parseDuration(text))
        return std::optional<TimePoint>(now - *ago);
    const QDateTime moment = QDateTime::fromString(text, Qt::ISODateWithMs);
    if (moment.isValid())
        return std::optional<TimePoint>(TimePoint(Milliseconds(moment.toMSecsSinceEpoch())));
    return Error{
        Error::Kind::Refused,
        Text::tr("--%1 must be a time ago like 24h, or a moment like 2026-03-01T14:00, but it is "
                 "\"%2\".")
            .arg(option, text),
        {}};
}

} // namespace outboard
