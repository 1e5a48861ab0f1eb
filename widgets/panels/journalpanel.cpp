// SPDX-License-Identifier: GPL-3.0-or-later
#include "panels/journalpanel.h"

#include "core/onanswer.h"
#include "models/journalmodel.h"
#include "panels/journaldetailspane.h"
#include "panels/journalreader.h"
#include "parts/banner.h"
#include "parts/icons.h"
#include "parts/label.h"
#include "parts/tablepane.h"
#include "parts/tableview.h"
#include "services/session.h"
#include "text/format.h"

#include <QAction>
#include <QComboBox>
#include <QFileDialog>
#include <QHBoxLayout>
#include <QLineEdit>
#include <QShowEvent>
#include <QSplitter>
#include <QVBoxLayout>

namespace outboard {

using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

namespace {

/// Between two looks while nobody sees the panel: only the badge needs them.
constexpr auto hiddenPause = 30s;

QComboBox* makeCombo(const QString& objectName, const QString& accessibleName)
{
    auto* combo = new QComboBox;
    combo->setObjectName(objectName);
    combo->setAccessibleName(accessibleName);
    combo->setToolTip(accessibleName);
    combo->setSizeAdjustPolicy(QComboBox::AdjustToContents);
    return combo;
}

QString wholeText(const JournalCheck& check)
{
    return check.whole.number == 0
               ? JournalPanel::tr("Every action is written here before and after it is done.")
               : JournalPanel::tr("The chain of %1 records is whole.")
                     .arg(format::number(check.whole.number));
}

} // namespace

JournalPanel::JournalPanel(PanelHost panelHost, QWidget* parent)
    : Panel(std::move(panelHost), parent)
    , m_model(new JournalModel(host().session->clock(), this))
    , m_reader(new JournalReader(*host().session, this))
    , m_pane(new TablePane(u"journal"_s, host().settings, this))
    , m_details(new JournalDetailsPane(*host().session))
    , m_banner(new Banner)
{
    setObjectName(u"journal"_s);
    m_pane->view()->setAccessibleName(tr("Entries of the journal"));
    m_pane->setTable(m_model);
    buildFilter();
    buildActions();
    m_banner->setObjectName(u"journalBanner"_s);
    m_banner->hide();
    auto* splitter = new QSplitter(Qt::Vertical);
    splitter->setChildrenCollapsible(false);
    splitter->addWidget(m_pane);
    splitter->addWidget(m_details);
    splitter->setStretchFactor(0, 3);
    splitter->setStretchFactor(1, 2);
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(16, 14, 16, 12);
    layout->setSpacing(10);
    layout->addWidget(m_banner);
    layout->addWidget(splitter, 1);
    connect(m_reader, &JournalReader::changed, this, &JournalPanel::showEntries);
    connect(m_reader, &JournalReader::checkedAgain, this, &JournalPanel::showCheck);
    connect(m_pane, &TablePane::endReached, m_reader, &JournalReader::readMore);
    connect(m_pane, &TablePane::filterChanged, this, &JournalPanel::applyFilter);
    connect(m_pane->view(), &TableView::selectionChangedByRows, this, &JournalPanel::showEntry);
    connect(host().session, &Session::journalFailed, this, &JournalPanel::lose);
    showEmpty();
    m_reader->look();
}

void JournalPanel::buildFilter()
{
    m_pane->addFilter(tr("Find an id, a place, a command, a name"));
    m_action = makeCombo(u"journalAction"_s, tr("Action"));
    m_action->addItem(tr("All actions"));
    for (const JournalAction& action : journalActions())
        m_action->addItem(action.title, action.name);
    m_time = makeCombo(u"journalTime"_s, tr("How far back"));
    m_time->addItem(tr("Any time"));
    for (const Milliseconds time :
         {Milliseconds(1h), Milliseconds(24h), Milliseconds(7 * 24h), Milliseconds(30 * 24h)})
        m_time->addItem(tr("Last %1").arg(durationText(time)), qint64(time.count()));
    m_profile = makeCombo(u"journalProfile"_s, tr("Of which profile"));
    m_profile->addItems({tr("This profile"), tr("All profiles")});
    for (QComboBox* combo : {m_action, m_time, m_profile}) {
        m_pane->addChoice(combo);
        connect(combo, &QComboBox::currentIndexChanged, this, &JournalPanel::applyFilter);
    }
}

void JournalPanel::buildActions()
{
    const auto add = [this](
                         const QString& name,
                         const QString& iconName,
                         const QString& text,
                         const QString& toolTip,
                         std::function<void()> run) {
        auto* action = new QAction(icon(iconName), text, this);
        action->setObjectName(name);
        action->setToolTip(toolTip);
        connect(action, &QAction::triggered, this, std::move(run));
        m_actions.append(action);
        m_pane->addButton(action);
    };
    add(u"journalCsv"_s,
        u"export"_s,
        tr("CSV…"),
        tr("Write all entries that pass the filter, with ids and commands, as CSV"),
        [this] { askExport(JournalFormat::Csv); });
    add(u"journalJson"_s,
        u"export"_s,
        tr("JSON…"),
        tr("Write all entries that pass the filter, with ids and commands, as JSON"),
        [this] { askExport(JournalFormat::Json); });
    add(u"journalCheck"_s,
        u"check"_s,
        tr("Check"),
        tr("Walk along the whole chain of records and compare every hash"),
        [this] { m_reader->checkAll(); });
}

void JournalPanel::present(const SnapshotPtr&)
{
    const TimePoint now = host().session->clock()();
    if (!isVisible() && now - m_lookedAt < hiddenPause)
        return;
    m_lookedAt = now;
    m_reader->look();
}

void JournalPanel::focusFilter()
{
    m_pane->focusFilter();
}

QList<QAction*> JournalPanel::panelActions() const
{
    return m_actions;
}

void JournalPanel::showEvent(QShowEvent* event)
{
    Panel::showEvent(event);
    // What nobody looks at is not read.
    m_reader->setFilter(filter());
    m_reader->look();
}

JournalFilter JournalPanel::filter() const
{
    JournalFilter filter;
    filter.text = m_pane->filterText();
    filter.action = m_action->currentData().toString();
    if (m_profile->currentIndex() == 0)
        filter.profile = host().session->profile().name;
    if (m_time->currentIndex() > 0) {
        // Whole minutes, so that the filter is the same one for a while.
        const auto now = std::chrono::floor<std::chrono::minutes>(host().session->clock()());
        filter.since = now - Milliseconds(m_time->currentData().toLongLong());
    }
    return filter;
}

bool JournalPanel::hasFilter() const
{
    const JournalFilter& filter = m_reader->filter();
    return !filter.text.isEmpty() || !filter.action.isEmpty() || filter.since;
}

void JournalPanel::applyFilter()
{
    m_reader->setFilter(filter());
}

void JournalPanel::showEntries()
{
    const QList<JournalEntry>& entries = m_reader->entries();
    m_model->setRows({entries.cbegin(), entries.cend()});
    m_pane->setLoading(m_reader->isReading(), m_reader->hasMore());
    showEmpty();
    showEntry();
}

void JournalPanel::showEntry()
{
    const QList<int> selected = m_pane->view()->selectedRows();
    if (selected.isEmpty()) {
        m_details->show(std::nullopt);
        return;
    }
    const int current = m_pane->view()->currentIndex().row();
    m_details->show(m_model->rowAt(selected.contains(current) ? current : selected.first()));
}

void JournalPanel::showEmpty()
{
    if (m_reader->error())
        m_pane->setEmpty(u"unplugged"_s, tr("The journal cannot be read"), m_reader->error()->what);
    else if (!m_reader->hasAnswer() || m_reader->isReading())
        m_pane->setEmpty(u"clock"_s, tr("Reading the journal…"), {});
    else if (hasFilter())
        m_pane->setEmpty(
            u"filter"_s, tr("No entry passes the filter"), tr("Change or clear the filter above."));
    else
        m_pane->setEmpty(
            u"journal"_s,
            tr("Nothing was done yet"),
            tr("Every relay, claim, acknowledgement and replay is written here before and after it "
               "is done, with its ids and commands; so is unlocking."));
}

void JournalPanel::showCheck()
{
    const auto& check = m_reader->checked();
    m_pane->setNote(check && !check->broken ? wholeText(*check) : QString(), Tone::Muted);
    Banner::Content content;
    if (m_reader->error()) {
        content.title = tr("The journal cannot be used, so nothing can be changed");
        content.text = m_reader->error()->what;
        content.detail = m_reader->error()->detail;
    } else if (check && check->broken) {
        content.title = tr("The journal is broken at record %1").arg(*check->broken);
        content.text = tr("%1 What stands from there on is no evidence. Keep a copy of the file "
                          "and find out who can write to it.")
                           .arg(check->problem);
    } else if (m_lost) {
        content.title = tr("A result is missing in the journal");
        content.text = m_lost->what;
        content.detail = m_lost->detail;
    } else if (check && check->cutOff > 0) {
        content.title =
            tr("Actions cut off, unknown whether they were done: %1").arg(check->cutOff);
        content.text = tr("Outboard ended between intent and result. Look at the servers before "
                          "you repeat them; the first is record %1.")
                           .arg(check->firstCutOff);
        content.tone = Tone::Warning;
    }
    m_banner->setVisible(!content.title.isEmpty());
    if (!content.title.isEmpty())
        m_banner->show(content);
    showBadge();
    showEmpty();
}

void JournalPanel::showBadge()
{
    const auto& check = m_reader->checked();
    if (m_reader->error() || (check && check->broken))
        emit badgeChanged(u"!"_s, Tone::Critical);
    else if (m_lost || (check && check->cutOff > 0))
        emit badgeChanged(
            check && check->cutOff > 0 ? format::number(check->cutOff) : u"!"_s, Tone::Warning);
    else
        emit badgeChanged({}, Tone::Neutral);
}

void JournalPanel::lose(const Error& error)
{
    m_lost = error;
    showCheck();
}

void JournalPanel::askExport(JournalFormat format)
{
    const bool isJson = format == JournalFormat::Json;
    auto* dialog = new QFileDialog(this, isJson ? tr("Export as JSON") : tr("Export as CSV"));
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    dialog->setAcceptMode(QFileDialog::AcceptSave);
    dialog->setDefaultSuffix(isJson ? u"json"_s : u"csv"_s);
    dialog->selectFile(isJson ? u"journal.json"_s : u"journal.csv"_s);
    connect(dialog, &QFileDialog::fileSelected, this, [this, format](const QString& path) {
        exportTo(path, format);
    });
    dialog->open();
}

void JournalPanel::exportTo(const QString& path, JournalFormat format)
{
    onAnswer(
        host().session->exportJournal(path, format, filter()),
        this,
        [this, path](const Result<qint64>& written) {
            host().notify(
                written
                    ? tr("%1 entries exported to %2").arg(outboard::format::number(*written), path)
                    : written.error().what);
        });
}

} // namespace outboard
