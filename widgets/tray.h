// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "model/snapshot.h"
#include "theme.h"

#include <QObject>
#include <QSet>

#include <optional>

class QSystemTrayIcon;

namespace outboard {

class MainWindow;
class Session;

/// How the tray shows a round.
struct TrayLook
{
    QString icon; ///< For parts/icons.h.
    Tone tone = Tone::Muted;
    QString toolTip;

    friend bool operator==(const TrayLook&, const TrayLook&) = default;
};

TrayLook trayLook(const SnapshotPtr& snapshot, const Profile& profile, TimePoint now);

/// Critical findings that count and were not there in the round before. Nothing is new in the first
/// round: whoever opens a window looks at it.
QList<Finding> newCriticals(const std::optional<QSet<QString>>& before, const Snapshot& snapshot);

/// Stands in the desktop's tray, where there is one, and tells of new critical findings while the
/// window is not looked at. Keeps the rounds going then.
class Tray final : public QObject
{
    Q_OBJECT

public:
    /// Null where the desktop has no tray. Both must outlive it.
    static Tray* make(Session& session, MainWindow& window);

private:
    Tray(Session& session, MainWindow& window);
    void present(const SnapshotPtr& snapshot);
    void openWindow();

    Session& m_session;
    MainWindow& m_window;
    QSystemTrayIcon* m_icon;
    std::optional<QSet<QString>> m_criticals; ///< Ids of the last round.
};

} // namespace outboard
