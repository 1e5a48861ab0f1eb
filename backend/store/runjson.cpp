// SPDX-License-Identifier: GPL-3.0-or-later
#include "store/runjson.h"

#include "services/strictjson.h"

#include <QJsonDocument>

#include <array>

namespace outboard {

using namespace Qt::StringLiterals;

namespace {

constexpr std::array errorKinds = {
    Error::Kind::Unreachable,
    Error::Kind::Timeout,
    Error::Kind::Auth,
    Error::Kind::Tls,
    Error::Kind::Missing,
    Error::Kind::Refused,
    Error::Kind::Conflict,
    Error::Kind::Protocol,
    Error::Kind::Cancelled,
    Error::Kind::Internal,
};

Error::Kind errorKind(const QString& name)
{
    for (const Error::Kind kind : errorKinds) {
        if (kindName(kind) == name)
            return kind;
    }
    return Error::Kind::Internal;
}

QByteArray compact(const QJsonObject& object)
{
    return QJsonDocument(object).toJson(QJsonDocument::Compact);
}

QJsonValue parsed(const QByteArray& json)
{
    return QJsonDocument::fromJson(json).object();
}

template<class T>
void insertIf(QJsonObject& object, const QString& key, const std::optional<T>& value)
{
    if (value)
        object.insert(key, *value);
}

} // namespace

QByteArray optionsToJson(const ReplayOptions& options)
{
    QJsonArray canary;
    for (const qint64 step : options.canary)
        canary.append(step);
    QJsonObject json{
        {u"canary"_s, canary},
        {u"include_unknown"_s, options.includeUnknown},
        {u"verdict_timeout_ms"_s, qint64(options.verdictTimeout.count())},
        {u"batch"_s, options.batch},
        {u"concurrency"_s, options.concurrency},
    };
    insertIf(json, u"events_per_second"_s, options.eventsPerSecond);
    insertIf(json, u"stop_after_failures"_s, options.stopAfterFailures);
    insertIf(json, u"stop_at_failure_share"_s, options.stopAtFailureShare);
    return compact(json);
}

Result<ReplayOptions> optionsFromJson(const QByteArray& json)
{
    StrictJson fields(parsed(json), u"options."_s);
    ReplayOptions options;
    options.canary.clear();
    const QJsonArray canary = fields.array(u"canary"_s);
    for (const QJsonValue& step : canary)
        options.canary.append(step.toInteger());
    options.includeUnknown = fields.boolean(u"include_unknown"_s);
    options.verdictTimeout = Milliseconds(fields.integer(u"verdict_timeout_ms"_s));
    options.batch = fields.integer(u"batch"_s);
    // Runs of older versions had one.
    options.concurrency = fields.optionalInteger(u"concurrency"_s).value_or(1);
    options.eventsPerSecond = fields.optionalNumber(u"events_per_second"_s);
    options.stopAfterFailures = fields.optionalInteger(u"stop_after_failures"_s);
    options.stopAtFailureShare = fields.optionalNumber(u"stop_at_failure_share"_s);
    // A yes to repeating is given anew at each resume, so it is not kept.
    if (const auto done = fields.finish(); !done)
        return done.error();
    return options;
}

QByteArray reportToJson(const RunReport& report)
{
    QJsonObject json{
        {u"applied"_s, report.applied},
        {u"skipped"_s, report.skipped},
        {u"failed"_s, report.failed},
        {u"no_verdict"_s, report.noVerdict},
        {u"in_doubt"_s, report.inDoubt},
        {u"not_run"_s, report.notRun},
        {u"stopped"_s, report.stopped},
        {u"stop_reason"_s, report.stopReason},
        {u"elapsed_ms"_s, qint64(report.elapsed.count())},
    };
    if (report.error) {
        json.insert(u"error_kind"_s, kindName(report.error->kind));
        json.insert(u"error"_s, report.error->what);
        json.insert(u"error_detail"_s, report.error->detail);
    }
    return compact(json);
}

Result<RunReport> reportFromJson(const QByteArray& json)
{
    StrictJson fields(parsed(json), u"report."_s);
    RunReport report;
    report.applied = fields.integer(u"applied"_s);
    report.skipped = fields.integer(u"skipped"_s);
    report.failed = fields.integer(u"failed"_s);
    report.noVerdict = fields.integer(u"no_verdict"_s);
    report.inDoubt = fields.integer(u"in_doubt"_s);
    report.notRun = fields.integer(u"not_run"_s);
    report.stopped = fields.boolean(u"stopped"_s);
    report.stopReason = fields.text(u"stop_reason"_s);
    report.elapsed = Milliseconds(fields.integer(u"elapsed_ms"_s));
    const auto kind = fields.optionalText(u"error_kind"_s);
    const auto what = fields.optionalText(u"error"_s);
    const auto detail = fields.optionalText(u"error_detail"_s);
    if (kind)
        report.error =
            Error{errorKind(*kind), what.value_or(QString()), detail.value_or(QString())};
    if (const auto done = fields.finish(); !done)
        return done.error();
    return report;
}

} // namespace outboard
