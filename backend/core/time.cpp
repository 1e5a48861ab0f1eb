// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/time.h"

#include <QCoreApplication>
#include <QDateTime>
#include <QRegularExpression>

#include <array>

namespace outboard {

using namespace Qt::StringLiterals;

namespace {

struct Unit
{
    QLatin1StringView suffix;
    qint64 milliseconds;
};

// From the largest to the smallest, so that durationText finds the shortest spelling.
constexpr std::array units = {
    Unit{QLatin1StringView("d"), 86'400'000},
    Unit{QLatin1StringView("h"), 3'600'000},
    Unit{QLatin1StringView("m"), 60'000},
    Unit{QLatin1StringView("s"), 1'000},
    Unit{QLatin1StringView("ms"), 1},
};

} // namespace

Clock systemClock()
{
    return
        [] { return std::chrono::time_point_cast<Microseconds>(std::chrono::system_clock::now()); };
}

QString isoText(TimePoint time)
{
    const qint64 ms = std::chrono::floor<Milliseconds>(time.time_since_epoch()).count();
    return QDateTime::fromMSecsSinceEpoch(ms, Qt::UTC).toString(Qt::ISODateWithMs);
}

Result<Milliseconds> parseDuration(const QString& text)
{
    static const QRegularExpression pattern(
        u"^\\s*([0-9]{1,12})(?:\\.([0-9]{1,3}))?\\s*(ms|s|m|h|d)?\\s*$"_s);
    const auto match = pattern.match(text);
    const QString suffix = match.captured(3).isEmpty() ? u"s"_s : match.captured(3);
    for (const Unit& unit : units) {
        if (!match.hasMatch() || suffix != unit.suffix)
            continue;
        const qint64 thousandths = match.captured(2).leftJustified(3, u'0').toLongLong();
        const qint64 whole = match.captured(1).toLongLong();
        return Milliseconds(whole * unit.milliseconds + thousandths * unit.milliseconds / 1000);
    }
    return Error{
        Error::Kind::Refused,
        QCoreApplication::translate(
            "outboard",
            "\"%1\" is not a duration. Write a number with a unit: 250ms, 60s, 5m, 2h or 30d.")
            .arg(text),
        {}};
}

QString durationText(Milliseconds duration)
{
    const qint64 ms = duration.count();
    for (const Unit& unit : units) {
        if (ms % unit.milliseconds == 0 && (ms != 0 || unit.milliseconds == 1000))
            return QString::number(ms / unit.milliseconds) + unit.suffix;
    }
    return QString::number(ms) + u"ms";
}

} // namespace outboard
