// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/deadgroupmodel.h"

#include "text/format.h"

#include <QCoreApplication>

namespace outboard {

using namespace Qt::StringLiterals;

namespace {

QString tr(const char* text)
{
    return QCoreApplication::translate("outboard::DeadGroupModel", text);
}

Column<DeadGroup> nameColumn(
    const QString& id, const QString& title, const std::function<QByteArray(const DeadGroup&)>& of)
{
    auto column = textColumn<DeadGroup>(
        id, title, [of](const DeadGroup& group) { return deadNameText(of(group)); }, of);
    column.isUnknown = [of](const DeadGroup& group) { return of(group).isEmpty(); };
    column.width = 110;
    return column;
}

Column<DeadGroup> errorColumn()
{
    auto column = textColumn<DeadGroup>(
        u"error"_s,
        tr("Error"),
        [](const DeadGroup& group) { return deadErrorText(group.key.errorKind); },
        [](const DeadGroup& group) { return group.key.errorKind; });
    column.isUnknown = [](const DeadGroup& group) { return group.key.errorKind.isEmpty(); };
    column.tone = [](const DeadGroup& group) {
        return group.key.errorKind.isEmpty() ? Tone::Muted : Tone::Neutral;
    };
    column.toolTip = [](const DeadGroup& group) { return format::oneLine(group.key.errorKind); };
    column.width = 340;
    return column;
}

Column<DeadGroup> totalColumn()
{
    auto column = numberColumn<DeadGroup>(
        u"count"_s,
        tr("Count"),
        [](const DeadGroup& group) { return format::number(group.count); },
        [](const DeadGroup& group) { return group.count; });
    column.width = 70;
    return column;
}

Column<DeadGroup> countColumn(const QString& id, const QString& title, Count DeadGroup::*count)
{
    auto column = numberColumn<DeadGroup>(
        id,
        title,
        [count](const DeadGroup& group) { return format::count(group.*count); },
        [count](const DeadGroup& group) { return (group.*count).value; });
    column.isUnknown = [count](const DeadGroup& group) { return !(group.*count).isKnown(); };
    column.toolTip = [count](const DeadGroup& group) { return (group.*count).reason; };
    column.tone = [count](const DeadGroup& group) {
        const Count& value = group.*count;
        return value.isKnown() && value.value > 0 ? Tone::Neutral : Tone::Muted;
    };
    column.width = 60;
    return column;
}

Column<DeadGroup> timeColumn(
    const QString& id, const QString& title, std::optional<TimePoint> DeadGroup::*time)
{
    auto column = textColumn<DeadGroup>(
        id,
        title,
        [time](const DeadGroup& group) { return deadTimeText(group.*time); },
        [time](const DeadGroup& group) { return group.*time; });
    column.isUnknown = [time](const DeadGroup& group) { return !(group.*time); };
    column.width = 140;
    return column;
}

Column<DeadGroup> noteColumn()
{
    auto column = textColumn<DeadGroup>(
        u"note"_s,
        tr("Note"),
        [](const DeadGroup& group) { return format::oneLine(group.note); },
        [](const DeadGroup& group) { return group.note; });
    column.toolTip = [](const DeadGroup& group) { return format::escaped(group.note); };
    column.width = 90;
    return column;
}

} // namespace

QString deadNameText(const QByteArray& name)
{
    return name.isEmpty() ? u"?"_s : format::oneLine(name);
}

QString deadErrorText(const QString& error)
{
    return error.isEmpty() ? tr("not recorded") : format::oneLine(error);
}

QString deadTimeText(const std::optional<TimePoint>& time)
{
    if (!time)
        return u"?"_s;
    return isoText(*time).left(16).replace(u'T', u' ');
}

DeadGroupModel::DeadGroupModel(QObject* parent)
    : RowTableModel(
        {nameColumn(
             u"topic"_s,
             tr("Topic"),
             [](const DeadGroup& group) { return group.key.topic.bytes(); }),
         nameColumn(
             u"group"_s,
             tr("Group"),
             [](const DeadGroup& group) { return group.key.group.bytes(); }),
         errorColumn(),
         totalColumn(),
         countColumn(u"hour"_s, tr("1 h"), &DeadGroup::lastHour),
         countColumn(u"day"_s, tr("24 h"), &DeadGroup::lastDay),
         countColumn(u"week"_s, tr("7 d"), &DeadGroup::lastWeek),
         timeColumn(u"first"_s, tr("First seen (UTC)"), &DeadGroup::firstAt),
         timeColumn(u"last"_s, tr("Last seen (UTC)"), &DeadGroup::lastAt),
         noteColumn()},
        [](const DeadGroup& group) { return group.key; },
        parent)
{}

} // namespace outboard
