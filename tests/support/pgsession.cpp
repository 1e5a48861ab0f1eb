// SPDX-License-Identifier: GPL-3.0-or-later
#include "support/pgsession.h"

#include <libpq-fe.h>

namespace outboard {

namespace {

using Connection = std::unique_ptr<PGconn, decltype(&PQfinish)>;
using Answer = std::unique_ptr<PGresult, decltype(&PQclear)>;

Error failure(Error::Kind kind, const char* text)
{
    return Error{kind, QString::fromUtf8(text).trimmed(), {}};
}

} // namespace

struct PgSession::Private
{
    Connection connection;

    Result<Answer> run(const QString& sql)
    {
        Answer answer(PQexec(connection.get(), sql.toUtf8().constData()), &PQclear);
        const ExecStatusType status = PQresultStatus(answer.get());
        if (status != PGRES_TUPLES_OK && status != PGRES_COMMAND_OK)
            return failure(Error::Kind::Refused, PQerrorMessage(connection.get()));
        return answer;
    }
};

Result<std::unique_ptr<PgSession>> PgSession::open(const QString& dsn)
{
    auto d = std::make_unique<Private>(
        Private{Connection(PQconnectdb(dsn.toUtf8().constData()), &PQfinish)});
    if (PQstatus(d->connection.get()) != CONNECTION_OK)
        return failure(Error::Kind::Unreachable, PQerrorMessage(d->connection.get()));
    PQsetNoticeProcessor(
        d->connection.get(), [](void*, const char*) {}, nullptr);
    return std::unique_ptr<PgSession>(new PgSession(std::move(d)));
}

PgSession::PgSession(std::unique_ptr<Private> priv)
    : d(std::move(priv))
{}

PgSession::~PgSession() = default;

Result<void> PgSession::exec(const QString& sql)
{
    if (auto answer = d->run(sql); !answer)
        return answer.error();
    return {};
}

Result<QList<QList<QByteArray>>> PgSession::rows(const QString& sql)
{
    auto answer = d->run(sql);
    if (!answer)
        return answer.error();
    const PGresult* result = answer->get();
    QList<QList<QByteArray>> rows;
    for (int row = 0; row < PQntuples(result); ++row) {
        QList<QByteArray> cells;
        for (int column = 0; column < PQnfields(result); ++column) {
            const bool isNull = PQgetisnull(result, row, column) != 0;
            cells << (isNull ? QByteArray() : QByteArray(PQgetvalue(result, row, column)));
        }
        rows << cells;
    }
    return rows;
}

QByteArray PgSession::value(const QString& sql)
{
    const auto answer = rows(sql);
    if (!answer)
        return "error: " + answer.error().what.toUtf8();
    return answer->isEmpty() || answer->first().isEmpty() ? QByteArray() : answer->first().first();
}

int PgSession::backendPid() const
{
    return PQbackendPID(d->connection.get());
}

} // namespace outboard
