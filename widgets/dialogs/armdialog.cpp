// SPDX-License-Identifier: GPL-3.0-or-later
#include "dialogs/armdialog.h"

#include "parts/buttonlook.h"
#include "parts/environmentband.h"
#include "parts/label.h"
#include "services/session.h"

#include <QDialogButtonBox>
#include <QLineEdit>
#include <QPushButton>
#include <QVBoxLayout>

#include <tuple>

namespace outboard {

using namespace Qt::StringLiterals;

ArmDialog::ArmDialog(Session& session, QWidget* parent)
    : QDialog(parent)
    , m_session(session)
    , m_name(new QLineEdit(this))
    , m_problem(new Label(this, Label::Style::Body, Tone::Critical))
{
    setObjectName(u"armDialog"_s);
    setWindowTitle(tr("Arm actions"));
    setModal(true);
    build();
}

void ArmDialog::build()
{
    auto* question = new Label(this, Label::Style::Strong);
    question->setText(tr("Let actions write to production?"));
    auto* text = new Label(this, Label::Style::Body, Tone::Muted);
    text->setText(tr(
        "Relay, claim, acknowledge and replay then change what real customers see. Each still asks "
        "before it starts. The lock closes again by itself after 15 minutes."));
    auto* ask = new Label(this);
    ask->setText(tr("Type the profile's name to arm:"));
    m_name->setObjectName(u"profileName"_s);
    m_name->setAccessibleName(tr("Profile name"));
    m_problem->setObjectName(u"armProblem"_s);
    m_problem->hide();
    auto* buttons = new QDialogButtonBox(QDialogButtonBox::Cancel, this);
    auto* arm = buttons->addButton(tr("Arm for 15 minutes"), QDialogButtonBox::AcceptRole);
    arm->setObjectName(u"arm"_s);
    setLook(*arm, ButtonLook::Danger);

    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(0);
    column->setSizeConstraint(QLayout::SetFixedSize);
    column->addWidget(new EnvironmentBand(m_session.profile(), this));
    auto* inner = new QVBoxLayout;
    inner->setContentsMargins(20, 14, 20, 16);
    inner->setSpacing(10);
    for (QWidget* widget :
         std::initializer_list<QWidget*>{question, text, ask, m_name, m_problem, buttons})
        inner->addWidget(widget);
    column->addLayout(inner);
    // A fixed width makes the height of wrapped text certain.
    for (Label* label : {text, m_problem}) {
        label->setWordWrap(true);
        label->setFixedWidth(420);
    }
    connect(buttons, &QDialogButtonBox::accepted, this, &ArmDialog::tryArm);
    connect(buttons, &QDialogButtonBox::rejected, this, &QDialog::reject);
    m_name->setFocus();
}

void ArmDialog::tryArm()
{
    const auto armed = m_session.arm(m_name->text());
    if (armed) {
        accept();
        return;
    }
    m_problem->setText(armed.error().what);
    m_problem->show();
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
