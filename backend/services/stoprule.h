// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "services/replayer.h"
#include "services/replayitem.h"

#include <QString>

#include <atomic>

namespace outboard {

/// Says when a run has failed often enough. Counts this attempt only. Workers count at the same
/// time, each its own items.
class StopRule
{
public:
    explicit StopRule(const ReplayOptions& options);

    /// Counts an item once. Skipped and not run ones are not tries; in doubt counts as a failure.
    void count(ReplayItem& item);

    qint64 failures() const { return m_failures; }

    /// Translated; empty while the run may go on.
    QString broken() const;

private:
    void count(OutcomeKind kind);

    std::optional<qint64> m_maxFailures;
    std::optional<double> m_maxShare;
    std::atomic<qint64> m_tried = 0;
    std::atomic<qint64> m_failures = 0;
};

} // namespace outboard
