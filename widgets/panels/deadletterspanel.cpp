// SPDX-License-Identifier: GPL-3.0-or-later
#include "panels/deadletterspanel.h"

#include "core/onanswer.h"
#include "dialogs/notedialog.h"
#include "models/deadgroupmodel.h"
#include "panels/deadeventspane.h"
#include "panels/discardedpane.h"
#include "parts/icons.h"
#include "parts/label.h"
#include "parts/tablepane.h"
#include "parts/tableview.h"
#include "services/session.h"
#include "text/format.h"

#include <QAction>
#include <QSettings>
#include <QSplitter>
#include <QTabWidget>
#include <QVBoxLayout>

#include <chrono>

namespace outboard {

using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

namespace {

const auto splitterKey = u"deadletters/splitter"_s;
/// Collecting reads everything; without a reason it is done no more often than this.
constexpr auto collectPause = 15s;

} // namespace

DeadLettersPanel::DeadLettersPanel(PanelHost host, QWidget* parent)
    : Panel(std::move(host), parent)
    , m_groupModel(new DeadGroupModel(this))
    , m_groups(new TablePane(u"deadGroups"_s, this->host().settings, this))
    , m_events(new DeadEventsPane(this->host(), this))
    , m_discarded(new DiscardedPane(this->host(), this))
    , m_tabs(new QTabWidget(this))
    , m_splitter(new QSplitter(Qt::Vertical, this))
    , m_headline(new Label(this, Label::Style::Strong))
    , m_note(new QAction(tr("Note…"), this))
{
    buildGroups();
    buildLower();
    connect(
        m_groups->view(),
        &TableView::selectionChangedByRows,
        this,
        &DeadLettersPanel::followGroups);
    connect(
        this->host().session, &Session::operationStarted, this, [this](const Operation* operation) {
            connect(operation, &Operation::finished, this, [this] {
                if (isVisible())
                    collect();
            });
        });
    connect(m_discarded, &DiscardedPane::counted, this, [this](qsizetype count) {
        m_tabs->setTabText(
            1, count > 0 ? tr("Discarded (%1)").arg(format::number(count)) : tr("Discarded"));
    });
}

void DeadLettersPanel::buildGroups()
{
    m_headline->setObjectName(u"deadHeadline"_s);
    m_headline->setElided(true);
    m_headline->setText(tr("Dead letters"));
    m_groups->view()->setAccessibleName(tr("Groups of dead letters"));
    m_groups->view()->setMinimumHeight(3 * TableView::rowHeight);
    m_groups->setTable(m_groupModel);
    m_groups->setFooterShown(false);
    m_groups->setTitle(m_headline);
    m_groups->setEmpty(
        u"clock"_s,
        tr("Looking for dead letters"),
        tr("They are read when this screen is opened."));
    m_note->setObjectName(u"deadNote"_s);
    m_note->setToolTip(tr("A remark on the selected group, kept on this machine"));
    m_note->setEnabled(false);
    connect(m_note, &QAction::triggered, this, &DeadLettersPanel::editNote);
    m_groups->addButton(m_note);
}

void DeadLettersPanel::buildLower()
{
    m_tabs->setObjectName(u"deadTabs"_s);
    m_tabs->setDocumentMode(true);
    m_tabs->addTab(m_events, tr("Events"));
    m_tabs->addTab(m_discarded, tr("Discarded"));
    m_splitter->setObjectName(u"deadSplitter"_s);
    m_splitter->setChildrenCollapsible(false);
    m_splitter->addWidget(m_groups);
    m_splitter->addWidget(m_tabs);
    m_splitter->setStretchFactor(1, 1);
    m_splitter->setSizes({230, 480});
    m_splitter->restoreState(host().settings->value(splitterKey).toByteArray());
    connect(m_splitter, &QSplitter::splitterMoved, this, [this] {
        host().settings->setValue(splitterKey, m_splitter->saveState());
    });
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins({});
    column->addWidget(m_splitter);
}

void DeadLettersPanel::present(const SnapshotPtr& snapshot)
{
    showBadge(*snapshot);
    const double count =
        host().session->poller().history().latest(Series::Dead).value_or(m_countSeen);
    const TimePoint now = host().session->clock()();
    const bool isDue = now - m_collectedAt >= collectPause || count != m_countSeen;
    m_countSeen = count;
    if (isVisible() && isDue)
        collect();
}

void DeadLettersPanel::showEvent(QShowEvent* event)
{
    Panel::showEvent(event);
    collect();
    m_discarded->refresh();
}

void DeadLettersPanel::collect()
{
    m_isWanted = m_isCollecting;
    if (m_isCollecting)
        return;
    m_isCollecting = true;
    m_collectedAt = host().session->clock()();
    onAnswer(host().session->deadLetters({}), this, [this](const Result<DeadLetters>& dead) {
        m_isCollecting = false;
        showLetters(dead);
        // Something changed since it began to read.
        if (m_isWanted)
            collect();
    });
    m_discarded->refresh();
}

void DeadLettersPanel::showLetters(const Result<DeadLetters>& dead)
{
    m_error = dead ? std::nullopt : std::optional(dead.error());
    m_groups->view()->setStale(m_error.has_value());
    m_events->setStale(m_error.has_value());
    if (dead) {
        m_dead = *dead;
        m_groupModel->setRows({dead->groups.cbegin(), dead->groups.cend()});
    }
    showEmpty();
    showHeadline();
    followGroups();
}

void DeadLettersPanel::showEmpty()
{
    if (m_error)
        m_groups->setEmpty(u"unplugged"_s, tr("The broker cannot be read"), m_error->what);
    else
        m_groups->setEmpty(
            u"deadletters"_s,
            tr("Nothing is dead"),
            tr("What consumers give up on is listed here: entries delivered too often, dead-letter "
               "streams, lists and sorted sets, and dead rows of the outbox."));
}

void DeadLettersPanel::showHeadline()
{
    QStringList parts;
    QStringList problems;
    if (m_dead) {
        parts << tr("%1 dead letters in %2 groups")
                     .arg(
                         format::number(m_dead->letters.size()),
                         format::number(m_dead->groups.size()));
        problems = m_dead->problems;
        if (m_dead->outboxError)
            problems
                << tr("Dead rows of the outbox are missing: %1").arg(m_dead->outboxError->what);
    } else {
        parts << tr("Dead letters");
    }
    if (m_error)
        problems << m_error->what;
    parts += problems;
    m_headline->setText(parts.join(u"  ·  "_s));
    m_headline->setTone(problems.isEmpty() ? Tone::Neutral : Tone::Warning);
    m_headline->setToolTip(
        problems.isEmpty() ? QString()
                           : u"<p style='white-space:pre-wrap'>"_s
                                 + problems.join(u'\n').toHtmlEscaped() + u"</p>"_s);
}

/// The numbers of the round, as on the Overview, so that the badge is there before the screen is.
void DeadLettersPanel::showBadge(const Snapshot& snapshot)
{
    if (!snapshot.broker || !snapshot.outbox) {
        emit badgeChanged({}, Tone::Neutral);
        return;
    }
    Count total = Count::exact(0);
    for (const BrokerTopicState& topic : snapshot.broker->topics) {
        total = total + topic.dead;
        for (const GroupState& group : topic.groups)
            total = total + group.poison;
    }
    if (snapshot.outbox->dead.isKnown())
        total = total + snapshot.outbox->dead;
    const bool isNone = total.isKnown() && total.value == 0;
    emit badgeChanged(isNone ? QString() : format::count(total), Tone::Warning);
}

QList<DeadGroup> DeadLettersPanel::selectedGroups() const
{
    QList<DeadGroup> groups;
    for (const int row : m_groups->view()->selectedRows())
        groups.append(m_groupModel->rowAt(row));
    return groups;
}

void DeadLettersPanel::followGroups()
{
    const QList<DeadGroup> groups = selectedGroups();
    m_note->setEnabled(groups.size() == 1 && host().session->keepsDead());
    QSet<DeadGroupKey> keys;
    for (const DeadGroup& group : groups)
        keys.insert(group.key);
    m_events->show(m_dead ? m_dead->letters : QList<DeadLetter>(), keys);
}

void DeadLettersPanel::editNote()
{
    const QList<DeadGroup> groups = selectedGroups();
    if (groups.size() != 1)
        return;
    const DeadGroup& group = groups.first();
    auto* dialog = new NoteDialog(
        tr("%1 / %2: %3")
            .arg(
                deadNameText(group.key.topic.bytes()),
                deadNameText(group.key.group.bytes()),
                deadErrorText(group.key.errorKind)),
        group.note,
        window());
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    connect(dialog, &NoteDialog::noted, this, [this, key = group.key](const QString& note) {
        onAnswer(host().session->setDeadNote(key, note), this, [this](const Result<void>& kept) {
            if (!kept)
                host().notify(kept.error().what);
            collect();
        });
    });
    dialog->open();
}

void DeadLettersPanel::focusFilter()
{
    if (m_tabs->currentWidget() == m_discarded)
        m_discarded->focusFilter();
    else
        m_events->focusFilter();
}

QList<QAction*> DeadLettersPanel::panelActions() const
{
    return m_events->actions() + m_discarded->actions() + QList<QAction*>{m_note};
}

} // namespace outboard
