// SPDX-License-Identifier: GPL-3.0-or-later
#include "dialogs/connectwizard.h"

#include "core/onanswer.h"
#include "dialogs/connectwizard/connectpage.h"
#include "dialogs/connectwizard/ledgerspage.h"
#include "dialogs/connectwizard/messagespage.h"
#include "dialogs/connectwizard/outboxmappingpage.h"
#include "dialogs/connectwizard/previewpage.h"
#include "dialogs/connectwizard/savepage.h"
#include "parts/buttonlook.h"
#include "parts/label.h"
#include "settings/connectiontext.h"
#include "settings/profilejson.h"
#include "settings/secretstores.h"

#include <QHBoxLayout>
#include <QPushButton>
#include <QStackedWidget>
#include <QVBoxLayout>

namespace outboard {

using namespace Qt::StringLiterals;

namespace {

/// What was typed, or stood in an address, by the keys of the secret stores.
QHash<QString, QString> secretsOf(const WizardState& state)
{
    const Profile& profile = state.profile;
    QHash<QString, QString> secrets;
    const auto add = [&](const QString& source, const QString& typed, const QString& address) {
        const QString inside = splitPassword(address).password;
        const QString password = inside.isEmpty() ? typed : inside;
        if (!password.isEmpty())
            secrets.insert(secretKey(profile.name, source), password);
    };
    add(u"outbox"_s, state.passwords.value(u"outbox"_s), profile.outbox.dsn);
    add(u"broker"_s, state.passwords.value(u"broker"_s), profile.broker.url);
    for (const LedgerSettings& ledger : profile.ledgers) {
        if (!ledger.dsn.isEmpty())
            add(ledgerSource(ledger), state.passwords.value(u"ledgers"_s), ledger.dsn);
    }
    return secrets;
}

} // namespace

ConnectWizard::ConnectWizard(ProfileStore store, QWidget* parent)
    : QDialog(parent)
    , m_store(std::move(store))
    , m_step(new Label(this, Label::Style::Small, Tone::Muted))
    , m_title(new Label(this, Label::Style::Heading))
    , m_text(new Label(this, Label::Style::Body, Tone::Muted))
    , m_pages(new QStackedWidget(this))
    , m_back(new QPushButton(tr("Back"), this))
    , m_next(new QPushButton(this))
{
    setObjectName(u"connectWizard"_s);
    setWindowTitle(tr("New profile"));
    setModal(true);
    setAttribute(Qt::WA_DeleteOnClose);
    resize(860, 700);
    build();
    go(0);
}

void ConnectWizard::build()
{
    m_save = new SavePage(m_state, m_store.names());
    for (WizardPage* page : std::initializer_list<WizardPage*>{
             new ConnectPage(m_state, m_desk),
             new OutboxMappingPage(m_state),
             new LedgersPage(m_state),
             new MessagesPage(m_state),
             new PreviewPage(m_state, m_desk),
             m_save}) {
        m_pages->addWidget(page);
        connect(page, &WizardPage::readyChanged, this, &ConnectWizard::update);
    }
    m_text->setWordWrap(true);
    m_step->setObjectName(u"wizardStep"_s);
    m_back->setObjectName(u"wizardBack"_s);
    m_next->setObjectName(u"wizardNext"_s);
    for (QPushButton* button : {m_back, m_next})
        button->setAutoDefault(false);
    setLook(*m_next, ButtonLook::Primary);
    auto* cancel = new QPushButton(tr("Cancel"));
    cancel->setAutoDefault(false);
    auto* buttons = new QHBoxLayout;
    buttons->addWidget(cancel);
    buttons->addStretch();
    buttons->addWidget(m_back);
    buttons->addWidget(m_next);
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(20, 18, 20, 16);
    column->setSpacing(8);
    column->addWidget(m_step);
    column->addWidget(m_title);
    column->addWidget(m_text);
    column->addSpacing(8);
    column->addWidget(m_pages, 1);
    column->addLayout(buttons);
    connect(cancel, &QPushButton::clicked, this, &QDialog::reject);
    connect(m_back, &QPushButton::clicked, this, [this] { go(m_pages->currentIndex() - 1); });
    connect(m_next, &QPushButton::clicked, this, &ConnectWizard::next);
}

WizardPage* ConnectWizard::page(int index) const
{
    return qobject_cast<WizardPage*>(m_pages->widget(index));
}

void ConnectWizard::go(int index)
{
    m_pages->setCurrentIndex(index);
    const WizardPage* shown = page(index);
    m_step->setText(tr("Step %1 of %2").arg(index + 1).arg(m_pages->count()));
    m_title->setText(shown->title());
    m_text->setText(shown->text());
    update();
}

void ConnectWizard::next()
{
    const int index = m_pages->currentIndex() + 1;
    if (index == m_pages->count()) {
        save();
        return;
    }
    go(index);
    page(index)->enter();
}

void ConnectWizard::update()
{
    const int index = m_pages->currentIndex();
    if (index < 0)
        return;
    m_back->setEnabled(index > 0);
    m_next->setText(index + 1 == m_pages->count() ? tr("Save profile") : tr("Next"));
    m_next->setEnabled(page(index)->isReady());
}

void ConnectWizard::save()
{
    // What the file would be refused for is said before it is written.
    if (auto read = profileFromJson(profileToJson(m_state.profile), {}); !read) {
        m_save->present(read.error().what);
        return;
    }
    if (auto saved = m_store.save(m_state.profile); !saved) {
        m_save->present(saved.error().what);
        return;
    }
    const auto secrets = secretsOf(m_state);
    if (secrets.isEmpty()) {
        finish({});
        return;
    }
    m_next->setEnabled(false);
    onAnswer(m_desk.storeSecrets(secrets), this, [this](const Result<void>& stored) {
        finish(stored ? QString() : stored.error().what);
    });
}

/// The profile is there either way: a password that was not stored is asked for when it is needed.
void ConnectWizard::finish(const QString& passwordProblem)
{
    emit saved(m_state.profile.name);
    if (passwordProblem.isEmpty()) {
        accept();
        return;
    }
    m_save->present(tr("The profile is saved, but its passwords are not: %1").arg(passwordProblem));
    m_back->setEnabled(false);
    m_next->setText(tr("Close"));
    m_next->setEnabled(true);
    m_next->disconnect(this);
    connect(m_next, &QPushButton::clicked, this, &QDialog::accept);
}

} // namespace outboard
