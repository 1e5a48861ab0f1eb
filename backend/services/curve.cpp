// SPDX-License-Identifier: GPL-3.0-or-later
#include "services/curve.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace outboard {

using namespace std::chrono_literals;

namespace {

constexpr Milliseconds recentReach = 10min;
constexpr Milliseconds middleReach = 1h;
constexpr Milliseconds wholeReach = 24h;
constexpr Milliseconds middleWidth = 10s;
constexpr Milliseconds oldWidth = 1min;
// Rounds asked for by hand can come faster than one a second.
constexpr size_t mostRecent = 1200;

qint64 bucket(TimePoint at, Milliseconds width)
{
    return at.time_since_epoch() / std::chrono::duration_cast<Microseconds>(width);
}

} // namespace

void Curve::Tier::merge(Point point, Milliseconds width)
{
    const bool isKnown = !std::isnan(point.value);
    if (points.empty() || bucket(points.back().at, width) != bucket(point.at, width)) {
        points.push_back(point);
        openWeight = isKnown ? 1 : 0;
        return;
    }
    if (!isKnown)
        return;
    double& mean = points.back().value;
    mean = openWeight == 0 ? point.value : mean + (point.value - mean) / (openWeight + 1);
    ++openWeight;
}

void Curve::Tier::dropFrom(TimePoint at)
{
    while (!points.empty() && points.back().at >= at) {
        points.pop_back();
        openWeight = 1;
    }
}

void Curve::add(Sample sample)
{
    while (!m_recent.empty() && m_recent.back().at >= sample.at)
        m_recent.pop_back();
    m_middle.dropFrom(sample.at);
    m_old.dropFrom(sample.at);
    m_recent.push_back(
        {sample.at, sample.value.value_or(std::numeric_limits<double>::quiet_NaN())});
    age();
}

void Curve::age()
{
    const TimePoint newest = m_recent.back().at;
    while (m_recent.front().at < newest - recentReach || m_recent.size() > mostRecent) {
        m_middle.merge(m_recent.front(), middleWidth);
        m_recent.pop_front();
    }
    // The last point of the middle tier still grows and must not move on.
    while (m_middle.points.size() > 1 && m_middle.points.front().at < newest - middleReach) {
        m_old.merge(m_middle.points.front(), oldWidth);
        m_middle.points.pop_front();
    }
    while (!m_old.points.empty() && m_old.points.front().at < newest - wholeReach)
        m_old.points.pop_front();
    if (!m_middle.points.empty() && m_middle.points.front().at < newest - wholeReach)
        m_middle.points.pop_front();
}

QList<Sample> Curve::since(TimePoint from) const
{
    QList<Sample> samples;
    const auto take = [&](const std::deque<Point>& points) {
        const auto isBefore = [](const Point& point, TimePoint at) { return point.at < at; };
        for (auto it = std::lower_bound(points.begin(), points.end(), from, isBefore);
             it != points.end();
             ++it) {
            samples.append(
                {it->at, std::isnan(it->value) ? std::nullopt : std::optional(it->value)});
        }
    };
    take(m_old.points);
    take(m_middle.points);
    take(m_recent);
    return samples;
}

std::optional<double> Curve::latest() const
{
    if (m_recent.empty() || std::isnan(m_recent.back().value))
        return std::nullopt;
    return m_recent.back().value;
}

qsizetype Curve::size() const
{
    return static_cast<qsizetype>(m_recent.size() + m_middle.points.size() + m_old.points.size());
}

} // namespace outboard
