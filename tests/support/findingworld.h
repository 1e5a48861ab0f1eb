// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "services/backends.h"
#include "services/poller.h"
#include "support/scratchpostgres.h"
#include "support/scratchredis.h"

#include <QElapsedTimer>
#include <QSignalSpy>
#include <QTest>

#include <functional>
#include <memory>

namespace outboard {

/// A shop on private servers, and the real poller that looks at it: what goes wrong there must be
/// found, and nothing else.
class FindingWorld
{
public:
    FindingWorld(const ScratchPostgres& postgres, const ScratchRedis& redis)
    {
        profile.name = QStringLiteral("shop");
        profile.outbox.dsn = postgres.dsn();
        profile.outbox.table = QStringLiteral("orders_outboxevent");
        for (const char* group : {"billing", "email"}) {
            LedgerSettings ledger;
            ledger.dsn = postgres.dsn();
            ledger.table = QLatin1StringView(group) + QStringLiteral("_processedevent");
            ledger.groups = {QString(QLatin1StringView(group))};
            profile.ledgers.append(ledger);
        }
        profile.broker.url = redis.url();
        using namespace std::chrono_literals;
        profile.thresholds = {.idle = 1h, .maxDeliveries = 5, .oldestUnpublished = 1h};
    }

    /// One round; what it found.
    QList<Finding> look()
    {
        if (!m_poller)
            m_poller = std::make_unique<Poller>(makeBackends(profile, nullptr), clock);
        QSignalSpy polled(m_poller.get(), &Poller::polled);
        m_poller->pollNow();
        if (!polled.wait(20'000))
            return {};
        m_found = m_poller->latest()->findings;
        return m_found;
    }

    /// Looks until exactly these are found, whatever `meanwhile` does between two looks.
    bool becomes(
        QStringList ids,
        Milliseconds patience = Milliseconds(20'000),
        const std::function<void()>& meanwhile = {})
    {
        ids.sort();
        QElapsedTimer timer;
        timer.start();
        do {
            if (meanwhile)
                meanwhile();
            look();
            if (found() == ids)
                return true;
            QTest::qWait(200);
        } while (timer.elapsed() < patience.count());
        return false;
    }

    /// The ids of the last look, sorted.
    QStringList found() const
    {
        QStringList ids;
        for (const Finding& finding : m_found)
            ids << finding.id;
        ids.sort();
        return ids;
    }

    Finding finding(const QString& id) const
    {
        for (const Finding& finding : m_found) {
            if (finding.id == id)
                return finding;
        }
        return {};
    }

    /// All that the last look found, for a failure's message.
    QByteArray text() const
    {
        QStringList lines{QStringLiteral("found: %1").arg(m_found.size())};
        for (const Finding& finding : m_found)
            lines << finding.id + QStringLiteral(" | ") + finding.title + QStringLiteral(" | ")
                         + finding.evidence;
        return lines.join(QLatin1Char('\n')).toUtf8();
    }

    Poller& poller() { return *m_poller; }

    Profile profile;
    Clock clock = systemClock();

private:
    std::unique_ptr<Poller> m_poller;
    QList<Finding> m_found;
};

} // namespace outboard

/// Exactly these findings come about, within `patience`; `meanwhile` runs between two looks.
#define VERIFY_FINDINGS(world, ...)                                                                \
    QVERIFY2((world).becomes(__VA_ARGS__), (world).text().constData())
