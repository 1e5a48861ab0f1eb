// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/column.h"
#include "models/streamsproxy.h"
#include "models/streamstreemodel.h"

#include <QAbstractItemModelTester>
#include <QSignalSpy>
#include <QTest>

using namespace outboard;
using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

namespace {

/// "order.paid: billing(a b) email(c)" per line: a stream, its groups and their consumers.
BrokerState state(const QString& text)
{
    BrokerState state;
    for (const QString& line : text.split(u'\n', Qt::SkipEmptyParts)) {
        BrokerTopicState topic;
        topic.name = BrokerTopic::fromText(line.section(u':', 0, 0).trimmed());
        topic.length = Count::exact(10);
        for (const QString& part : line.section(u':', 1).split(u')', Qt::SkipEmptyParts)) {
            GroupState group;
            group.name = GroupName::fromText(part.section(u'(', 0, 0).trimmed());
            group.pending = Count::exact(3);
            group.lag = Count::unknown(u"entries were deleted"_s);
            for (const QString& consumer : part.section(u'(', 1).split(u' ', Qt::SkipEmptyParts))
                group.consumers.append({ConsumerName::fromText(consumer), Count::exact(1), 5s, {}});
            topic.groups.append(group);
        }
        state.topics.append(topic);
    }
    return state;
}

/// The tree as the same text.
QString text(const QAbstractItemModel& model)
{
    QStringList lines;
    for (int t = 0; t < model.rowCount(); ++t) {
        const QModelIndex topic = model.index(t, 0);
        QString line = topic.data().toString() + u':';
        for (int g = 0; g < model.rowCount(topic); ++g) {
            const QModelIndex group = model.index(g, 0, topic);
            QStringList consumers;
            for (int c = 0; c < model.rowCount(group); ++c)
                consumers << model.index(c, 0, group).data().toString();
            line += u" "_s + group.data().toString() + u'(' + consumers.join(u' ') + u')';
        }
        lines << line;
    }
    return lines.join(u'\n');
}

} // namespace

class TestStreamsTreeModel : public QObject
{
    Q_OBJECT

private slots:
    void roundsMerge_data();
    void roundsMerge();
    void anIndexFollowsItsGroupThroughARound();
    void anUnchangedRoundTellsNothing();
    void unknownIsShownWithItsReasonAndSortsLast();
    void stuckAndPoisonAreMarked();
    void placesAreFoundAgain();
    void aFilterKeepsTheStreamOfAMatchingConsumer();

private:
    Thresholds m_thresholds{60s, 5, 60s};
};

void TestStreamsTreeModel::roundsMerge_data()
{
    QTest::addColumn<QString>("before");
    QTest::addColumn<QString>("after");
    QTest::newRow("from nothing") << u""_s << u"a: g(c)\nb:"_s;
    QTest::newRow("to nothing") << u"a: g(c)\nb:"_s << u""_s;
    QTest::newRow("a stream in between") << u"a: g(c)\nc: g(d)"_s << u"a: g(c)\nb: h(e)\nc: g(d)"_s;
    QTest::newRow("the first stream goes") << u"a: g(c)\nb: g(d)"_s << u"b: g(d)"_s;
    QTest::newRow("groups come and go") << u"a: g(c) i(d)"_s << u"a: f(x) g(c) h(y)"_s;
    QTest::newRow("consumers come and go") << u"a: g(b d f)"_s << u"a: g(a d e)"_s;
    QTest::newRow("all others") << u"a: g(c)\nb: h(d)"_s << u"c: i(e)\nd: j(f)"_s;
}

void TestStreamsTreeModel::roundsMerge()
{
    QFETCH(QString, before);
    QFETCH(QString, after);
    StreamsTreeModel model(m_thresholds);
    const QAbstractItemModelTester tester(
        &model, QAbstractItemModelTester::FailureReportingMode::QtTest);
    StreamsProxy proxy;
    proxy.setSourceModel(&model);
    const QAbstractItemModelTester proxyTester(
        &proxy, QAbstractItemModelTester::FailureReportingMode::QtTest);
    proxy.sort(StreamsTreeModel::Name);
    model.setState(state(before));
    QCOMPARE(text(model), before);
    model.setState(state(after));
    QCOMPARE(text(model), after);
    QCOMPARE(text(proxy), after);
    model.setState(state(before));
    QCOMPARE(text(model), before);
}

