// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QDialog>

class QCheckBox;
class QLineEdit;

namespace outboard {

class Label;

/// Asks for the password of one source, after the server refused the one there was. Remembering it
/// is offered where there is a keychain.
class PasswordDialog final : public QDialog
{
    Q_OBJECT

public:
    /// `why` is the server's refusal, as a sentence.
    PasswordDialog(const QString& source, const QString& why, QWidget* parent);

    void setHasKeychain(bool isThere);

signals:
    void given(const QString& password, bool remember);

private:
    void build(const QString& source, const QString& why);
    void give();

    QLineEdit* m_password;
    QCheckBox* m_remember;
    Label* m_where;
};

} // namespace outboard
