// SPDX-License-Identifier: GPL-3.0-or-later
#include "model/reconciliation.h"

#include <QCoreApplication>

namespace outboard {

using namespace Qt::StringLiterals;

QString discrepancyName(Discrepancy kind)
{
    switch (kind) {
    case Discrepancy::Lost: return u"lost"_s;
    case Discrepancy::UnpublishedButProcessed: return u"unpublished_but_processed"_s;
    case Discrepancy::PendingButProcessed: return u"pending_but_processed"_s;
    case Discrepancy::EntryWithoutRow: return u"entry_without_row"_s;
    case Discrepancy::Unknown: return u"unknown"_s;
    }
    return {};
}

QString discrepancyTitle(Discrepancy kind)
{
    const auto tr = [](const char* text) { return QCoreApplication::translate("outboard", text); };
    switch (kind) {
    case Discrepancy::Lost: return tr("Lost");
    case Discrepancy::UnpublishedButProcessed: return tr("Unpublished but processed");
    case Discrepancy::PendingButProcessed: return tr("Pending but processed");
    case Discrepancy::EntryWithoutRow: return tr("Entry without a row");
    case Discrepancy::Unknown: return tr("Unknown");
    }
    return {};
}

} // namespace outboard
