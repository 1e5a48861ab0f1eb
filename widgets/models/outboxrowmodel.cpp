// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/outboxrowmodel.h"

#include "text/format.h"

#include <QCoreApplication>

namespace outboard {

using namespace Qt::StringLiterals;

namespace {

using Now = std::shared_ptr<TimePoint>;

std::optional<Milliseconds> ageOf(const OutboxRow& row, const Now& now)
{
    if (!row.createdAt)
        return std::nullopt;
    return std::chrono::floor<Milliseconds>(*now - *row.createdAt);
}

/// "?" where the table has no time of creation.
QString ageText(const OutboxRow& row, const Now& now)
{
    const auto age = ageOf(row, now);
    return age ? format::duration(*age) : u"?"_s;
}

QString createdText(const OutboxRow& row)
{
    return row.createdAt ? isoText(*row.createdAt)
                         : QCoreApplication::translate(
                             "outboard", "The table has no column that tells when a row was made.");
}

/// Integer ids by value, others (of one length, such as uuids) byte by byte.
bool isBefore(const OutboxRow& a, const OutboxRow& b)
{
    const auto length = [](const OutboxRow& row) { return row.id.bytes().size(); };
    return length(a) != length(b) ? length(a) < length(b) : a.id < b.id;
}

Column<OutboxRow> idColumn()
{
    Column<OutboxRow> column;
    column.id = u"id"_s;
    column.title = QCoreApplication::translate("outboard", "Row");
    column.text = [](const OutboxRow& row) { return format::oneLine(row.id.bytes()); };
    column.less = isBefore;
    column.isMono = true;
    column.width = 80;
    return column;
}

Column<OutboxRow> eventColumn()
{
    auto column = textColumn<OutboxRow>(
        u"event"_s,
        QCoreApplication::translate("outboard", "Event"),
        [](const OutboxRow& row) { return format::oneLine(row.eventId.bytes()); },
        &OutboxRow::eventId);
    column.isMono = true;
    column.width = 110;
    return column;
}

Column<OutboxRow> stateColumn()
{
    auto column = textColumn<OutboxRow>(
        u"state"_s,
        QCoreApplication::translate("outboard", "State"),
        [](const OutboxRow& row) { return stateText(row.state); },
        &OutboxRow::state);
    column.tone = [](const OutboxRow& row) {
        switch (row.state) {
        case RowState::Unpublished: return Tone::Notice;
        case RowState::Published: return Tone::Good;
        case RowState::Dead: return Tone::Critical;
        case RowState::InFlight: return Tone::Neutral;
        case RowState::Other: return Tone::Muted;
        }
        return Tone::Neutral;
    };
    column.width = 100;
    return column;
}

Column<OutboxRow> topicColumn()
{
    auto column = textColumn<OutboxRow>(
        u"topic"_s,
        QCoreApplication::translate("outboard", "Topic"),
        [](const OutboxRow& row) { return format::oneLine(row.topic.bytes()); },
        &OutboxRow::topic);
    column.width = 120;
    return column;
}

Column<OutboxRow> ageColumn(Milliseconds oldAge, const Now& now)
{
    auto column = numberColumn<OutboxRow>(
        u"age"_s,
        QCoreApplication::translate("outboard", "Age"),
        [now](const OutboxRow& row) { return ageText(row, now); },
        [](const OutboxRow& row) {
            return -row.createdAt.value_or(TimePoint()).time_since_epoch();
        });
    column.isUnknown = [](const OutboxRow& row) { return !row.createdAt; };
    column.tone = [now, oldAge](const OutboxRow& row) {
        if (row.state == RowState::Unpublished)
            return ageOf(row, now) >= oldAge ? Tone::Warning : Tone::Neutral;
        return Tone::Muted;
    };
    column.toolTip = [](const OutboxRow& row) { return createdText(row); };
    column.width = 95;
    return column;
}

Column<OutboxRow> timeColumn(
    const QString& id,
    const QString& title,
    const Now& now,
    std::function<std::optional<TimePoint>(const OutboxRow&)> time)
{
    auto column = textColumn<OutboxRow>(
        id,
        title,
        [now, time](const OutboxRow& row) { return format::time(time(row), *now); },
        time);
    column.isUnknown = [time](const OutboxRow& row) { return !time(row); };
    column.toolTip = [time](const OutboxRow& row) {
        return time(row) ? isoText(*time(row)) : QString();
    };
    column.width = 85;
    return column;
}

Column<OutboxRow> sizeColumn()
{
    auto column = numberColumn<OutboxRow>(
        u"size"_s,
        QCoreApplication::translate("outboard", "Size"),
        [](const OutboxRow& row) { return format::bytes(row.payloadBytes); },
        &OutboxRow::payloadBytes);
    column.width = 80;
    column.isHiddenAtFirst = true;
    return column;
}

Column<OutboxRow> keyColumn()
{
    auto column = textColumn<OutboxRow>(
        u"key"_s,
        QCoreApplication::translate("outboard", "Key"),
        [](const OutboxRow& row) { return format::oneLine(row.key.value_or(QByteArray())); },
        [](const OutboxRow& row) { return row.key.value_or(QByteArray()); });
    column.isHiddenAtFirst = true;
    column.width = 120;
    return column;
}

Column<OutboxRow> payloadColumn(const PayloadMask& mask)
{
    auto column = textColumn<OutboxRow>(
        u"payload"_s,
        QCoreApplication::translate("outboard", "Payload"),
        [mask](const OutboxRow& row) { return format::oneLine(mask.shown(row.payload), 300); },
        &OutboxRow::payload);
    column.isMono = true;
    column.width = 160;
    return column;
}

QList<Column<OutboxRow>> columns(Milliseconds oldAge, const PayloadMask& mask, const Now& now)
{
    auto created = timeColumn(
        u"created"_s,
        QCoreApplication::translate("outboard", "Created"),
        now,
        [](const OutboxRow& row) { return row.createdAt; });
    auto published = timeColumn(
        u"published"_s,
        QCoreApplication::translate("outboard", "Published"),
        now,
        [](const OutboxRow& row) { return row.publishedAt; });
    created.isHiddenAtFirst = true;
    return {
        idColumn(),
        stateColumn(),
        topicColumn(),
        ageColumn(oldAge, now),
        created,
        published,
        eventColumn(),
        keyColumn(),
        sizeColumn(),
        payloadColumn(mask)};
}

} // namespace

OutboxRowModel::OutboxRowModel(Milliseconds oldAge, const PayloadMask& mask, QObject* parent)
    : OutboxRowModel(oldAge, mask, std::make_shared<TimePoint>(), parent)
{}

OutboxRowModel::OutboxRowModel(
    Milliseconds oldAge, const PayloadMask& mask, std::shared_ptr<TimePoint> now, QObject* parent)
    : RowTableModel(
        columns(oldAge, mask, now), [](const OutboxRow& row) { return row.id; }, parent)
    , m_now(std::move(now))
{}

void OutboxRowModel::setNow(TimePoint now)
{
    *m_now = now;
    textsChanged();
}

QString stateText(RowState state)
{
    switch (state) {
    case RowState::Unpublished: return QCoreApplication::translate("outboard", "Unpublished");
    case RowState::Published: return QCoreApplication::translate("outboard", "Published");
    case RowState::Dead: return QCoreApplication::translate("outboard", "Dead");
    case RowState::InFlight: return QCoreApplication::translate("outboard", "In flight");
    case RowState::Other: return QCoreApplication::translate("outboard", "Other");
    }
    return {};
}

} // namespace outboard
