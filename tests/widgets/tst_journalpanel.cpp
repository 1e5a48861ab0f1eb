// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/operatorname.h"
#include "models/journalmodel.h"
#include "panels/journalpanel.h"
#include "panels/journalreader.h"
#include "panelworld.h"
#include "parts/banner.h"
#include "parts/label.h"
#include "parts/tableview.h"
#include "services/journalexport.h"
#include "support/offscreenmain.h"
#include "support/printers.h"

#include <QAbstractItemModelTester>
#include <QAction>
#include <QClipboard>
#include <QComboBox>
#include <QFile>
#include <QGuiApplication>
#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QLineEdit>
#include <QListView>
#include <QSignalSpy>
#include <QSqlDatabase>
#include <QSqlQuery>
#include <QToolButton>

using namespace outboard;
using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

namespace {

JournalIntent intentOf(const QString& action, const QList<QByteArray>& ids)
{
    JournalIntent intent;
    intent.action = action;
    intent.profile = u"shop"_s;
    intent.environment = u"development"_s;
    intent.place = u"order.paid/billing"_s;
    intent.ids = ids;
    intent.commands = QStringList{u"XACK order.paid billing 1-0"_s};
    return intent;
}

JournalResult resultOf(JournalState state, const QString& text)
{
    return {state, text, {{u"acknowledged"_s, 1, {}}}};
}

/// The panel over a journal that the test fills, past the session.
struct Screen
{
    Screen()
        : journal(*Journal::open(world.directory.filePath(u"journal.sqlite"_s)))
    {}

    void show()
    {
        panel = std::make_unique<JournalPanel>(world.host());
        badges = std::make_unique<QSignalSpy>(panel.get(), &Panel::badgeChanged);
        panel->resize(1100, 720);
        panel->show();
    }

    void write(const JournalIntent& intent, const JournalResult& result) const
    {
        const auto written = journal->note(intent, result, *world.now);
        QVERIFY_RESULT(written);
    }

    TableView* view() const { return panel->findChild<TableView*>(u"journal"_s); }

    const JournalModel* model() const { return qobject_cast<JournalModel*>(view()->model()); }

    Banner* banner() const { return panel->findChild<Banner*>(u"journalBanner"_s); }

    QComboBox* combo(const QString& name) const { return panel->findChild<QComboBox*>(name); }

    QListView* list(const QString& name) const { return panel->findChild<QListView*>(name); }

    QString lastBadge() const
    {
        return badges->isEmpty() ? QString() : badges->last().first().toString();
    }

    void select(int row) const
    {
        view()->selectionModel()->setCurrentIndex(
            view()->model()->index(row, 0),
            QItemSelectionModel::ClearAndSelect | QItemSelectionModel::Rows);
    }

    void sql(const QStringList& statements) const
    {
        {
            auto database = QSqlDatabase::addDatabase(u"QSQLITE"_s, u"raw"_s);
            database.setDatabaseName(journal->path());
            QVERIFY(database.open());
            for (const QString& statement : statements)
                QVERIFY2(QSqlQuery(database).exec(statement), qPrintable(statement));
        }
        QSqlDatabase::removeDatabase(u"raw"_s);
    }

    PanelWorld world;
    std::shared_ptr<Journal> journal;
    std::unique_ptr<JournalPanel> panel;
    std::unique_ptr<QSignalSpy> badges;
};

} // namespace

class TestJournalPanel : public QObject
{
    Q_OBJECT

private slots:
    void theModelKeepsItsRules();
    void anEmptyJournalSaysWhatWillBeHere();
    void entriesAreShownNewestFirst();
    void anActionOfThisSessionAppears();
    void filtersAskTheJournal();
    void theOtherProfilesAreOneChoiceAway();
    void theSelectedEntryIsShownWhole();
    void aHundredThousandIdsAreShownAndCopied();
    void moreEntriesAreReadAtTheEnd();
    void aSelectionSurvivesNewEntries();
    void aBrokenChainIsShownAndBadged();
    void aChainBrokenEarlierIsFoundByTheFullCheck();
    void aCutOffActionIsShown();
    void aJournalThatCannotBeUsedIsShown();
    void aLostResultIsShown();
    void exportsAreWhole();
    void anExportThatCannotBeWrittenSaysSo();
};

