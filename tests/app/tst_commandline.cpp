// SPDX-License-Identifier: GPL-3.0-or-later
#include "command.h"
#include "commandline.h"
#include "exitcode.h"
#include "support/printers.h"
#include "texttable.h"

#include <QTest>

namespace outboard {

using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

namespace {

using Takes = OptionSpec::Takes;

/// One command of each sort.
QList<Command> someCommands()
{
    Command look;
    look.name = u"look"_s;
    look.options = {
        {u"stream"_s, Takes::One, u"STREAM"_s, {}},
        {u"min-idle"_s, Takes::One, u"60s"_s, {}},
        {u"limit"_s, Takes::One, u"N"_s, {}},
        {u"rate"_s, Takes::One, u"N"_s, {}}};
    look.lists = true;
    Command change;
    change.name = u"change"_s;
    change.options = {
        {u"id"_s, Takes::Many, u"ID"_s, {}},
        {u"topic"_s, Takes::Each, u"TOPIC"_s, {}},
        {u"stuck"_s, Takes::Nothing, {}, {}}};
    change.writes = true;
    Command run;
    run.name = u"run"_s;
    run.positional = u"[FILE]"_s;
    return {look, change, run};
}

QStringList words(const QString& line)
{
    return line.split(u' ', Qt::SkipEmptyParts);
}

} // namespace

class TestCommandLine : public QObject
{
    Q_OBJECT

private slots:

    void opensTheWindowWithoutACommand()
    {
        const auto commands = someCommands();
        const auto parsed = parseCommandLine(words(u"--profile shop"_s), commands);
        QVERIFY(!parsed.error);
        QVERIFY(!parsed.line.command);
        QCOMPARE(parsed.line.value(u"profile"_s), u"shop"_s);
    }

    void takesGlobalOptionsBeforeAndAfterTheCommand_data()
    {
        QTest::addColumn<QString>("line");
        QTest::newRow("before") << u"--profile shop --json look --stream s"_s;
        QTest::newRow("after") << u"look --stream s --json --profile shop"_s;
        QTest::newRow("with equals signs") << u"--profile=shop look --stream=s --json"_s;
    }

    void takesGlobalOptionsBeforeAndAfterTheCommand()
    {
        QFETCH(QString, line);
        const auto commands = someCommands();
        const auto parsed = parseCommandLine(words(line), commands);
        QVERIFY(!parsed.error);
        QCOMPARE(parsed.line.command->name, u"look"_s);
        QCOMPARE(parsed.line.value(u"profile"_s), u"shop"_s);
        QCOMPARE(parsed.line.value(u"stream"_s), u"s"_s);
        QVERIFY(parsed.line.wantsJson());
    }

    void takesManyIdsInEitherSpelling_data()
    {
        QTest::addColumn<QString>("line");
        QTest::newRow("one after the other") << u"change --id 1-0 2-0 3-0 --stuck"_s;
        QTest::newRow("an option each") << u"change --id 1-0 --id 2-0 --stuck --id=3-0"_s;
    }

    void takesManyIdsInEitherSpelling()
    {
        QFETCH(QString, line);
        const auto commands = someCommands();
        const auto parsed = parseCommandLine(words(line), commands);
        QVERIFY(!parsed.error);
        QCOMPARE(parsed.line.values(u"id"_s), (QStringList{u"1-0"_s, u"2-0"_s, u"3-0"_s}));
        QVERIFY(parsed.line.has(u"stuck"_s));
    }

    void gathersRepeatedOptions()
    {
        const auto commands = someCommands();
        const auto parsed =
            parseCommandLine(words(u"change --topic a --topic b --yes"_s), commands);
        QVERIFY(!parsed.error);
        QCOMPARE(parsed.line.values(u"topic"_s), (QStringList{u"a"_s, u"b"_s}));
        QVERIFY(parsed.line.has(u"yes"_s));
    }

    void takesArgumentsWhereACommandHasThem()
    {
        const auto commands = someCommands();
        const auto parsed = parseCommandLine(words(u"run plan.json"_s), commands);
        QVERIFY(!parsed.error);
        QCOMPARE(parsed.line.positional, QStringList{u"plan.json"_s});
    }

