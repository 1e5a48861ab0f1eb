// SPDX-License-Identifier: GPL-3.0-or-later
#include "measure.h"

#include <QLocale>

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <cstdlib>

namespace outboard::bench {

using namespace Qt::StringLiterals;

qint64 sizeFrom(const char* variable, qint64 otherwise)
{
    bool isNumber = false;
    const qint64 value = qEnvironmentVariable(variable).toLongLong(&isNumber);
    return isNumber ? value : otherwise;
}

double median(QList<double> values)
{
    return percentile(std::move(values), 0.5);
}

double percentile(QList<double> values, double part)
{
    std::sort(values.begin(), values.end());
    const double place = part * double(values.size() - 1);
    const auto below = qsizetype(place);
    const double above = values[std::min(below + 1, values.size() - 1)];
    return values[below] + (above - values[below]) * (place - double(below));
}

void giveUp(const QByteArray& why)
{
    std::fprintf(stderr, "%s\n", why.constData());
    std::exit(1);
}

void interleave(QList<Contender>& contenders, qint64 rounds)
{
    for (qint64 round = 1; round <= rounds; ++round) {
        for (Contender& contender : contenders) {
            contender.rates.append(contender.run());
            std::fprintf(
                stderr,
                "%lld/%lld %s: %.0f/s\n",
                round,
                rounds,
                qPrintable(contender.name),
                contender.rates.last());
        }
    }
}

double ratio(const Contender& contender, const Contender& reference)
{
    QList<double> ratios;
    for (qsizetype round = 0; round < contender.rates.size(); ++round)
        ratios.append(contender.rates[round] / reference.rates[round]);
    return median(ratios);
}

MarkdownTable::MarkdownTable(const QString& title, const QStringList& columns)
{
    say(u"\n### "_s + title + u'\n');
    add(columns);
    say(u'|' + u"---|"_s.repeated(columns.size()));
}

void MarkdownTable::add(const QStringList& cells)
{
    say(u"| "_s + cells.join(u" | "_s) + u" |"_s);
}

void say(const QString& line)
{
    std::printf("%s\n", qUtf8Printable(line));
    std::fflush(stdout);
}

QString number(double value)
{
    if (std::abs(value) < 1000)
        return QString::number(value, 'g', 3);
    const double unit = std::pow(10, std::floor(std::log10(std::abs(value))) - 2);
    return QLocale::c()
        .toString(qint64(std::llround(std::round(value / unit) * unit)))
        .replace(u',', u' ');
}

} // namespace outboard::bench
