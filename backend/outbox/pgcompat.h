// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// Private to pgconnection.cpp and pgrows.cpp: what differs between libpqxx 6 (Debian 12) and 7
// (Debian 13).

#include "outbox/pgrows.h"

#include <pqxx/pqxx>

#include <QByteArray>

#include <optional>
#include <string>
#include <vector>

namespace outboard {

struct PgRows::Data
{
    pqxx::result result;
};

namespace pgcompat {

#if PQXX_VERSION_MAJOR >= 7

/// Server notices stay off standard error.
class QuietNotices
{
public:
    explicit QuietNotices(pqxx::connection& connection)
    {
        connection.set_notice_handler([](pqxx::zview) {});
    }
};

/// Version 7 never reconnects by itself.
inline void forbidReconnect(pqxx::connection&) {}

inline pqxx::result execute(
    pqxx::transaction_base& transaction,
    const std::string& sql,
    const std::vector<std::optional<QByteArray>>& parameters)
{
    pqxx::params list;
    list.reserve(parameters.size());
    for (const auto& parameter : parameters) {
        if (parameter)
            list.append(parameter->toStdString());
        else
            list.append();
    }
    return transaction.exec(sql, list);
}

#else

class QuietNotices
{
public:
    explicit QuietNotices(pqxx::connection& connection)
        : m_handler(connection)
    {}

private:
    pqxx::quiet_errorhandler m_handler;
};

/// A silent new connection would have lost every SET of the old one, read-only first of all.
inline void forbidReconnect(pqxx::connection& connection)
{
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wdeprecated-declarations"
    connection.inhibit_reactivation(true);
#pragma GCC diagnostic pop
}

inline pqxx::result execute(
    pqxx::transaction_base& transaction,
    const std::string& sql,
    const std::vector<std::optional<QByteArray>>& parameters)
{
    std::vector<const char*> pointers;
    pointers.reserve(parameters.size());
    for (const auto& parameter : parameters)
        pointers.push_back(parameter ? parameter->constData() : nullptr);
    return transaction.exec_params(sql, pqxx::prepare::make_dynamic_params(pointers));
}

#endif

} // namespace pgcompat

} // namespace outboard
