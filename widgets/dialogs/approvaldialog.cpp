// SPDX-License-Identifier: GPL-3.0-or-later
#include "dialogs/approvaldialog.h"

#include "parts/buttonlook.h"
#include "parts/label.h"
#include "settings/handlerapprovals.h"
#include "text/format.h"
#include "theme.h"

#include <QCheckBox>
#include <QDialogButtonBox>
#include <QPlainTextEdit>
#include <QPushButton>
#include <QScrollArea>
#include <QVBoxLayout>

#include <algorithm>

namespace outboard {

using namespace Qt::StringLiterals;

ApprovalDialog::ApprovalDialog(ProfileStore store, const Profile& profile, QWidget* parent)
    : QDialog(parent)
    , m_store(std::move(store))
    , m_profile(profile.name)
    , m_problem(new Label(this, Label::Style::Body, Tone::Critical))
{
    setObjectName(u"approvalDialog"_s);
    setWindowTitle(tr("Approve handlers"));
    setModal(true);
    setAttribute(Qt::WA_DeleteOnClose);
    resize(640, 420);
    auto* question = new Label(this, Label::Style::Strong);
    question->setWordWrap(true);
    question->setText(tr("Profile %1 was imported. May its handlers run this?").arg(profile.name));
    auto* text = new Label(this, Label::Style::Body, Tone::Muted);
    text->setWordWrap(true);
    text->setText(tr("A command runs on this machine as you; an address gets the events' payloads. "
                     "What you do not approve is refused when it is used."));
    auto* entries = new QWidget;
    auto* rows = new QVBoxLayout(entries);
    rows->setContentsMargins(0, 0, 12, 0);
    rows->setSpacing(12);
    for (const HandlerSettings& handler : profile.handlers) {
        if (!handler.awaitsApproval)
            continue;
        m_handlers << handler;
        rows->addWidget(makeEntry(handler));
    }
    rows->addStretch();
    auto* scroll = new QScrollArea;
    scroll->setWidgetResizable(true);
    scroll->setWidget(entries);
    m_problem->setObjectName(u"approvalProblem"_s);
    m_problem->setWordWrap(true);
    m_problem->hide();
    auto* buttons = new QDialogButtonBox;
    auto* yes = buttons->addButton(tr("Approve what is ticked"), QDialogButtonBox::AcceptRole);
    yes->setObjectName(u"approve"_s);
    yes->setAutoDefault(false);
    setLook(*yes, ButtonLook::Danger);
    auto* no = buttons->addButton(tr("Not now"), QDialogButtonBox::RejectRole);
    no->setObjectName(u"notNow"_s);
    no->setDefault(true);
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(20, 18, 20, 16);
    column->setSpacing(12);
    column->addWidget(question);
    column->addWidget(text);
    column->addWidget(scroll, 1);
    column->addWidget(m_problem);
    column->addWidget(buttons);
    connect(buttons, &QDialogButtonBox::accepted, this, &ApprovalDialog::approve);
    connect(buttons, &QDialogButtonBox::rejected, this, &QDialog::reject);
}

bool ApprovalDialog::isNeeded(const Profile& profile)
{
    return std::ranges::any_of(profile.handlers, &HandlerSettings::awaitsApproval);
}

QWidget* ApprovalDialog::makeEntry(const HandlerSettings& handler)
{
    auto* entry = new QWidget;
    auto* box = new QCheckBox(
        handler.kind == u"http"_s ? tr("Handler %1 posts to").arg(format::oneLine(handler.name))
                                  : tr("Handler %1 runs").arg(format::oneLine(handler.name)));
    box->setObjectName(u"approve:"_s + handler.name);
    m_boxes << box;
    // Whole and escaped: what is cut off or invisible could be the part that matters.
    auto* runs = new QPlainTextEdit(format::escaped(whatRuns(handler)));
    runs->setObjectName(u"runs:"_s + handler.name);
    runs->setAccessibleName(box->text());
    runs->setReadOnly(true);
    runs->setFont(monoFont());
    runs->setTabChangesFocus(true);
    runs->setFixedHeight(3 * runs->fontMetrics().lineSpacing() + 12);
    auto* column = new QVBoxLayout(entry);
    column->setContentsMargins({});
    column->setSpacing(4);
    column->addWidget(box);
    column->addWidget(runs);
    return entry;
}

void ApprovalDialog::approve()
{
    for (qsizetype i = 0; i < m_handlers.size(); ++i) {
        if (!m_boxes.at(i)->isChecked())
            continue;
        if (auto done = m_store.approvals().approve(m_profile, m_handlers.at(i)); !done) {
            m_problem->setText(done.error().what);
            m_problem->show();
            return;
        }
    }
    accept();
}

} // namespace outboard
