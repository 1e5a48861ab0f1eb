// SPDX-License-Identifier: GPL-3.0-or-later
#include "handlers/sqlfunctionhandler.h"

#include "ledger/ledger.h"
#include "outbox/sqltext.h"

#include <QCoreApplication>

#include <algorithm>

namespace outboard {

using namespace Qt::StringLiterals;

namespace {

/// Calls in one statement: round trips are what costs, and a statement's parameters are limited.
constexpr std::size_t callsAtOnce = 100;

class SqlFunctionHandler final : public Handler
{
public:
    SqlFunctionHandler(QString name, QString spelled, QByteArray function)
        : m_name(std::move(name))
        , m_spelled(std::move(spelled))
        , m_function(std::move(function))
    {}

    QString name() const override { return m_name; }

    Guard guard() const override { return Guard::Ledger; }

    bool isTransactional() const override { return true; }

    Result<void> apply(std::span<const Event> events, SqlTransaction* transaction) override
    {
        Q_ASSERT(transaction);
        while (!events.empty()) {
            const auto some = events.first(std::min(callsAtOnce, events.size()));
            if (auto done = call(some, *transaction); !done)
                return done;
            events = events.subspan(some.size());
        }
        return {};
    }

    QStringList commands() const override
    {
        return {QString::fromUtf8("SELECT " + m_function + "(:event_id, :payload);")};
    }

private:
    Result<void> call(std::span<const Event> events, SqlTransaction& transaction) const
    {
        QByteArrayList calls;
        std::vector<std::optional<QByteArray>> parameters;
        for (const Event& event : events) {
            if (!event.payload)
                return noPayload(event);
            const auto place = static_cast<qint64>(parameters.size());
            calls << m_function + "($" + QByteArray::number(place + 1) + ", $"
                         + QByteArray::number(place + 2) + ')';
            parameters.emplace_back(event.id.bytes());
            parameters.emplace_back(event.payload);
        }
        auto done = transaction.execute("SELECT " + calls.join(", "), parameters);
        return done ? done : explained(done.error());
    }

    /// Names the function where the server's sentence is about the profile's spelling of it.
    Error explained(const Error& error) const
    {
        if (!error.detail.startsWith(u"42883"))
            return error;
        return Error{
            error.kind,
            QCoreApplication::translate(
                "outboard",
                "The ledger's database has no function %1 that takes an event id and a payload "
                "(%2). "
                "Check \"function\" of handler \"%3\" in the profile (upper and lower case "
                "matter).")
                .arg(m_spelled, error.detail.section(u' ', 1), m_name),
            error.detail};
    }

    static Error noPayload(const Event& event)
    {
        return Error{
            Error::Kind::Refused,
            QCoreApplication::translate(
                "outboard", "Event %1 has no payload to hand to the function. Leave it out.")
                .arg(event.id.text()),
            {}};
    }

    QString m_name;
    QString m_spelled;
    QByteArray m_function;
};

} // namespace

Result<std::unique_ptr<Handler>> makeSqlFunctionHandler(const HandlerSettings& settings)
{
    const auto parts = sqltext::splitName(settings.function, u"handlers.function"_s);
    if (!parts)
        return parts.error();
    return std::unique_ptr<Handler>(std::make_unique<SqlFunctionHandler>(
        settings.name, settings.function, sqltext::qualified(*parts)));
}

} // namespace outboard
