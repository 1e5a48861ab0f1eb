// SPDX-License-Identifier: GPL-3.0-or-later
#include "journalfile.h"

#include "store/journal.h"

#include <QStandardPaths>

namespace outboard {

using namespace Qt::StringLiterals;

Result<std::shared_ptr<Journal>> openJournal()
{
    return Journal::open(
        QStandardPaths::writableLocation(QStandardPaths::AppLocalDataLocation)
        + u"/journal.sqlite"_s);
}

} // namespace outboard
