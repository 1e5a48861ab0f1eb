// SPDX-License-Identifier: GPL-3.0-or-later
#include "parts/choice.h"
#include "parts/inspector.h"
#include "parts/payloadview.h"
#include "support/offscreenmain.h"

#include <QClipboard>
#include <QLabel>
#include <QLineEdit>
#include <QPlainTextEdit>
#include <QTest>
#include <QTextBlock>
#include <QTextLayout>
#include <QToolButton>

using namespace outboard;
using namespace Qt::StringLiterals;

namespace {

Inspected order(const QByteArray& payload)
{
    Inspected inspected;
    inspected.title = u"5f0c6a4e"_s;
    inspected.payload = payload;
    inspected.facts = {{"State", "unpublished"}, {"Topic", "order.paid"}};
    return inspected;
}

void choose(Inspector& inspector, const QString& form)
{
    QTest::mouseClick(inspector.findChild<QToolButton*>(u"choice:"_s + form), Qt::LeftButton);
}

QStringList facts(const Inspector& inspector)
{
    QStringList result;
    for (const QLineEdit* edit : inspector.findChildren<QLineEdit*>())
        if (edit->isReadOnly() && !edit->isHidden())
            result += edit->accessibleName() + u'=' + edit->text();
    return result;
}

} // namespace

class TestInspector : public QObject
{
    Q_OBJECT

private slots:
    void init();
    void saysThatNothingIsSelected();
    void showsTitleFactsAndHeaders();
    void payloadsAreShownInTheirBestForm_data();
    void payloadsAreShownInTheirBestForm();
    void aChosenFormStays();
    void nothingFromAServerIsMarkup();
    void anAbsentPayloadSaysWhy();
    void aCutPayloadSaysSo();
    void copiesThePayloadAsItIsStored();
    void copiesTheTitle();
    void findsWordsAndGoesRound();
    void theSameEventAgainKeepsWhatIsRead();
    void namesStringsAndNumbersHaveColours();

private:
    QString text() const { return m_text->toPlainText(); }

    QString label(const QString& name) const
    {
        const auto* found = m_inspector->findChild<QLabel*>(name);
        return found->isHidden() ? QString() : found->text();
    }

    std::unique_ptr<Inspector> m_inspector;
    QPlainTextEdit* m_text = nullptr;
};

void TestInspector::init()
{
    m_inspector = std::make_unique<Inspector>();
    m_text = m_inspector->findChild<QPlainTextEdit*>(u"payloadText"_s);
    m_inspector->resize(380, 700);
    m_inspector->setVisible(true);
}

void TestInspector::saysThatNothingIsSelected()
{
    const auto isShown = [this] {
        for (const QLabel* label : m_inspector->findChildren<QLabel*>(u"emptyWhat"_s))
            if (label->isVisible() && label->text() == u"Nothing selected")
                return true;
        return false;
    };
    QVERIFY(isShown());
    m_inspector->show(order("{}"));
    QVERIFY(!isShown());
    m_inspector->show(std::nullopt);
    QVERIFY(isShown());
}

void TestInspector::showsTitleFactsAndHeaders()
{
    Inspected inspected = order("{}");
    inspected.headers = {{"trace-id", "abc\x1b[0m\xff"}};
    m_inspector->show(inspected);
    QCOMPARE(label(u"inspectorTitle"_s), u"5f0c6a4e"_s);
    QCOMPARE(
        facts(*m_inspector),
        (QStringList{
            u"State=unpublished"_s, u"Topic=order.paid"_s, u"trace-id=abc\\x1b[0m\\xff"_s}));
    inspected.facts[0].value = "published";
    inspected.headers.clear();
    m_inspector->show(inspected);
    QCOMPARE(facts(*m_inspector), (QStringList{u"State=published"_s, u"Topic=order.paid"_s}));
}

void TestInspector::payloadsAreShownInTheirBestForm_data()
{
    QTest::addColumn<QByteArray>("payload");
    QTest::addColumn<int>("form");
    QTest::addColumn<QString>("text");
    QTest::newRow("JSON") << QByteArray(R"({"a":1})") << int(PayloadForm::Json)
                          << u"{\n  \"a\": 1\n}"_s;
    QTest::newRow("text") << QByteArray("a=1") << int(PayloadForm::Text) << u"a=1"_s;
    QTest::newRow("bytes") << QByteArray("\xff\x01") << int(PayloadForm::Hex)
                           << u"000000  ff 01                    .."_s;
    QTest::newRow("empty") << QByteArray("") << int(PayloadForm::Text) << u""_s;
}

void TestInspector::payloadsAreShownInTheirBestForm()
{
    QFETCH(QByteArray, payload);
    QFETCH(int, form);
    m_inspector->show(order(payload));
    QTEST(text(), "text");
    QCOMPARE(int(m_inspector->findChild<PayloadView*>()->form()), form);
}

void TestInspector::aChosenFormStays()
{
    m_inspector->show(order(R"({"a":1})"));
    choose(*m_inspector, u"Hex"_s);
    QVERIFY(text().startsWith(u"000000  7b 22 61"));
    m_inspector->show(order(R"({"b":2})"));
    QVERIFY(text().startsWith(u"000000  7b 22 62"));
    choose(*m_inspector, u"JSON"_s);
    m_inspector->show(order("no JSON"));
    QCOMPARE(text(), u"no JSON"_s);
    QCOMPARE(label(u"payloadNote"_s), u"not JSON: unexpected at character 1"_s);
}

