// SPDX-License-Identifier: GPL-3.0-or-later
#include "dialogs/armdialog.h"

#include "services/session.h"
#include "theme.h"

#include <QDialogButtonBox>
#include <QLabel>
#include <QLineEdit>
#include <QPushButton>
#include <QVBoxLayout>

namespace outboard {

using namespace Qt::StringLiterals;

ArmDialog::ArmDialog(Session& session, QWidget* parent)
    : QDialog(parent)
    , m_session(session)
    , m_name(new QLineEdit)
    , m_problem(new QLabel)
    , m_arm(nullptr)
{
    setObjectName(u"armDialog"_s);
    setWindowTitle(tr("Unlock writing"));
    setModal(true);
    auto* text = new QLabel(
        tr("\"%1\" is a production profile. While it is unlocked, relay, claim, acknowledge and "
           "replay change what real customers see. It locks itself again after 15 minutes.\n\n"
           "Type the profile's name to unlock:")
            .arg(session.profile().name));
    text->setTextFormat(Qt::PlainText);
    text->setWordWrap(true);
    m_name->setObjectName(u"profileName"_s);
    m_name->setAccessibleName(tr("Profile name"));
    m_problem->setTextFormat(Qt::PlainText);
    m_problem->setWordWrap(true);
    m_problem->setVisible(false);
    QPalette palette = this->palette();
    palette.setColor(QPalette::WindowText, currentTheme().color(Tone::Critical));
    m_problem->setPalette(palette);
    auto* buttons = new QDialogButtonBox(QDialogButtonBox::Cancel);
    m_arm = buttons->addButton(tr("Unlock"), QDialogButtonBox::AcceptRole);
    m_arm->setObjectName(u"arm"_s);

    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(20, 18, 20, 16);
    layout->setSpacing(12);
    layout->addWidget(text);
    layout->addWidget(m_name);
    layout->addWidget(m_problem);
    layout->addWidget(buttons);
    setMinimumWidth(440);

    connect(buttons, &QDialogButtonBox::accepted, this, &ArmDialog::tryArm);
    connect(buttons, &QDialogButtonBox::rejected, this, &QDialog::reject);
}

void ArmDialog::tryArm()
{
    const auto armed = m_session.arm(m_name->text());
    if (armed) {
        accept();
        return;
    }
    m_problem->setText(armed.error().what);
    m_problem->setVisible(true);
    m_name->selectAll();
    m_name->setFocus();
}

void requestArm(Session& session, QWidget* parent)
{
    if (session.profile().environment != Environment::Production) {
        // Cannot be refused outside production; the lock's state is shown by the context bar.
        std::ignore = session.arm({});
        return;
    }
    auto* dialog = new ArmDialog(session, parent);
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    dialog->open();
}

} // namespace outboard
