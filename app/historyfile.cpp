// SPDX-License-Identifier: GPL-3.0-or-later
#include "historyfile.h"

#include "services/historykeeper.h"

#include <QStandardPaths>

namespace outboard {

QString historyFile(const QString& profile)
{
    return HistoryKeeper::fileOf(
        QStandardPaths::writableLocation(QStandardPaths::AppLocalDataLocation), profile);
}

} // namespace outboard
