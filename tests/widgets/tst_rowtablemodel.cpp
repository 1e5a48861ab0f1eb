// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/rowtablemodel.h"

#include <QAbstractItemModelTester>
#include <QItemSelectionModel>
#include <QSignalSpy>
#include <QTest>

using namespace outboard;
using namespace Qt::StringLiterals;

namespace {

struct Item
{
    QString name;
    std::optional<int> size;

    friend bool operator==(const Item&, const Item&) = default;
};

/// "a=1 b=2 c=?" in this order.
std::vector<Item> items(const QString& text)
{
    std::vector<Item> result;
    for (const QString& item : text.split(u' ', Qt::SkipEmptyParts)) {
        const QStringList parts = item.split(u'=');
        Item row{parts[0], std::nullopt};
        if (parts.value(1) != u"?")
            row.size = parts.value(1).toInt();
        result.push_back(row);
    }
    return result;
}

class ItemModel : public RowTableModel<Item, QString>
{
public:
    ItemModel()
        : RowTableModel({nameColumn(), sizeColumn()}, [](const Item& item) { return item.name; })
    {}

    /// As items() reads it.
    QString text() const
    {
        QStringList result;
        for (int i = 0; i < rowCount(); ++i)
            result += index(i, 0).data().toString() + u'=' + index(i, 1).data().toString();
        return result.join(u' ');
    }

private:
    static Column<Item> nameColumn()
    {
        return textColumn<Item>(
            u"name"_s, u"Name"_s, [](const Item& item) { return item.name; }, &Item::name);
    }

    static Column<Item> sizeColumn()
    {
        auto column = numberColumn<Item>(
            u"size"_s,
            u"Size"_s,
            [](const Item& item) { return item.size ? QString::number(*item.size) : u"?"_s; },
            &Item::size);
        column.isUnknown = [](const Item& item) { return !item.size; };
        column.tone = [](const Item& item) { return item.size ? Tone::Neutral : Tone::Muted; };
        column.width = 60;
        return column;
    }
};

/// Writes down what a view would be told.
QStringList listen(ItemModel& model, const std::function<void()>& change)
{
    QStringList told;
    QObject context;
    const auto rows = [](const char* what, int first, int last) -> QString {
        return QString::fromLatin1(what) + QString::number(first) + u'-' + QString::number(last);
    };
    QObject::connect(
        &model, &ItemModel::rowsInserted, &context, [&](const QModelIndex&, int first, int last) {
            told += rows("+", first, last);
        });
    QObject::connect(
        &model, &ItemModel::rowsRemoved, &context, [&](const QModelIndex&, int first, int last) {
            told += rows("-", first, last);
        });
    QObject::connect(
        &model,
        &ItemModel::dataChanged,
        &context,
        [&](const QModelIndex& first, const QModelIndex& last) {
            told += rows("~", first.row(), last.row());
        });
    QObject::connect(&model, &ItemModel::layoutChanged, &context, [&] { told += u"layout"_s; });
    QObject::connect(&model, &ItemModel::modelReset, &context, [&] { told += u"reset"_s; });
    change();
    return told;
}

QString manyItems(int from, int to, int step)
{
    QStringList result;
    for (int i = from; i < to; i += step)
        result += u"i%1=%2"_s.arg(i, 4, 10, QChar(u'0')).arg(i);
    return result.join(u' ');
}

} // namespace

class TestRowTableModel : public QObject
{
    Q_OBJECT

private slots:
    void newRowsAreMerged_data();
    void newRowsAreMerged();
    void selectionFollowsItsRows_data();
    void selectionFollowsItsRows();
    void sortsByRawValueWithUnknownLast_data();
    void sortsByRawValueWithUnknownLast();
    void sortingIsStable();
    void newRowsComeInOrder();
    void filterHidesAndShows();
    void rowsThatTheFilterBeginsToHideGoAway();
    void manyChangesAreOneChangeOfLayout();
    void rowsAreFoundByKey();
    void rowsWithTheSameKeyAreShownOnce();
    void cellsAndHeadersAnswerTheirRoles();
    void aHundredThousandRowsAreMergedAndSorted();
};

