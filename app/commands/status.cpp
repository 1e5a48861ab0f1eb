// SPDX-License-Identifier: GPL-3.0-or-later
#include "commands/commandlist.h"
#include "commands/statetables.h"
#include "context.h"
#include "jsonvalues.h"
#include "services/findingmutes.h"
#include "survey.h"
#include "text.h"
#include "text/format.h"
#include "texttable.h"

namespace outboard {

using namespace Qt::StringLiterals;

namespace {

/// null: the server is the primary.
QJsonValue standbyJson(const std::optional<StandbyState>& standby)
{
    if (!standby)
        return QJsonValue(QJsonValue::Null);
    return QJsonObject{{u"behind_s"_s, json::seconds(standby->behind)}};
}

QJsonValue outboxJson(const Result<OutboxState>& outbox)
{
    if (!outbox)
        return QJsonValue(QJsonValue::Null);
    return QJsonObject{
        {u"unpublished"_s, json::count(outbox->unpublished)},
        {u"capped"_s, outbox->unpublished.quality == Count::Quality::AtLeast},
        {u"estimated"_s, outbox->unpublished.quality == Count::Quality::Estimated},
        {u"oldest_unpublished_s"_s, json::seconds(outbox->oldestAge)},
        {u"topics"_s, json::topics(outbox->topics)},
        {u"standby"_s, standbyJson(outbox->standby)},
    };
}

QJsonArray sourcesJson(const QList<SourceHealth>& sources)
{
    QJsonArray array;
    for (const SourceHealth& source : sources) {
        array.append(QJsonObject{
            {u"name"_s, source.name},
            {u"ok"_s, source.isOk},
            {u"error"_s, json::textOrNull(source.error ? source.error->what : QString())},
            {u"round_trip_ms"_s, json::milliseconds(source.roundTrip)},
        });
    }
    return array;
}

/// Those that are muted do not count.
QJsonArray findingsJson(const QList<Finding>& findings)
{
    QJsonArray array;
    for (const Finding& finding : unmuted(findings)) {
        array.append(QJsonObject{
            {u"id"_s, finding.id},
            {u"severity"_s, severityName(finding.severity)},
            {u"title"_s, finding.title},
            {u"evidence"_s, finding.evidence},
            {u"action"_s, json::textOrNull(finding.remedy.label)},
        });
    }
    return array;
}

QJsonObject statusJson(const Snapshot& snapshot, const Profile& profile)
{
    return {
        {u"profile"_s, profile.name},
        {u"environment"_s, environmentName(profile.environment)},
        {u"at"_s, isoText(snapshot.finishedAt)},
        {u"outbox"_s, outboxJson(snapshot.outbox)},
        {u"streams"_s,
         snapshot.broker ? QJsonValue(json::streams(snapshot.broker->topics, false))
                         : QJsonValue(QJsonValue::Null)},
        {u"sources"_s, sourcesJson(snapshot.sources)},
        {u"findings"_s, findingsJson(snapshot.findings)},
    };
}

QString findingsText(const QList<Finding>& findings)
{
    if (findings.isEmpty())
        return Text::tr("Findings: none.") + u'\n';
    QString text = Text::tr("Findings:") + u'\n';
    for (const Finding& finding : findings) {
        text += u"  %1: %2\n"_s.arg(
            severityName(finding.severity), format::oneLine(finding.title, 500));
        if (finding.mute)
            text += u"    "_s
                    + Text::tr("Muted by %1 until %2: %3")
                          .arg(format::oneLine(finding.mute->by), isoText(finding.mute->until))
                          .arg(format::oneLine(finding.mute->reason))
                    + u'\n';
        if (!finding.evidence.isEmpty())
            text += u"    "_s + format::oneLine(finding.evidence, 1000) + u'\n';
        if (!finding.remedy.label.isEmpty())
            text +=
                u"    "_s + Text::tr("Do: %1").arg(format::oneLine(finding.remedy.label)) + u'\n';
    }
    return text;
}

QString sourceState(const SourceHealth& source)
{
    if (source.isOk)
        return Text::tr("ok, %1").arg(format::roundTrip(source.roundTrip));
    return source.error ? source.error->what : Text::tr("failed");
}

QString sourcesText(const QList<SourceHealth>& sources)
{
    TextTable table;
    for (const SourceHealth& source : sources)
        table.add({u"  "_s + source.name, sourceState(source)});
    return Text::tr("Sources:") + u'\n' + table.text();
}

QString outboxText(const OutboxState& outbox)
{
    const bool isNothing = outbox.unpublished == Count::exact(0);
    const QString oldest = isNothing ? u"-"_s : format::duration(outbox.oldestAge);
    return Text::tr("Unpublished: %1, oldest %2").arg(format::count(outbox.unpublished), oldest)
           + u'\n' + topicsText(outbox);
}

QString statusText(const Snapshot& snapshot, const Profile& profile)
{
    QString text = u"%1 (%2)  %3\n\n"_s.arg(
        profile.name, environmentName(profile.environment), isoText(snapshot.finishedAt));
    text += findingsText(snapshot.findings) + u'\n' + sourcesText(snapshot.sources);
    if (snapshot.outbox)
        text += u'\n' + outboxText(*snapshot.outbox);
    if (snapshot.broker)
        text += u'\n' + streamsText(snapshot.broker->topics);
    return text;
}

Result<ExitCode> runStatus(Context& context)
{
    const auto snapshot = survey(context, 2);
    if (!snapshot)
        return snapshot.error();
    context.out().document(statusJson(**snapshot, context.profile()));
    context.out().text(statusText(**snapshot, context.profile()));
    // The text has them already.
    if (!context.out().isText())
        reportSources(context, **snapshot);
    return exitCodeOf(**snapshot);
}

} // namespace

Command statusCommand()
{
    Command command;
    command.name = u"status"_s;
    command.summary = Text::tr("what is wrong, how much waits, and how the servers are");
    command.run = runStatus;
    return command;
}

} // namespace outboard
