// SPDX-License-Identifier: GPL-3.0-or-later
#include "outbox/pgconnection.h"

#include "core/log.h"
#include "outbox/pgcompat.h"
#include "outbox/pgdeadline.h"
#include "outbox/pgdsn.h"
#include "outbox/pgerror.h"
#include "outbox/pgstartup.h"

#include <locale.h>

#include <QCoreApplication>
#include <QElapsedTimer>

#include <clocale>
#include <functional>

namespace outboard {

namespace {

/// How much longer than the server's own limit the client waits before it cuts the connection.
constexpr Milliseconds answerMargin{2'000};
constexpr Milliseconds connectMargin{3'000};

/// libpq translates its messages into the desktop's language; connectError() reads English.
class EnglishMessages
{
public:
    EnglishMessages()
        : m_locale(newlocale(LC_MESSAGES_MASK, "C", duplocale(LC_GLOBAL_LOCALE)))
        , m_previous(uselocale(m_locale))
    {}

    ~EnglishMessages()
    {
        uselocale(m_previous);
        freelocale(m_locale);
    }
    Q_DISABLE_COPY_MOVE(EnglishMessages)

private:
    locale_t m_locale;
    locale_t m_previous;
};

bool holdsZeroByte(const PgParameters& parameters)
{
    return std::any_of(parameters.begin(), parameters.end(), [](const auto& parameter) {
        return parameter && parameter->contains('\0');
    });
}

/// Throws what libpqxx throws.
PgRows fetch(
    pqxx::transaction_base& transaction, const QByteArray& sql, const PgParameters& parameters)
{
    auto result = parameters.empty()
                      ? transaction.exec(sql.toStdString())
                      : pgcompat::execute(transaction, sql.toStdString(), parameters);
    return PgRows(std::make_shared<const PgRows::Data>(PgRows::Data{std::move(result)}));
}

Error zeroByteError()
{
    return Error{
        Error::Kind::Refused,
        QCoreApplication::translate(
            "outboard",
            "A value holds a zero byte, which PostgreSQL text cannot. It was not sent."),
        {}};
}

/// libpqxx 6 drops the SQLSTATE of the errors that it has types for.
QByteArray sqlstateOf(const pqxx::sql_error& error)
{
    if (!error.sqlstate().empty())
        return QByteArray::fromStdString(error.sqlstate());
    const std::pair<const char*, bool> types[] = {
        {"42501", dynamic_cast<const pqxx::insufficient_privilege*>(&error) != nullptr},
        {"42P01", dynamic_cast<const pqxx::undefined_table*>(&error) != nullptr},
        {"42703", dynamic_cast<const pqxx::undefined_column*>(&error) != nullptr},
        {"42883", dynamic_cast<const pqxx::undefined_function*>(&error) != nullptr},
        {"42601", dynamic_cast<const pqxx::syntax_error*>(&error) != nullptr},
        {"23000", dynamic_cast<const pqxx::integrity_constraint_violation*>(&error) != nullptr},
        {"22000", dynamic_cast<const pqxx::data_exception*>(&error) != nullptr},
        {"53000", dynamic_cast<const pqxx::insufficient_resources*>(&error) != nullptr},
    };
    for (const auto& [state, matches] : types) {
        if (matches)
            return state;
    }
    return {};
}

Error closedError()
{
    return Error{
        Error::Kind::Cancelled,
        QCoreApplication::translate("outboard", "The connection was closed."),
        {}};
}

} // namespace

struct PgConnection::Private
{
    PgDsn dsn;
    Access access;
    Milliseconds statementTimeout;
    Milliseconds lockTimeout;
    std::stop_token stop = {};
    std::unique_ptr<pqxx::connection> connection = {};
    std::unique_ptr<pgcompat::QuietNotices> notices = {};
    std::unique_ptr<PgDeadline> deadline = {};
    std::unique_ptr<std::stop_callback<std::function<void()>>> onStop = {};
    bool isPooled = false;
    bool isBroken = false;

    Result<void> prepare();

    Error broken(const QString& text)
    {
        isBroken = true;
        if (stop.stop_requested() && access == Access::Monitor)
            return closedError();
        return deadline->hasCut() ? answerTimedOut(dsn) : connectionLost(dsn, text);
    }

    /// Foreign exceptions stop here.
    template<class Work>
    auto guarded(Milliseconds limit, Work work) -> Result<decltype(work())>;
};

template<class Work>
auto PgConnection::Private::guarded(Milliseconds limit, Work work) -> Result<decltype(work())>
{
    if (isBroken)
        return broken({});
    try {
        const PgDeadline::Guard guard(*deadline, limit + answerMargin);
        return work();
    } catch (const pqxx::in_doubt_error& error) {
        isBroken = true;
        return commitInDoubt(dsn.redacted(QString::fromUtf8(error.what())));
    } catch (const pqxx::broken_connection& error) {
        return broken(QString::fromUtf8(error.what()));
    } catch (const pqxx::statement_completion_unknown& error) {
        return statementError("40003", dsn.redacted(QString::fromUtf8(error.what())));
    } catch (const pqxx::deadlock_detected& error) {
        return statementError("40P01", dsn.redacted(QString::fromUtf8(error.what())));
    } catch (const pqxx::transaction_rollback& error) {
        return statementError("40001", dsn.redacted(QString::fromUtf8(error.what())));
    } catch (const pqxx::sql_error& error) {
        const Error mapped =
            statementError(sqlstateOf(error), dsn.redacted(QString::fromUtf8(error.what())));
        if (!connection->is_open() || mapped.kind == Error::Kind::Unreachable)
            isBroken = true;
        return mapped;
    } catch (const std::exception& error) {
        if (!connection->is_open())
            return broken(QString::fromUtf8(error.what()));
        return statementError({}, dsn.redacted(QString::fromUtf8(error.what())));
    }
}

/// A pooler tells its clients a process of its own making, so that it can find who cancels.
Result<void> PgConnection::Private::prepare()
{
    const auto process = guarded(connectMargin, [&] {
        return pqxx::nontransaction(*connection).exec("SELECT pg_backend_pid()")[0][0].as<int>();
    });
    if (!process)
        return process.error();
    isPooled = *process != connection->backendpid();
    if (isPooled)
        return {};
    const auto set = guarded(connectMargin, [&] {
        pqxx::nontransaction(*connection)
            .exec(
                settingsSql(PgScope::Session, access, statementTimeout, lockTimeout).toStdString());
        return true;
    });
    return set ? Result<void>() : set.error();
}

Result<std::unique_ptr<PgConnection>> PgConnection::open(
    const PgTarget& target, std::stop_token stop)
{
    auto parsed = PgDsn::parse(target.dsn);
    if (parsed && target.route)
        parsed = parsed->routed(target.route);
    if (!parsed)
        return parsed.error();
    const bool isMonitor = target.access == Access::Monitor;
    auto d = std::make_unique<Private>(Private{
        completedDsn(std::move(*parsed), target.password, target.access),
        target.access,
        target.statementTimeout.value_or(isMonitor ? Milliseconds(150) : Milliseconds(15'000)),
        target.lockTimeout.value_or(isMonitor ? Milliseconds(50) : Milliseconds(2'000)),
        stop});
    try {
        const EnglishMessages english;
        d->connection = std::make_unique<pqxx::connection>(d->dsn.conninfo().toStdString());
        pgcompat::forbidReconnect(*d->connection);
    } catch (const std::exception& error) {
        return connectError(d->dsn, QString::fromUtf8(error.what()));
    }
    d->notices = std::make_unique<pgcompat::QuietNotices>(*d->connection);
    d->deadline = std::make_unique<PgDeadline>(d->connection->sock());
    if (auto prepared = d->prepare(); !prepared)
        return prepared.error();
    if (isMonitor) {
        d->onStop = std::make_unique<std::stop_callback<std::function<void()>>>(
            std::move(stop), [deadline = d->deadline.get()] { deadline->cut(); });
    }
    qCDebug(logPostgres) << "connected to" << d->dsn.server();
    return std::unique_ptr<PgConnection>(new PgConnection(std::move(d)));
}

PgConnection::PgConnection(std::unique_ptr<Private> priv)
    : d(std::move(priv))
{}

PgConnection::~PgConnection()
{
    // A COMMIT or ROLLBACK that never came is the server's to undo; members go in reverse order,
    // the stop callback before what it cuts.
    d->onStop.reset();
    d->deadline.reset();
    d->notices.reset();
}

bool PgConnection::isUsable() const
{
    return !d->isBroken;
}

Access PgConnection::access() const
{
    return d->access;
}

bool PgConnection::isPooled() const
{
    return d->isPooled;
}

Result<Microseconds> PgConnection::ping()
{
    QElapsedTimer timer;
    timer.start();
    if (auto answer = query("SELECT 1"); !answer)
        return answer.error();
    return Microseconds(timer.nsecsElapsed() / 1000);
}

Result<PgRows> PgConnection::query(const QByteArray& sql, const PgParameters& parameters)
{
    if (holdsZeroByte(parameters))
        return zeroByteError();
    if (d->isPooled)
        return queryInTransaction(sql, parameters);
    auto rows = d->guarded(d->statementTimeout, [&] {
        pqxx::nontransaction autocommit(*d->connection);
        return fetch(autocommit, sql, parameters);
    });
    return rows ? std::move(rows) : withNeededRights(rows.error(), sql, d->dsn);
}

Result<PgRows> PgConnection::queryInTransaction(
    const QByteArray& sql, const PgParameters& parameters)
{
    const bool isReading = d->access == Access::Monitor;
    auto transaction = begin(isReading ? Mode::ReadOnly : Mode::ReadWrite);
    if (!transaction)
        return transaction.error();
    auto rows = transaction->query(sql, parameters);
    if (!rows || isReading)
        return rows;
    if (auto committed = transaction->commit(); !committed)
        return committed.error();
    return rows;
}

struct PgTransaction::Private
{
    PgConnection::Private* connection;
    Milliseconds limit;
    std::unique_ptr<pqxx::transaction_base> transaction;
    bool isAborted = false;
};

Result<PgTransaction> PgConnection::begin(Mode mode, std::optional<Milliseconds> statementTimeout)
{
    if (mode == Mode::ReadWrite && d->access == Access::Monitor) {
        return Error{
            Error::Kind::Refused,
            QCoreApplication::translate(
                "outboard",
                "Monitoring connections are read-only. Arm writing and start the action again."),
            {}};
    }
    if (d->isBroken)
        return d->broken({});
    auto made = d->guarded(d->statementTimeout, [&]() -> std::unique_ptr<pqxx::transaction_base> {
        if (mode == Mode::ReadOnly)
            return std::make_unique<pqxx::read_transaction>(*d->connection);
        return std::make_unique<pqxx::work>(*d->connection);
    });
    if (!made)
        return made.error();
    auto priv = std::make_unique<PgTransaction::Private>(PgTransaction::Private{
        d.get(), statementTimeout.value_or(d->statementTimeout), std::move(*made)});
    PgTransaction transaction(std::move(priv));
    QByteArray settings;
    if (d->isPooled) {
        settings = settingsSql(
            PgScope::Transaction,
            d->access,
            statementTimeout.value_or(d->statementTimeout),
            d->lockTimeout);
    } else if (statementTimeout) {
        settings = "SET LOCAL statement_timeout = " + QByteArray::number(statementTimeout->count());
    }
    if (!settings.isEmpty()) {
        if (auto set = transaction.query(settings); !set)
            return set.error();
    }
    return transaction;
}

PgTransaction::PgTransaction(std::unique_ptr<Private> priv)
    : d(std::move(priv))
{}

PgTransaction::PgTransaction(PgTransaction&&) noexcept = default;
PgTransaction& PgTransaction::operator=(PgTransaction&&) noexcept = default;

PgTransaction::~PgTransaction()
{
    if (d)
        rollBack();
}

Result<PgRows> PgTransaction::query(const QByteArray& sql, const PgParameters& parameters)
{
    if (!d->transaction || d->isAborted)
        return statementError("25P02", QStringLiteral("the transaction is over"));
    if (holdsZeroByte(parameters))
        return zeroByteError();
    auto rows =
        d->connection->guarded(d->limit, [&] { return fetch(*d->transaction, sql, parameters); });
    d->isAborted = !rows;
    return rows ? std::move(rows) : withNeededRights(rows.error(), sql, d->connection->dsn);
}

Result<void> PgTransaction::commit()
{
    if (!d->transaction || d->isAborted)
        return statementError("25P02", QStringLiteral("the transaction is over"));
    const auto done = d->connection->guarded(d->limit, [&] {
        d->transaction->commit();
        return true;
    });
    d->isAborted = true;
    if (done)
        return {};
    // Whatever broke the connection after COMMIT was sent, the answer is missing.
    const bool isLost =
        done.error().kind == Error::Kind::Unreachable || done.error().kind == Error::Kind::Timeout;
    return isLost && d->connection->isBroken ? commitInDoubt(done.error().detail) : done.error();
}

void PgTransaction::rollBack()
{
    if (!d->transaction)
        return;
    const auto ended = d->connection->guarded(d->limit, [&] {
        d->transaction.reset();
        return true;
    });
    d->transaction.reset();
    if (!ended)
        qCDebug(logPostgres) << "roll back:" << ended.error().detail;
}

} // namespace outboard
