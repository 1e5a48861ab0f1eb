// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "dialogs/connectwizard/wizardpage.h"

class QComboBox;
class QLineEdit;

namespace outboard {

class Label;

/// The profile's name and environment.
class SavePage final : public WizardPage
{
    Q_OBJECT

public:
    SavePage(WizardState& state, QStringList taken, QWidget* parent = nullptr);

    void enter() override;
    bool isReady() const override;

    /// What went wrong with saving, or with the passwords.
    void present(const QString& problem);

private:
    void take();

    QStringList m_taken;
    QLineEdit* m_name;
    QComboBox* m_environment;
    Label* m_problem;
};

} // namespace outboard