void TestInspector::nothingFromAServerIsMarkup()
{
    Inspected inspected = order("<b>bold</b>\xe2\x80\xae");
    inspected.title = u"<img src=x>"_s;
    inspected.facts = {{"<i>Name</i>", "<a href='http://x'>x</a>"}};
    m_inspector->show(inspected);
    QCOMPARE(text(), u"<b>bold</b>\\u202e"_s);
    for (const QLabel* each : m_inspector->findChildren<QLabel*>())
        QVERIFY(each->text().isEmpty() || each->textFormat() == Qt::PlainText);
    for (const QWidget* each : m_inspector->findChildren<QWidget*>())
        QVERIFY2(
            !each->toolTip().contains(u"<img") && !each->toolTip().contains(u"<a "),
            qPrintable(each->toolTip()));
}

void TestInspector::anAbsentPayloadSaysWhy()
{
    Inspected inspected = order({});
    inspected.payload.reset();
    inspected.payloadNote = u"The entry is gone from the stream."_s;
    m_inspector->show(inspected);
    QVERIFY(!m_text->isVisible());
    bool isSaid = false;
    for (const QLabel* each : m_inspector->findChildren<QLabel*>(u"emptyWhy"_s))
        isSaid = isSaid || (each->isVisible() && each->text() == inspected.payloadNote);
    QVERIFY(isSaid);
}

void TestInspector::aCutPayloadSaysSo()
{
    Inspected inspected = order(QByteArray("0123456789\n").repeated(30 * 1024));
    inspected.payloadNote = u"the first 330 KiB"_s;
    m_inspector->show(inspected);
    QCOMPARE(label(u"payloadNote"_s), u"the first 330 KiB; cut after 256 KiB of 330 KiB"_s);
    m_inspector->show(order("{}"));
    QCOMPARE(label(u"payloadNote"_s), QString());
}

void TestInspector::copiesThePayloadAsItIsStored()
{
    const QByteArray payload = "{\"a\":1.00,\"b\":\"\xe2\x80\xae\"}";
    m_inspector->show(order(payload));
    QTest::mouseClick(m_inspector->findChild<QToolButton*>(u"copyPayload"_s), Qt::LeftButton);
    QCOMPARE(QGuiApplication::clipboard()->text().toUtf8(), payload);
    m_inspector->show(order("\xff\x01"));
    QTest::mouseClick(m_inspector->findChild<QToolButton*>(u"copyPayload"_s), Qt::LeftButton);
    QCOMPARE(QGuiApplication::clipboard()->text(), u"ff 01"_s);
}

void TestInspector::copiesTheTitle()
{
    m_inspector->show(order("{}"));
    QTest::mouseClick(m_inspector->findChild<QToolButton*>(u"copyTitle"_s), Qt::LeftButton);
    QCOMPARE(QGuiApplication::clipboard()->text(), u"5f0c6a4e"_s);
}

void TestInspector::findsWordsAndGoesRound()
{
    m_inspector->show(order("one two ONE three one"));
    auto* search = m_inspector->findChild<QLineEdit*>(u"payloadSearch"_s);
    QTest::keyClicks(search, u"one"_s);
    QCOMPARE(label(u"payloadMatches"_s), u"1 of 3"_s);
    QCOMPARE(m_text->extraSelections().size(), 3);
    QTest::keyClick(search, Qt::Key_Return);
    QCOMPARE(m_text->textCursor().position(), 8);
    QTest::keyClick(search, Qt::Key_Return, Qt::ShiftModifier);
    QTest::keyClick(search, Qt::Key_Return, Qt::ShiftModifier);
    QCOMPARE(label(u"payloadMatches"_s), u"3 of 3"_s);
    QTest::keyClicks(search, u"x"_s);
    QCOMPARE(label(u"payloadMatches"_s), u"no match"_s);
    QTest::keyClick(search, Qt::Key_Escape);
    QCOMPARE(m_text->extraSelections().size(), 0);
}

void TestInspector::theSameEventAgainKeepsWhatIsRead()
{
    m_inspector->show(order("first word"));
    QTextCursor cursor = m_text->textCursor();
    cursor.select(QTextCursor::WordUnderCursor);
    m_text->setTextCursor(cursor);
    m_inspector->show(order("first word"));
    QCOMPARE(m_text->textCursor().selectedText(), u"first"_s);
    Inspected later = order("first word");
    later.facts[0].value = "published";
    m_inspector->show(later);
    QCOMPARE(m_text->textCursor().selectedText(), u"first"_s);
    QVERIFY(facts(*m_inspector).contains(u"State=published"_s));
}

void TestInspector::namesStringsAndNumbersHaveColours()
{
    m_inspector->show(order(R"({"na\"me":"text","n":-1.5e3,"t":true})"));
    const auto colorsOf = [this](int line) {
        QStringList result;
        for (const auto& range : m_text->document()->findBlockByNumber(line).layout()->formats())
            result += range.format.foreground().color().name();
        return result;
    };
    const Theme& theme = currentTheme();
    const auto expected = [&](Tone value) {
        return QStringList{theme.color(Tone::Accent).name(), theme.color(value).name()};
    };
    for (const auto& [line, tone] :
         {std::pair(1, Tone::Good), {2, Tone::Warning}, {3, Tone::Warning}}) {
        QStringList colors = colorsOf(line);
        colors.removeAll(theme.muted.name());
        QCOMPARE(colors, expected(tone));
    }
    choose(*m_inspector, u"Text"_s);
    QVERIFY(colorsOf(0).isEmpty());
}

OUTBOARD_OFFSCREEN_MAIN(TestInspector)
#include "tst_inspector.moc"
