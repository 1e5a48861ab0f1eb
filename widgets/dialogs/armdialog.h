// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QDialog>

class QLineEdit;

namespace outboard {

class Label;
class Session;

/// Asks for the profile's name before writing is unlocked in production.
class ArmDialog final : public QDialog
{
    Q_OBJECT

public:
    explicit ArmDialog(Session& session, QWidget* parent = nullptr);

private:
    void build();
    void tryArm();

    Session& m_session;
    QLineEdit* m_name;
    Label* m_problem;
};

/// Unlocks writing: at once, or through the dialog in production.
void requestArm(Session& session, QWidget* parent);

} // namespace outboard
