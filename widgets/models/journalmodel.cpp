// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/journalmodel.h"

#include "services/journaljson.h"
#include "text/format.h"

#include <QCoreApplication>

namespace outboard {

using namespace Qt::StringLiterals;

namespace {

QString tr(const char* text)
{
    return QCoreApplication::translate("outboard::JournalModel", text);
}

Column<JournalEntry> with(Column<JournalEntry> column, int width, bool isHiddenAtFirst = false)
{
    column.width = width;
    column.isHiddenAtFirst = isHiddenAtFirst;
    return column;
}

Column<JournalEntry> atColumn(const Clock& clock)
{
    auto column = textColumn<JournalEntry>(
        u"at"_s,
        tr("At"),
        [clock](const JournalEntry& entry) { return format::time(entry.at, clock()); },
        // Entries of one microsecond stay in their order.
        [](const JournalEntry& entry) { return std::pair(entry.at, entry.number); });
    column.toolTip = [](const JournalEntry& entry) { return isoText(entry.at); };
    return with(column, 150);
}

Column<JournalEntry> plainColumn(
    const QString& id, const QString& title, QString JournalEntry::*member)
{
    return textColumn<JournalEntry>(
        id,
        title,
        [member](const JournalEntry& entry) { return format::oneLine(entry.*member); },
        member);
}

Column<JournalEntry> actionColumn()
{
    return textColumn<JournalEntry>(
        u"action"_s,
        tr("Action"),
        [](const JournalEntry& entry) { return format::oneLine(journalActionTitle(entry.action)); },
        &JournalEntry::action);
}

Column<JournalEntry> stateColumn()
{
    auto column = textColumn<JournalEntry>(
        u"state"_s,
        tr("State"),
        [](const JournalEntry& entry) { return journalStateText(entry.state); },
        &JournalEntry::state);
    column.tone = [](const JournalEntry& entry) { return toneOf(entry.state); };
    return column;
}

Column<JournalEntry> resultColumn()
{
    auto column = textColumn<JournalEntry>(
        u"result"_s,
        tr("Result"),
        [](const JournalEntry& entry) { return format::oneLine(journalResultText(entry)); },
        &JournalEntry::result);
    column.toolTip = [](const JournalEntry& entry) { return journalResultText(entry); };
    return column;
}

QList<Column<JournalEntry>> columns(const Clock& clock)
{
    return {
        atColumn(clock),
        with(plainColumn(u"who"_s, tr("Who"), &JournalEntry::who), 130),
        with(plainColumn(u"profile"_s, tr("Profile"), &JournalEntry::profile), 90),
        with(
            plainColumn(u"environment"_s, tr("Environment"), &JournalEntry::environment),
            100,
            true),
        with(actionColumn(), 150),
        with(
            numberColumn<JournalEntry>(
                u"ids"_s,
                tr("Ids"),
                [](const JournalEntry& entry) { return format::number(entry.idCount); },
                &JournalEntry::idCount),
            64),
        with(stateColumn(), 90),
        with(plainColumn(u"place"_s, tr("Where"), &JournalEntry::place), 190),
        with(resultColumn(), 300),
        with(
            numberColumn<JournalEntry>(
                u"number"_s,
                tr("Record"),
                [](const JournalEntry& entry) { return format::number(entry.number); },
                &JournalEntry::number),
            70,
            true),
    };
}

} // namespace

JournalModel::JournalModel(const Clock& clock, QObject* parent)
    : RowTableModel(columns(clock), std::mem_fn(&JournalEntry::number), parent)
{}

QString journalStateText(JournalState state)
{
    switch (state) {
    case JournalState::Running: return tr("running");
    case JournalState::Done: return tr("done");
    case JournalState::InPart: return tr("done in part");
    case JournalState::Refused: return tr("refused");
    case JournalState::Failed: return tr("failed");
    case JournalState::CutOff: return tr("cut off");
    }
    return {};
}

Tone toneOf(JournalState state)
{
    switch (state) {
    case JournalState::Running: return Tone::Accent;
    case JournalState::Done: return Tone::Good;
    case JournalState::InPart: return Tone::Warning;
    case JournalState::Refused: return Tone::Notice;
    case JournalState::Failed:
    case JournalState::CutOff: return Tone::Critical;
    }
    return Tone::Neutral;
}

} // namespace outboard
