// SPDX-License-Identifier: GPL-3.0-or-later
#include "context.h"

#include "brokers/broker.h"
#include "journalfile.h"
#include "ledger/ledger.h"
#include "ledger/ledgersearch.h"
#include "outbox/outboxstore.h"
#include "services/friction.h"
#include "settings/secretstores.h"
#include "store/journal.h"
#include "text.h"

#include <utility>

namespace outboard {

using namespace Qt::StringLiterals;

Context::Context(
    const CommandLine& line,
    Output& out,
    Profile profile,
    std::shared_ptr<MemorySecrets> asked,
    std::shared_ptr<const SecretStore> secrets,
    std::stop_token stop)
    : m_line(line)
    , m_out(out)
    , m_asked(std::move(asked))
    , m_secrets(std::move(secrets))
    , m_stop(std::move(stop))
    , m_backends(makeBackends(std::move(profile), m_secrets))
{}

Context::~Context() = default;

ProgressFn Context::progress()
{
    return [this](qint64 done, std::optional<qint64> total) { m_out.progress(done, total); };
}

bool Context::isDryRun() const
{
    return m_line.has(u"dry-run"_s);
}

void Context::findLedgers()
{
    if (!hasAutomaticLedgers(profile()))
        return;
    auto found = withPassword(
        u"outbox"_s, [this] { return outboard::findLedgers(profile(), *m_secrets, m_stop); });
    if (found) {
        m_backends = makeBackends(std::move(*found), m_secrets);
        return;
    }
    m_out.message(Text::tr("Whether events were handled is unknown: %1").arg(found.error().what));
    m_backends = makeBackends(withoutAutomaticLedgers(profile()), m_secrets);
}

std::stop_token Context::stopFor(Access access) const
{
    return access == Access::Monitor ? m_stop : std::stop_token();
}

std::optional<QString> Context::secret(const QString& source) const
{
    return m_secrets->find(secretKey(profile().name, source));
}

Result<std::unique_ptr<OutboxStore>> Context::openOutbox(Access access)
{
    return withPassword(
        u"outbox"_s, [this, access] { return m_backends->openOutbox(access, stopFor(access)); });
}

Result<std::unique_ptr<Broker>> Context::openBroker(Access access)
{
    return withPassword(
        u"broker"_s, [this, access] { return m_backends->openBroker(access, stopFor(access)); });
}

Result<std::unique_ptr<Ledger>> Context::openLedger(qsizetype index, Access access)
{
    return withPassword(ledgerSource(profile().ledgers.at(index)), [this, index, access] {
        return m_backends->openLedger(index, access, stopFor(access));
    });
}

bool Context::askPassword(const QString& source, const Error& refusal)
{
    if (!m_terminal.isInteractive())
        return false;
    m_out.message(refusal.what);
    const auto password =
        m_terminal.password(Text::tr("Password for %1 of %2:").arg(source, profile().name));
    if (!password)
        return false;
    m_asked->insert(secretKey(profile().name, source), *password);
    return true;
}

std::optional<ExitCode> Context::refuseUnlessAllowed()
{
    const QString armed = m_line.value(u"arm"_s);
    const bool isProduction = profile().environment == Environment::Production;
    if (!armed.isEmpty() && armed != profile().name) {
        return refuse(
            Text::tr("--arm names \"%1\", but the profile is \"%2\". Nothing was changed.")
                .arg(armed, profile().name));
    }
    if (isDryRun())
        return std::nullopt;
    if (isProduction && armed.isEmpty()) {
        return refuse(Text::tr("Profile \"%1\" is production and read-only. Look with --dry-run, "
                               "then add --arm %1.")
                          .arg(profile().name));
    }
    if (!m_line.has(u"yes"_s) && !m_terminal.isInteractive()) {
        return refuse(Text::tr(
            "This changes something, and nobody is at a terminal to be asked. Look with --dry-run, "
            "then add --yes."));
    }
    return std::nullopt;
}

std::optional<ExitCode> Context::refuseUnlessConfirmed(const QString& question, const Count& count)
{
    if (m_line.has(u"yes"_s))
        return std::nullopt;
    const bool isConfirmed = needsTypedCount(profile(), count)
                                 ? m_terminal.confirmTyped(question, typedCount(count))
                                 : m_terminal.confirm(question);
    if (isConfirmed)
        return std::nullopt;
    // Whoever says no has done nothing.
    m_declared.reset();
    return refuse(Text::tr("Nothing was changed."));
}

ExitCode Context::refuse(const QString& sentence)
{
    const Error error{Error::Kind::Refused, sentence, {}};
    m_out.error(error);
    giveUp(error);
    return ExitCode::Guard;
}

void Context::declare(JournalIntent intent)
{
    if (!isDryRun())
        m_declared = std::move(intent);
}

void Context::giveUp(const Error& error)
{
    const auto declared = std::exchange(m_declared, std::nullopt);
    if (!declared)
        return;
    const auto written =
        openedJournal() ? (*openedJournal())->note(*declared, journalResult(error), systemClock()())
                        : Result<void>(openedJournal().error());
    if (!written)
        m_out.message(written.error().what);
}

const OpenedJournal& Context::openedJournal()
{
    if (!m_journal)
        m_journal = openJournal();
    return *m_journal;
}

} // namespace outboard
