// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "panel.h"

#include <QKeySequence>
#include <QMainWindow>
#include <QTimer>

#include <vector>

class QSplitter;
class QStackedWidget;

namespace outboard {

class BannerStack;
class ContextBar;
class Incidents;
class InspectorPane;
class Navigation;
class PasswordKeeper;
class PasswordPrompts;
class StatusLine;

/// The one window: context bar, navigation, banners, the panels, the inspector, operations, status
/// line.
class MainWindow final : public QMainWindow
{
    Q_OBJECT

public:
    /// Both must outlive the window.
    MainWindow(Session& session, QSettings& settings, QWidget* parent = nullptr);

    /// Brings a panel to the front, by index into panelKinds().
    void open(qsizetype index);

    qsizetype current() const { return m_current; }

    /// Asks for passwords that servers refuse, and hands them to the keeper, which must outlive the
    /// window. Without one nothing is asked.
    void askForPasswords(PasswordKeeper& keeper);

    /// Offers what can go wrong in a sandbox, which must outlive the window.
    void addIncidents(Incidents& incidents);

    /// Rounds go on while the window is minimised or hidden: something else shows them.
    void watchWhileHidden() { m_watchesHidden = true; }

    /// What the command palette offers now.
    QList<QAction*> commands() const;

protected:
    void showEvent(QShowEvent* event) override;
    void hideEvent(QHideEvent* event) override;
    void changeEvent(QEvent* event) override;
    void closeEvent(QCloseEvent* event) override;

private:
    void build();
    void addCommands();
    void addColorCommands();
    void addProfileMenu();
    QAction* addCommand(
        const QString& id,
        const QString& text,
        const QString& iconName,
        const QKeySequence& keys,
        std::function<void()> run);
    PanelHost panelHost();
    Panel* panel(qsizetype index);
    void makeRest();
    void present(const SnapshotPtr& snapshot);
    void tick();
    void followVisibility();
    void inspect(const std::optional<Inspected>& inspected);
    void unmaskPayload(const QString& title);
    void planReplay(const PlanRequest& request);
    void trace(const QString& what);
    void applyRemedy(const Remedy& remedy);

    Session& m_session;
    QSettings& m_settings;
    ContextBar* m_contextBar;
    Navigation* m_navigation;
    BannerStack* m_banners;
    QSplitter* m_splitter;
    QStackedWidget* m_stack;
    InspectorPane* m_inspector;
    StatusLine* m_statusLine;
    PasswordPrompts* m_passwords = nullptr; ///< Null: nothing is asked.
    std::vector<Panel*> m_panels;           ///< In navigation order; null until it is needed.
    QList<QAction*> m_commands;
    QTimer m_tick;
    qsizetype m_current = -1;
    bool m_isSeen = false;
    bool m_isPaused = true; ///< By this window.
    bool m_watchesHidden = false;
};

} // namespace outboard
