// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/rowtablemodel.h"
#include "parts/tablepane.h"
#include "parts/tableview.h"
#include "support/offscreenmain.h"
#include "support/printers.h"

#include <QClipboard>
#include <QGuiApplication>
#include <QHeaderView>
#include <QHelpEvent>
#include <QLabel>
#include <QLineEdit>
#include <QMenu>
#include <QScrollBar>
#include <QSettings>
#include <QSignalSpy>
#include <QTemporaryDir>
#include <QTest>
#include <QToolTip>

using namespace outboard;
using namespace Qt::StringLiterals;

namespace {

struct Line
{
    int id = 0;
    QString text;

    friend bool operator==(const Line&, const Line&) = default;
};

class LineModel : public RowTableModel<Line, int>
{
public:
    LineModel()
        : RowTableModel({idColumn(), textOf(), hiddenColumn()}, [](const Line& l) { return l.id; })
    {}

    static std::vector<Line> lines(int from, int to)
    {
        std::vector<Line> result;
        for (int i = from; i < to; ++i)
            result.push_back({i, u"line %1"_s.arg(i)});
        return result;
    }

private:
    static Column<Line> idColumn()
    {
        auto column = numberColumn<Line>(
            u"id"_s, u"Id"_s, [](const Line& l) { return QLocale::c().toString(l.id); }, &Line::id);
        column.text = [](const Line& l) -> QString {
            return l.id < 1000 ? QString::number(l.id)
                               : QString::number(l.id / 1000) + QChar(0x202f) + u"000"_s;
        };
        column.width = 80;
        return column;
    }

    static Column<Line> textOf()
    {
        auto column = textColumn<Line>(
            u"text"_s, u"Text, long"_s, [](const Line& l) { return l.text; }, &Line::text);
        column.width = 400;
        return column;
    }

    static Column<Line> hiddenColumn()
    {
        auto column = textColumn<Line>(
            u"extra"_s, u"Extra"_s, [](const Line&) { return u"x"_s; }, &Line::id);
        column.isHiddenAtFirst = true;
        return column;
    }
};

QStringList shownIds(const TableView& view)
{
    QStringList ids;
    const QHeaderView* header = view.horizontalHeader();
    for (int visual = 0; visual < header->count(); ++visual)
        if (const int column = header->logicalIndex(visual); !view.isColumnHidden(column))
            ids += view.model()->headerData(column, Qt::Horizontal, ColumnIdRole).toString();
    return ids;
}

void trigger(TableView& view, int column, const QString& text)
{
    QMenu menu;
    view.fillColumnMenu(&menu, column);
    for (QAction* action : menu.actions())
        if (action->text() == text)
            return action->trigger();
    QFAIL(qPrintable(u"no action "_s + text));
}

} // namespace

class TestTableView : public QObject
{
    Q_OBJECT

private slots:
    void init();
    void copiesTheSelectionAsTsv();
    void copiesTheSelectionAsJson();
    void exportsWhatIsShownAsCsv();
    void aSpreadsheetRunsNothingFromAnExport_data();
    void aSpreadsheetRunsNothingFromAnExport();
    void anExportThatFailsSaysWhatToDo();
    void selectionAndCurrentRowSurviveARefresh();
    void whatIsReadStaysWhereItIs();
    void atTheTopNewRowsComeIntoSight();
    void aSelectedRowIsNotPushedAway();
    void aRowThatGoesDoesNotMoveTheOthers();
    void columnsAreRememberedOnlyWhenChanged();
    void columnsAreMovedAndReset();
    void theLastColumnCannotBeHidden();
    void aWidthIsRememberedWhenItWasDragged();
    void wideColumnsGiveWayUntilAWidthWasChosen();
    void sortsByTheHeaderAndBack();
    void markupInTipsIsPlainText();
    void thePaneCountsRows();
    void thePaneFiltersAMomentAfterTyping();
    void thePaneAsksForMoreAtTheEnd();

private:
    std::unique_ptr<QTemporaryDir> m_folder;
    std::unique_ptr<QSettings> m_settings;
};