void TestRowTableModel::newRowsAreMerged_data()
{
    QTest::addColumn<QString>("before");
    QTest::addColumn<QString>("after");
    QTest::addColumn<QString>("told");
    QTest::newRow("nothing happened") << u"a=1 b=2"_s << u"a=1 b=2"_s << u""_s;
    QTest::newRow("the first rows") << u""_s << u"a=1 b=2"_s << u"+0-1"_s;
    QTest::newRow("the last row goes") << u"a=1"_s << u""_s << u"-0-0"_s;
    QTest::newRow("one in the middle changes") << u"a=1 b=2 c=3"_s << u"a=1 b=9 c=3"_s << u"~1-1"_s;
    QTest::newRow("neighbours change together")
        << u"a=1 b=2 c=3 d=4"_s << u"a=1 b=8 c=9 d=4"_s << u"~1-2"_s;
    QTest::newRow("known becomes unknown") << u"a=1"_s << u"a=?"_s << u"~0-0"_s;
    QTest::newRow("rows arrive at both ends") << u"c=3"_s << u"a=1 b=2 c=3 d=4"_s << u"+0-1 +3-3"_s;
    QTest::newRow("rows go from the end to the start")
        << u"a=1 b=2 c=3 d=4"_s << u"b=2"_s << u"-2-3 -0-0"_s;
    QTest::newRow("gone, changed and new")
        << u"a=1 b=2 c=3"_s << u"b=9 c=3 d=4"_s << u"-0-0 +2-2 ~0-0"_s;
    QTest::newRow("all others") << u"a=1 b=2"_s << u"c=1 d=2"_s << u"-0-1 +0-1"_s;
    QTest::newRow("another order") << u"a=1 b=2 c=3"_s << u"c=3 a=1 b=2"_s << u"layout"_s;
    QTest::newRow("another order, gone, changed and new")
        << u"a=1 b=2 c=3"_s << u"c=9 x=0 a=1"_s << u"layout -2-2 +1-1 ~0-0"_s;
}

void TestRowTableModel::newRowsAreMerged()
{
    QFETCH(QString, before);
    QFETCH(QString, after);
    QFETCH(QString, told);
    ItemModel model;
    QAbstractItemModelTester tester(&model);
    model.setRows(items(before));
    QCOMPARE(listen(model, [&] { model.setRows(items(after)); }).join(u' '), told);
    QCOMPARE(model.text(), after);
    QCOMPARE(model.totalRows(), qsizetype(items(after).size()));
}

void TestRowTableModel::selectionFollowsItsRows_data()
{
    QTest::addColumn<QString>("after");
    QTest::addColumn<QString>("selected");
    QTest::newRow("rows before go") << u"b=2 c=3 d=4"_s << u"b d"_s;
    QTest::newRow("rows between arrive") << u"a=1 b=2 x=0 c=3 y=0 d=4"_s << u"b d"_s;
    QTest::newRow("a selected row changes") << u"a=1 b=9 c=3 d=4"_s << u"b d"_s;
    QTest::newRow("a selected row goes") << u"a=1 c=3 d=4"_s << u"d"_s;
    QTest::newRow("turned round") << u"d=4 c=3 b=2 a=1"_s << u"b d"_s;
    QTest::newRow("turned round with others") << u"x=0 d=4 y=0 b=2 z=0"_s << u"b d"_s;
    QTest::newRow("among many new ones")
        << manyItems(0, 500, 1) + u" d=4 a=1 "_s + manyItems(500, 900, 1) + u" b=2"_s << u"b d"_s;
    QTest::newRow("all go") << u"x=1 y=2"_s << u""_s;
}

