// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "model/entryid.h"

#include <QJsonObject>
#include <QList>
#include <QString>

#include <vector>

namespace outboard {

/// One list of entry ids of a report, as claim and ack print them.
struct NamedIdList
{
    QString key;  ///< In JSON.
    QString text; ///< Translated.
    std::vector<EntryId> ids;
    bool isAlwaysPrinted = true; ///< Else only when it holds something.
};

using NamedIds = QList<NamedIdList>;

QJsonObject idsJson(const NamedIds& lists);

/// A line for each list that holds something, the first always; long lists are cut, the JSON is
/// whole.
QString idsText(const NamedIds& lists);

} // namespace outboard