void TestJournalPanel::theModelKeepsItsRules()
{
    JournalModel model(systemClock());
    const QAbstractItemModelTester tester(
        &model, QAbstractItemModelTester::FailureReportingMode::Fatal);
    std::vector<JournalEntry> entries;
    for (int i = 0; i < 6; ++i) {
        JournalEntry entry;
        entry.number = 6 - i;
        entry.state = JournalState(i);
        entry.action = u"claim"_s;
        entries.push_back(entry);
    }
    model.setRows(entries);
    QCOMPARE(model.rowCount(), 6);
    model.sort(0, Qt::AscendingOrder);
    QCOMPARE(model.rowAt(0).number, 1);
    entries.erase(entries.begin());
    entries[0].result = u"More."_s;
    model.setRows(entries);
    QCOMPARE(model.rowCount(), 5);
    QStringList states;
    for (const JournalEntry& entry : entries)
        states.append(journalStateText(entry.state));
    QCOMPARE(
        states,
        (QStringList{u"done"_s, u"done in part"_s, u"refused"_s, u"failed"_s, u"cut off"_s}));
}

void TestJournalPanel::anEmptyJournalSaysWhatWillBeHere()
{
    Screen screen;
    screen.show();
    const auto shows = [&](const QString& text) {
        for (const Label* label : screen.panel->findChildren<Label*>(u"emptyWhat"_s)) {
            if (label->isVisible() && label->text() == text)
                return true;
        }
        return false;
    };
    QTRY_VERIFY(shows(u"Nothing was done yet"_s));
    screen.panel->findChild<QLineEdit*>()->setText(u"nowhere"_s);
    QTRY_VERIFY(shows(u"No entry passes the filter"_s));
}

void TestJournalPanel::entriesAreShownNewestFirst()
{
    Screen screen;
    screen.write(intentOf(u"claim"_s, {"1-0", "2-0"}), resultOf(JournalState::InPart, u"Part."_s));
    *screen.world.now += 1min;
    screen.write(intentOf(u"ack"_s, {"1-0"}), resultOf(JournalState::Refused, u"No."_s));
    screen.show();
    QTRY_COMPARE(screen.view()->model()->rowCount(), 2);
    QCOMPARE(screen.model()->rowAt(0).action, u"ack"_s);
    QCOMPARE(screen.model()->rowAt(1).action, u"claim"_s);
    const auto cell = [&](int row, const QString& id) {
        for (int column = 0; column < screen.model()->columnCount(); ++column) {
            if (screen.model()->headerData(column, Qt::Horizontal, ColumnIdRole) == id)
                return screen.model()->index(row, column).data().toString();
        }
        return QString();
    };
    QCOMPARE(cell(0, u"action"_s), u"Acknowledge"_s);
    QCOMPARE(cell(0, u"state"_s), u"refused"_s);
    QCOMPARE(cell(0, u"result"_s), u"No."_s);
    QCOMPARE(cell(1, u"ids"_s), u"2"_s);
    QCOMPARE(cell(1, u"who"_s), operatorName());
    QCOMPARE(cell(1, u"place"_s), u"order.paid/billing"_s);
    QVERIFY(!screen.banner()->isVisible());
}

void TestJournalPanel::anActionOfThisSessionAppears()
{
    Screen screen;
    screen.show();
    QVERIFY_RESULT(screen.world.session->arm({}));
    const auto relay = screen.world.session->relay({});
    QTRY_VERIFY(!relay.operation->isRunning());
    screen.world.round(*screen.panel);
    QTRY_COMPARE(screen.view()->model()->rowCount(), 2);
    QTRY_COMPARE(screen.model()->rowAt(0).state, JournalState::Done);
    QStringList actions{screen.model()->rowAt(0).action, screen.model()->rowAt(1).action};
    actions.sort();
    QCOMPARE(actions, (QStringList{u"arm"_s, u"relay"_s}));
}

