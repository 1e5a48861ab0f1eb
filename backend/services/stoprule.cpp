// SPDX-License-Identifier: GPL-3.0-or-later
#include "services/stoprule.h"

#include <QCoreApplication>

namespace outboard {

StopRule::StopRule(const ReplayOptions& options)
    : m_maxFailures(options.stopAfterFailures)
    , m_maxShare(options.stopAtFailureShare)
{}

void StopRule::count(ReplayItem& item)
{
    if (!item.isCounted)
        count(item.kind);
    item.isCounted = true;
}

void StopRule::count(OutcomeKind kind)
{
    switch (kind) {
    case OutcomeKind::Applied:
    case OutcomeKind::NoVerdict: ++m_tried; break;
    case OutcomeKind::Failed:
    case OutcomeKind::InDoubt:
        ++m_tried;
        ++m_failures;
        break;
    case OutcomeKind::Skipped:
    case OutcomeKind::NotRun: break;
    }
}

QString StopRule::broken() const
{
    const qint64 failures = m_failures;
    const qint64 tried = m_tried;
    if (failures == 0)
        return {};
    const bool areTooMany = m_maxFailures && failures >= *m_maxFailures;
    const bool isTooLargeAShare = m_maxShare && double(failures) >= *m_maxShare * double(tried);
    if (areTooMany || isTooLargeAShare) {
        return QCoreApplication::translate(
                   "outboard", "Stopped by the stop rule: %1 of %2 events failed.")
            .arg(failures)
            .arg(tried);
    }
    return {};
}

} // namespace outboard
