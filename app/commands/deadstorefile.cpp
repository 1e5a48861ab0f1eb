// SPDX-License-Identifier: GPL-3.0-or-later
#include "commands/deadstorefile.h"

#include "store/deadstore.h"

#include <QStandardPaths>

namespace outboard {

using namespace Qt::StringLiterals;

Result<std::shared_ptr<DeadStore>> openDeadStore()
{
    const QString folder = QStandardPaths::writableLocation(QStandardPaths::AppLocalDataLocation);
    return DeadStore::open(folder + u"/deadletters.sqlite"_s);
}

} // namespace outboard