void TestJournalPanel::filtersAskTheJournal()
{
    Screen screen;
    screen.write(intentOf(u"claim"_s, {"abc-1"}), resultOf(JournalState::Done, u"Done."_s));
    *screen.world.now += 2h;
    screen.write(intentOf(u"ack"_s, {"xyz-2"}), resultOf(JournalState::Done, u"Done."_s));
    screen.show();
    QTRY_COMPARE(screen.view()->model()->rowCount(), 2);
    screen.panel->findChild<QLineEdit*>()->setText(u"abc-1"_s);
    QTRY_COMPARE(screen.view()->model()->rowCount(), 1);
    QCOMPARE(screen.model()->rowAt(0).action, u"claim"_s);
    screen.panel->findChild<QLineEdit*>()->clear();
    QTRY_COMPARE(screen.view()->model()->rowCount(), 2);
    screen.combo(u"journalAction"_s)->setCurrentText(u"Acknowledge"_s);
    QTRY_COMPARE(screen.view()->model()->rowCount(), 1);
    QCOMPARE(screen.model()->rowAt(0).action, u"ack"_s);
    screen.combo(u"journalAction"_s)->setCurrentIndex(0);
    screen.combo(u"journalTime"_s)->setCurrentIndex(1); // the last hour
    QTRY_COMPARE(screen.view()->model()->rowCount(), 1);
    QCOMPARE(screen.model()->rowAt(0).action, u"ack"_s);
}

void TestJournalPanel::theOtherProfilesAreOneChoiceAway()
{
    Screen screen;
    JournalIntent other = intentOf(u"claim"_s, {"1-0"});
    other.profile = u"other"_s;
    screen.write(other, resultOf(JournalState::Done, u"Done."_s));
    screen.write(intentOf(u"ack"_s, {"1-0"}), resultOf(JournalState::Done, u"Done."_s));
    screen.show();
    QTRY_COMPARE(screen.view()->model()->rowCount(), 1);
    QCOMPARE(screen.model()->rowAt(0).profile, u"shop"_s);
    screen.combo(u"journalProfile"_s)->setCurrentIndex(1);
    QTRY_COMPARE(screen.view()->model()->rowCount(), 2);
}

void TestJournalPanel::theSelectedEntryIsShownWhole()
{
    Screen screen;
    screen.write(intentOf(u"ack"_s, {"1-0", "2-0"}), resultOf(JournalState::Done, u"Done."_s));
    screen.show();
    QTRY_COMPARE(screen.view()->model()->rowCount(), 1);
    screen.select(0);
    QTRY_COMPARE(screen.list(u"journalIds"_s)->model()->rowCount(), 2);
    QCOMPARE(screen.list(u"journalIds"_s)->model()->index(1, 0).data().toString(), u"2-0"_s);
    QCOMPARE(
        screen.list(u"journalCommands"_s)->model()->index(0, 0).data().toString(),
        u"XACK order.paid billing 1-0"_s);
    QCOMPARE(screen.panel->findChild<Label*>(u"journalIdsTitle"_s)->text(), u"Ids (2)"_s);
    const QString hash = QString::fromLatin1(screen.journal->details(1)->hash.toHex());
    QStringList texts;
    for (const QLineEdit* fact : screen.panel->findChildren<QLineEdit*>())
        texts.append(fact->text());
    QVERIFY(texts.contains(hash));
    QVERIFY(texts.contains(u"acknowledged 1"_s));
}