void TestRowTableModel::selectionFollowsItsRows()
{
    QFETCH(QString, after);
    ItemModel model;
    QAbstractItemModelTester tester(&model);
    model.setRows(items(u"a=1 b=2 c=3 d=4"_s));
    QItemSelectionModel selection(&model);
    for (const int row : {1, 3})
        selection.select(
            model.index(row, 0), QItemSelectionModel::Select | QItemSelectionModel::Rows);
    selection.setCurrentIndex(model.index(3, 1), QItemSelectionModel::NoUpdate);
    model.setRows(items(after));
    QStringList names;
    for (const QModelIndex& index : selection.selectedRows())
        names += index.data().toString();
    names.sort();
    QTEST(names.join(u' '), "selected");
    if (after.contains(u"d="))
        QCOMPARE(selection.currentIndex().siblingAtColumn(0).data().toString(), u"d"_s);
}

void TestRowTableModel::sortsByRawValueWithUnknownLast_data()
{
    QTest::addColumn<int>("column");
    QTest::addColumn<Qt::SortOrder>("order");
    QTest::addColumn<QString>("shown");
    QTest::newRow("by number, not by text") << 1 << Qt::AscendingOrder << u"a=2 d=9 c=10 b=?"_s;
    QTest::newRow("the other way round") << 1 << Qt::DescendingOrder << u"c=10 d=9 a=2 b=?"_s;
    QTest::newRow("by name") << 0 << Qt::DescendingOrder << u"d=9 c=10 b=? a=2"_s;
    QTest::newRow("as it came") << -1 << Qt::AscendingOrder << u"c=10 b=? a=2 d=9"_s;
}

void TestRowTableModel::sortsByRawValueWithUnknownLast()
{
    QFETCH(int, column);
    QFETCH(Qt::SortOrder, order);
    ItemModel model;
    QAbstractItemModelTester tester(&model);
    model.setRows(items(u"c=10 b=? a=2 d=9"_s));
    model.sort(0);
    model.sort(column, order);
    QTEST(model.text(), "shown");
}

void TestRowTableModel::sortingIsStable()
{
    ItemModel model;
    model.setRows(items(u"c=1 a=2 b=1 d=2 x=? w=?"_s));
    model.sort(1);
    QCOMPARE(model.text(), u"c=1 b=1 a=2 d=2 x=? w=?"_s);
    model.sort(1, Qt::DescendingOrder);
    QCOMPARE(model.text(), u"a=2 d=2 c=1 b=1 x=? w=?"_s);
}

void TestRowTableModel::newRowsComeInOrder()
{
    ItemModel model;
    QAbstractItemModelTester tester(&model);
    model.sort(1, Qt::DescendingOrder);
    model.setRows(items(u"a=1 b=3"_s));
    const QStringList told = listen(model, [&] { model.setRows(items(u"c=2 a=1 b=3"_s)); });
    QCOMPARE(told, QStringList(u"+1-1"_s));
    QCOMPARE(model.text(), u"b=3 c=2 a=1"_s);
    model.setRows(items(u"c=2 a=9 b=3"_s));
    QCOMPARE(model.text(), u"a=9 b=3 c=2"_s);
}

void TestRowTableModel::filterHidesAndShows()
{
    ItemModel model;
    QAbstractItemModelTester tester(&model);
    model.setRows(items(u"a=1 b=2 c=3 d=4"_s));
    const QStringList told = listen(model, [&] {
        model.setFilter([](const Item& item) { return item.size.value_or(0) % 2 == 0; });
    });
    QCOMPARE(told.join(u' '), u"-2-2 -0-0"_s);
    QCOMPARE(model.text(), u"b=2 d=4"_s);
    QCOMPARE(model.totalRows(), 4);
    model.setFilter({});
    QCOMPARE(model.text(), u"a=1 b=2 c=3 d=4"_s);
}

void TestRowTableModel::rowsThatTheFilterBeginsToHideGoAway()
{
    ItemModel model;
    QAbstractItemModelTester tester(&model);
    model.setFilter([](const Item& item) { return item.size.value_or(0) < 5; });
    model.setRows(items(u"a=1 b=2"_s));
    const QStringList told = listen(model, [&] { model.setRows(items(u"a=7 b=2 c=3"_s)); });
    QCOMPARE(told.join(u' '), u"-0-0 +1-1"_s);
    QVERIFY(!model.shownRowOf(u"a"_s));
}

