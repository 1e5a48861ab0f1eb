// SPDX-License-Identifier: GPL-3.0-or-later
#include "panels/journaldetailspane.h"

#include "core/onanswer.h"
#include "models/journalmodel.h"
#include "parts/emptystate.h"
#include "parts/factsview.h"
#include "parts/icons.h"
#include "parts/label.h"
#include "services/journaljson.h"
#include "services/session.h"
#include "text/format.h"
#include "theme.h"

#include <QAction>
#include <QClipboard>
#include <QGuiApplication>
#include <QHBoxLayout>
#include <QListView>
#include <QScrollArea>
#include <QStackedWidget>
#include <QStringListModel>
#include <QToolButton>
#include <QVBoxLayout>

namespace outboard {

using namespace Qt::StringLiterals;

namespace {

/// A command or id longer than this is cut on the screen; copies and exports are whole.
constexpr qsizetype shownCharacters = 4000;

Field fact(const QString& name, const QString& value)
{
    return {name.toUtf8(), value.toUtf8()};
}

QString countsText(const QList<JournalCount>& counts)
{
    QStringList parts;
    for (const JournalCount& count : counts) {
        if (count.count != 0)
            parts.append(count.name + u' ' + format::number(count.count));
    }
    return parts.join(u", "_s);
}

QList<Field> factsOf(const JournalDetails& details)
{
    const auto tr = [](const char* text) { return JournalDetailsPane::tr(text); };
    const JournalEntry& entry = details.entry;
    QList<Field> facts{
        fact(tr("Action"), journalActionTitle(entry.action)),
        fact(tr("State"), journalStateText(entry.state)),
        fact(tr("Result"), journalResultText(entry)),
    };
    if (const QString counts = countsText(details.counts); !counts.isEmpty())
        facts.append(fact(tr("Counts"), counts));
    if (!entry.place.isEmpty())
        facts.append(fact(tr("Where"), entry.place));
    facts.append(fact(tr("Profile"), u"%1 (%2)"_s.arg(entry.profile, entry.environment)));
    facts.append(fact(tr("Who"), entry.who));
    facts.append(fact(tr("Began"), isoText(entry.at)));
    if (entry.endedAt)
        facts.append(fact(tr("Ended"), isoText(*entry.endedAt)));
    facts.append(fact(tr("Record"), QString::number(entry.number)));
    facts.append({tr("SHA-256").toUtf8(), details.hash.toHex()});
    return facts;
}

} // namespace

JournalDetailsPane::JournalDetailsPane(Session& session, QWidget* parent)
    : QWidget(parent)
    , m_session(session)
    , m_stack(new QStackedWidget(this))
    , m_columns(new QWidget)
    , m_empty(new EmptyState)
    , m_facts(new FactsView)
{
    auto* outer = new QVBoxLayout(this);
    outer->setContentsMargins({});
    outer->addWidget(m_stack);
    m_stack->addWidget(m_empty);
    m_stack->addWidget(m_columns);
    auto* columns = new QHBoxLayout(m_columns);
    columns->setContentsMargins({});
    columns->setSpacing(16);
    auto* scroll = new QScrollArea;
    scroll->setWidget(m_facts);
    scroll->setWidgetResizable(true);
    scroll->setFrameShape(QFrame::NoFrame);
    scroll->setAccessibleName(tr("Facts of the entry"));
    columns->addWidget(scroll, 3);
    m_ids = addList(u"journalIds"_s, tr("Ids of the entry"));
    m_commands = addList(u"journalCommands"_s, tr("Commands of the entry"));
    columns->setStretch(1, 2);
    columns->setStretch(2, 4);
    show(std::nullopt);
}

JournalDetailsPane::List JournalDetailsPane::addList(
    const QString& name, const QString& accessibleName)
{
    List list;
    auto* box = new QWidget;
    auto* rows = new QVBoxLayout(box);
    rows->setContentsMargins({});
    rows->setSpacing(4);
    auto* head = new QHBoxLayout;
    list.title = new Label(nullptr, Label::Style::Strong);
    list.title->setObjectName(name + u"Title"_s);
    list.lines = new QStringListModel(this);
    list.view = new QListView;
    list.view->setObjectName(name);
    list.view->setAccessibleName(accessibleName);
    list.view->setModel(list.lines);
    list.view->setFont(monoFont());
    // A hundred thousand lines are laid out without looking at each.
    list.view->setUniformItemSizes(true);
    list.view->setEditTriggers(QAbstractItemView::NoEditTriggers);
    list.view->setSelectionMode(QAbstractItemView::ExtendedSelection);
    auto* copy = new QToolButton;
    copy->setObjectName(name + u"Copy"_s);
    copy->setIcon(icon(u"copy"_s));
    copy->setToolTip(tr("Copy all, one a line"));
    copy->setAccessibleName(tr("Copy: %1").arg(accessibleName));
    copy->setAutoRaise(true);
    connect(copy, &QToolButton::clicked, this, [lines = list.lines] {
        QGuiApplication::clipboard()->setText(lines->stringList().join(u'\n'));
    });
    head->addWidget(list.title, 1);
    head->addWidget(copy);
    rows->addLayout(head);
    rows->addWidget(list.view, 1);
    m_columns->layout()->addWidget(box);
    return list;
}

void JournalDetailsPane::show(const std::optional<JournalEntry>& entry)
{
    if (entry && entry == m_entry)
        return;
    m_entry = entry;
    ++m_asked;
    if (!entry) {
        m_empty->show(
            u"journal"_s,
            tr("No entry is selected"),
            tr("Select one above to see its ids, commands and result."));
        m_stack->setCurrentWidget(m_empty);
        return;
    }
    onAnswer(
        m_session.journalDetails(entry->number),
        this,
        [this, asked = m_asked](const Result<JournalDetails>& details) {
            if (asked == m_asked)
                present(details);
        });
}

void JournalDetailsPane::present(const Result<JournalDetails>& details)
{
    if (!details) {
        m_empty->show(u"unplugged"_s, tr("The entry cannot be read"), details.error().what);
        m_stack->setCurrentWidget(m_empty);
        m_entry.reset();
        return;
    }
    m_facts->show(factsOf(*details));
    QStringList ids;
    ids.reserve(details->ids.size());
    for (const QByteArray& id : details->ids)
        ids.append(format::oneLine(id, shownCharacters));
    fill(m_ids, tr("Ids (%1)").arg(format::number(ids.size())), ids);
    QStringList commands;
    for (const QString& command : details->commands)
        commands.append(format::oneLine(command, shownCharacters));
    fill(m_commands, tr("Commands (%1)").arg(format::number(commands.size())), commands);
    m_stack->setCurrentWidget(m_columns);
}

void JournalDetailsPane::fill(const List& list, const QString& title, const QStringList& lines)
{
    list.title->setText(title);
    if (list.lines->stringList() != lines)
        list.lines->setStringList(lines);
}

} // namespace outboard