void TestJournalPanel::aHundredThousandIdsAreShownAndCopied()
{
    Screen screen;
    QList<QByteArray> ids;
    for (int i = 0; i < 100'000; ++i)
        ids.append(QByteArray::number(i));
    screen.write(intentOf(u"ack"_s, ids), resultOf(JournalState::Done, u"Done."_s));
    screen.show();
    QTRY_COMPARE(screen.view()->model()->rowCount(), 1);
    screen.select(0);
    QTRY_COMPARE(screen.list(u"journalIds"_s)->model()->rowCount(), 100'000);
    screen.panel->findChild<QToolButton*>(u"journalIdsCopy"_s)->click();
    const QStringList copied = QGuiApplication::clipboard()->text().split(u'\n');
    QCOMPARE(copied.size(), 100'000);
    QCOMPARE(copied.last(), u"99999"_s);
}

void TestJournalPanel::moreEntriesAreReadAtTheEnd()
{
    Screen screen;
    const int written = int(JournalReader::pageEntries) + 50;
    for (int i = 0; i < written; ++i)
        screen.write(intentOf(u"ack"_s, {}), resultOf(JournalState::Done, u"Done."_s));
    screen.show();
    QTRY_COMPARE(screen.view()->model()->rowCount(), int(JournalReader::pageEntries));
    screen.view()->scrollToBottom();
    QTRY_COMPARE(screen.view()->model()->rowCount(), written);
    // A new entry comes on top; what was read further down stays.
    screen.write(intentOf(u"claim"_s, {}), resultOf(JournalState::Done, u"Done."_s));
    screen.world.round(*screen.panel);
    QTRY_COMPARE(screen.view()->model()->rowCount(), written + 1);
    QCOMPARE(screen.model()->rowAt(0).action, u"claim"_s);
}

void TestJournalPanel::aSelectionSurvivesNewEntries()
{
    Screen screen;
    screen.write(intentOf(u"ack"_s, {"1-0"}), resultOf(JournalState::Done, u"Done."_s));
    screen.show();
    QTRY_COMPARE(screen.view()->model()->rowCount(), 1);
    screen.select(0);
    screen.write(intentOf(u"claim"_s, {"2-0"}), resultOf(JournalState::Done, u"Done."_s));
    screen.world.round(*screen.panel);
    QTRY_COMPARE(screen.view()->model()->rowCount(), 2);
    QCOMPARE(screen.view()->selectedRows(), QList<int>{1});
    QTRY_COMPARE(screen.list(u"journalIds"_s)->model()->index(0, 0).data().toString(), u"1-0"_s);
}

void TestJournalPanel::aBrokenChainIsShownAndBadged()
{
    Screen screen;
    screen.write(intentOf(u"ack"_s, {"1-0"}), resultOf(JournalState::Done, u"Done."_s));
    screen.write(intentOf(u"claim"_s, {"2-0"}), resultOf(JournalState::Done, u"Done."_s));
    screen.sql(
        {u"DROP TRIGGER journal_stays"_s, u"UPDATE journal SET who = 'nobody' WHERE number = 3"_s});
    screen.show();
    QTRY_VERIFY(screen.banner()->isVisible());
    QCOMPARE(screen.banner()->content().title, u"The journal is broken at record 3"_s);
    QCOMPARE(screen.banner()->content().tone, Tone::Critical);
    QCOMPARE(screen.lastBadge(), u"!"_s);
    // The entries are still there to be looked at.
    QTRY_COMPARE(screen.view()->model()->rowCount(), 2);
}

void TestJournalPanel::aChainBrokenEarlierIsFoundByTheFullCheck()
{
    Screen screen;
    screen.write(intentOf(u"ack"_s, {"1-0"}), resultOf(JournalState::Done, u"Done."_s));
    screen.show();
    QTRY_COMPARE(screen.view()->model()->rowCount(), 1);
    QVERIFY(!screen.banner()->isVisible());
    screen.sql(
        {u"DROP TRIGGER journal_stays"_s, u"UPDATE journal SET who = 'nobody' WHERE number = 1"_s});
    screen.panel->findChild<QAction*>(u"journalCheck"_s)->trigger();
    QTRY_VERIFY(screen.banner()->isVisible());
    QCOMPARE(screen.banner()->content().title, u"The journal is broken at record 1"_s);
}

void TestJournalPanel::aCutOffActionIsShown()
{
    Screen screen;
    const auto gone = Journal::open(screen.journal->path(), u"gone/1/1"_s);
    QVERIFY_RESULT(gone);
    QVERIFY_RESULT((*gone)->intend(intentOf(u"claim"_s, {"7-0"}), *screen.world.now));
    screen.show();
    QTRY_VERIFY(screen.banner()->isVisible());
    QVERIFY(screen.banner()->content().title.contains(u"cut off"));
    QCOMPARE(screen.banner()->content().tone, Tone::Warning);
    QTRY_COMPARE(screen.view()->model()->rowCount(), 1);
    QCOMPARE(screen.model()->rowAt(0).state, JournalState::CutOff);
    QCOMPARE(screen.lastBadge(), u"1"_s);
}

void TestJournalPanel::aJournalThatCannotBeUsedIsShown()
{
    PanelWorld world;
    world.session = std::make_unique<Session>(
        world.backends,
        nullptr,
        Error{Error::Kind::Refused, u"The disk is full. Make room."_s, {}},
        [at = world.now] { return *at; });
    JournalPanel panel(world.host());
    panel.show();
    auto* banner = panel.findChild<Banner*>(u"journalBanner"_s);
    QTRY_VERIFY(banner->isVisible());
    QVERIFY(banner->content().title.contains(u"nothing can be changed"));
    QCOMPARE(banner->content().text, u"The disk is full. Make room."_s);
}

void TestJournalPanel::aLostResultIsShown()
{
    Screen screen;
    screen.show();
    emit screen.world.session->journalFailed({Error::Kind::Refused, u"It was done, but …"_s, {}});
    QTRY_VERIFY(screen.banner()->isVisible());
    QCOMPARE(screen.banner()->content().text, u"It was done, but …"_s);
    QCOMPARE(screen.lastBadge(), u"!"_s);
}

void TestJournalPanel::exportsAreWhole()
{
    Screen screen;
    const int written = int(JournalReader::pageEntries) + 10;
    for (int i = 0; i < written; ++i) {
        screen.write(
            intentOf(u"ack"_s, {QByteArray::number(i)}), resultOf(JournalState::Done, u"Done."_s));
    }
    JournalIntent formula = intentOf(u"ack"_s, {"=1+1", "b"});
    formula.place = u"=HYPERLINK(\"http://x\")"_s;
    screen.write(formula, resultOf(JournalState::Done, u"-1 done"_s));
    screen.show();
    const QString json = screen.world.directory.filePath(u"journal.json"_s);
    screen.panel->exportTo(json, JournalFormat::Json);
    QTRY_COMPARE(screen.world.notes.size(), 1);
    QFile file(json);
    QVERIFY(file.open(QFile::ReadOnly));
    const QJsonArray entries = QJsonDocument::fromJson(file.readAll()).array();
    QCOMPARE(entries.size(), written + 1);
    QCOMPARE(entries[1].toObject()[u"ids"], QJsonArray{QString::number(written - 1)});
    QCOMPARE(entries[0].toObject()[u"result"][u"text"], u"-1 done"_s);

    const QString csv = screen.world.directory.filePath(u"journal.csv"_s);
    screen.panel->exportTo(csv, JournalFormat::Csv);
    QTRY_COMPARE(screen.world.notes.size(), 2);
    QFile sheet(csv);
    QVERIFY(sheet.open(QFile::ReadOnly));
    const QByteArray text = sheet.readAll();
    QCOMPARE(text.count("\r\n"), written + 2);
    QVERIFY(text.startsWith("number,at,who,profile,"));
    QVERIFY(text.contains("\"'=HYPERLINK(\"\"http://x\"\")\""));
    QVERIFY(text.contains(",'-1 done,"));
    QVERIFY(text.contains("\"'=1+1\nb\""));
}

void TestJournalPanel::anExportThatCannotBeWrittenSaysSo()
{
    Screen screen;
    screen.show();
    screen.panel->exportTo(u"/nonexistent/journal.csv"_s, JournalFormat::Csv);
    QTRY_COMPARE(screen.world.notes.size(), 1);
    QVERIFY(screen.world.notes.first().contains(u"could not be written"));
}

OUTBOARD_OFFSCREEN_MAIN(TestJournalPanel)
#include "tst_journalpanel.moc"
