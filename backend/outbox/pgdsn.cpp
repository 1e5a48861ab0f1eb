// SPDX-License-Identifier: GPL-3.0-or-later
#include "outbox/pgdsn.h"

#include <libpq-fe.h>

#include <QCoreApplication>

#include <memory>

namespace outboard {

using namespace Qt::StringLiterals;

Result<PgDsn> PgDsn::parse(const QString& text)
{
    char* complaint = nullptr;
    using Options = std::unique_ptr<PQconninfoOption, decltype(&PQconninfoFree)>;
    const Options options(PQconninfoParse(text.toUtf8().constData(), &complaint), &PQconninfoFree);
    // libpq's complaint repeats the text, and with it the password.
    PQfreemem(complaint);
    if (!options) {
        return Error{
            Error::Kind::Refused,
            QCoreApplication::translate(
                "outboard",
                "The DSN cannot be read. Write postgresql://user@host:5432/database, "
                "\"host=… dbname=… user=…\" or \"service=…\"."),
            {}};
    }
    PgDsn dsn;
    for (const PQconninfoOption* option = options.get(); option->keyword; ++option) {
        if (option->val)
            dsn.m_values.insert(option->keyword, option->val);
    }
    return dsn;
}

QString PgDsn::server() const
{
    if (m_values.contains("service") && !has("host") && !has("hostaddr"))
        return QCoreApplication::translate("outboard", "service %1")
            .arg(QString::fromUtf8(m_values.value("service")));
    const QByteArray fallback =
        qEnvironmentVariableIsSet("PGHOST") ? qgetenv("PGHOST") : "localhost";
    const QByteArray host = m_values.value("host", m_values.value("hostaddr", fallback));
    if (host.startsWith('/'))
        return QString::fromUtf8(host);
    const QByteArray port = m_values.value("port", "5432");
    return QString::fromUtf8(host) + u':' + QString::fromUtf8(port);
}

QString PgDsn::database() const
{
    return QString::fromUtf8(m_values.value("dbname"));
}

QString PgDsn::user() const
{
    return QString::fromUtf8(m_values.value("user"));
}

bool PgDsn::hasPassword() const
{
    return !m_values.value("password").isEmpty();
}

bool PgDsn::has(const QByteArray& keyword) const
{
    return m_values.contains(keyword);
}

void PgDsn::set(const QByteArray& keyword, const QByteArray& value)
{
    m_values.insert(keyword, value);
}

QByteArray PgDsn::conninfo() const
{
    QByteArray text;
    for (auto it = m_values.cbegin(); it != m_values.cend(); ++it) {
        QByteArray value = it.value();
        value.replace('\\', "\\\\").replace('\'', "\\'");
        text += it.key() + "='" + value + "' ";
    }
    return text;
}

QString PgDsn::redacted(QString text) const
{
    for (const QByteArray keyword : {"password", "sslpassword"}) {
        const QString secret = QString::fromUtf8(m_values.value(keyword));
        if (!secret.isEmpty())
            text.replace(secret, u"***"_s);
    }
    return text;
}

} // namespace outboard
