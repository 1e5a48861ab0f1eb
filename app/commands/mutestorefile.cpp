// SPDX-License-Identifier: GPL-3.0-or-later
#include "commands/mutestorefile.h"

#include "store/mutestore.h"

#include <QStandardPaths>

namespace outboard {

using namespace Qt::StringLiterals;

Result<std::shared_ptr<MuteStore>> openMuteStore()
{
    const QString folder = QStandardPaths::writableLocation(QStandardPaths::AppLocalDataLocation);
    return MuteStore::open(folder + u"/findings.sqlite"_s);
}

} // namespace outboard