void TestTableView::init()
{
    m_folder = std::make_unique<QTemporaryDir>();
    m_settings = std::make_unique<QSettings>(m_folder->filePath(u"s.ini"_s), QSettings::IniFormat);
}

void TestTableView::copiesTheSelectionAsTsv()
{
    LineModel model;
    model.setRows({{1, u"a\tb"_s}, {2, u"skipped"_s}, {5000, u"c"_s}});
    TableView view(u"lines"_s, nullptr);
    view.setTable(&model);
    view.selectRow(2);
    view.selectionModel()->select(
        model.index(0, 0), QItemSelectionModel::Select | QItemSelectionModel::Rows);
    QTest::keySequence(&view, QKeySequence::Copy);
    QCOMPARE(QGuiApplication::clipboard()->text(), u"1\ta b\n5000\tc"_s);
}

void TestTableView::copiesTheSelectionAsJson()
{
    LineModel model;
    model.setRows({{1, u"say \"hi\""_s}});
    TableView view(u"lines"_s, nullptr);
    view.setTable(&model);
    view.selectAll();
    view.copyJson();
    QCOMPARE(
        QGuiApplication::clipboard()->text().simplified(),
        u"[ { \"id\": \"1\", \"text\": \"say \\\"hi\\\"\" } ]"_s);
}

void TestTableView::exportsWhatIsShownAsCsv()
{
    LineModel model;
    model.setRows({{2, u"a,b"_s}, {1, u"say \"hi\""_s}, {3, u"hidden"_s}});
    model.setFilter([](const Line& l) { return l.id < 3; });
    TableView view(u"lines"_s, nullptr);
    view.setTable(&model);
    view.sortByColumn(0, Qt::AscendingOrder);
    const QString path = m_folder->filePath(u"out.csv"_s);
    QVERIFY_RESULT(view.exportCsv(path));
    QFile file(path);
    QVERIFY(file.open(QIODevice::ReadOnly));
    QCOMPARE(
        file.readAll(), QByteArray("Id,\"Text, long\"\r\n1,\"say \"\"hi\"\"\"\r\n2,\"a,b\"\r\n"));
}

void TestTableView::aSpreadsheetRunsNothingFromAnExport_data()
{
    QTest::addColumn<QString>("text");
    QTest::addColumn<QString>("cell");
    QTest::newRow("equals") << u"=cmd|' /C calc'!A0"_s << u"'=cmd|' /C calc'!A0"_s;
    QTest::newRow("plus") << u"+1"_s << u"'+1"_s;
    QTest::newRow("minus") << u"-2"_s << u"'-2"_s;
    QTest::newRow("at") << u"@SUM(A1)"_s << u"'@SUM(A1)"_s;
    QTest::newRow("quoted as well") << u"=A1,B1"_s << u"\"'=A1,B1\""_s;
    QTest::newRow("harmless") << u"a=b"_s << u"a=b"_s;
}

void TestTableView::aSpreadsheetRunsNothingFromAnExport()
{
    QFETCH(QString, text);
    QFETCH(QString, cell);
    LineModel model;
    model.setRows({{1, text}});
    TableView view(u"lines"_s, nullptr);
    view.setTable(&model);
    const QString path = m_folder->filePath(u"out.csv"_s);
    QVERIFY_RESULT(view.exportCsv(path));
    QFile file(path);
    QVERIFY(file.open(QIODevice::ReadOnly));
    file.readLine();
    QCOMPARE(QString::fromUtf8(file.readAll()), u"1,"_s + cell + u"\r\n"_s);
}

void TestTableView::anExportThatFailsSaysWhatToDo()
{
    LineModel model;
    TableView view(u"lines"_s, nullptr);
    view.setTable(&model);
    const Result<void> result = view.exportCsv(m_folder->filePath(u"no/such/folder/out.csv"_s));
    QVERIFY_ERROR(result, Error::Kind::Refused);
    QVERIFY(result.error().what.contains(u"Choose a folder"));
}

