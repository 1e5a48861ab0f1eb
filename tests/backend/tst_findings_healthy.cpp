// SPDX-License-Identifier: GPL-3.0-or-later
#include "sandbox/sandbox.h"
#include "support/findingworld.h"
#include "support/service.h"

using namespace outboard;
using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

/// A shop under load in which all is well: whatever is found is a false alarm.
/// OUTBOARD_HEALTHY_SECONDS makes it longer.
class TestFindingsHealthy : public QObject
{
    Q_OBJECT

private slots:
    void aShopUnderLoadHasNoFindings();
};

void TestFindingsHealthy::aShopUnderLoadHasNoFindings()
{
    bool isSet = false;
    const int asked = qEnvironmentVariableIntValue("OUTBOARD_HEALTHY_SECONDS", &isSet);
    const auto length = std::chrono::seconds(isSet ? asked : 40);
    SandboxOptions options;
    // Three times the usual load, with consumers who keep up with it also on a busy machine: a
    // shop that falls behind is not healthy.
    options.eventsPerSecond = 60;
    options.emailConsumers = 4;
    Sandbox sandbox(options);
    const auto started = sandbox.start();
    REQUIRE_SERVICE(started);
    Poller poller(makeBackends(sandbox.profile(), nullptr), systemClock());
    QStringList alarms;
    qint64 rounds = 0;
    qint64 healthy = 0;
    connect(&poller, &Poller::polled, this, [&](const SnapshotPtr& snapshot) {
        ++rounds;
        healthy += snapshot->health.outbox && snapshot->health.broker ? 1 : 0;
        for (const Finding& finding : snapshot->findings)
            alarms << u"round %1: %2 | %3 | %4"_s.arg(rounds).arg(
                finding.id, finding.title, finding.evidence);
    });
    poller.setInterval(1s);
    QTest::qWait(int(Milliseconds(length).count()));
    QVERIFY2(alarms.isEmpty(), qPrintable(alarms.join(u'\n')));
    QVERIFY2(rounds > length.count() / 2, qPrintable(QString::number(rounds)));
    QVERIFY(healthy > rounds / 2);
    // It was really at work.
    const OutboxState& outbox = *poller.latest()->outbox;
    QVERIFY(outbox.lastPublishedAt && outbox.at - *outbox.lastPublishedAt < 15s);
}

QTEST_GUILESS_MAIN(TestFindingsHealthy)
#include "tst_findings_healthy.moc"
