// SPDX-License-Identifier: GPL-3.0-or-later
#include "plots/unit.h"

#include "text/format.h"

#include <QCoreApplication>

#include <array>
#include <cmath>

namespace outboard {

using namespace Qt::StringLiterals;

namespace {

QString shortNumber(double value)
{
    if (value >= 1e9)
        return QString::number(value / 1e9) + u'G';
    if (value >= 1e6)
        return QString::number(value / 1e6) + u'M';
    if (value >= 1e4)
        return QString::number(value / 1e3) + u'k';
    return QString::number(value);
}

QString shortSeconds(double value)
{
    if (value >= 86400)
        return QCoreApplication::translate("outboard", "%1 d").arg(value / 86400);
    if (value >= 3600)
        return QCoreApplication::translate("outboard", "%1 h").arg(value / 3600);
    if (value >= 60)
        return QCoreApplication::translate("outboard", "%1 min").arg(value / 60);
    return QCoreApplication::translate("outboard", "%1 s").arg(value);
}

double decimalStep(double raw)
{
    const double power = std::pow(10, std::floor(std::log10(raw)));
    for (const double factor : {1.0, 2.0, 5.0}) {
        if (factor * power >= raw)
            return factor * power;
    }
    return 10 * power;
}

double secondsStep(double raw)
{
    constexpr std::array steps{
        1, 2, 5, 10, 30, 60, 120, 300, 600, 1800, 3600, 7200, 14400, 21600, 43200, 86400};
    for (const int step : steps) {
        if (step >= raw)
            return step;
    }
    return std::ceil(raw / 86400) * 86400;
}

} // namespace

QString unitText(Unit unit, std::optional<double> value)
{
    if (!value)
        return u"?"_s;
    switch (unit) {
    case Unit::Rows:
    case Unit::Entries: return format::number(std::llround(*value));
    case Unit::RowsPerSecond:
        return QCoreApplication::translate("outboard", "%1/s").arg(format::rate(value));
    case Unit::Seconds: return format::duration(Milliseconds(std::llround(*value * 1000)));
    }
    return u"?"_s;
}

QString unitTick(Unit unit, double value)
{
    switch (unit) {
    case Unit::Rows:
    case Unit::Entries: return shortNumber(value);
    case Unit::RowsPerSecond:
        return QCoreApplication::translate("outboard", "%1/s").arg(shortNumber(value));
    case Unit::Seconds: return shortSeconds(value);
    }
    return {};
}

double unitStep(Unit unit, double range, int count)
{
    const double raw = std::max(range, 1e-9) / std::max(count, 1);
    switch (unit) {
    case Unit::Rows:
    case Unit::Entries: return std::max(1.0, decimalStep(raw));
    case Unit::RowsPerSecond: return decimalStep(raw);
    case Unit::Seconds: return secondsStep(raw);
    }
    return raw;
}

} // namespace outboard