    void saysWhatIsWrong_data()
    {
        QTest::addColumn<QString>("line");
        QTest::addColumn<QStringList>("expected");
        const auto row = [](const char* name, const QString& line, const QStringList& expected) {
            QTest::newRow(name) << line << expected;
        };
        row("unknown command", u"lok"_s, {u"\"lok\""_s, u"\"look\""_s, u"--help"_s});
        row("unknown option", u"look --strem s"_s, {u"\"look\""_s, u"--strem"_s, u"--stream"_s});
        row("unknown option before a command",
            u"--profil x look"_s,
            {u"--profil"_s, u"--profile"_s});
        row("an option of another command", u"look --stuck"_s, {u"--stuck"_s});
        row("writing option of a reading command", u"look --yes"_s, {u"--yes"_s});
        row("no value", u"look --stream"_s, {u"--stream STREAM"_s});
        row("an option for a value", u"look --stream --json"_s, {u"--stream STREAM"_s});
        row("empty value", u"look --stream="_s, {u"--stream STREAM"_s});
        row("a value for a switch", u"change --stuck=yes"_s, {u"--stuck"_s, u"no value"_s});
        row("given twice", u"look --stream a --stream b"_s, {u"--stream"_s, u"twice"_s});
        row("an argument too many", u"look here"_s, {u"\"look\""_s, u"\"here\""_s});
        row("two profiles", u"--profile a --sandbox look"_s, {u"--profile"_s, u"--sandbox"_s});
        row("lines of a command that lists nothing",
            u"change --jsonl"_s,
            {u"--json "_s, u"\"change\""_s});
        row("JSON without a command", u"--json"_s, {u"--json"_s, u"command"_s});
    }

    void saysWhatIsWrong()
    {
        QFETCH(QString, line);
        QFETCH(QStringList, expected);
        const auto commands = someCommands();
        const auto parsed = parseCommandLine(words(line), commands);
        QVERIFY(parsed.error.has_value());
        for (const QString& part : expected)
            QVERIFY2(parsed.error->what.contains(part), describe(*parsed.error).constData());
        QCOMPARE(exitCodeOf(*parsed.error), ExitCode::Usage);
    }

    void knowsThatJsonWasAskedForAfterAMistake()
    {
        const auto commands = someCommands();
        const auto parsed = parseCommandLine(words(u"look --strem s --json"_s), commands);
        QVERIFY(parsed.error.has_value());
        QVERIFY(parsed.line.wantsJson());
    }

    void readsNumbersAndDurations()
    {
        const auto commands = someCommands();
        const auto parsed =
            parseCommandLine(words(u"look --limit 12 --min-idle 5m --rate 0.5"_s), commands);
        QVERIFY(!parsed.error);
        QCOMPARE(parsed.line.number(u"limit"_s, 1, 100).value(), std::optional<qint64>(12));
        QCOMPARE(parsed.line.duration(u"min-idle"_s).value(), std::optional<Milliseconds>(5min));
        QCOMPARE(parsed.line.positiveNumber(u"rate"_s).value(), std::optional<double>(0.5));
        QCOMPARE(parsed.line.number(u"absent"_s, 1, 100).value(), std::optional<qint64>());
    }

    void namesTheOptionWhoseNumberIsNone_data()
    {
        QTest::addColumn<QString>("line");
        QTest::newRow("text") << u"look --limit many"_s;
        QTest::newRow("too small") << u"look --limit 0"_s;
        QTest::newRow("too large") << u"look --limit 101"_s;
        QTest::newRow("a fraction") << u"look --limit 1.5"_s;
    }

    void namesTheOptionWhoseNumberIsNone()
    {
        QFETCH(QString, line);
        const auto commands = someCommands();
        const auto parsed = parseCommandLine(words(line), commands);
        const auto number = parsed.line.number(u"limit"_s, 1, 100);
        QVERIFY_ERROR(number, Error::Kind::Refused);
        QVERIFY(number.error().what.contains(u"--limit"_s));
        QVERIFY(number.error().what.contains(u"100"_s));
    }

    void exitCodesFollowWhoCanMendIt_data()
    {
        QTest::addColumn<Error::Kind>("kind");
        QTest::addColumn<int>("code");
        QTest::newRow("unreachable") << Error::Kind::Unreachable << 3;
        QTest::newRow("timeout") << Error::Kind::Timeout << 3;
        QTest::newRow("password") << Error::Kind::Auth << 2;
        QTest::newRow("certificate") << Error::Kind::Tls << 2;
        QTest::newRow("missing table") << Error::Kind::Missing << 2;
        QTest::newRow("no permission") << Error::Kind::Refused << 2;
        QTest::newRow("in doubt") << Error::Kind::Conflict << 1;
        QTest::newRow("stopped") << Error::Kind::Cancelled << 1;
    }

    void exitCodesFollowWhoCanMendIt()
    {
        QFETCH(Error::Kind, kind);
        QFETCH(int, code);
        QCOMPARE(static_cast<int>(exitCodeOf(Error{kind, {}, {}})), code);
    }

    void tablesAreAlignedAndHarmless()
    {
        TextTable table({{u"NAME"_s}, {u"COUNT"_s, TextTable::Align::Right}});
        table.add({u"orders"_s, u"7"_s});
        table.add({u"x\x1b[31m\n"_s, u"12345"_s});
        QCOMPARE(
            table.text(),
            u"NAME         COUNT\n"
            "orders           7\n"
            "x\\x1b[31m\\n  12345\n"_s);
    }
};

} // namespace outboard

QTEST_GUILESS_MAIN(outboard::TestCommandLine)
#include "tst_commandline.moc"
