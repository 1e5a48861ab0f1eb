// SPDX-License-Identifier: GPL-3.0-or-later
#include "outbox/pgdsn.h"

#include <libpq-fe.h>

#include <QCoreApplication>

#include <algorithm>
#include <memory>

namespace outboard {

using namespace Qt::StringLiterals;

namespace {

using Options = std::unique_ptr<PQconninfoOption, decltype(&PQconninfoFree)>;
using Connection = std::unique_ptr<PGconn, decltype(&PQfinish)>;

QByteArrayList listed(const QByteArray& text)
{
    return text.isEmpty() ? QByteArrayList() : text.split(',');
}

/// libpq takes one port for all hosts.
QByteArray portOf(const QByteArrayList& ports, qsizetype index)
{
    const QByteArray port = ports.size() == 1 ? ports.first() : ports.value(index);
    return port.isEmpty() ? QByteArray("5432") : port;
}

Error noHost()
{
    return Error{
        Error::Kind::Refused,
        QCoreApplication::translate(
            "outboard",
            "The DSN names no host that a tunnel can lead to. Write the server's name, as the SSH "
            "host knows it, or leave \"ssh\" out."),
        {}};
}

} // namespace

Result<PgDsn> PgDsn::parse(const QString& text)
{
    char* complaint = nullptr;
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
    QStringList servers;
    const QByteArrayList ports = listed(m_values.value("port"));
    for (const QByteArray& one : host.split(','))
        servers << QString::fromUtf8(one + ':' + portOf(ports, servers.size()));
    return servers.join(u", "_s);
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

QByteArray PgDsn::value(const QByteArray& keyword) const
{
    return m_values.value(keyword);
}

PgDsn PgDsn::expanded() const
{
    // A value that cannot be stops libpq after it has put all settings together, before it
    // connects.
    const QByteArray stopper = "target_session_attrs";
    PgDsn stopped = *this;
    stopped.set(stopper, "-");
    const Connection connection(PQconnectStart(stopped.conninfo().constData()), &PQfinish);
    const Options options(connection ? PQconninfo(connection.get()) : nullptr, &PQconninfoFree);
    PgDsn all = *this;
    for (const PQconninfoOption* option = options.get(); option && option->keyword; ++option) {
        if (option->val && option->keyword != stopper && !has(option->keyword))
            all.m_values.insert(option->keyword, option->val);
    }
    return all;
}

Result<QList<NetPlace>> PgDsn::servers() const
{
    const QByteArrayList names = listed(value("host"));
    const QByteArrayList addresses = listed(value("hostaddr"));
    const QByteArrayList ports = listed(value("port"));
    QList<NetPlace> servers;
    for (qsizetype i = 0; i < std::max(names.size(), addresses.size()); ++i) {
        const QByteArray host = addresses.value(i).isEmpty() ? names.value(i) : addresses.at(i);
        if (host.isEmpty() || host.startsWith('/') || host.startsWith('@'))
            return noHost();
        servers << NetPlace{QString::fromUtf8(host), portOf(ports, i).toUShort()};
    }
    return servers.isEmpty() ? Result<QList<NetPlace>>(noHost()) : servers;
}

Result<PgDsn> PgDsn::routed(const NetRoute& route) const
{
    PgDsn routed = expanded();
    const auto servers = routed.servers();
    if (!servers)
        return servers.error();
    QByteArrayList addresses;
    QByteArrayList ports;
    for (const NetPlace& server : *servers) {
        const auto near = route(server);
        if (!near)
            return near.error();
        addresses << near->host.toUtf8();
        ports << QByteArray::number(near->port);
    }
    routed.set("hostaddr", addresses.join(','));
    routed.set("port", ports.join(','));
    return routed;
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
