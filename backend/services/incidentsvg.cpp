// SPDX-License-Identifier: GPL-3.0-or-later
#include "services/incidentsvg.h"

#include "text/format.h"

#include <QStringList>

#include <algorithm>
#include <cmath>

namespace outboard {

using namespace Qt::StringLiterals;

namespace {

constexpr double width = 640;
constexpr double height = 180;
constexpr double left = 74;
constexpr double right = 10;
constexpr double top = 10;
constexpr double bottom = 24;
constexpr int colors = 6;

struct Scale
{
    qint64 from;
    qint64 to;
    double highest;

    QString x(qint64 ms) const
    {
        const double part = static_cast<double>(ms - from) / static_cast<double>(to - from);
        return QString::number(left + part * (width - left - right), 'f', 1);
    }

    QString y(double value) const
    {
        const double room = height - top - bottom;
        return QString::number(height - bottom - value / highest * room, 'f', 1);
    }
};

double highestOf(const QJsonArray& curves)
{
    double highest = 0;
    for (const QJsonValue& curve : curves) {
        for (const QJsonValue& sample : curve[u"samples"_s].toArray())
            highest = std::max(highest, sample[1].toDouble(0));
    }
    return highest > 0 ? highest * 1.1 : 1;
}

QString pathOf(const QJsonArray& samples, const Scale& scale)
{
    QString path;
    bool isOpen = false;
    for (const QJsonValue& sample : samples) {
        if (!sample[1].isDouble()) {
            isOpen = false;
            continue;
        }
        path += (isOpen ? u"L"_s : u"M"_s) + scale.x(sample[0].toInteger()) + u' '
                + scale.y(sample[1].toDouble());
        isOpen = true;
    }
    return path;
}

QString textAt(const QString& x, double y, const QString& anchor, const QString& text)
{
    return u"<text x=\"%1\" y=\"%2\" text-anchor=\"%3\">%4</text>"_s.arg(
        x, QString::number(y, 'f', 1), anchor, text.toHtmlEscaped());
}

QString timeText(qint64 ms)
{
    return isoText(TimePoint(Milliseconds(ms))).mid(5, 11).replace(u'T', u' ');
}

QString gridOf(const Scale& scale, const QString& unit)
{
    QString grid;
    for (const double part : {0.0, 0.5, 1.0}) {
        const QString y = scale.y(scale.highest / 1.1 * part);
        grid += u"<line class=\"grid\" x1=\"%1\" x2=\"%2\" y1=\"%3\" y2=\"%3\"/>"_s.arg(left)
                    .arg(width - right)
                    .arg(y);
        grid += textAt(
            QString::number(left - 6),
            y.toDouble() + 4,
            u"end"_s,
            incidentValue(scale.highest / 1.1 * part, unit));
    }
    grid += textAt(QString::number(left), height - 6, u"start"_s, timeText(scale.from));
    grid += textAt(QString::number(width - right), height - 6, u"end"_s, timeText(scale.to));
    return grid;
}

} // namespace

QString incidentValue(const QJsonValue& value, const QString& unit)
{
    if (!value.isDouble())
        return u"?"_s;
    const double number = value.toDouble();
    if (unit == u"s")
        return format::duration(Milliseconds(std::llround(number * 1000)));
    if (unit == u"rows/s")
        return format::rate(number) + u"/s"_s;
    return format::number(std::llround(number));
}

QString incidentSvg(const QJsonObject& chart, qint64 from, qint64 to)
{
    const QJsonArray curves = chart.value(u"curves"_s).toArray();
    const Scale scale{from, std::max(to, from + 1), highestOf(curves)};
    QString svg =
        u"<svg viewBox=\"0 0 %1 %2\" role=\"img\" aria-label=\"%3\">"_s.arg(width).arg(height).arg(
            chart.value(u"title"_s).toString().toHtmlEscaped());
    svg += gridOf(scale, chart.value(u"unit"_s).toString());
    for (qsizetype i = 0; i < curves.size(); ++i) {
        const QString path = pathOf(curves[i][u"samples"_s].toArray(), scale);
        if (!path.isEmpty())
            svg += u"<path class=\"curve c%1\" d=\"%2\"/>"_s.arg(i % colors).arg(path);
    }
    return svg + u"</svg>"_s;
}

} // namespace outboard