void TestTableView::selectionAndCurrentRowSurviveARefresh()
{
    LineModel model;
    model.setRows(LineModel::lines(0, 10));
    TableView view(u"lines"_s, nullptr);
    view.setTable(&model);
    view.setCurrentIndex(model.index(3, 0));
    view.selectionModel()->select(
        model.index(7, 0), QItemSelectionModel::Select | QItemSelectionModel::Rows);
    auto rows = LineModel::lines(-2, 10);
    std::erase_if(rows, [](const Line& l) { return l.id == 5; });
    rows[5].text = u"changed"_s;
    model.setRows(rows);
    QCOMPARE(view.selectedRows(), (QList<int>{5, 8}));
    QCOMPARE(model.rowAt(view.currentIndex().row()).id, 3);
    QCOMPARE(model.rowAt(8).id, 7);
}

void TestTableView::whatIsReadStaysWhereItIs()
{
    LineModel model;
    model.setRows(LineModel::lines(0, 1000));
    TableView view(u"lines"_s, nullptr);
    view.setTable(&model);
    view.resize(400, 300);
    view.show();
    QVERIFY(QTest::qWaitForWindowExposed(&view));
    view.verticalScrollBar()->setValue(500 * TableView::rowHeight + 7);
    const int top = view.rowViewportPosition(*model.shownRowOf(500));
    model.setRows(LineModel::lines(-200, 1000));
    QTRY_COMPARE(view.rowViewportPosition(*model.shownRowOf(500)), top);
    // So many single changes that the model tells of a change of layout.
    auto rows = LineModel::lines(-200, 1000);
    std::erase_if(rows, [](const Line& l) { return l.id < 400 && l.id % 2 == 0; });
    model.setRows(rows);
    QTRY_COMPARE(view.rowViewportPosition(*model.shownRowOf(500)), top);
}

void TestTableView::atTheTopNewRowsComeIntoSight()
{
    LineModel model;
    model.setRows(LineModel::lines(0, 100));
    TableView view(u"lines"_s, nullptr);
    view.setTable(&model);
    view.resize(400, 300);
    view.show();
    QVERIFY(QTest::qWaitForWindowExposed(&view));
    model.setRows(LineModel::lines(-5, 100));
    QCoreApplication::processEvents();
    QCOMPARE(view.rowViewportPosition(0), 0);
    QCOMPARE(model.rowAt(0).id, -5);
}

void TestTableView::aSelectedRowIsNotPushedAway()
{
    LineModel model;
    model.setRows(LineModel::lines(0, 100));
    TableView view(u"lines"_s, nullptr);
    view.setTable(&model);
    view.resize(400, 300);
    view.show();
    QVERIFY(QTest::qWaitForWindowExposed(&view));
    view.selectRow(2);
    const int place = view.rowViewportPosition(2);
    model.setRows(LineModel::lines(-30, 100));
    QTRY_COMPARE(view.rowViewportPosition(*model.shownRowOf(2)), place);
}

void TestTableView::aRowThatGoesDoesNotMoveTheOthers()
{
    LineModel model;
    model.setRows(LineModel::lines(0, 1000));
    TableView view(u"lines"_s, nullptr);
    view.setTable(&model);
    view.resize(400, 300);
    view.show();
    QVERIFY(QTest::qWaitForWindowExposed(&view));
    view.verticalScrollBar()->setValue(500 * TableView::rowHeight);
    const int second = view.rowViewportPosition(501);
    auto rows = LineModel::lines(-50, 1000);
    std::erase_if(rows, [](const Line& l) { return l.id == 500; });
    model.setRows(rows);
    QTRY_COMPARE(view.rowViewportPosition(*model.shownRowOf(501)), second);
}

