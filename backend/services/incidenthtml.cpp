// SPDX-License-Identifier: GPL-3.0-or-later
#include "services/incidenthtml.h"

#include "services/incidentsnapshot.h"
#include "services/incidentsvg.h"
#include "text/format.h"

#include <QCoreApplication>
#include <QDateTime>
#include <QJsonArray>
#include <QJsonDocument>

namespace outboard {

using namespace Qt::StringLiterals;

namespace {

struct Text
{
    Q_DECLARE_TR_FUNCTIONS(outboard)
};

constexpr auto style = R"(
:root { --back: #f5f6f8; --card: #ffffff; --text: #1d2430; --muted: #5b6675; --line: #d9dee5;
  --critical: #b3261e; --warning: #8a5a00; --notice: #1a5fb4; --good: #1b6e3c;
  --c0: #1a73c7; --c1: #b45f06; --c2: #1b8a5a; --c3: #8e44ad; --c4: #b3261e; --c5: #5b6675; }
@media (prefers-color-scheme: dark) { :root { --back: #16191e; --card: #1f242b; --text: #e6e9ee;
  --muted: #a0a9b6; --line: #343b45; --critical: #ff8a80; --warning: #f0b95a; --notice: #8ab8f5;
  --good: #7fd1a0; --c0: #6cb2f5; --c1: #f0a558; --c2: #6fd0a0; --c3: #cf9bea; --c4: #ff8a80;
  --c5: #a0a9b6; } }
body { margin: 0; padding: 24px; background: var(--back); color: var(--text);
  font: 14px/1.45 system-ui, sans-serif; }
main { max-width: 1360px; margin: 0 auto; }
h1 { font-size: 22px; margin: 0 0 4px; } h2 { font-size: 16px; margin: 26px 0 8px; }
p { margin: 2px 0; } .muted { color: var(--muted); }
.card { background: var(--card); border: 1px solid var(--line); border-radius: 8px;
  padding: 12px 16px; margin: 8px 0; overflow-wrap: anywhere; }
.numbers, .charts { display: grid; gap: 10px;
  grid-template-columns: repeat(auto-fill, minmax(150px, 1fr)); }
.charts { grid-template-columns: repeat(auto-fit, minmax(420px, 1fr)); }
.numbers .card, .charts .card { margin: 0; } .value { font-size: 20px; }
.critical, .bad { color: var(--critical); } .warning { color: var(--warning); }
.notice { color: var(--notice); } .good { color: var(--good); }
.scroll { overflow-x: auto; } table { border-collapse: collapse; width: 100%; }
th, td { text-align: left; padding: 4px 12px 4px 0; border-bottom: 1px solid var(--line);
  vertical-align: top; } th { color: var(--muted); font-weight: 600; }
td.n, th.n { text-align: right; font-variant-numeric: tabular-nums; }
svg { width: 100%; height: auto; } svg text { fill: var(--muted); font-size: 11px; }
.grid { stroke: var(--line); } .curve { fill: none; stroke-width: 1.6; }
.key { margin-right: 14px; white-space: nowrap; }
.key i { display: inline-block; width: 14px; height: 3px; margin-right: 5px;
  vertical-align: middle; }
.c0 { stroke: var(--c0); } .c1 { stroke: var(--c1); } .c2 { stroke: var(--c2); }
.c3 { stroke: var(--c3); } .c4 { stroke: var(--c4); } .c5 { stroke: var(--c5); }
.k0 { background: var(--c0); } .k1 { background: var(--c1); } .k2 { background: var(--c2); }
.k3 { background: var(--c3); } .k4 { background: var(--c4); } .k5 { background: var(--c5); }
)";

/// What a server or an operator named may hold anything.
QString safe(const QString& text)
{
    return format::oneLine(text, 2000).toHtmlEscaped();
}

QString safe(const QJsonValue& value)
{
    return safe(value.toString());
}

QString countText(const QJsonValue& count)
{
    const QString number = incidentValue(count[u"value"_s], {});
    const QString quality = count[u"quality"_s].toString();
    if (quality == u"at_least")
        return number + u'+';
    return quality == u"estimated" ? u'~' + number : number;
}

QString time(const QJsonValue& at)
{
    return at.isString() ? safe(at) : u"–"_s;
}

/// A title that begins with "#" is of a column of numbers.
class Table
{
public:
    explicit Table(const QStringList& titles)
    {
        m_html = u"<div class=\"card scroll\"><table><tr>"_s;
        for (const QString& title : titles) {
            m_isNumber.append(title.startsWith(u'#'));
            m_html += u"<th%1>%2</th>"_s.arg(
                m_isNumber.last() ? u" class=\"n\""_s : QString(),
                QString(title).remove(u'#').toHtmlEscaped());
        }
        m_html += u"</tr>"_s;
    }

    /// Cells are escaped already.
    void add(const QStringList& cells)
    {
        m_html += u"<tr>"_s;
        for (qsizetype i = 0; i < cells.size(); ++i)
            m_html +=
                (m_isNumber.value(i) ? u"<td class=\"n\">"_s : u"<td>"_s) + cells[i] + u"</td>"_s;
        m_html += u"</tr>\n"_s;
        ++m_rows;
    }

    QString html(const QString& title, const QString& none) const
    {
        const QString heading = u"<h2>"_s + title.toHtmlEscaped() + u"</h2>\n"_s;
        if (m_rows > 0)
            return heading + m_html + u"</table></div>\n"_s;
        return heading + u"<p class=\"muted\">"_s + none.toHtmlEscaped() + u"</p>\n"_s;
    }

private:
    QString m_html;
    QList<bool> m_isNumber;
    int m_rows = 0;
};

QString headHtml(const QJsonObject& document)
{
    QString html = u"<h1>%1 <span class=\"muted\">(%2)</span></h1>\n"_s.arg(
        safe(document[u"profile"_s]), safe(document[u"environment"_s]));
    html += u"<p>%1</p>\n"_s.arg(Text::tr("Incident snapshot of %1, by %2")
                                     .arg(safe(document[u"at"_s]), safe(document[u"made_by"_s])));
    for (const QJsonValue& connection : document[u"connections"_s].toArray())
        html += u"<p class=\"muted\">%1: %2</p>\n"_s.arg(
            safe(connection[u"source"_s]), safe(connection[u"to"_s]));
    return html;
}

QString findingsHtml(const QJsonArray& findings)
{
    QString html = u"<h2>"_s + Text::tr("Findings").toHtmlEscaped() + u"</h2>\n"_s;
    if (findings.isEmpty())
        return html + u"<p class=\"good\">"_s + Text::tr("None.").toHtmlEscaped() + u"</p>\n"_s;
    for (const QJsonValue& finding : findings) {
        html += u"<div class=\"card\"><p><b class=\"%1\">%2</b> <b>%3</b></p>"_s.arg(
            safe(finding[u"severity"_s]), safe(finding[u"severity"_s]), safe(finding[u"title"_s]));
        for (const QString& part : {u"evidence"_s, u"explanation"_s}) {
            if (!finding[part].toString().isEmpty())
                html += u"<p>"_s + safe(finding[part]) + u"</p>"_s;
        }
        html += u"<p class=\"muted\">%1 · %2</p></div>\n"_s.arg(
            Text::tr("since %1").arg(time(finding[u"since"_s])).toHtmlEscaped(),
            safe(finding[u"id"_s]));
    }
    return html;
}

QString numbersHtml(const QJsonArray& numbers)
{
    QString html =
        u"<h2>"_s + Text::tr("Numbers").toHtmlEscaped() + u"</h2><div class=\"numbers\">"_s;
    for (const QJsonValue& number : numbers) {
        html +=
            u"<div class=\"card\"><p class=\"muted\">%1</p><p class=\"value\">%2</p></div>"_s.arg(
                safe(number[u"title"_s]),
                safe(incidentValue(number[u"value"_s], number[u"unit"_s].toString())));
    }
    return html + u"</div>\n"_s;
}

qint64 millisecondsOf(const QJsonValue& iso)
{
    return QDateTime::fromString(iso.toString(), Qt::ISODateWithMs).toMSecsSinceEpoch();
}

QString chartsHtml(const QJsonObject& document)
{
    const qint64 from = millisecondsOf(document[u"charts_from"_s]);
    const qint64 to = millisecondsOf(document[u"at"_s]);
    QString html =
        u"<h2>"_s + Text::tr("Charts from %1").arg(time(document[u"charts_from"_s])).toHtmlEscaped()
        + u"</h2><div class=\"charts\">"_s;
    for (const QJsonValue& chart : document[u"charts"_s].toArray()) {
        html += u"<div class=\"card\"><p><b>%1</b></p>"_s.arg(safe(chart[u"title"_s]));
        html += incidentSvg(chart.toObject(), from, to) + u"<p>"_s;
        const QJsonArray curves = chart[u"curves"_s].toArray();
        for (qsizetype i = 0; i < curves.size(); ++i)
            html += u"<span class=\"key\"><i class=\"k%1\"></i>%2</span> "_s.arg(i % 6).arg(
                safe(curves[i][u"name"_s]));
        html += u"</p></div>\n"_s;
    }
    return html + u"</div>\n"_s;
}

QString sourcesHtml(const QJsonArray& sources)
{
    Table table({Text::tr("Source"), Text::tr("State"), Text::tr("Failing since")});
    for (const QJsonValue& source : sources) {
        const bool isOk = source[u"ok"_s].toBool();
        table.add(
            {safe(source[u"name"_s]),
             u"<span class=\"%1\">%2</span>"_s.arg(
                 isOk ? u"good"_s : u"bad"_s, isOk ? u"ok"_s : safe(source[u"error"_s])),
             time(source[u"failing_since"_s])});
    }
    return table.html(Text::tr("Sources"), Text::tr("None."));
}

QString topicsHtml(const QJsonValue& topics)
{
    Table table(
        {Text::tr("Topic"),
         u'#' + Text::tr("Unpublished"),
         u'#' + Text::tr("Oldest"),
         u'#' + Text::tr("In, last minute"),
         u'#' + Text::tr("Relayed, last minute"),
         Text::tr("Last relayed")});
    for (const QJsonValue& topic : topics.toArray()) {
        table.add(
            {safe(topic[u"topic"_s]),
             countText(topic[u"unpublished"_s]),
             incidentValue(topic[u"oldest_s"_s], u"s"_s),
             countText(topic[u"created_last_minute"_s]),
             countText(topic[u"published_last_minute"_s]),
             time(topic[u"last_published_at"_s])});
    }
    return table.html(
        Text::tr("Topics of the outbox"),
        topics.isArray() ? Text::tr("No topic has anything waiting.")
                         : Text::tr("Unknown: the outbox did not answer."));
}

QString groupsHtml(const QJsonValue& streams)
{
    Table table(
        {Text::tr("Stream"),
         u'#' + Text::tr("Length"),
         Text::tr("Group"),
         u'#' + Text::tr("Lag"),
         u'#' + Text::tr("Pending"),
         u'#' + Text::tr("Stuck"),
         u'#' + Text::tr("Poison"),
         u'#' + Text::tr("Oldest idle"),
         u'#' + Text::tr("Consumers")});
    for (const QJsonValue& stream : streams.toArray()) {
        const QString name = safe(stream[u"stream"_s]);
        const QString length = countText(stream[u"length"_s]);
        const QJsonArray groups = stream[u"groups"_s].toArray();
        if (groups.isEmpty())
            table.add({name, length, safe(stream[u"problem"_s])});
        for (const QJsonValue& group : groups) {
            table.add(
                {name,
                 length,
                 safe(group[u"group"_s]),
                 countText(group[u"lag"_s]),
                 countText(group[u"pending"_s]),
                 countText(group[u"stuck"_s]),
                 countText(group[u"poison"_s]),
                 incidentValue(group[u"oldest_idle_s"_s], u"s"_s),
                 QString::number(group[u"consumers"_s].toArray().size())});
        }
    }
    return table.html(
        Text::tr("Streams and groups"),
        streams.isArray() ? Text::tr("No streams were found.")
                          : Text::tr("Unknown: the broker did not answer."));
}

QString consumersHtml(const QJsonValue& streams)
{
    Table table(
        {Text::tr("Stream"),
         Text::tr("Group"),
         Text::tr("Consumer"),
         u'#' + Text::tr("Pending"),
         u'#' + Text::tr("Idle"),
         u'#' + Text::tr("Inactive")});
    for (const QJsonValue& stream : streams.toArray()) {
        for (const QJsonValue& group : stream[u"groups"_s].toArray()) {
            for (const QJsonValue& consumer : group[u"consumers"_s].toArray()) {
                table.add(
                    {safe(stream[u"stream"_s]),
                     safe(group[u"group"_s]),
                     safe(consumer[u"consumer"_s]),
                     countText(consumer[u"pending"_s]),
                     incidentValue(consumer[u"idle_s"_s], u"s"_s),
                     incidentValue(consumer[u"inactive_s"_s], u"s"_s)});
            }
        }
    }
    return table.html(Text::tr("Consumers"), Text::tr("None."));
}

QString deedsHtml(const QJsonObject& document)
{
    Table deeds(
        {Text::tr("At"),
         Text::tr("Who"),
         Text::tr("Action"),
         Text::tr("Where"),
         Text::tr("Result")});
    for (const QJsonValue& deed : document[u"deeds"_s].toArray()) {
        deeds.add(
            {time(deed[u"at"_s]),
             safe(deed[u"who"_s]),
             safe(deed[u"action"_s]),
             safe(deed[u"place"_s]),
             safe(deed[u"state"_s]) + u" "_s + safe(deed[u"result"_s])});
    }
    Table past({Text::tr("From"), Text::tr("Last seen"), Text::tr("Finding")});
    for (const QJsonValue& finding : document[u"past_findings"_s].toArray())
        past.add(
            {time(finding[u"from"_s]), time(finding[u"last_seen"_s]), safe(finding[u"title"_s])});
    return deeds.html(Text::tr("What operators did"), Text::tr("Nothing."))
           + past.html(Text::tr("Findings over time"), Text::tr("None were kept."));
}

/// No "<" can end the element it stands in.
QByteArray dataOf(const QJsonObject& document)
{
    return QJsonDocument(document).toJson(QJsonDocument::Compact).replace('<', "\\u003c");
}

} // namespace

QByteArray incidentHtml(const QJsonObject& document)
{
    const QString title = Text::tr("Incident snapshot: %1").arg(safe(document[u"profile"_s]));
    QString html = u"<!DOCTYPE html>\n<html lang=\"en\"><head><meta charset=\"utf-8\">"
                   "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">"
                   "<meta name=\"color-scheme\" content=\"light dark\"><title>"_s;
    html += title + u"</title><style>"_s + QString::fromLatin1(style)
            + u"</style></head>\n<body><main>\n"_s;
    html += headHtml(document) + findingsHtml(document[u"findings"_s].toArray());
    html += numbersHtml(document[u"numbers"_s].toArray()) + chartsHtml(document);
    html += sourcesHtml(document[u"sources"_s].toArray()) + topicsHtml(document[u"topics"_s]);
    html += groupsHtml(document[u"streams"_s]) + consumersHtml(document[u"streams"_s]);
    html += deedsHtml(document) + u"</main>\n"_s;
    return html.toUtf8() + incident::dataBegin + dataOf(document) + incident::dataEnd
           + "\n</body></html>\n";
}

} // namespace outboard
