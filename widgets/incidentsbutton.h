// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QList>
#include <QToolButton>

class QAction;

namespace outboard {

class Incidents;

/// What can go wrong in a sandbox, to start and to end; says how much goes wrong now.
class IncidentsButton final : public QToolButton
{
    Q_OBJECT

public:
    /// `incidents` must outlive the button.
    explicit IncidentsButton(Incidents& incidents, QWidget* parent = nullptr);

    /// One to start and end each incident, and one that ends all; for the command palette.
    QList<QAction*> commands() const;

private:
    void addIncident(const QString& name, const QString& title, const QString& description);
    void follow();

    Incidents& m_incidents;
    QList<QAction*> m_toggles;
    QAction* m_endAll = nullptr;
};

} // namespace outboard