void TestTableView::columnsAreRememberedOnlyWhenChanged()
{
    LineModel model;
    {
        TableView view(u"lines"_s, m_settings.get());
        view.setTable(&model);
        view.resize(900, 300);
        view.show();
        QVERIFY(QTest::qWaitForWindowExposed(&view));
        QVERIFY(m_settings->allKeys().isEmpty());
        QCOMPARE(shownIds(view), (QStringList{u"id"_s, u"text"_s}));
        trigger(view, 0, u"Extra"_s);
        trigger(view, 0, u"Id"_s);
    }
    QCOMPARE(m_settings->allKeys(), QStringList(u"tables/lines/columns"_s));
    TableView again(u"lines"_s, m_settings.get());
    again.setTable(&model);
    QCOMPARE(shownIds(again), (QStringList{u"text"_s, u"extra"_s}));
    TableView other(u"others"_s, m_settings.get());
    other.setTable(&model);
    QCOMPARE(shownIds(other), (QStringList{u"id"_s, u"text"_s}));
}

void TestTableView::columnsAreMovedAndReset()
{
    LineModel model;
    TableView view(u"lines"_s, m_settings.get());
    view.setTable(&model);
    trigger(view, 1, u"Move Text, long left"_s);
    QCOMPARE(shownIds(view), (QStringList{u"text"_s, u"id"_s}));
    TableView again(u"lines"_s, m_settings.get());
    again.setTable(&model);
    QCOMPARE(shownIds(again), (QStringList{u"text"_s, u"id"_s}));
    trigger(again, 1, u"Reset columns"_s);
    QCOMPARE(shownIds(again), (QStringList{u"id"_s, u"text"_s}));
    QVERIFY(m_settings->allKeys().isEmpty());
}

void TestTableView::theLastColumnCannotBeHidden()
{
    LineModel model;
    TableView view(u"lines"_s, nullptr);
    view.setTable(&model);
    trigger(view, 0, u"Id"_s);
    trigger(view, 0, u"Text, long"_s);
    QCOMPARE(shownIds(view), QStringList(u"text"_s));
}

void TestTableView::aWidthIsRememberedWhenItWasDragged()
{
    LineModel model;
    TableView view(u"lines"_s, m_settings.get());
    view.setTable(&model);
    view.resize(600, 300);
    view.show();
    QVERIFY(QTest::qWaitForWindowExposed(&view));
    QWidget* header = view.horizontalHeader()->viewport();
    QTest::mousePress(header, Qt::LeftButton, {}, QPoint(79, 10));
    QTest::mouseMove(header, QPoint(100, 10));
    QTest::mouseMove(header, QPoint(129, 10));
    QTest::mouseRelease(header, Qt::LeftButton, {}, QPoint(129, 10));
    QTRY_COMPARE(m_settings->allKeys(), QStringList(u"tables/lines/columns"_s));
    TableView again(u"lines"_s, m_settings.get());
    again.setTable(&model);
    QCOMPARE(again.columnWidth(0), view.columnWidth(0));
    QVERIFY(again.columnWidth(0) > 100);
}

void TestTableView::wideColumnsGiveWayUntilAWidthWasChosen()
{
    LineModel model;
    TableView view(u"lines"_s, m_settings.get());
    view.setTable(&model);
    view.resize(300, 300);
    view.show();
    QVERIFY(QTest::qWaitForWindowExposed(&view));
    QTRY_COMPARE(view.horizontalScrollBar()->maximum(), 0);
    QCOMPARE(view.columnWidth(0), 80);
    QVERIFY(view.columnWidth(1) < 300);
    view.resize(900, 300);
    QTRY_VERIFY(view.columnWidth(1) >= 400);
    view.resize(120, 300);
    QTRY_VERIFY(view.horizontalScrollBar()->maximum() > 0);
    QVERIFY(view.columnWidth(1) >= 100);
    QVERIFY(m_settings->allKeys().isEmpty());

    view.resize(900, 300);
    trigger(view, 0, u"Move Id right"_s);
    const int chosen = view.columnWidth(1);
    view.resize(300, 300);
    QCOMPARE(view.columnWidth(1), chosen);
}

