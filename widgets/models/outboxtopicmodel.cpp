// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/outboxtopicmodel.h"

#include "text/format.h"

#include <QCoreApplication>

namespace outboard {

using namespace Qt::StringLiterals;

namespace {

using Line = OutboxTopicLine;

Column<Line> topicColumn()
{
    auto column = textColumn<Line>(
        u"topic"_s,
        QCoreApplication::translate("outboard", "Topic"),
        [](const Line& line) { return format::oneLine(line.state.topic.bytes()); },
        [](const Line& line) { return line.state.topic; });
    column.width = 190;
    return column;
}

Column<Line> countColumn(const QString& id, const QString& title, Count OutboxTopicState::*count)
{
    auto column = numberColumn<Line>(
        id,
        title,
        [count](const Line& line) { return format::count(line.state.*count); },
        [count](const Line& line) { return (line.state.*count).value; });
    column.isUnknown = [count](const Line& line) { return !(line.state.*count).isKnown(); };
    column.toolTip = [count](const Line& line) { return (line.state.*count).reason; };
    column.tone = [count](const Line& line) {
        const Count& value = line.state.*count;
        return value.isKnown() && value.value > 0 ? Tone::Neutral : Tone::Muted;
    };
    column.width = 105;
    return column;
}

Column<Line> oldestColumn(Milliseconds threshold)
{
    // Nothing waits: then there is no oldest row, which is something else than not knowing it.
    const auto isNone = [](const Line& line) {
        return !line.state.oldestAge && line.state.unpublished == Count::exact(0);
    };
    auto column = numberColumn<Line>(
        u"oldest"_s,
        QCoreApplication::translate("outboard", "Oldest waits"),
        [isNone](const Line& line) {
            return isNone(line) ? QString(u'–') : format::duration(line.state.oldestAge);
        },
        [](const Line& line) { return line.state.oldestAge; });
    column.isUnknown = [](const Line& line) { return !line.state.oldestAge; };
    column.tone = [threshold](const Line& line) {
        if (!line.state.oldestAge)
            return Tone::Muted;
        return *line.state.oldestAge >= threshold ? Tone::Warning : Tone::Neutral;
    };
    column.toolTip = [isNone](const Line& line) {
        return line.state.oldestAge || isNone(line) ? QString() : line.state.unpublished.reason;
    };
    column.width = 110;
    return column;
}

Column<Line> lastPublishedColumn()
{
    auto column = textColumn<Line>(
        u"lastPublished"_s,
        QCoreApplication::translate("outboard", "Last published"),
        [](const Line& line) {
            return line.sincePublished ? QCoreApplication::translate("outboard", "%1 ago")
                                             .arg(format::duration(line.sincePublished))
                                       : u"?"_s;
        },
        [](const Line& line) { return line.sincePublished; });
    column.isUnknown = [](const Line& line) { return !line.sincePublished; };
    column.tone = [](const Line& line) {
        return line.sincePublished ? Tone::Neutral : Tone::Muted;
    };
    column.toolTip = [](const Line& line) {
        return line.sincePublished ? isoText(*line.state.lastPublishedAt)
                                   : QCoreApplication::translate(
                                       "outboard",
                                       "No published row of this topic was seen among the newest "
                                       "rows, or the table has "
                                       "no column for the time.");
    };
    column.width = 120;
    return column;
}

QList<Column<Line>> columns(const Thresholds& thresholds)
{
    const auto title = [](const char* text) {
        return QCoreApplication::translate("outboard", text);
    };
    return {
        topicColumn(),
        countColumn(
            u"unpublished"_s,
            title(QT_TRANSLATE_NOOP("outboard", "Unpublished")),
            &OutboxTopicState::unpublished),
        oldestColumn(thresholds.oldestUnpublished),
        countColumn(
            u"created"_s,
            title(QT_TRANSLATE_NOOP("outboard", "In, last min")),
            &OutboxTopicState::createdLastMinute),
        countColumn(
            u"published"_s,
            title(QT_TRANSLATE_NOOP("outboard", "Out, last min")),
            &OutboxTopicState::publishedLastMinute),
        lastPublishedColumn(),
    };
}

} // namespace

OutboxTopicModel::OutboxTopicModel(const Thresholds& thresholds, QObject* parent)
    : RowTableModel(
        columns(thresholds), [](const Line& line) { return line.state.topic; }, parent)
{}

void OutboxTopicModel::show(const OutboxState& state)
{
    std::vector<Line> lines;
    for (const OutboxTopicState& topic : state.topics) {
        Line line{topic, std::nullopt};
        if (topic.lastPublishedAt)
            line.sincePublished =
                std::chrono::floor<Milliseconds>(state.at - *topic.lastPublishedAt);
        lines.push_back(line);
    }
    setRows(std::move(lines));
}

} // namespace outboard
