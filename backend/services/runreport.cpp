// SPDX-License-Identifier: GPL-3.0-or-later
#include "services/runreport.h"

#include "text/csv.h"
#include "text/format.h"

#include <QCoreApplication>
#include <QStringList>

#include <array>
#include <limits>

namespace outboard {

using namespace Qt::StringLiterals;

namespace {

struct Text
{
    Q_DECLARE_TR_FUNCTIONS(RunReport)
};

constexpr qsizetype whole = std::numeric_limits<qsizetype>::max();

/// What needs somebody first.
constexpr std::array kinds = {
    OutcomeKind::Failed,
    OutcomeKind::InDoubt,
    OutcomeKind::NoVerdict,
    OutcomeKind::NotRun,
    OutcomeKind::Skipped,
    OutcomeKind::Applied,
};

QString titleOf(OutcomeKind kind)
{
    switch (kind) {
    case OutcomeKind::Applied: return Text::tr("Applied");
    case OutcomeKind::Skipped: return Text::tr("Skipped");
    case OutcomeKind::Failed: return Text::tr("Failed");
    case OutcomeKind::NoVerdict: return Text::tr("Sent, no verdict yet");
    case OutcomeKind::InDoubt: return Text::tr("In doubt: may have been applied");
    case OutcomeKind::NotRun: return Text::tr("Not run");
    }
    return {};
}

qint64 countOf(const RunReport& report, OutcomeKind kind)
{
    switch (kind) {
    case OutcomeKind::Applied: return report.applied;
    case OutcomeKind::Skipped: return report.skipped;
    case OutcomeKind::Failed: return report.failed;
    case OutcomeKind::NoVerdict: return report.noVerdict;
    case OutcomeKind::InDoubt: return report.inDoubt;
    case OutcomeKind::NotRun: return report.notRun;
    }
    return 0;
}

/// One line of plain text that Markdown shows as it is.
QString plain(const QString& text)
{
    static const QString special = u"\\`*_{}[]<>#|~&"_s;
    QString escaped;
    for (const QChar character : format::oneLine(text, whole)) {
        if (special.contains(character))
            escaped += u'\\';
        escaped += character;
    }
    return escaped;
}

QString plain(const QByteArray& bytes)
{
    return plain(format::oneLine(bytes, whole));
}

QString row(const QStringList& cells)
{
    return u"| "_s + cells.join(u" | "_s) + u" |\n"_s;
}

QString table(const QStringList& titles)
{
    return u'\n' + row(titles) + row(QStringList(titles.size(), u"---"_s));
}

QString ending(const RunReport& report)
{
    QStringList sentences;
    if (report.error)
        sentences << report.error->what;
    if (report.stopped)
        sentences << report.stopReason;
    if (sentences.isEmpty())
        sentences << Text::tr("Went through to its end.");
    return sentences.join(u' ');
}

QString head(const RunRecord& record)
{
    const Plan& plan = record.plan;
    const RunReport& report = record.report;
    QString text = u"# "_s + Text::tr("Replay run %1").arg(plain(report.runId)) + u"\n"_s;
    text += table({Text::tr("What"), Text::tr("Value")});
    const auto fact = [&text](const QString& name, const QString& value) {
        text += row({name, value});
    };
    fact(Text::tr("Profile"), plain(plan.profile));
    fact(Text::tr("Plan"), plain(plan.id));
    if (!plan.fromRun.isEmpty())
        fact(Text::tr("Left over from run"), plain(plan.fromRun));
    fact(Text::tr("Events"), QString::number(plan.items.size()));
    fact(Text::tr("Handler"), plain(plan.handler));
    fact(
        Text::tr("Group"),
        plan.group.isEmpty() ? Text::tr("none chosen") : plain(plan.group.bytes()));
    fact(Text::tr("Started"), isoText(record.startedAt));
    fact(Text::tr("This report"), isoText(record.writtenAt));
    fact(Text::tr("Ended"), plain(ending(report)));
    return text;
}

QString counts(const RunReport& report)
{
    QString text = u"\n## "_s + Text::tr("Outcome") + u'\n';
    text += table({Text::tr("Outcome"), Text::tr("Events")});
    for (const OutcomeKind kind : kinds)
        text += row({titleOf(kind), QString::number(countOf(report, kind))});
    return text;
}

QString events(const RunRecord& record, OutcomeKind kind)
{
    QString lines;
    for (const Outcome& outcome : record.report.outcomes) {
        if (outcome.kind != kind || outcome.item < 0 || outcome.item >= record.plan.items.size())
            continue;
        const PlanItem& item = record.plan.items[outcome.item];
        lines += row(
            {plain(item.event.id.bytes()),
             plain(item.event.topic.bytes()),
             plain(outcome.reason.isEmpty() ? item.reason : outcome.reason)});
    }
    if (lines.isEmpty())
        return {};
    return u"\n## "_s + titleOf(kind) + u'\n'
           + table({Text::tr("Event id"), Text::tr("Topic"), Text::tr("Why")}) + lines;
}

QStringList cells(const PlanItem& item, const Outcome& outcome)
{
    const Event& event = item.event;
    const auto id = [](const QByteArray& bytes) { return format::oneLine(bytes, whole); };
    QStringList groups;
    for (const GroupVerdict& group : item.groups) {
        if (!group.group.isEmpty())
            groups << id(group.group.bytes()) + u'=' + verdictName(group.verdict);
    }
    return {
        id(event.id.bytes()),
        id(event.topic.bytes()),
        event.row ? id(event.row->bytes()) : QString(),
        event.origin ? id(event.origin->topic.bytes()) : QString(),
        event.origin ? id(event.origin->group.bytes()) : QString(),
        event.origin ? event.origin->entry.text() : QString(),
        verdictName(item.verdict),
        item.reason,
        groups.join(u' '),
        item.newer ? id(item.newer->id.bytes()) : QString(),
        outcomeName(outcome.kind),
        outcome.reason,
    };
}

} // namespace

QByteArray reportAsMarkdown(const RunRecord& record)
{
    QString text = head(record) + counts(record.report);
    for (const OutcomeKind kind : kinds)
        text += events(record, kind);
    return text.toUtf8();
}

QByteArray reportAsCsv(const RunRecord& record)
{
    QByteArray text = csvLine(
        {u"event_id"_s,
         u"topic"_s,
         u"outbox_row"_s,
         u"stream"_s,
         u"group"_s,
         u"entry_id"_s,
         u"verdict"_s,
         u"verdict_reason"_s,
         u"group_verdicts"_s,
         u"newer_event_id"_s,
         u"outcome"_s,
         u"outcome_reason"_s});
    for (const Outcome& outcome : record.report.outcomes) {
        if (outcome.item >= 0 && outcome.item < record.plan.items.size())
            text += csvLine(cells(record.plan.items[outcome.item], outcome));
    }
    return text;
}

} // namespace outboard