void TestRowTableModel::manyChangesAreOneChangeOfLayout()
{
    ItemModel model;
    QAbstractItemModelTester tester(&model);
    model.setRows(items(manyItems(0, 1000, 1)));
    QCOMPARE(
        listen(model, [&] { model.setRows(items(manyItems(0, 1000, 2))); }).join(u' '),
        u"layout -500-999"_s);
    QCOMPARE(
        listen(model, [&] { model.setRows(items(manyItems(0, 1000, 1))); }).join(u' '),
        u"+500-999 layout"_s);
    QCOMPARE(model.text(), manyItems(0, 1000, 1));
}

void TestRowTableModel::rowsAreFoundByKey()
{
    ItemModel model;
    model.sort(0, Qt::DescendingOrder);
    model.setRows(items(u"a=1 b=2 c=3"_s));
    QCOMPARE(model.shownRowOf(u"a"_s), std::optional(2));
    QCOMPARE(model.rowAt(0).name, u"c"_s);
    QCOMPARE(model.shownRowOf(u"z"_s), std::nullopt);
    model.setRows({});
    QCOMPARE(model.shownRowOf(u"a"_s), std::nullopt);
}

void TestRowTableModel::rowsWithTheSameKeyAreShownOnce()
{
    ItemModel model;
    QAbstractItemModelTester tester(&model);
    model.setRows(items(u"a=1 b=2 a=3 b=4 c=5"_s));
    QCOMPARE(model.text(), u"a=1 b=2 c=5"_s);
    QCOMPARE(model.shownRowOf(u"c"_s), std::optional(2));
}

void TestRowTableModel::cellsAndHeadersAnswerTheirRoles()
{
    ItemModel model;
    model.setRows(items(u"a=?"_s));
    QCOMPARE(model.index(0, 1).data(ToneRole).toInt(), int(Tone::Muted));
    QCOMPARE(model.index(0, 0).data(ToneRole).toInt(), int(Tone::Neutral));
    QCOMPARE(
        model.index(0, 1).data(Qt::TextAlignmentRole).toInt(),
        int(Qt::AlignRight | Qt::AlignVCenter));
    QCOMPARE(model.headerData(1, Qt::Horizontal, Qt::DisplayRole).toString(), u"Size"_s);
    QCOMPARE(model.headerData(1, Qt::Horizontal, ColumnIdRole).toString(), u"size"_s);
    QCOMPARE(model.headerData(1, Qt::Horizontal, WidthRole).toInt(), 60);
    QVERIFY(!model.headerData(7, Qt::Horizontal, Qt::DisplayRole).isValid());
}

void TestRowTableModel::aHundredThousandRowsAreMergedAndSorted()
{
    constexpr int count = 100'000;
    using Pair = std::pair<int, int>;
    auto column = numberColumn<Pair>(
        u"n"_s,
        u"N"_s,
        [](const Pair& pair) { return QString::number(pair.second); },
        &Pair::second);
    RowTableModel<Pair, int> model({column}, [](const Pair& pair) { return pair.first; });
    std::vector<Pair> rows;
    for (int i = 0; i < count; ++i)
        rows.emplace_back(i, int(qint64(i) * 7919 % count));
    model.setRows(rows);
    QItemSelectionModel selection(&model);
    selection.select(model.index(4711, 0), QItemSelectionModel::ClearAndSelect);
    model.sort(0);
    QCOMPARE(model.rowAt(0).second, 0);
    QCOMPARE(model.rowAt(count - 1).second, count - 1);
    rows.erase(rows.begin(), rows.begin() + 1000);
    for (Pair& pair : rows)
        ++pair.second;
    QSignalSpy changed(&model, &QAbstractItemModel::dataChanged);
    model.setRows(rows);
    QCOMPARE(model.rowCount(), count - 1000);
    QVERIFY(changed.count() <= 64);
    QCOMPARE(selection.selectedIndexes().size(), 1);
    QCOMPARE(model.rowAt(selection.selectedIndexes()[0].row()).first, 4711);
}

QTEST_GUILESS_MAIN(TestRowTableModel)
#include "tst_rowtablemodel.moc"
