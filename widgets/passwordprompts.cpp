// SPDX-License-Identifier: GPL-3.0-or-later
#include "passwordprompts.h"

#include "core/onanswer.h"
#include "dialogs/passworddialog.h"
#include "services/session.h"
#include "settings/passwordkeeper.h"
#include "text/sourcetext.h"

namespace outboard {

PasswordPrompts::PasswordPrompts(Session& session, PasswordKeeper& keeper, QWidget* window)
    : QObject(window)
    , m_session(session)
    , m_keeper(keeper)
    , m_window(window)
{}

bool PasswordPrompts::canAsk(const SourceHealth& source) const
{
    return source.error && source.error->kind == Error::Kind::Auth
           && passwordKeyOf(m_session.profile(), source.name);
}

void PasswordPrompts::present(const SnapshotPtr& snapshot)
{
    for (const SourceHealth& source : snapshot->sources) {
        if (m_dialog)
            return;
        if (!canAsk(source) || m_asked.contains(source.name))
            continue;
        m_asked.insert(source.name);
        ask(source);
    }
}

void PasswordPrompts::ask(const SourceHealth& source)
{
    const auto key = passwordKeyOf(m_session.profile(), source.name);
    if (m_dialog || !key || !source.error)
        return;
    m_dialog = new PasswordDialog(sourceTitle(source.name), source.error->what, m_window);
    m_dialog->setAttribute(Qt::WA_DeleteOnClose);
    connect(
        m_dialog,
        &PasswordDialog::given,
        this,
        [this, key = *key](const QString& password, bool remember) {
            take(key, password, remember);
        });
    onAnswer(m_keeper.hasKeychain(), m_dialog, [dialog = m_dialog](const Result<bool>& isThere) {
        dialog->setHasKeychain(isThere && *isThere);
    });
    m_dialog->open();
}

void PasswordPrompts::take(const QString& key, const QString& password, bool remember)
{
    m_keeper.keep(key, password);
    if (remember) {
        onAnswer(m_keeper.remember(key, password), this, [this](const Result<void>& stored) {
            if (!stored)
                emit notRemembered(stored.error().what);
        });
    }
    m_session.poller().pollNow();
}

} // namespace outboard