void TestTableView::sortsByTheHeaderAndBack()
{
    LineModel model;
    model.setRows({{2, u"b"_s}, {1, u"c"_s}, {3, u"a"_s}});
    TableView view(u"lines"_s, nullptr);
    view.setTable(&model);
    QCOMPARE(model.rowAt(0).id, 2);
    view.resize(600, 300);
    view.show();
    QVERIFY(QTest::qWaitForWindowExposed(&view));
    QWidget* header = view.horizontalHeader()->viewport();
    QList<int> first;
    for (int click = 0; click < 3; ++click) {
        QTest::mouseClick(header, Qt::LeftButton, {}, QPoint(30, 10));
        first += model.rowAt(0).id;
    }
    QCOMPARE(first, (QList<int>{1, 3, 2}));
}

void TestTableView::markupInTipsIsPlainText()
{
    LineModel model;
    model.setRows({{1, u"<img src='http://x/'><b>"_s + QString(300, u'y')}});
    TableView view(u"lines"_s, nullptr);
    view.setTable(&model);
    view.resize(300, 200);
    view.show();
    QVERIFY(QTest::qWaitForWindowExposed(&view));
    const QPoint position = view.visualRect(model.index(0, 1)).center();
    QHelpEvent event(QEvent::ToolTip, position, view.viewport()->mapToGlobal(position));
    QCoreApplication::sendEvent(view.viewport(), &event);
    QTRY_VERIFY(!QToolTip::text().isEmpty());
    QVERIFY2(QToolTip::text().contains(u"&lt;img src="), qPrintable(QToolTip::text()));
    QVERIFY(!QToolTip::text().contains(u"<img"));
    QToolTip::hideText();
}

void TestTableView::thePaneCountsRows()
{
    LineModel model;
    TablePane pane(u"lines"_s, nullptr);
    pane.setTable(&model);
    const auto* counts = pane.findChild<QLabel*>(u"linesCounts"_s);
    QCOMPARE(counts->text(), u"0 rows"_s);
    model.setRows(LineModel::lines(0, 12431));
    QCOMPARE(counts->text(), u"12\u202f431 rows"_s);
    model.setFilter([](const Line& l) { return l.id < 1204; });
    QCOMPARE(counts->text(), u"1\u202f204 of 12\u202f431 rows"_s);
    pane.view()->selectRow(3);
    QCOMPARE(counts->text(), u"1\u202f204 of 12\u202f431 rows, 1 selected"_s);
    pane.setLoading(true, true);
    QCOMPARE(
        counts->text(), u"1\u202f204 of 12\u202f431 rows, more below, 1 selected · loading…"_s);
}

void TestTableView::thePaneFiltersAMomentAfterTyping()
{
    LineModel model;
    TablePane pane(u"lines"_s, nullptr);
    pane.setTable(&model);
    QLineEdit* filter = pane.addFilter(u"Find a line"_s);
    QSignalSpy changed(&pane, &TablePane::filterChanged);
    QTest::keyClicks(filter, u"abc "_s);
    QCOMPARE(changed.count(), 0);
    QTRY_COMPARE(changed.count(), 1);
    QCOMPARE(changed[0][0].toString(), u"abc"_s);
    QTest::keyClick(filter, Qt::Key_Backspace);
    QTest::keyClick(filter, Qt::Key_Return);
    QCOMPARE(changed.count(), 2);
    QCOMPARE(filter->accessibleName(), u"Find a line"_s);
}

void TestTableView::thePaneAsksForMoreAtTheEnd()
{
    LineModel model;
    model.setRows(LineModel::lines(0, 200));
    TablePane pane(u"lines"_s, nullptr);
    pane.setTable(&model);
    pane.resize(500, 400);
    pane.show();
    QVERIFY(QTest::qWaitForWindowExposed(&pane));
    QSignalSpy reached(&pane, &TablePane::endReached);
    pane.view()->scrollToBottom();
    QCOMPARE(reached.count(), 0);
    pane.setLoading(false, true);
    QTRY_COMPARE(reached.count(), 1);
}

OUTBOARD_OFFSCREEN_MAIN(TestTableView)
#include "tst_tableview.moc"
