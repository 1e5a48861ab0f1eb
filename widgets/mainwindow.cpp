// SPDX-License-Identifier: GPL-3.0-or-later
#include "mainwindow.h"

#include "bannerstack.h"
#include "contextbar.h"
#include "core/onanswer.h"
#include "dialogs/commandpalette.h"
#include "dialogs/incidentactions.h"
#include "dialogs/keyssheet.h"
#include "inspectorpane.h"
#include "navigation.h"
#include "operationsstrip.h"
#include "parts/environmentband.h"
#include "parts/icons.h"
#include "parts/inspector.h"
#include "passwordprompts.h"
#include "profilemenu.h"
#include "services/payloadmask.h"
#include "services/session.h"
#include "statusline.h"

#include <QAbstractButton>
#include <QAction>
#include <QApplication>
#include <QClipboard>
#include <QCloseEvent>
#include <QSettings>
#include <QSplitter>
#include <QStackedWidget>
#include <QVBoxLayout>

namespace outboard {

using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

MainWindow::MainWindow(Session& session, QSettings& settings, QWidget* parent)
    : QMainWindow(parent)
    , m_session(session)
    , m_settings(settings)
    , m_contextBar(new ContextBar(session, &settings, this))
    , m_navigation(new Navigation(panelKinds(), this))
    , m_banners(new BannerStack(this))
    , m_splitter(new QSplitter(this))
    , m_stack(new QStackedWidget(this))
    , m_inspector(new InspectorPane(this))
    , m_statusLine(new StatusLine(session.poller(), session.clock(), this))
    , m_panels(size_t(panelKinds().size()))
{
    setObjectName(u"mainWindow"_s);
    setWindowTitle(
        tr("%1 (%2) – Outboard")
            .arg(session.profile().name, environmentTitle(session.profile().environment)));
    build();
    addCommands();
    resize(1280, 800);
    restoreGeometry(m_settings.value(u"window/geometry"_s).toByteArray());
    m_splitter->restoreState(m_settings.value(u"window/splitter"_s).toByteArray());

    m_session.poller().pause(); // Until the window is seen.
    connect(&m_session.poller(), &Poller::polled, this, &MainWindow::present);
    connect(&m_tick, &QTimer::timeout, this, &MainWindow::tick);
    connect(m_navigation, &Navigation::chosen, this, &MainWindow::open);
    m_inspector->inspector()->setMask(PayloadMask(session.profile()));
    connect(
        m_inspector->inspector(), &Inspector::unmaskRequested, this, &MainWindow::unmaskPayload);
    connect(&m_session, &Session::lockedByChange, m_statusLine, &StatusLine::notify);
    connect(m_inspector->inspector(), &Inspector::traceRequested, this, &MainWindow::trace);
    connect(m_inspector, &InspectorPane::closed, this, [this] { inspect(std::nullopt); });
    open(0);
    m_stack->setFocus(); // Not the first pill.
}

void MainWindow::build()
{
    m_splitter->setObjectName(u"splitter"_s);
    m_splitter->setChildrenCollapsible(false);
    m_splitter->addWidget(m_stack);
    m_splitter->addWidget(m_inspector);
    m_splitter->setStretchFactor(0, 1);
    m_inspector->hide();

    auto* central = new QWidget(this);
    auto* rows = new QVBoxLayout(central);
    auto* middle = new QHBoxLayout;
    auto* content = new QVBoxLayout;
    for (QLayout* layout : std::initializer_list<QLayout*>{rows, middle, content}) {
        layout->setContentsMargins({});
        layout->setSpacing(0);
    }
    content->addWidget(m_banners);
    content->addWidget(m_splitter, 1);
    middle->addWidget(m_navigation);
    middle->addLayout(content, 1);
    rows->addWidget(m_contextBar);
    rows->addLayout(middle, 1);
    rows->addWidget(new OperationsStrip(m_session, this));
    rows->addWidget(m_statusLine);
    setCentralWidget(central);
}

QAction* MainWindow::addCommand(
    const QString& id,
    const QString& text,
    const QString& iconName,
    const QKeySequence& keys,
    std::function<void()> run)
{
    auto* action = new QAction(icon(iconName), text, this);
    action->setObjectName(u"command:"_s + id);
    action->setShortcut(keys);
    connect(action, &QAction::triggered, this, std::move(run));
    addAction(action);
    m_commands.append(action);
    return action;
}

void MainWindow::addCommands()
{
    for (qsizetype i = 0; i < panelKinds().size(); ++i) {
        const PanelKind& kind = panelKinds().at(i);
        const QKeySequence keys = i < 9 ? QKeySequence(u"Alt+%1"_s.arg(i + 1)) : QKeySequence();
        addCommand(
            u"open:"_s + kind.id, tr("Go to %1").arg(kind.title), kind.icon, keys, [this, i] {
                open(i);
            });
    }
    addCommand(u"refresh"_s, tr("Refresh now"), u"refresh"_s, Qt::Key_F5, [this] {
        m_session.poller().pollNow();
    });
    addCommand(u"filter"_s, tr("Go to the filter"), u"search"_s, Qt::Key_Slash, [this] {
        panel(m_current)->focusFilter();
    });
    addCommand(u"writeLock"_s, tr("Arm or lock actions"), u"lock"_s, Qt::CTRL | Qt::Key_L, [this] {
        m_contextBar->toggleWriteLock();
    });
    addCommand(u"close"_s, tr("Close the inspector"), u"close"_s, Qt::Key_Escape, [this] {
        inspect(std::nullopt);
    });
    addCommand(u"palette"_s, tr("Show all commands"), u"command"_s, Qt::CTRL | Qt::Key_K, [this] {
        (new CommandPalette(commands(), this))->show();
    });
    addCommand(u"keys"_s, tr("Show the keys"), u"keys"_s, Qt::Key_Question, [this] {
        (new KeysSheet(commands(), this))->open();
    });
    auto* incidents = new IncidentActions(
        m_session, [this](const QString& text) { m_statusLine->notify(text); }, this);
    m_commands += incidents->all();
    addProfileMenu();
    addColorCommands();
}

void MainWindow::addProfileMenu()
{
    auto* menu = new ProfileMenu(ProfileStore(), m_session.profile(), this);
    connect(menu, &ProfileMenu::noticed, m_statusLine, &StatusLine::notify);
    QAbstractButton* button = m_navigation->addBelow(u"profiles"_s, tr("Profiles"), u"profiles"_s);
    connect(button, &QAbstractButton::clicked, menu, [menu, button] {
        menu->popup(button->mapToGlobal(QPoint(0, -menu->sizeHint().height())));
    });
    addCommand(
        u"profile:new"_s, tr("New profile…"), u"profiles"_s, {}, [menu] { menu->makeProfile(); });
    addCommand(u"profile:import"_s, tr("Import a profile…"), u"profiles"_s, {}, [menu] {
        menu->importFile();
    });
    addCommand(u"profile:export"_s, tr("Export this profile…"), u"export"_s, {}, [menu] {
        menu->exportFile();
    });
}

void MainWindow::addColorCommands()
{
    const auto add = [this](const QString& id, const QString& text, ColorMode mode) {
        addCommand(u"colors:"_s + id, text, u"mode"_s, {}, [this, id, mode] {
            m_settings.setValue(u"window/colors"_s, id);
            applyTheme(*qobject_cast<QApplication*>(QCoreApplication::instance()), mode);
        });
    };
    add(u"system"_s, tr("Colours: as the desktop"), ColorMode::System);
    add(u"light"_s, tr("Colours: light"), ColorMode::Light);
    add(u"dark"_s, tr("Colours: dark"), ColorMode::Dark);
}

void MainWindow::addIncidents(Incidents& incidents)
{
    m_commands += m_contextBar->addIncidents(incidents);
}

void MainWindow::askForPasswords(PasswordKeeper& keeper)
{
    m_passwords = new PasswordPrompts(m_session, keeper, this);
    m_banners->offerPasswords(
        [this](const SourceHealth& source) { return m_passwords->canAsk(source); });
    connect(m_banners, &BannerStack::passwordWanted, m_passwords, &PasswordPrompts::ask);
    connect(m_passwords, &PasswordPrompts::notRemembered, m_statusLine, &StatusLine::notify);
}

QList<QAction*> MainWindow::commands() const
{
    QList<QAction*> all;
    if (m_current >= 0)
        all = m_panels.at(size_t(m_current))->panelActions();
    return all + m_commands;
}

PanelHost MainWindow::panelHost()
{
    return {
        .session = &m_session,
        .settings = &m_settings,
        .inspect = [this](const std::optional<Inspected>& inspected) { inspect(inspected); },
        .planReplay = [this](const PlanRequest& request) { planReplay(request); },
        .trace = [this](const QString& what) { trace(what); },
        .applyRemedy = [this](const Remedy& remedy) { applyRemedy(remedy); },
        .notify = [this](const QString& text) { m_statusLine->notify(text); },
    };
}

Panel* MainWindow::panel(qsizetype index)
{
    Panel*& panel = m_panels.at(size_t(index));
    if (panel)
        return panel;
    const PanelKind& kind = panelKinds().at(index);
    panel = kind.make(panelHost(), m_stack);
    panel->setObjectName(kind.id);
    panel->setAccessibleName(kind.title);
    m_stack->addWidget(panel);
    connect(panel, &Panel::badgeChanged, this, [this, index](const QString& text, Tone tone) {
        m_navigation->setBadge(index, text, tone);
    });
    if (const SnapshotPtr latest = m_session.poller().latest())
        panel->present(latest);
    return panel;
}

void MainWindow::open(qsizetype index)
{
    m_stack->setCurrentWidget(panel(index));
    m_current = index;
    m_navigation->setCurrent(index);
}

void MainWindow::makeRest()
{
    // One at a time, so that the first paint and the first keys do not wait for panels nobody looks
    // at.
    for (qsizetype i = 0; i < panelKinds().size(); ++i) {
        if (m_panels.at(size_t(i)))
            continue;
        panel(i);
        QTimer::singleShot(0, this, &MainWindow::makeRest);
        return;
    }
}

void MainWindow::present(const SnapshotPtr& snapshot)
{
    m_contextBar->present(snapshot);
    for (Panel* panel : m_panels) {
        if (panel)
            panel->present(snapshot);
    }
    tick();
    if (m_passwords)
        m_passwords->present(snapshot);
}

void MainWindow::tick()
{
    m_contextBar->tick();
    m_statusLine->tick();
    if (const SnapshotPtr latest = m_session.poller().latest())
        m_banners->show(latest->sources, m_session.clock()());
}

void MainWindow::inspect(const std::optional<Inspected>& inspected)
{
    m_inspector->show(inspected);
    m_inspector->setVisible(inspected.has_value());
}

void MainWindow::unmaskPayload(const QString& title)
{
    onAnswer(m_session.unmask(title), this, [this, title](const Result<void>& written) {
        if (written)
            m_inspector->inspector()->unmask(title);
        else
            m_statusLine->notify(written.error().what);
    });
}

void MainWindow::planReplay(const PlanRequest& request)
{
    for (qsizetype i = 0; i < panelKinds().size(); ++i) {
        if (panel(i)->planReplay(request)) {
            open(i);
            return;
        }
    }
}

void MainWindow::trace(const QString& what)
{
    for (qsizetype i = 0; i < panelKinds().size(); ++i) {
        if (panel(i)->trace(what)) {
            open(i);
            return;
        }
    }
}

void MainWindow::applyRemedy(const Remedy& remedy)
{
    if (remedy.kind == RemedyKind::Copy) {
        QGuiApplication::clipboard()->setText(remedy.text);
        m_statusLine->notify(tr("Copied."));
        return;
    }
    for (qsizetype i = 0; i < panelKinds().size(); ++i) {
        if (panel(i)->apply(remedy)) {
            open(i);
            return;
        }
    }
    m_statusLine->notify(
        tr("No screen of this window mends that. The evidence says where to look."));
}

void MainWindow::followVisibility()
{
    const bool isSeen = isVisible() && !isMinimized();
    if (isSeen == m_isSeen)
        return;
    m_isSeen = isSeen;
    if (isSeen) {
        if (std::exchange(m_isPaused, false))
            m_session.poller().resume();
        m_tick.start(1s);
        QTimer::singleShot(0, this, &MainWindow::makeRest);
    } else {
        if (!m_watchesHidden && !std::exchange(m_isPaused, true))
            m_session.poller().pause();
        m_tick.stop();
    }
}

void MainWindow::showEvent(QShowEvent* event)
{
    QMainWindow::showEvent(event);
    followVisibility();
}

void MainWindow::hideEvent(QHideEvent* event)
{
    QMainWindow::hideEvent(event);
    followVisibility();
}

void MainWindow::changeEvent(QEvent* event)
{
    QMainWindow::changeEvent(event);
    if (event->type() == QEvent::WindowStateChange)
        followVisibility();
}

void MainWindow::closeEvent(QCloseEvent* event)
{
    m_settings.setValue(u"window/geometry"_s, saveGeometry());
    m_settings.setValue(u"window/splitter"_s, m_splitter->saveState());
    QMainWindow::closeEvent(event);
}

} // namespace outboard
