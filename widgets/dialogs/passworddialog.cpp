// SPDX-License-Identifier: GPL-3.0-or-later
#include "dialogs/passworddialog.h"

#include "parts/label.h"

#include <QCheckBox>
#include <QDialogButtonBox>
#include <QLineEdit>
#include <QPushButton>
#include <QVBoxLayout>

namespace outboard {

using namespace Qt::StringLiterals;

PasswordDialog::PasswordDialog(const QString& source, const QString& why, QWidget* parent)
    : QDialog(parent)
    , m_password(new QLineEdit(this))
    , m_remember(new QCheckBox(tr("Remember in the keychain"), this))
    , m_where(new Label(this, Label::Style::Small, Tone::Muted))
{
    setObjectName(u"passwordDialog"_s);
    setWindowTitle(tr("Password"));
    setModal(true);
    build(source, why);
}

void PasswordDialog::build(const QString& source, const QString& why)
{
    auto* question = new Label(this, Label::Style::Strong);
    question->setText(tr("Password for %1").arg(source));
    auto* reason = new Label(this, Label::Style::Body, Tone::Muted);
    reason->setText(why);
    m_password->setObjectName(u"password"_s);
    m_password->setAccessibleName(question->text());
    m_password->setEchoMode(QLineEdit::Password);
    m_remember->setObjectName(u"remember"_s);
    m_remember->setEnabled(false);
    m_where->setObjectName(u"passwordKept"_s);
    m_where->setText(tr("Kept in memory until Outboard ends."));
    auto* buttons = new QDialogButtonBox(QDialogButtonBox::Cancel, this);
    auto* give = buttons->addButton(tr("Connect"), QDialogButtonBox::AcceptRole);
    give->setObjectName(u"givePassword"_s);
    give->setEnabled(false);

    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(20, 16, 20, 16);
    column->setSpacing(10);
    column->setSizeConstraint(QLayout::SetFixedSize);
    for (QWidget* widget : std::initializer_list<QWidget*>{
             question, reason, m_password, m_remember, m_where, buttons})
        column->addWidget(widget);
    // A fixed width makes the height of wrapped text certain.
    for (Label* label : {reason, m_where}) {
        label->setWordWrap(true);
        label->setFixedWidth(420);
    }
    connect(m_password, &QLineEdit::textChanged, this, [give](const QString& text) {
        give->setEnabled(!text.isEmpty());
    });
    connect(buttons, &QDialogButtonBox::accepted, this, &PasswordDialog::give);
    connect(buttons, &QDialogButtonBox::rejected, this, &QDialog::reject);
    m_password->setFocus();
}

void PasswordDialog::setHasKeychain(bool isThere)
{
    m_remember->setEnabled(isThere);
    if (!isThere) {
        m_where->setText(
            tr("This desktop has no keychain that answers: the password is kept in memory until "
               "Outboard ends."));
    }
}

void PasswordDialog::give()
{
    const QString password = m_password->text();
    if (password.isEmpty())
        return;
    m_password->clear();
    emit given(password, m_remember->isChecked());
    accept();
}

} // namespace outboard
