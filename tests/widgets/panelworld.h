// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "panel.h"
#include "services/session.h"
#include "store/journal.h"
#include "support/fakebackends.h"

#include <QSettings>
#include <QTemporaryDir>
#include <QTest>

#include <memory>

namespace outboard {

/// One panel on servers in memory, with a clock that only the test moves, and what it told its
/// host.
struct PanelWorld
{
    explicit PanelWorld(
        std::shared_ptr<RunStore> runs = nullptr, Profile profile = FakeBackends::shopProfile())
        : backends(std::make_shared<FakeBackends>(std::move(profile)))
        , settings(directory.filePath(QStringLiteral("s.ini")), QSettings::IniFormat)
    {
        backends->fillShop();
        *now = backends->streams().now();
        session = std::make_unique<Session>(
            backends,
            std::move(runs),
            Journal::open(directory.filePath(QStringLiteral("journal.sqlite"))),
            [at = now] { return *at; });
    }

    PanelHost host()
    {
        return {
            .session = session.get(),
            .settings = &settings,
            .inspect = [this](const std::optional<Inspected>& event) { inspected = event; },
            .planReplay = [this](const PlanRequest& request) { planned = request; },
            .applyRemedy = [](const Remedy&) {},
            .notify = [this](const QString& text) { notes << text; },
        };
    }

    /// One whole round, shown by the panel.
    void round(Panel& panel) const
    {
        const SnapshotPtr before = session->poller().latest();
        session->poller().pollNow();
        QTRY_VERIFY(session->poller().latest() != before);
        panel.present(session->poller().latest());
    }

    QTemporaryDir directory;
    std::shared_ptr<FakeBackends> backends;
    QSettings settings;
    std::shared_ptr<TimePoint> now = std::make_shared<TimePoint>();
    std::unique_ptr<Session> session;
    std::optional<Inspected> inspected;
    std::optional<PlanRequest> planned;
    QStringList notes;
};

} // namespace outboard