void TestStreamsTreeModel::anIndexFollowsItsGroupThroughARound()
{
    StreamsTreeModel model(m_thresholds);
    model.setState(state(u"b: g(c) h(d)"_s));
    const QPersistentModelIndex selected =
        model.indexOf({BrokerTopic("b"), GroupName("h"), ConsumerName()});
    QVERIFY(selected.isValid());
    model.setState(state(u"a: x(y)\nb: f(c) h(d e)"_s));
    QVERIFY(selected.isValid());
    QCOMPARE(selected.data().toString(), u"h"_s);
    QCOMPARE(selected.parent().row(), 1);
    model.setState(state(u"a: x(y)"_s));
    QVERIFY(!selected.isValid());
}

void TestStreamsTreeModel::anUnchangedRoundTellsNothing()
{
    StreamsTreeModel model(m_thresholds);
    model.setState(state(u"a: g(c d)\nb: h(e)"_s));
    const QSignalSpy changed(&model, &QAbstractItemModel::dataChanged);
    const QSignalSpy inserted(&model, &QAbstractItemModel::rowsInserted);
    const QSignalSpy removed(&model, &QAbstractItemModel::rowsRemoved);
    model.setState(state(u"a: g(c d)\nb: h(e)"_s));
    QCOMPARE(changed.size() + inserted.size() + removed.size(), 0);
}

void TestStreamsTreeModel::unknownIsShownWithItsReasonAndSortsLast()
{
    BrokerState round = state(u"a: g(c)\nb: g(c)\nc: g(c)"_s);
    round.topics[0].length = Count::unknown(u"not allowed to ask"_s);
    round.topics[1].length = Count::exact(0);
    StreamsTreeModel model(m_thresholds);
    model.setState(round);
    QCOMPARE(model.index(0, StreamsTreeModel::Length).data().toString(), u"?"_s);
    QCOMPARE(
        model.index(0, StreamsTreeModel::Length).data(Qt::ToolTipRole).toString(),
        u"not allowed to ask"_s);
    QCOMPARE(model.index(1, StreamsTreeModel::Length).data().toString(), u"0"_s);
    StreamsProxy proxy;
    proxy.setSourceModel(&model);
    proxy.sort(StreamsTreeModel::Length, Qt::AscendingOrder);
    QVERIFY(text(proxy).startsWith(u"b:"));
    QCOMPARE(proxy.index(2, 0).data().toString(), u"a"_s);
    proxy.sort(StreamsTreeModel::Length, Qt::DescendingOrder);
    QVERIFY(text(proxy).startsWith(u"c:"));
    QCOMPARE(proxy.index(2, 0).data().toString(), u"a"_s);
}

void TestStreamsTreeModel::stuckAndPoisonAreMarked()
{
    BrokerState round = state(u"a: g(c) h(d)"_s);
    round.topics[0].groups[0].oldestIdle = 61s;
    round.topics[0].groups[0].maxDeliveries = 5;
    round.topics[0].groups[1].oldestIdle = 59s;
    round.topics[0].groups[1].maxDeliveries = 4;
    StreamsTreeModel model(m_thresholds);
    model.setState(round);
    const QModelIndex topic = model.index(0, 0);
    const auto tone = [&](int row, int column) {
        return Tone(model.index(row, column, topic).data(ToneRole).toInt());
    };
    QCOMPARE(tone(0, StreamsTreeModel::OldestIdle), Tone::Warning);
    QCOMPARE(tone(0, StreamsTreeModel::MaxDeliveries), Tone::Critical);
    QCOMPARE(tone(1, StreamsTreeModel::OldestIdle), Tone::Neutral);
    QCOMPARE(tone(1, StreamsTreeModel::MaxDeliveries), Tone::Neutral);
}

void TestStreamsTreeModel::placesAreFoundAgain()
{
    StreamsTreeModel model(m_thresholds);
    model.setState(state(u"a: g(c d)"_s));
    const StreamsTreeModel::Place place{BrokerTopic("a"), GroupName("g"), ConsumerName("d")};
    const QModelIndex index = model.indexOf(place);
    QCOMPARE(index.data().toString(), u"d"_s);
    QCOMPARE(model.placeAt(index), place);
    QCOMPARE(model.groupAt(place)->consumers.size(), 2);
    QVERIFY(!model.placeAt({}));
    QVERIFY(!model.indexOf({BrokerTopic("a"), GroupName("x"), {}}).isValid());
}

void TestStreamsTreeModel::aFilterKeepsTheStreamOfAMatchingConsumer()
{
    StreamsTreeModel model(m_thresholds);
    model.setState(state(u"order.paid: billing(worker-1)\norder.shipped: email(mailer)"_s));
    StreamsProxy proxy;
    proxy.setSourceModel(&model);
    proxy.setFilterFixedString(u"MAILER"_s);
    QCOMPARE(text(proxy), u"order.shipped: email(mailer)"_s);
}

QTEST_GUILESS_MAIN(TestStreamsTreeModel)
#include "tst_streamstreemodel.moc"
