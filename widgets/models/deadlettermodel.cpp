// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/deadlettermodel.h"

#include "models/deadgroupmodel.h"
#include "text/format.h"

#include <QCoreApplication>

namespace outboard {

using namespace Qt::StringLiterals;

namespace {

constexpr qsizetype previewCharacters = 300;

QString tr(const char* text)
{
    return QCoreApplication::translate("outboard::DeadLetterModel", text);
}

const DeadLetter& letterOf(const DeadLetter& letter)
{
    return letter;
}

const DeadLetter& letterOf(const DiscardedLetter& row)
{
    return row.letter;
}

template<class Row>
Column<Row> eventColumn()
{
    auto column = textColumn<Row>(
        u"event"_s,
        tr("Event id"),
        [](const Row& row) { return deadNameText(letterOf(row).eventId.bytes()); },
        [](const Row& row) { return letterOf(row).eventId; });
    column.isMono = true;
    column.width = 150;
    column.isUnknown = [](const Row& row) { return letterOf(row).eventId.isEmpty(); };
    column.toolTip = [](const Row& row) {
        return letterOf(row).eventId.isEmpty() ? tr("Nothing that is left tells the event id.")
                                               : QString();
    };
    return column;
}

template<class Row>
Column<Row> placeColumn()
{
    auto column = textColumn<Row>(
        u"place"_s,
        tr("Lies in"),
        [](const Row& row) { return deadPlaceText(letterOf(row)); },
        [](const Row& row) { return deadPlaceText(letterOf(row)); });
    column.width = 230;
    return column;
}

template<class Row>
Column<Row> nameColumn(
    const QString& id, const QString& title, const std::function<QByteArray(const Row&)>& of)
{
    auto column = textColumn<Row>(
        id, title, [of](const Row& row) { return deadNameText(of(row)); }, of);
    column.isUnknown = [of](const Row& row) { return of(row).isEmpty(); };
    column.width = 120;
    return column;
}

template<class Row>
Column<Row> errorColumn()
{
    auto column = textColumn<Row>(
        u"error"_s,
        tr("Error"),
        [](const Row& row) { return deadErrorText(letterOf(row).error); },
        [](const Row& row) { return letterOf(row).error; });
    column.isUnknown = [](const Row& row) { return letterOf(row).error.isEmpty(); };
    column.tone = [](const Row& row) {
        return letterOf(row).error.isEmpty() ? Tone::Muted : Tone::Neutral;
    };
    column.width = 320;
    return column;
}

Column<DeadLetter> deliveriesColumn()
{
    auto column = numberColumn<DeadLetter>(
        u"deliveries"_s,
        tr("Deliveries"),
        [](const DeadLetter& letter) {
            return letter.deliveries ? format::number(*letter.deliveries) : u"?"_s;
        },
        [](const DeadLetter& letter) { return letter.deliveries; });
    column.isUnknown = [](const DeadLetter& letter) { return !letter.deliveries; };
    column.width = 85;
    return column;
}

Column<DeadLetter> diedColumn()
{
    auto column = textColumn<DeadLetter>(
        u"died"_s,
        tr("Died (UTC)"),
        [](const DeadLetter& letter) { return deadTimeText(letter.diedAt); },
        [](const DeadLetter& letter) { return letter.diedAt; });
    column.isUnknown = [](const DeadLetter& letter) { return !letter.diedAt; };
    column.toolTip = [](const DeadLetter& letter) {
        const bool isPending = letter.id.where == DeadWhere::Poison;
        return isPending ? tr("When it was last delivered") : QString();
    };
    column.width = 150;
    return column;
}

Column<DeadLetter> payloadColumn(const PayloadMask& mask)
{
    auto column = textColumn<DeadLetter>(
        u"payload"_s,
        tr("Payload"),
        [mask](const DeadLetter& letter) {
            return letter.payload ? format::oneLine(mask.shown(*letter.payload), previewCharacters)
                                  : tr("missing");
        },
        [](const DeadLetter& letter) { return letter.payload; });
    column.isMono = true;
    column.width = 360;
    column.isUnknown = [](const DeadLetter& letter) { return !letter.payload; };
    column.tone = [](const DeadLetter& letter) {
        return letter.payload ? Tone::Neutral : Tone::Critical;
    };
    column.toolTip = [](const DeadLetter& letter) {
        return letter.isPayloadFromOutbox ? tr("From the outbox: the broker has lost it.")
                                          : QString();
    };
    return column;
}

Column<DiscardedLetter> whenColumn()
{
    auto column = textColumn<DiscardedLetter>(
        u"at"_s,
        tr("Discarded (UTC)"),
        [](const DiscardedLetter& row) { return deadTimeText(row.at); },
        [](const DiscardedLetter& row) { return row.at; });
    column.width = 150;
    return column;
}

Column<DiscardedLetter> textOf(
    const QString& id, const QString& title, QString DiscardedLetter::*member, int width)
{
    auto column = textColumn<DiscardedLetter>(
        id,
        title,
        [member](const DiscardedLetter& row) { return format::oneLine(row.*member); },
        [member](const DiscardedLetter& row) { return row.*member; });
    column.width = width;
    return column;
}

Column<DiscardedLetter> stateColumn()
{
    const auto isSure = [](const DiscardedLetter& row) {
        return row.state == DiscardedLetter::State::Discarded;
    };
    auto column = textColumn<DiscardedLetter>(
        u"state"_s,
        tr("State"),
        [isSure](const DiscardedLetter& row) {
            return isSure(row) ? tr("discarded") : tr("in doubt");
        },
        [](const DiscardedLetter& row) { return row.state; });
    column.tone = [isSure](const DiscardedLetter& row) {
        return isSure(row) ? Tone::Neutral : Tone::Warning;
    };
    column.toolTip = [isSure](const DiscardedLetter& row) {
        return isSure(row) ? QString()
                           : tr("It was cut off: the letter may lie at the server as well. "
                                "Restoring looks there first.");
    };
    column.width = 90;
    return column;
}

} // namespace

QString deadPlaceText(const DeadLetter& letter)
{
    const QString place = format::oneLine(letter.id.place);
    switch (letter.id.where) {
    case DeadWhere::Poison:
        return tr("pending: %1 / %2").arg(place, format::oneLine(letter.id.group.bytes()));
    case DeadWhere::EntryGone:
        return tr("pending, entry gone: %1 / %2")
            .arg(place, format::oneLine(letter.id.group.bytes()));
    case DeadWhere::Stream: return tr("stream %1").arg(place);
    case DeadWhere::List: return tr("list %1").arg(place);
    case DeadWhere::SortedSet: return tr("sorted set %1").arg(place);
    case DeadWhere::OutboxRow: return tr("outbox row of %1").arg(place);
    case DeadWhere::OutboxTable: return tr("table %1").arg(place);
    }
    return place;
}

DeadLetterModel::DeadLetterModel(const PayloadMask& mask, QObject* parent)
    : RowTableModel(
        {eventColumn<DeadLetter>(),
         nameColumn<DeadLetter>(
             u"topic"_s,
             tr("Topic"),
             [](const DeadLetter& letter) { return letter.topic.bytes(); }),
         nameColumn<DeadLetter>(
             u"group"_s,
             tr("Group"),
             [](const DeadLetter& letter) { return letter.group.bytes(); }),
         placeColumn<DeadLetter>(),
         errorColumn<DeadLetter>(),
         deliveriesColumn(),
         diedColumn(),
         payloadColumn(mask)},
        [](const DeadLetter& letter) { return letter.id; },
        parent)
{}

DiscardedModel::DiscardedModel(QObject* parent)
    : RowTableModel(
        {eventColumn<DiscardedLetter>(),
         nameColumn<DiscardedLetter>(
             u"topic"_s,
             tr("Topic"),
             [](const DiscardedLetter& row) { return row.letter.topic.bytes(); }),
         textOf(u"reason"_s, tr("Reason"), &DiscardedLetter::reason, 240),
         stateColumn(),
         whenColumn(),
         textOf(u"who"_s, tr("By"), &DiscardedLetter::who, 160),
         placeColumn<DiscardedLetter>(),
         errorColumn<DiscardedLetter>()},
        [](const DiscardedLetter& row) { return row.id; },
        parent)
{}

} // namespace outboard
