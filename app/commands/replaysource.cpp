// SPDX-License-Identifier: GPL-3.0-or-later
#include "commands/replaysource.h"

#include "context.h"
#include "services/planfile.h"
#include "store/runstore.h"
#include "text.h"

#include <QDir>
#include <QFile>
#include <QStandardPaths>
#include <QUuid>

#include <limits>

namespace outboard {

using namespace Qt::StringLiterals;

namespace {

Error usageError(const QString& what)
{
    return {Error::Kind::Refused, what, {}};
}

Result<QList<qint64>> canarySteps(const QString& text)
{
    QList<qint64> steps;
    if (text == u"0"_s)
        return steps;
    for (const QString& part : text.split(u',')) {
        bool isNumber = false;
        const qint64 step = part.trimmed().toLongLong(&isNumber);
        if (!isNumber || step < 1) {
            return usageError(
                Text::tr("--canary must be sizes like 1,5,20 (0 for none), but it is \"%1\".")
                    .arg(text));
        }
        steps.append(step);
    }
    return steps;
}

/// "0.1" or "10%".
Result<double> failureShare(const QString& text)
{
    const bool isPercent = text.endsWith(u'%');
    bool isNumber = false;
    const double number = (isPercent ? text.chopped(1) : text).toDouble(&isNumber);
    const double share = isPercent ? number / 100 : number;
    if (isNumber && share > 0 && share <= 1)
        return share;
    return usageError(
        Text::tr("--stop-share must be a share of the events like 0.1 or 10%, but it is \"%1\".")
            .arg(text));
}

Result<ReplayOptions> readOptions(const CommandLine& line, ReplayOptions options)
{
    if (line.has(u"canary"_s)) {
        const auto steps = canarySteps(line.value(u"canary"_s));
        if (!steps)
            return steps.error();
        options.canary = *steps;
    }
    const auto rate = line.positiveNumber(u"rate"_s);
    if (!rate)
        return rate.error();
    const auto failures = line.number(u"stop-after"_s, 1, std::numeric_limits<qint64>::max());
    if (!failures)
        return failures.error();
    const auto concurrency = line.number(u"concurrency"_s, 1, 64);
    if (!concurrency)
        return concurrency.error();
    if (line.has(u"stop-share"_s)) {
        const auto share = failureShare(line.value(u"stop-share"_s));
        if (!share)
            return share.error();
        options.stopAtFailureShare = *share;
    }
    if (*rate)
        options.eventsPerSecond = *rate;
    if (*failures)
        options.stopAfterFailures = *failures;
    if (*concurrency)
        options.concurrency = **concurrency;
    options.includeUnknown = options.includeUnknown || line.has(u"include-unknown"_s);
    return options;
}

Result<Plan> readPlan(const QString& path, const RunStore* runs)
{
    QFile file(path);
    if (!file.open(QIODevice::ReadOnly)) {
        return usageError(
            Text::tr("Plan file %1 cannot be read: %2. outboard plan --out FILE makes one.")
                .arg(path, file.errorString()));
    }
    const QByteArray json = file.readAll();
    std::shared_ptr<RunStore> opened;
    // A dry run needs the store for such a file only.
    if (!runs && hasKeptPayloads(json)) {
        auto store = openRunStore();
        if (!store)
            return store.error();
        opened = std::move(*store);
    }
    auto plan = planFromFile(json, runs ? runs : opened.get());
    if (!plan)
        return usageError(Text::tr("Plan file %1: %2").arg(path, plan.error().what));
    return plan;
}

Result<void> resume(const CommandLine& line, ReplaySource& source)
{
    const QString runId = line.value(u"resume"_s);
    const auto stored = source.runs->load(runId);
    if (!stored)
        return stored.error();
    source.runId = runId;
    source.plan = stored->plan;
    source.options = stored->options;
    source.options.repeatInDoubt = line.has(u"include-unknown"_s);
    source.done = stored->outcomes;
    return {};
}

} // namespace

Result<std::shared_ptr<RunStore>> openRunStore()
{
    const QString folder = QStandardPaths::writableLocation(QStandardPaths::AppLocalDataLocation);
    if (!QDir().exists(folder)) {
        if (!QDir().mkpath(folder)) {
            return usageError(
                Text::tr("The folder %1 cannot be made, but runs are kept there. Make it yourself.")
                    .arg(folder));
        }
        QFile::setPermissions(
            folder, QFileDevice::ReadOwner | QFileDevice::WriteOwner | QFileDevice::ExeOwner);
    }
    return RunStore::open(folder + u"/outboard.sqlite"_s);
}

Result<ReplaySource> replaySource(Context& context)
{
    const CommandLine& line = context.line();
    if (line.has(u"resume"_s) == !line.positional.isEmpty() || line.positional.size() > 1)
        return usageError(
            Text::tr("What is to be run? Give either one PLAN-FILE or --resume RUN."));
    ReplaySource source;
    if (!context.isDryRun() || line.has(u"resume"_s)) {
        auto runs = openRunStore();
        if (!runs)
            return runs.error();
        source.runs = std::move(*runs);
    }
    if (line.has(u"resume"_s)) {
        if (auto resumed = resume(line, source); !resumed)
            return resumed.error();
    } else {
        auto plan = readPlan(line.positional.first(), source.runs.get());
        if (!plan)
            return plan.error();
        source.plan = std::move(*plan);
        source.runId = QUuid::createUuid().toString(QUuid::WithoutBraces);
    }
    auto options = readOptions(line, source.options);
    if (!options)
        return options.error();
    source.options = std::move(*options);
    return source;
}

} // namespace outboard
