// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "dialogs/connectwizard/wizardstate.h"
#include "services/mapping/mappingdesk.h"
#include "settings/profilestore.h"

#include <QDialog>

class QPushButton;
class QStackedWidget;

namespace outboard {

class Label;
class SavePage;
class WizardPage;

/// From two addresses to a saved profile: servers, outbox, ledgers, messages, preview, save. What
/// is asked of servers is asked away from the GUI thread; nothing is written to them.
class ConnectWizard final : public QDialog
{
    Q_OBJECT

public:
    explicit ConnectWizard(ProfileStore store, QWidget* parent = nullptr);

signals:
    /// The profile lies in the store.
    void saved(const QString& profile);

private:
    void build();
    void go(int page);
    void next();
    void update();
    void save();
    void finish(const QString& passwordProblem);
    WizardPage* page(int index) const;

    ProfileStore m_store;
    WizardState m_state;
    MappingDesk m_desk;
    Label* m_step;
    Label* m_title;
    Label* m_text;
    QStackedWidget* m_pages;
    SavePage* m_save = nullptr;
    QPushButton* m_back;
    QPushButton* m_next;
};

} // namespace outboard
