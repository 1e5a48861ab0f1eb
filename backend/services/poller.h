// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/time.h"
#include "model/snapshot.h"
#include "services/backends.h"
#include "services/findingmutes.h"
#include "services/history.h"

#include <QObject>

#include <memory>
#include <optional>

namespace outboard {

/// Asks all sources at once, each on its own lane; the next round starts only after the last
/// answer, so that nothing piles up. A dead source is tried again after 1, 2, 4 … 30 s. Lives on
/// the GUI thread.
class Poller final : public QObject
{
    Q_OBJECT

public:
    Poller(BackendsPtr backends, Clock clock, QObject* parent = nullptr);
    ~Poller() override;

    /// The last finished round; null before the first.
    SnapshotPtr latest() const;
    const History& history() const;

    /// Which findings are muted; a change starts a round.
    FindingMutes& mutes();

    /// Time between the starts of two rounds; absent (as at first): only pollNow().
    std::optional<Milliseconds> interval() const;
    void setInterval(std::optional<Milliseconds> interval);

    /// The window is hidden, or the operator edits: rounds wait until everybody resumed.
    void pause();
    void resume();
    bool isPaused() const;

    /// Ends polling for good, without waiting for a source that does not answer (the destructor
    /// does, for at most 3 s).
    void closeLanes();

public slots:
    /// Starts a round at once, right after the running one, or when everybody resumed; asks also
    /// those that back off.
    void pollNow();

signals:
    void polled(const outboard::SnapshotPtr& snapshot);
    void intervalChanged();

private:
    void startWhenPossible(bool forced);
    void startRound();
    void finishRound();
    void armTimer();

    struct Private;
    std::unique_ptr<Private> d;
};

} // namespace outboard
