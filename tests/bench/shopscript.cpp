// SPDX-License-Identifier: GPL-3.0-or-later
#include "shopscript.h"

#include "measure.h"
#include "support/scratchpostgres.h"
#include "support/scratchredis.h"

#include <QProcessEnvironment>

namespace outboard::bench {

using namespace Qt::StringLiterals;

ShopScript::ShopScript(
    const QString& work, const ScratchPostgres& postgres, const ScratchRedis& redis)
{
    QProcessEnvironment environment = QProcessEnvironment::systemEnvironment();
    environment.insert(u"SHOP_FOLDER"_s, QStringLiteral(OUTBOARD_SHOP));
    environment.insert(u"SHOP_PG_HOST"_s, postgres.socketFolder());
    environment.insert(u"SHOP_REDIS_URL"_s, redis.url());
    environment.insert(u"PYTHONDONTWRITEBYTECODE"_s, u"1"_s);
    m_process.setProcessEnvironment(environment);
    m_process.setProcessChannelMode(QProcess::ForwardedErrorChannel);
    // The system's interpreter, which Debian's python3-django belongs to.
    m_process.start(u"/usr/bin/python3"_s, {QStringLiteral(OUTBOARD_SEEDLOOP), work});
    if (line() != "ready")
        giveUp("the shop did not start");
}

ShopScript::~ShopScript()
{
    m_process.closeWriteChannel();
    m_process.waitForFinished();
}

double ShopScript::rate(qint64 expected)
{
    m_process.write("\n");
    const QList<QByteArray> answer = line().split(' ');
    if (answer.size() != 2 || answer[0].toLongLong() != expected)
        giveUp("the shop did " + answer[0] + " events");
    return double(expected) / answer[1].toDouble();
}

QByteArray ShopScript::line()
{
    constexpr int patience = 3'600'000;
    while (!m_process.canReadLine()) {
        if (!m_process.waitForReadyRead(patience))
            return {};
    }
    return m_process.readLine().trimmed();
}

} // namespace outboard::bench
