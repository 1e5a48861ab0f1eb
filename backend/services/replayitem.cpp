// SPDX-License-Identifier: GPL-3.0-or-later
#include "services/replayitem.h"

#include <QCoreApplication>

namespace outboard::replayReasons {

QString alreadyProcessed(const QString& ledger)
{
    return QCoreApplication::translate("outboard", "Already processed: ledger %1 holds it.")
        .arg(ledger);
}

QString notRunBecause(const Error& error)
{
    return QCoreApplication::translate("outboard", "Not run: %1").arg(error.what);
}

} // namespace outboard::replayReasons
