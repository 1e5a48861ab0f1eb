// SPDX-License-Identifier: GPL-3.0-or-later
#include "store/runstore.h"

#include "services/planner.h"
#include "services/replayrun.h"
#include "store/runjson.h"
#include "store/runstore_p.h"

#include <QCoreApplication>
#include <QVariant>

namespace outboard {

using namespace Qt::StringLiterals;

namespace {

/// Spelling of an intent that has no outcome yet; the others are outcomeName()'s.
constexpr QLatin1StringView intended("intended");

const QList<QStringList>& migrations()
{
    static const QList<QStringList> all = {
        {
            u"CREATE TABLE run (run_id TEXT PRIMARY KEY, plan_id TEXT NOT NULL, profile TEXT NOT "
            u"NULL,"
            " handler TEXT NOT NULL, group_name BLOB NOT NULL, item_count INTEGER NOT NULL,"
            " plan BLOB NOT NULL, options BLOB NOT NULL, started_at_us INTEGER NOT NULL,"
            " finished_at_us INTEGER, report BLOB)"_s,
            u"CREATE INDEX run_by_start ON run (profile, started_at_us)"_s,
            u"CREATE TABLE outcome (run_id TEXT NOT NULL REFERENCES run (run_id), item INTEGER NOT "
            u"NULL,"
            " kind TEXT NOT NULL, reason TEXT NOT NULL, PRIMARY KEY (run_id, item)) WITHOUT ROWID"_s,
        },
        {
            u"CREATE TABLE plan (plan_id TEXT PRIMARY KEY, profile TEXT NOT NULL,"
            " handler TEXT NOT NULL, group_name BLOB NOT NULL, source TEXT NOT NULL,"
            " item_count INTEGER NOT NULL, run_count INTEGER NOT NULL,"
            " made_at_us INTEGER NOT NULL, plan BLOB NOT NULL)"_s,
            u"CREATE INDEX plan_by_time ON plan (profile, made_at_us)"_s,
            u"CREATE INDEX run_by_plan ON run (plan_id)"_s,
        },
    };
    return all;
}

qint64 now()
{
    return systemClock()().time_since_epoch().count();
}

TimePoint timeOf(const QVariant& value)
{
    return TimePoint(Microseconds(value.toLongLong()));
}

Error unknownRun(const QString& runId)
{
    return {
        Error::Kind::Missing,
        QCoreApplication::translate(
            "outboard", "There is no run %1 on this machine. Look at the list of runs.")
            .arg(runId),
        {}};
}

Error otherPlan(const QString& runId)
{
    return {
        Error::Kind::Refused,
        QCoreApplication::translate(
            "outboard", "Run %1 belongs to another plan. Start a new run for this one.")
            .arg(runId),
        {}};
}

void addCount(RunReport& report, const QString& kind, qint64 count)
{
    report.notRun -= count;
    switch (outcomeFromName(kind).value_or(OutcomeKind::InDoubt)) {
    case OutcomeKind::Applied: report.applied += count; break;
    case OutcomeKind::Skipped: report.skipped += count; break;
    case OutcomeKind::Failed: report.failed += count; break;
    case OutcomeKind::NoVerdict: report.noVerdict += count; break;
    case OutcomeKind::InDoubt: report.inDoubt += count; break;
    case OutcomeKind::NotRun: report.notRun += count; break;
    }
}

Outcome outcomeOf(const QSqlQuery& row, const Plan& plan)
{
    Outcome outcome;
    outcome.item = row.value(0).toLongLong();
    if (outcome.item >= 0 && outcome.item < plan.items.size())
        outcome.eventId = plan.items[outcome.item].event.id;
    const auto kind = outcomeFromName(row.value(1).toString());
    outcome.kind = kind.value_or(OutcomeKind::InDoubt);
    outcome.reason = kind ? row.value(2).toString()
                          : QCoreApplication::translate(
                              "outboard", "The run was cut off while this event was applied.");
    return outcome;
}

/// The whole outcome of a run, as far as it was written down.
void addOutcomes(StoredRun& run)
{
    RunReport& report = run.report;
    report.runId = run.runId;
    report.planId = run.plan.id;
    report.outcomes.clear();
    for (qsizetype i = 0; i < run.plan.items.size(); ++i) {
        // What a run passes over is not written down: the plan says why.
        const PlanItem& item = run.plan.items[i];
        const bool mayRun = item.verdict == Verdict::Run
                            || (item.verdict == Verdict::Unknown && run.options.includeUnknown);
        report.outcomes.append(
            {i,
             item.event.id,
             mayRun ? OutcomeKind::NotRun : OutcomeKind::Skipped,
             mayRun ? QString() : item.reason});
    }
    for (const Outcome& outcome : std::as_const(run.outcomes)) {
        if (outcome.item >= 0 && outcome.item < report.outcomes.size())
            report.outcomes[outcome.item] = outcome;
    }
    countOutcomes(report);
}

} // namespace

Result<void> RunStore::Private::writeOutcomes(
    const QString& runId, const QList<StoredOutcome>& outcomes) const
{
    const QString sql =
        u"INSERT OR REPLACE INTO outcome (run_id, item, kind, reason) VALUES (?, ?, ?, ?)"_s;
    return database->write([&](QSqlDatabase& connection) -> Result<void> {
        for (const StoredOutcome& outcome : outcomes) {
            const QVariantList values{
                runId, qint64(outcome.item), outcome.kind, sqlite::text(outcome.reason)};
            if (const auto done = database->query(connection, sql, values); !done)
                return done.error();
        }
        return {};
    });
}

Result<RunReport> RunStore::Private::countOutcomes(const QString& runId, qint64 items) const
{
    auto rows = database->query(
        u"SELECT kind, count(*) FROM outcome WHERE run_id = ? GROUP BY kind"_s, {runId});
    if (!rows)
        return rows.error();
    RunReport report;
    report.notRun = items;
    while (rows->next())
        addCount(report, rows->value(0).toString(), rows->value(1).toLongLong());
    return report;
}

Result<RunSummary> RunStore::Private::summaryOf(const QSqlQuery& row) const
{
    RunSummary summary;
    summary.runId = row.value(0).toString();
    summary.profile = row.value(2).toString();
    summary.handler = row.value(3).toString();
    summary.group = GroupName(row.value(4).toByteArray());
    summary.startedAt = timeOf(row.value(6));
    if (!row.value(7).isNull())
        summary.finishedAt = timeOf(row.value(7));
    // A run that was cut off left no report; what it wrote down tells how far it came.
    auto report = row.value(8).isNull() ? countOutcomes(summary.runId, row.value(5).toLongLong())
                                        : reportFromJson(row.value(8).toByteArray());
    if (!report)
        return report.error();
    summary.report = std::move(*report);
    summary.report.runId = summary.runId;
    summary.report.planId = row.value(1).toString();
    return summary;
}

Result<std::shared_ptr<RunStore>> RunStore::open(const QString& path)
{
    auto database = LocalDatabase::open(path, migrations());
    if (!database)
        return database.error();
    auto d = std::make_unique<Private>();
    d->database = std::move(*database);
    return std::shared_ptr<RunStore>(new RunStore(std::move(d)));
}

RunStore::RunStore(std::unique_ptr<Private> data)
    : d(std::move(data))
{}

RunStore::~RunStore() = default;

Result<void> RunStore::begin(const QString& runId, const Plan& plan, const ReplayOptions& options)
{
    return d->database->write([&](QSqlDatabase& connection) -> Result<void> {
        // A resumed run begins again: it is open until it finishes, and keeps its first start.
        const auto done = d->database->query(
            connection,
            u"INSERT INTO run (run_id, plan_id, profile, handler, group_name, item_count, plan,"
            " options, started_at_us) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (run_id)"
            " DO UPDATE SET options = excluded.options, finished_at_us = NULL, report = NULL"
            " WHERE plan_id = excluded.plan_id"_s,
            {runId,
             sqlite::text(plan.id),
             sqlite::text(plan.profile),
             sqlite::text(plan.handler),
             sqlite::bytes(plan.group.bytes()),
             qint64(plan.items.size()),
             planToJson(plan),
             optionsToJson(options),
             now()});
        if (!done)
            return done.error();
        return done->numRowsAffected() == 1 ? Result<void>() : otherPlan(runId);
    });
}

Result<void> RunStore::intend(const QString& runId, std::span<const qsizetype> items)
{
    QList<StoredOutcome> outcomes;
    for (const qsizetype item : items)
        outcomes.append({item, intended, {}});
    return d->writeOutcomes(runId, outcomes);
}

Result<void> RunStore::record(const QString& runId, std::span<const Outcome> outcomes)
{
    QList<StoredOutcome> stored;
    for (const Outcome& outcome : outcomes)
        stored.append({outcome.item, outcomeName(outcome.kind), outcome.reason});
    return d->writeOutcomes(runId, stored);
}

Result<void> RunStore::finish(const RunReport& report)
{
    // What was sent and not confirmed can still be watched, so it keeps the run open as well.
    const bool isFinished =
        !report.error && report.notRun == 0 && report.inDoubt == 0 && report.noVerdict == 0;
    return d->database->write([&](QSqlDatabase& connection) -> Result<void> {
        const auto done = d->database->query(
            connection,
            u"UPDATE run SET report = ?, finished_at_us = ? WHERE run_id = ?"_s,
            {reportToJson(report), isFinished ? QVariant(now()) : QVariant(), report.runId});
        if (!done)
            return done.error();
        return done->numRowsAffected() == 1 ? Result<void>() : unknownRun(report.runId);
    });
}

Result<QList<RunSummary>> RunStore::list(const QString& profile, qint64 limit) const
{
    auto rows = d->database->query(
        u"SELECT run_id, plan_id, profile, handler, group_name, item_count, started_at_us,"
        " finished_at_us, report FROM run WHERE profile = ?"
        " ORDER BY started_at_us DESC, run_id LIMIT ?"_s,
        {sqlite::text(profile), limit});
    if (!rows)
        return rows.error();
    QList<RunSummary> runs;
    while (rows->next()) {
        auto summary = d->summaryOf(*rows);
        if (!summary)
            return summary.error();
        runs.append(std::move(*summary));
    }
    return runs;
}

Result<StoredRun> RunStore::load(const QString& runId) const
{
    auto row = d->database->query(
        u"SELECT plan, options, finished_at_us, started_at_us, report FROM run"
        " WHERE run_id = ?"_s,
        {runId});
    if (!row)
        return row.error();
    if (!row->next())
        return unknownRun(runId);
    auto plan = planFromJson(row->value(0).toByteArray());
    auto options = optionsFromJson(row->value(1).toByteArray());
    if (!plan || !options)
        return plan ? options.error() : plan.error();
    StoredRun run;
    run.runId = runId;
    run.startedAt = timeOf(row->value(3));
    run.plan = std::move(*plan);
    run.options = std::move(*options);
    run.isFinished = !row->value(2).isNull();
    auto report =
        row->value(4).isNull() ? Result(RunReport()) : reportFromJson(row->value(4).toByteArray());
    if (!report)
        return report.error();
    run.report = std::move(*report);
    auto rows = d->database->query(
        u"SELECT item, kind, reason FROM outcome WHERE run_id = ? ORDER BY item"_s, {runId});
    if (!rows)
        return rows.error();
    while (rows->next())
        run.outcomes.append(outcomeOf(*rows, run.plan));
    addOutcomes(run);
    return run;
}

} // namespace outboard
