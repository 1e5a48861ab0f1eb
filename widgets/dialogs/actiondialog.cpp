// SPDX-License-Identifier: GPL-3.0-or-later
#include "dialogs/actiondialog.h"

#include "core/onanswer.h"
#include "dialogs/armdialog.h"
#include "parts/label.h"
#include "services/friction.h"
#include "services/session.h"
#include "text/format.h"

#include <QDialogButtonBox>
#include <QFormLayout>
#include <QHBoxLayout>
#include <QLabel>
#include <QLineEdit>
#include <QPlainTextEdit>
#include <QPushButton>
#include <QTabWidget>
#include <QVBoxLayout>

namespace outboard {

using namespace Qt::StringLiterals;

namespace {

QLabel* makeLabel(const QString& objectName)
{
    auto* label = new QLabel;
    label->setObjectName(objectName);
    label->setTextFormat(Qt::PlainText);
    label->setWordWrap(true);
    return label;
}

QPlainTextEdit* makeCode(const QString& objectName, const QString& accessibleName)
{
    auto* edit = new QPlainTextEdit;
    edit->setObjectName(objectName);
    edit->setAccessibleName(accessibleName);
    edit->setReadOnly(true);
    edit->setFont(monoFont());
    edit->setLineWrapMode(QPlainTextEdit::WidgetWidth);
    edit->setTabChangesFocus(true);
    return edit;
}

} // namespace

ActionDialog::ActionDialog(Session& session, const QString& title, QWidget* parent)
    : QDialog(parent)
    , m_session(session)
    , m_headline(makeLabel(u"headline"_s))
    , m_effect(new Label)
    , m_wide(new QVBoxLayout)
    , m_form(new QFormLayout)
{
    setWindowTitle(title);
    setModal(true);
    resize(720, 620);

    QFont large = font();
    large.setPointSizeF(large.pointSizeF() * 1.25);
    large.setWeight(QFont::DemiBold);
    m_headline->setFont(large);
    m_effect->setObjectName(u"effect"_s);
    m_effect->setWordWrap(true);
    m_effect->setFilled(true);
    m_effect->setMargin(10);
    m_form->setFieldGrowthPolicy(QFormLayout::ExpandingFieldsGrow);
    m_form->setHorizontalSpacing(16);
    m_form->setVerticalSpacing(8);

    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(20, 18, 20, 16);
    layout->setSpacing(12);
    layout->addWidget(m_headline);
    layout->addLayout(m_form);
    layout->addLayout(m_wide);
    layout->addWidget(m_effect);
    buildPreview(layout);
    buildConfirmation(layout);

    connect(&session, &Session::armedChanged, this, &ActionDialog::updateButtons);
    updateButtons();
}

void ActionDialog::buildPreview(QVBoxLayout* layout)
{
    auto* tabs = new QTabWidget;
    tabs->setObjectName(u"preview"_s);
    tabs->setDocumentMode(true);
    m_commands = makeCode(u"commands"_s, tr("SQL and broker commands"));
    m_commandLine = makeCode(u"commandLine"_s, tr("Equivalent command line"));
    tabs->addTab(m_commands, tr("SQL and commands"));
    tabs->addTab(m_commandLine, tr("Command line"));
    tabs->setMinimumHeight(150);
    layout->addWidget(tabs, 1);
}

void ActionDialog::buildConfirmation(QVBoxLayout* layout)
{
    m_typedRow = new QWidget;
    auto* typedLayout = new QHBoxLayout(m_typedRow);
    typedLayout->setContentsMargins(0, 0, 0, 0);
    m_typedLabel = makeLabel(u"typedLabel"_s);
    m_typed = new QLineEdit;
    m_typed->setObjectName(u"typed"_s);
    m_typed->setMaximumWidth(160);
    m_typedLabel->setBuddy(m_typed);
    typedLayout->addWidget(m_typedLabel, 1);
    typedLayout->addWidget(m_typed);
    layout->addWidget(m_typedRow);

    m_hint = makeLabel(u"hint"_s);
    m_unlock = new QPushButton(tr("Unlock writing…"));
    m_unlock->setObjectName(u"unlock"_s);
    m_unlock->setAutoDefault(false);
    auto* buttons = new QDialogButtonBox(QDialogButtonBox::Cancel);
    m_run = buttons->addButton(tr("Run"), QDialogButtonBox::AcceptRole);
    m_run->setObjectName(u"run"_s);
    auto* row = new QHBoxLayout;
    row->addWidget(m_hint, 1);
    row->addWidget(m_unlock);
    row->addWidget(buttons);
    layout->addLayout(row);

    connect(m_typed, &QLineEdit::textChanged, this, &ActionDialog::updateButtons);
    connect(m_unlock, &QPushButton::clicked, this, &ActionDialog::unlock);
    connect(buttons, &QDialogButtonBox::rejected, this, &QDialog::reject);
    connect(buttons, &QDialogButtonBox::accepted, this, [this] {
        if (!m_run->isEnabled())
            return;
        run();
        emit started();
        accept();
    });
}

void ActionDialog::addWide(QWidget* widget)
{
    m_wide->addWidget(widget);
}

void ActionDialog::setHeadline(const QString& text)
{
    m_headline->setText(text);
}

void ActionDialog::setEffect(const QString& text, Tone tone)
{
    m_effect->setText(text);
    m_effect->setTone(tone);
}

void ActionDialog::setCount(const Count& count)
{
    m_count = count;
    updateButtons();
}

void ActionDialog::setVerb(const QString& text)
{
    m_run->setText(text);
}

void ActionDialog::setCommandLine(const QString& text)
{
    m_commandLine->setPlainText(format::escaped(text));
}

void ActionDialog::setCommands(const QFuture<Result<QStringList>>& commands)
{
    const int asked = ++m_commandsAsked;
    onAnswer(commands, this, [this, asked](const Result<QStringList>& answer) {
        if (asked != m_commandsAsked)
            return;
        m_commands->setPlainText(
            answer ? format::escaped(answer->join(u'\n')) : answer.error().what);
    });
}

void ActionDialog::setObstacle(const QString& text)
{
    m_obstacle = text;
    updateButtons();
}

bool ActionDialog::needsTyping() const
{
    return needsTypedCount(m_session.profile(), m_count);
}

QString ActionDialog::expectedText() const
{
    return typedCount(m_count);
}

void ActionDialog::updateButtons()
{
    const bool typing = needsTyping();
    m_typedRow->setVisible(typing);
    m_typedLabel->setText(tr("To confirm, type %1:").arg(expectedText()));
    m_typed->setAccessibleName(m_typedLabel->text());
    const bool confirmed = !typing || m_typed->text().trimmed() == expectedText();
    const bool armed = m_session.isArmed();
    m_unlock->setVisible(!armed);
    if (!m_obstacle.isEmpty())
        m_hint->setText(m_obstacle);
    else if (!armed)
        m_hint->setText(tr("Outboard is read-only."));
    else
        m_hint->clear();
    m_run->setEnabled(armed && confirmed && m_obstacle.isEmpty());
}

void ActionDialog::unlock()
{
    requestArm(m_session, this);
}

} // namespace outboard
