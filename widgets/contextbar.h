// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "model/snapshot.h"

#include <QWidget>

class QAction;
class QHBoxLayout;
class QSettings;

namespace outboard {

class Incidents;
class Session;
class SourcePills;
class WriteLockButton;

/// Top of the window: where am I (profile, environment), does it answer (one pill per source), how
/// often is it asked, may I write.
class ContextBar final : public QWidget
{
    Q_OBJECT

public:
    ContextBar(Session& session, QSettings* settings, QWidget* parent = nullptr);

    void present(const SnapshotPtr& snapshot);
    /// Countdowns; call every second.
    void tick();
    void toggleWriteLock();
    /// Offers what can go wrong in a sandbox; returns the actions, for the command palette.
    QList<QAction*> addIncidents(Incidents& incidents);

protected:
    void paintEvent(QPaintEvent* event) override;

private:
    Session& m_session;
    QHBoxLayout* m_row;
    SourcePills* m_pills;
    WriteLockButton* m_writeLock;
};

} // namespace outboard
