// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "dialogs/connectwizard/settingsform.h"
#include "dialogs/connectwizard/wizardpage.h"

class QListWidget;

namespace outboard {

class Label;
class ReasonsView;

/// The ledgers that were found; each can be left out and changed line by line.
class LedgersPage final : public WizardPage
{
    Q_OBJECT

public:
    explicit LedgersPage(WizardState& state, QWidget* parent = nullptr);

    void enter() override;

private:
    void choose(int index);
    void take();

    QList<LedgerProposal> m_proposals; ///< As they were changed.
    QListWidget* m_list;
    Label* m_none;
    ReasonsView* m_reasons;
    SettingsForm<LedgerSettings>* m_form;
};

} // namespace outboard
