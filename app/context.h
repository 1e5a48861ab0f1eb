// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "commandline.h"
#include "core/access.h"
#include "core/count.h"
#include "core/result.h"
#include "core/time.h"
#include "exitcode.h"
#include "output.h"
#include "services/backends.h"
#include "services/recording.h"
#include "services/relay.h"
#include "settings/profile.h"
#include "terminal.h"

#include <memory>
#include <optional>
#include <stop_token>
#include <type_traits>
#include <utility>

namespace outboard {

class Broker;
class Ledger;
class MemorySecrets;
class OutboxStore;

/// What a command works with: its options, the profile's servers, and where to print and ask.
class Context
{
public:
    /// `asked` receives passwords that the operator types; `secrets` must look there first.
    Context(
        const CommandLine& line,
        Output& out,
        Profile profile,
        std::shared_ptr<MemorySecrets> asked,
        std::shared_ptr<const SecretStore> secrets,
        std::stop_token stop);
    ~Context();
    Q_DISABLE_COPY_MOVE(Context)

    const CommandLine& line() const { return m_line; }

    Output& out() { return m_out; }

    const std::stop_token& stop() const { return m_stop; }

    /// Its automatic ledgers are found after findLedgers().
    const Profile& profile() const { return m_backends->profile(); }

    const BackendsPtr& backends() const { return m_backends; }

    ProgressFn progress();

    bool isDryRun() const;

    /// Replaces the profile's automatic ledgers by those that exist; without a database that
    /// answers there are none, and the reason is printed.
    void findLedgers();

    // Connections. When the server refuses the password and somebody is at the terminal, it is
    // asked for and tried once more.
    Result<std::unique_ptr<OutboxStore>> openOutbox(Access access);
    Result<std::unique_ptr<Broker>> openBroker(Access access);
    Result<std::unique_ptr<Ledger>> openLedger(qsizetype index, Access access);

    /// Any other attempt that can fail for a password: tried once more after it was asked for.
    /// `source` is "outbox", "broker", "ledger/<table>" or "celery".
    template<class Attempt>
    auto withPassword(const QString& source, const Attempt& attempt)
        -> std::invoke_result_t<Attempt>
    {
        auto result = attempt();
        if (!result && result.error().kind == Error::Kind::Auth
            && askPassword(source, result.error()))
            return attempt();
        return result;
    }

    std::optional<QString> secret(const QString& source) const;

    /// Asks for the password of this source ("outbox", "broker", "ledger/<table>") after the server
    /// refused the one there was. False when nobody is there to answer.
    bool askPassword(const QString& source, const Error& refusal);

    // What a command that changes something tells the journal. A dry run changes nothing and tells
    // nothing.

    /// What it is about to do, as soon as that is known; again when more is. From here on a guard's
    /// refusal and the error that ends the command are written down.
    void declare(JournalIntent intent);

    /// Does what was declared, `work(Recording&) -> Result<T>`, with the intent written before and
    /// the result after. The one way for a command to change something.
    template<class T, class Work>
    Result<T> act(const QStringList& commands, const Work& work)
    {
        Q_ASSERT(m_declared);
        JournalIntent intent = std::exchange(m_declared, std::nullopt).value_or(JournalIntent());
        intent.commands = commands;
        std::optional<Error> lost;
        Result<T> done = recorded<T>(openedJournal(), intent, systemClock(), lost, work);
        if (lost)
            m_out.message(lost->what);
        m_hasActed = true;
        return done;
    }

    bool hasActed() const { return m_hasActed; }

    /// The command ended with this error before it did what it declared.
    void giveUp(const Error& error);

    /// For commands that change something, before anything is looked at: production must be armed,
    /// and somebody must be there to say yes unless --yes did. The exit code when it must not go
    /// on.
    std::optional<ExitCode> refuseUnlessAllowed();

    /// Asks, unless --yes; over 100, or in production, `count` is to be typed. The exit code when
    /// the answer is no.
    std::optional<ExitCode> refuseUnlessConfirmed(const QString& question, const Count& count);

    /// Prints the sentence; returns ExitCode::Guard.
    ExitCode refuse(const QString& sentence);

private:
    /// What cuts a connection at once. Not one that changes something: its work stops between
    /// chunks.
    std::stop_token stopFor(Access access) const;

    const OpenedJournal& openedJournal();

    const CommandLine& m_line;
    Output& m_out;
    Terminal m_terminal;
    std::shared_ptr<MemorySecrets> m_asked;
    std::shared_ptr<const SecretStore> m_secrets;
    std::stop_token m_stop;
    BackendsPtr m_backends;
    std::optional<OpenedJournal> m_journal; ///< Opened when it is first needed.
    std::optional<JournalIntent> m_declared;
    bool m_hasActed = false;
};

} // namespace outboard
