// SPDX-License-Identifier: GPL-3.0-or-later
#include "services/eventspill.h"
#include "support/printers.h"

#include <QHash>
#include <QTest>

using namespace outboard;

class TestEventSpill : public QObject
{
    Q_OBJECT

private slots:
    void bothSidesOfAnEventAreInTheSamePart();
    void manyRecordsComeBackInOrder();
    void emptyRecordsAndOddIdsSurvive();
};

void TestEventSpill::bothSidesOfAnEventAreInTheSamePart()
{
    EventSpill rows;
    EventSpill entries;
    for (int i = 0; i < 2'000; ++i) {
        QVERIFY_RESULT(rows.add(EventId(QByteArray::number(i)), "row"));
        QVERIFY_RESULT(entries.add(EventId(QByteArray::number(1'999 - i)), "entry"));
    }
    int seen = 0;
    for (int part = 0; part < EventSpill::parts; ++part) {
        QSet<EventId> here;
        QVERIFY_RESULT(
            rows.visit(part, [&](const EventId& event, QByteArrayView) { here.insert(event); }));
        QVERIFY_RESULT(entries.visit(part, [&](const EventId& event, QByteArrayView record) {
            QCOMPARE(record.toByteArray(), QByteArray("entry"));
            QVERIFY(here.remove(event));
            ++seen;
        }));
        QVERIFY(here.isEmpty());
    }
    QCOMPARE(seen, 2'000);
}

/// More than the buffers hold, so that most of it lies in the file.
void TestEventSpill::manyRecordsComeBackInOrder()
{
    EventSpill spill;
    const QByteArray padding(100, 'x');
    for (int i = 0; i < 200'000; ++i)
        QVERIFY_RESULT(
            spill.add(EventId(QByteArray::number(i)), QByteArray(QByteArray::number(i) + padding)));
    QCOMPARE(spill.size(), 200'000);
    int seen = 0;
    for (int part = 0; part < EventSpill::parts; ++part) {
        int last = -1;
        QVERIFY_RESULT(spill.visit(part, [&](const EventId& event, QByteArrayView record) {
            const int number = event.bytes().toInt();
            QVERIFY(number > last);
            QCOMPARE(record.toByteArray(), QByteArray::number(number) + padding);
            last = number;
            ++seen;
        }));
    }
    QCOMPARE(seen, 200'000);
}

void TestEventSpill::emptyRecordsAndOddIdsSurvive()
{
    EventSpill spill;
    const QByteArray odd("a\0b\xff", 4);
    QVERIFY_RESULT(spill.add(EventId(odd), {}));
    QList<QByteArray> ids;
    for (int part = 0; part < EventSpill::parts; ++part)
        QVERIFY_RESULT(spill.visit(part, [&](const EventId& event, QByteArrayView record) {
            QVERIFY(record.isEmpty());
            ids.append(event.bytes());
        }));
    QCOMPARE(ids, QList<QByteArray>{odd});
}

QTEST_GUILESS_MAIN(TestEventSpill)
#include "tst_eventspill.moc"
