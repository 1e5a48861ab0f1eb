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
    if (m_failures == 0)
        return {};
    if (m_maxFailures && m_failures >= *m_maxFailures) {
        return QCoreApplication::translate(
            "outboard", "Stopped by the stop rule after %n failure(s).", nullptr, int(m_failures));
    }
    if (m_maxShare && double(m_failures) >= *m_maxShare * double(m_tried)) {
        return QCoreApplication::translate(
                   "outboard", "Stopped by the stop rule: %1 of %2 events failed.")
            .arg(m_failures)
            .arg(m_tried);
    }
    return {};
}

} // namespace outboard
