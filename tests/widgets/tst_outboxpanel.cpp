// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/outboxrowmodel.h"
#include "models/outboxtopicmodel.h"
#include "panels/outboxpanel.h"
#include "parts/tableview.h"
#include "services/session.h"
#include "store/journal.h"
#include "support/fakebackends.h"
#include "support/offscreenmain.h"

#include <QAbstractItemModelTester>
#include <QAction>
#include <QClipboard>
#include <QComboBox>
#include <QLabel>
#include <QLineEdit>
#include <QScrollBar>
#include <QSettings>
#include <QSignalSpy>
#include <QTemporaryDir>

using namespace outboard;
using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

namespace {

const TimePoint start{std::chrono::seconds(1'772'334'855)};

/// The panel as the window has it, over an outbox in memory.
struct Screen
{
    Screen()
        : session(
            backends,
            nullptr,
            Journal::open(folder.filePath(u"journal.sqlite"_s)),
            [this] { return now; })
        , settings(folder.filePath(u"settings.ini"_s), QSettings::IniFormat)
    {
        session.poller().setInterval(std::nullopt);
        QObject::connect(
            &session.poller(), &Poller::polled, &session, [this](const SnapshotPtr& snapshot) {
                if (panel)
                    panel->present(snapshot);
            });
    }

    void insert(
        qint64 id, const QByteArray& topic, RowState state, const QByteArray& payload = "{}")
    {
        OutboxRow row;
        row.id = OutboxRowId(QByteArray::number(id));
        row.eventId = EventId("event-" + row.id.bytes());
        row.topic = TopicName(topic);
        row.state = state;
        row.payload = payload;
        row.createdAt = now - 10min;
        if (state == RowState::Published)
            row.publishedAt = now - 9min;
        backends->outboxTable().insert(row);
    }

    void insertMany(qint64 from, qint64 to)
    {
        for (qint64 id = from; id < to; ++id)
            insert(id, id % 2 == 0 ? "order.paid" : "order.sent", RowState::Unpublished);
    }

    void open()
    {
        backends->outboxTable().setNow(now);
        panel = std::make_unique<OutboxPanel>(PanelHost{
            .session = &session,
            .settings = &settings,
            .inspect = [this](const std::optional<Inspected>& shown) { inspected = shown; },
            .planReplay = [this](const PlanRequest& request) { planned = request; },
            .applyRemedy = [](const Remedy&) {},
            .notify = [this](const QString& text) { notice = text; }});
        panel->resize(1000, 700);
        panel->setVisible(true);
        poll();
    }

    void poll() { session.poller().pollNow(); }

    TableView* view(const QString& name) const { return panel->findChild<TableView*>(name); }

    OutboxRowModel* rows() const { return panel->findChild<OutboxRowModel*>(); }

    /// Ids that are shown, "3 2 1".
    QString ids() const
    {
        QStringList result;
        for (int i = 0; i < rows()->rowCount(); ++i)
            result += rows()->rowAt(i).id.text();
        return result.join(u' ');
    }

    void choose(const QString& combo, const QString& text) const
    {
        auto* box = panel->findChild<QComboBox*>(combo);
        const int index = box->findText(text);
        QVERIFY2(index >= 0, qPrintable(text));
        box->setCurrentIndex(index);
    }

    QString label(const QString& name) const { return panel->findChild<QLabel*>(name)->text(); }

    QString emptyText() const
    {
        for (const QLabel* each : panel->findChildren<QLabel*>(u"emptyWhat"_s))
            if (each->isVisible())
                return each->text();
        return {};
    }

    void select(const QString& id) const
    {
        const auto row = rows()->shownRowOf(OutboxRowId::fromText(id));
        QVERIFY(row);
        view(u"outboxRows"_s)
            ->selectionModel()
            ->setCurrentIndex(
                rows()->index(*row, 0), QItemSelectionModel::Select | QItemSelectionModel::Rows);
    }

    TimePoint now = start;
    QTemporaryDir folder;
    std::shared_ptr<FakeBackends> backends = std::make_shared<FakeBackends>();
    Session session;
    QSettings settings;
    std::unique_ptr<OutboxPanel> panel;
    std::optional<Inspected> inspected;
    std::optional<PlanRequest> planned;
    QString notice;
};

QByteArray fact(const std::optional<Inspected>& inspected, const QByteArray& name)
{
    if (inspected)
        for (const Field& each : inspected->facts)
            if (each.name == name)
                return each.value;
    return {};
}

} // namespace

class TestOutboxPanel : public QObject
{
    Q_OBJECT

private slots:
    void modelsKeepTheirRules();
    void unknownIsShownAsUnknown();
    void numericIdsSortByValue();
    void showsWhatWaitsFirst();
    void filtersOnTheServer_data();
    void filtersOnTheServer();
    void findsTextInPayloadsAndRowsById();
    void aSelectedTopicFiltersTheRows();
    void readsMoreAtTheEnd();
    void aRefreshKeepsSelectionAndPlace();
    void rowsThatWereRelayedLeave();
    void rowsGreyWhenTheOutboxDoesNotAnswer();
    void anOutboxThatNeverAnsweredSaysWhy();
    void anEmptyOutboxIsNotAFilterWithoutHits();
    void theInspectorGetsTheWholePayload();
    void replayFreezesExactlyTheSelectedRows();
    void aFindingLeadsToTheOldestRows();
    void theBadgeSaysHowManyWait();
    void theIndexAdviceCanBeCopied();
};

void TestOutboxPanel::modelsKeepTheirRules()
{
    OutboxTopicModel topics{Thresholds{}};
    OutboxRowModel rows(1min, PayloadMask());
    QAbstractItemModelTester topicTester(&topics);
    QAbstractItemModelTester rowTester(&rows);
    OutboxState state;
    for (const char* name : {"a", "b", "c"}) {
        OutboxTopicState topic;
        topic.topic = TopicName(name);
        state.topics.append(topic);
    }
    topics.show(state);
    state.topics.removeAt(1);
    topics.show(state);
    QCOMPARE(topics.rowCount(), 2);
    OutboxRow row;
    row.id = OutboxRowId("1");
    rows.setRows({row});
    rows.setNow(start);
    QCOMPARE(rows.rowCount(), 1);
}

void TestOutboxPanel::unknownIsShownAsUnknown()
{
    OutboxTopicModel model{Thresholds{}};
    OutboxState state;
    OutboxTopicState topic;
    topic.topic = TopicName("order.paid");
    topic.unpublished = Count::unknown(u"No index."_s);
    topic.createdLastMinute = Count::exact(0);
    topic.publishedLastMinute = Count::unknown(u"No column for the time."_s);
    state.topics = {topic};
    model.show(state);
    const auto cell = [&](int column, int role) {
        return model.index(0, column).data(role).toString();
    };
    QCOMPARE(cell(1, Qt::DisplayRole), u"?"_s);
    QCOMPARE(cell(1, Qt::ToolTipRole), u"No index."_s);
    QCOMPARE(cell(2, Qt::DisplayRole), u"?"_s);
    QCOMPARE(cell(3, Qt::DisplayRole), u"0"_s);
    QCOMPARE(cell(4, Qt::DisplayRole), u"?"_s);
    QCOMPARE(cell(4, Qt::ToolTipRole), u"No column for the time."_s);
    QCOMPARE(cell(5, Qt::DisplayRole), u"?"_s);
    QVERIFY(!cell(5, Qt::ToolTipRole).isEmpty());
    state.topics[0].unpublished = Count::exact(0);
    model.show(state);
    QCOMPARE(cell(2, Qt::DisplayRole), u"–"_s);
}

void TestOutboxPanel::numericIdsSortByValue()
{
    OutboxRowModel model(1min, PayloadMask());
    std::vector<OutboxRow> rows;
    for (const char* id : {"10", "9", "100"}) {
        rows.emplace_back();
        rows.back().id = OutboxRowId(id);
    }
    model.setRows(rows);
    model.sort(0);
    QCOMPARE(model.rowAt(0).id, OutboxRowId("9"));
    QCOMPARE(model.rowAt(2).id, OutboxRowId("100"));
}

void TestOutboxPanel::showsWhatWaitsFirst()
{
    Screen screen;
    screen.insert(1, "order.paid", RowState::Published);
    screen.insert(2, "order.paid", RowState::Unpublished);
    screen.insert(3, "order.sent", RowState::Unpublished);
    screen.open();
    QTRY_COMPARE(screen.ids(), u"3 2"_s);
    QCOMPARE(screen.view(u"outboxTopics"_s)->model()->rowCount(), 2);
    QCOMPARE(screen.label(u"outboxRowsCounts"_s), u"2 rows"_s);
    QVERIFY(screen.label(u"outboxHeadline"_s).contains(u"2 unpublished"));
    QVERIFY(screen.label(u"outboxHeadline"_s).contains(u"oldest waits 10 min 00 s"));
}

void TestOutboxPanel::filtersOnTheServer_data()
{
    QTest::addColumn<QString>("combo");
    QTest::addColumn<QString>("choice");
    QTest::addColumn<QString>("ids");
    QTest::newRow("all states") << u"outboxState"_s << u"All states"_s << u"4 3 2 1"_s;
    QTest::newRow("published") << u"outboxState"_s << u"Published"_s << u"1"_s;
    QTest::newRow("dead") << u"outboxState"_s << u"Dead"_s << u"4"_s;
    QTest::newRow("a topic") << u"outboxTopic"_s << u"order.sent"_s << u"3"_s;
    QTest::newRow("old enough") << u"outboxAge"_s << u"Over 5m"_s << u"3 2"_s;
    QTest::newRow("too young") << u"outboxAge"_s << u"Over 1h"_s << u""_s;
    QTest::newRow("oldest first") << u"outboxOrder"_s << u"Oldest first"_s << u"2 3"_s;
}

void TestOutboxPanel::filtersOnTheServer()
{
    QFETCH(QString, combo);
    QFETCH(QString, choice);
    QFETCH(QString, ids);
    Screen screen;
    screen.insert(1, "order.paid", RowState::Published);
    screen.insert(2, "order.paid", RowState::Unpublished);
    screen.insert(3, "order.sent", RowState::Unpublished);
    screen.insert(4, "order.sent", RowState::Dead);
    screen.open();
    QTRY_COMPARE(screen.ids(), u"3 2"_s);
    screen.choose(combo, choice);
    QTRY_COMPARE(screen.ids(), ids);
}

void TestOutboxPanel::findsTextInPayloadsAndRowsById()
{
    Screen screen;
    screen.insert(1, "order.paid", RowState::Unpublished, R"({"mail":"Eve@example.org"})");
    screen.insert(2, "order.paid", RowState::Unpublished, R"({"mail":"bob@example.org"})");
    screen.open();
    QTRY_COMPARE(screen.ids(), u"2 1"_s);
    auto* filter = screen.panel->findChild<QLineEdit*>(u"outboxRowsFilter"_s);
    QTest::keyClicks(filter, u"eve@"_s);
    QTRY_COMPARE(screen.ids(), u"1"_s);
    filter->setText(u"event-2"_s);
    QTRY_COMPARE(screen.ids(), u""_s);
    screen.choose(u"outboxSearched"_s, u"Id"_s);
    QTRY_COMPARE(screen.ids(), u"2"_s);
    filter->clear();
    QTRY_COMPARE(screen.ids(), u"2 1"_s);
}

void TestOutboxPanel::aSelectedTopicFiltersTheRows()
{
    Screen screen;
    screen.insertMany(1, 5);
    screen.open();
    QTRY_COMPARE(screen.ids(), u"4 3 2 1"_s);
    TableView* topics = screen.view(u"outboxTopics"_s);
    topics->selectRow(0);
    QTRY_COMPARE(screen.ids(), u"4 2"_s);
    QCOMPARE(screen.panel->findChild<QComboBox*>(u"outboxTopic"_s)->currentText(), u"order.paid"_s);
    screen.choose(u"outboxTopic"_s, u"order.sent"_s);
    QTRY_COMPARE(screen.ids(), u"3 1"_s);
    QCOMPARE(topics->selectedRows(), QList<int>{1});
    screen.choose(u"outboxTopic"_s, u"All topics"_s);
    QTRY_COMPARE(screen.ids(), u"4 3 2 1"_s);
    QVERIFY(topics->selectedRows().isEmpty());
}

void TestOutboxPanel::readsMoreAtTheEnd()
{
    Screen screen;
    screen.insertMany(1, 451);
    screen.open();
    QTRY_COMPARE(screen.rows()->rowCount(), 200);
    QTRY_COMPARE(screen.label(u"outboxRowsCounts"_s), u"200 rows, more below"_s);
    screen.view(u"outboxRows"_s)->scrollToBottom();
    QTRY_COMPARE(screen.rows()->rowCount(), 400);
    screen.view(u"outboxRows"_s)->scrollToBottom();
    QTRY_COMPARE(screen.rows()->rowCount(), 450);
    QTRY_COMPARE(screen.label(u"outboxRowsCounts"_s), u"450 rows"_s);
    screen.insertMany(451, 461);
    screen.poll();
    QTRY_COMPARE(screen.rows()->rowCount(), 460);
}

void TestOutboxPanel::aRefreshKeepsSelectionAndPlace()
{
    Screen screen;
    screen.insertMany(1, 151);
    screen.open();
    QTRY_COMPARE(screen.rows()->rowCount(), 150);
    TableView* view = screen.view(u"outboxRows"_s);
    screen.select(u"100"_s);
    screen.select(u"98"_s);
    view->verticalScrollBar()->setValue(40 * TableView::rowHeight);
    const auto top = [&] {
        return view->rowViewportPosition(*screen.rows()->shownRowOf(OutboxRowId("100")));
    };
    const int before = top();
    screen.insertMany(151, 181);
    screen.poll();
    QTRY_COMPARE(screen.rows()->rowCount(), 180);
    QTRY_COMPARE(top(), before);
    QStringList selected;
    for (const int row : view->selectedRows())
        selected += screen.rows()->rowAt(row).id.text();
    QCOMPARE(selected.join(u' '), u"100 98"_s);
}

void TestOutboxPanel::rowsThatWereRelayedLeave()
{
    Screen screen;
    screen.insertMany(1, 5);
    screen.open();
    QTRY_COMPARE(screen.ids(), u"4 3 2 1"_s);
    screen.select(u"3"_s);
    QTRY_COMPARE(fact(screen.inspected, "Row"), QByteArray("3"));
    screen.backends->outboxTable().setState(OutboxRowId("3"), RowState::Published);
    screen.poll();
    QTRY_COMPARE(screen.ids(), u"4 2 1"_s);
    QVERIFY(screen.view(u"outboxRows"_s)->selectedRows().isEmpty());
    QVERIFY(!screen.inspected);
}

void TestOutboxPanel::rowsGreyWhenTheOutboxDoesNotAnswer()
{
    Screen screen;
    screen.insertMany(1, 5);
    screen.open();
    QTRY_COMPARE(screen.ids(), u"4 3 2 1"_s);
    screen.backends->outbox().setUnreachable(true);
    screen.poll();
    QTRY_VERIFY(screen.view(u"outboxRows"_s)->isStale());
    QVERIFY(screen.view(u"outboxTopics"_s)->isStale());
    QCOMPARE(screen.ids(), u"4 3 2 1"_s);
    QCOMPARE(screen.view(u"outboxTopics"_s)->model()->rowCount(), 2);
    screen.backends->outbox().setUnreachable(false);
    screen.poll();
    QTRY_VERIFY(!screen.view(u"outboxRows"_s)->isStale());
}

void TestOutboxPanel::anOutboxThatNeverAnsweredSaysWhy()
{
    Screen screen;
    screen.backends->outbox().setUnreachable(true);
    screen.open();
    QTRY_COMPARE(screen.emptyText(), u"The outbox cannot be read"_s);
}

void TestOutboxPanel::anEmptyOutboxIsNotAFilterWithoutHits()
{
    Screen screen;
    screen.insert(1, "order.paid", RowState::Published);
    screen.open();
    QTRY_COMPARE(screen.emptyText(), u"Nothing waits"_s);
    screen.choose(u"outboxAge"_s, u"Over 1h"_s);
    QTRY_COMPARE(screen.emptyText(), u"No row passes the filter"_s);
}

void TestOutboxPanel::theInspectorGetsTheWholePayload()
{
    Screen screen;
    const QByteArray payload = "[" + QByteArray("1234567,").repeated(1000) + "0]";
    screen.insert(1, "order.paid", RowState::Unpublished, payload);
    screen.open();
    QTRY_COMPARE(screen.ids(), u"1"_s);
    QVERIFY(screen.rows()->rowAt(0).payload.size() < payload.size());
    screen.select(u"1"_s);
    QVERIFY(screen.inspected);
    QCOMPARE(screen.inspected->title, u"event-1"_s);
    QCOMPARE(fact(screen.inspected, "State"), QByteArray("Unpublished"));
    QCOMPARE(fact(screen.inspected, "Age"), QByteArray("10 min 00 s"));
    QTRY_COMPARE(screen.inspected->payload, std::optional(payload));
    QCOMPARE(screen.inspected->payloadNote, QString());
    screen.view(u"outboxRows"_s)->clearSelection();
    QVERIFY(!screen.inspected);
}

void TestOutboxPanel::replayFreezesExactlyTheSelectedRows()
{
    Screen screen;
    screen.insertMany(1, 6);
    screen.open();
    QTRY_COMPARE(screen.ids(), u"5 4 3 2 1"_s);
    auto* replay = screen.panel->findChild<QAction*>(u"replayRows"_s);
    QVERIFY(!replay->isEnabled());
    screen.select(u"4"_s);
    screen.select(u"1"_s);
    QVERIFY(replay->isEnabled());
    QVERIFY(screen.panel->panelActions().contains(replay));
    replay->trigger();
    QVERIFY(screen.planned);
    QVERIFY(screen.planned->from == PlanRequest::From::Outbox);
    QCOMPARE(screen.planned->rows, (std::vector{OutboxRowId("4"), OutboxRowId("1")}));
}

void TestOutboxPanel::aFindingLeadsToTheOldestRows()
{
    Screen screen;
    screen.insertMany(1, 5);
    screen.open();
    QTRY_COMPARE(screen.ids(), u"4 3 2 1"_s);
    screen.choose(u"outboxState"_s, u"Published"_s);
    Remedy remedy;
    remedy.kind = RemedyKind::ShowOutbox;
    remedy.topic = BrokerTopic("order.sent");
    QVERIFY(screen.panel->apply(remedy));
    QTRY_COMPARE(screen.ids(), u"1 3"_s);
    remedy.kind = RemedyKind::Claim;
    QVERIFY(!screen.panel->apply(remedy));
}

void TestOutboxPanel::theBadgeSaysHowManyWait()
{
    Screen screen;
    screen.insertMany(1, 5);
    screen.open();
    QSignalSpy badge(screen.panel.get(), &Panel::badgeChanged);
    QTRY_VERIFY(!badge.isEmpty());
    QCOMPARE(badge.last()[0].toString(), u"4"_s);
    QCOMPARE(badge.last()[1].value<Tone>(), Tone::Warning);
    screen.backends->outbox().setUnreachable(true);
    screen.poll();
    QTRY_COMPARE(badge.last()[0].toString(), QString());
}

void TestOutboxPanel::theIndexAdviceCanBeCopied()
{
    Screen screen;
    screen.open();
    auto* copy = screen.panel->findChild<QAction*>(u"copyIndex"_s);
    auto snapshot = std::make_shared<Snapshot>();
    OutboxState state;
    state.hasUnpublishedIndex = true;
    snapshot->outbox = state;
    screen.panel->present(snapshot);
    QVERIFY(!copy->isVisible());
    auto advised = std::make_shared<Snapshot>();
    state.hasUnpublishedIndex = false;
    state.indexAdvice = u"CREATE INDEX CONCURRENTLY …"_s;
    advised->outbox = state;
    screen.panel->present(advised);
    QVERIFY(copy->isVisible());
    copy->trigger();
    QCOMPARE(QGuiApplication::clipboard()->text(), state.indexAdvice);
    QVERIFY(!screen.notice.isEmpty());
}

OUTBOARD_OFFSCREEN_MAIN(TestOutboxPanel)
#include "tst_outboxpanel.moc"
