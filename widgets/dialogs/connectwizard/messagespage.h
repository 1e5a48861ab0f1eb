// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "dialogs/connectwizard/settingsform.h"
#include "dialogs/connectwizard/wizardpage.h"

namespace outboard {

class ReasonsView;

/// How the streams are named, and where their entries hold event id and payload.
class MessagesPage final : public WizardPage
{
    Q_OBJECT

public:
    explicit MessagesPage(WizardState& state, QWidget* parent = nullptr);

    void enter() override;

private:
    void take();

    ReasonsView* m_reasons;
    SettingsForm<BrokerSettings>* m_form;
};

} // namespace outboard
