// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QProcess>
#include <QString>

namespace outboard {
class ScratchPostgres;
class ScratchRedis;
} // namespace outboard

namespace outboard::bench {

/// The Django shop of the tests, at work on these servers: what Outboard is compared with.
class ShopScript
{
public:
    /// `work`: see seedloop.py.
    ShopScript(const QString& work, const ScratchPostgres& postgres, const ScratchRedis& redis);
    ~ShopScript();

    /// Once more; `expected` events a second. Ends the program when it did another number.
    double rate(qint64 expected);

private:
    QByteArray line();

    QProcess m_process;
};

} // namespace outboard::bench
