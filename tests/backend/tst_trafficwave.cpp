// SPDX-License-Identifier: GPL-3.0-or-later
#include "sandbox/trafficwave.h"

#include <QTest>

#include <algorithm>
#include <vector>

using namespace outboard;
using namespace std::chrono_literals;

class TestTrafficWave : public QObject
{
    Q_OBJECT

private slots:
    void keepsTheRateOnAverage();
    void risesAndFalls();
    void noRateGivesNoEvents();
};

void TestTrafficWave::keepsTheRateOnAverage()
{
    TrafficWave wave(20, 1);
    qint64 events = 0;
    for (int second = 0; second < 3'000; ++second)
        events += wave.draw(1s);
    QVERIFY2(events > 3'000 * 18 && events < 3'000 * 22, QByteArray::number(events).constData());
}

void TestTrafficWave::risesAndFalls()
{
    TrafficWave wave(20, 1);
    std::vector<qint64> minutes(5);
    for (int second = 0; second < 300; ++second)
        minutes[size_t(second / 60)] += wave.draw(1s);
    const auto [least, most] = std::ranges::minmax(minutes);
    QVERIFY(most > least * 3 / 2);
}

void TestTrafficWave::noRateGivesNoEvents()
{
    TrafficWave wave(0, 1);
    for (int tick = 0; tick < 1'000; ++tick)
        QCOMPARE(wave.draw(100ms), 0);
}

QTEST_GUILESS_MAIN(TestTrafficWave)
#include "tst_trafficwave.moc"
