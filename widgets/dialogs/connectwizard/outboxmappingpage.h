// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "dialogs/connectwizard/settingsform.h"
#include "dialogs/connectwizard/wizardpage.h"

class QListWidget;

namespace outboard {

class Label;
class ReasonsView;

/// The tables that can be the outbox, the likeliest first, with what speaks for each; the chosen
/// one can be changed line by line.
class OutboxMappingPage final : public WizardPage
{
    Q_OBJECT

public:
    explicit OutboxMappingPage(WizardState& state, QWidget* parent = nullptr);

    void enter() override;
    bool isReady() const override;

private:
    void choose(int index);
    void take();

    QList<OutboxProposal> m_proposals;
    QListWidget* m_list;
    Label* m_none;
    ReasonsView* m_reasons;
    SettingsForm<OutboxSettings>* m_form;
};

} // namespace outboard
