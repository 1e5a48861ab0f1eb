// SPDX-License-Identifier: GPL-3.0-or-later
#include "dialogs/connectwizard/savepage.h"

#include "parts/environmentband.h"
#include "parts/label.h"
#include "settings/profilejson.h"

#include <QComboBox>
#include <QFormLayout>
#include <QLineEdit>

namespace outboard {

using namespace Qt::StringLiterals;

SavePage::SavePage(WizardState& state, QStringList taken, QWidget* parent)
    : WizardPage(
        state,
        tr("Save"),
        tr("A production profile opens read-only, and its actions ask for its name."),
        parent)
    , m_taken(std::move(taken))
    , m_name(new QLineEdit(this))
    , m_environment(new QComboBox(this))
    , m_problem(new Label(this, Label::Style::Body, Tone::Critical))
{
    m_name->setObjectName(u"newProfileName"_s);
    m_name->setAccessibleName(tr("Name"));
    m_name->setPlaceholderText(tr("letters, digits, - _ and ."));
    m_environment->setObjectName(u"newProfileEnvironment"_s);
    m_environment->setAccessibleName(tr("Environment"));
    for (const Environment environment :
         {Environment::Development, Environment::Staging, Environment::Production})
        m_environment->addItem(environmentTitle(environment), int(environment));
    m_problem->setObjectName(u"saveProblem"_s);
    m_problem->setWordWrap(true);
    auto* form = new QFormLayout(this);
    form->setContentsMargins({});
    form->setHorizontalSpacing(16);
    form->setVerticalSpacing(8);
    form->setFieldGrowthPolicy(QFormLayout::ExpandingFieldsGrow);
    form->addRow(tr("Name"), m_name);
    form->addRow(tr("Environment"), m_environment);
    form->addRow(m_problem);
    connect(m_name, &QLineEdit::textChanged, this, &SavePage::take);
    connect(m_environment, &QComboBox::currentIndexChanged, this, &SavePage::take);
}

void SavePage::enter()
{
    m_name->setFocus();
    take();
}

bool SavePage::isReady() const
{
    return checkProfileName(m_name->text()) && !m_taken.contains(m_name->text());
}

void SavePage::present(const QString& problem)
{
    m_problem->setText(problem);
}

void SavePage::take()
{
    state().profile.name = m_name->text();
    state().profile.environment = Environment(m_environment->currentData().toInt());
    const auto checked = checkProfileName(m_name->text());
    if (m_taken.contains(m_name->text()))
        present(tr("There is a profile of this name already."));
    else
        present(m_name->text().isEmpty() || checked ? QString() : checked.error().what);
    emit readyChanged();
}

} // namespace outboard
