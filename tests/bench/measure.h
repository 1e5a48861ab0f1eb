// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/result.h"
#include "support/printers.h"

#include <QList>
#include <QString>
#include <QStringList>

#include <chrono>
#include <functional>
#include <utility>

namespace outboard::bench {

/// A size of the data, from the environment where it is set, so that a quick run is possible.
qint64 sizeFrom(const char* variable, qint64 otherwise);

double median(QList<double> values);
/// 0.99 for p99; `values` not empty.
double percentile(QList<double> values, double part);

template<class Work>
double secondsOf(Work&& work)
{
    const auto start = std::chrono::steady_clock::now();
    std::forward<Work>(work)();
    return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
}

/// What failed is not measured: ends the program with the error's words.
[[noreturn]] void giveUp(const QByteArray& why);

template<class T>
T must(Result<T> result)
{
    if (!result)
        giveUp(describe(result.error()));
    return std::move(*result);
}

inline void must(const Result<void>& result)
{
    if (!result)
        giveUp(describe(result.error()));
}

/// One of those that are compared.
struct Contender
{
    QString name;
    /// Prepares what is not measured, and answers how many a second it did.
    std::function<double()> run;
    QList<double> rates = {};
};

/// Each in turn, `rounds` times, so that a machine that is slower for a while is so for all.
void interleave(QList<Contender>& contenders, qint64 rounds);

/// The median of the rounds' own ratios.
double ratio(const Contender& contender, const Contender& reference);

/// To standard output.
class MarkdownTable
{
public:
    MarkdownTable(const QString& title, const QStringList& columns);

    /// Printed at once.
    void add(const QStringList& cells);
};

void say(const QString& line);

/// Three digits that count: "0.218", "12.4", "134 000".
QString number(double value);

} // namespace outboard::bench
