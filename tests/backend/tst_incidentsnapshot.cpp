// SPDX-License-Identifier: GPL-3.0-or-later
#include "services/incidentsnapshot.h"
#include "services/incidentsvg.h"
#include "services/snapshotcompare.h"
#include "support/builders.h"
#include "support/fakebackends.h"
#include "support/secretsearch.h"

#include <QFile>
#include <QFileInfo>
#include <QJsonArray>
#include <QJsonDocument>
#include <QTemporaryDir>
#include <QTest>

#include <algorithm>

using namespace outboard;
using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

namespace {

constexpr TimePoint start{std::chrono::hours(480'000)};
const QByteArray hostile = "</script><img src=x onerror=alert(1)>&\"'\xe2\x80\xae";

Finding finding(const QString& id, const QString& title)
{
    Finding finding;
    finding.id = id;
    finding.severity = Severity::Critical;
    finding.title = title;
    finding.evidence = u"12 rows wait"_s;
    finding.since = start - 1min;
    return finding;
}

Snapshot trouble()
{
    SnapshotBuilder round(start);
    round.backlog(12'431, 425s);
    round.outbox().topics[0].unpublished = Count::atLeast(10'000);
    GroupState& group = round.group("order.paid", "billing");
    group.lag = Count::unknown(u"entries were deleted"_s);
    group.pending = Count::exact(37);
    group.consumers = {SnapshotBuilder::consumer("billing-1", 37, 90s)};
    round.group("order.paid", hostile);
    Snapshot snapshot = round.snapshot();
    snapshot.findings = {
        finding(u"relay_stalled"_s, u"Relay stalled"_s),
        finding(u"consumer_stuck:a:b"_s, u"Stuck "_s + QString::fromUtf8(hostile))};
    snapshot.sources[1].isOk = false;
    snapshot.sources[1].error =
        Error{Error::Kind::Unreachable, u"The broker is gone."_s, u"detail of the server"_s};
    return snapshot;
}

QJsonObject documentOf(
    const Snapshot& snapshot, const Profile& profile = FakeBackends::shopProfile())
{
    History live;
    live.add(snapshot);
    StoredHistory stored;
    stored.curves[{Series::Backlog, {}}] = {
        {start - 30min, 5.0},
        {start - 20min, 6.0},
        {start - 15min, std::nullopt},
        {start - 10min, 8.0},
        {start - 9min, 9.0}};
    stored.findings = {{u"old"_s, Severity::Notice, u"Was slow"_s, start - 20min, start - 10min}};
    JournalEntry deed;
    deed.at = start - 5min;
    deed.who = u"ada@desk"_s;
    deed.action = u"claim"_s;
    deed.place = u"order.paid/billing"_s;
    deed.state = JournalState::Done;
    return incidentDocument({snapshot, profile, live, stored, {deed}, u"ada@desk"_s, start - 1h});
}

} // namespace

class TestIncidentSnapshot : public QObject
{
    Q_OBJECT

private slots:
    void holdsEverything();
    void unknownIsNull();
    void thePageHoldsEverythingAndNothingForeign();
    void hostileNamesAreEscaped();
    void bothFormsAreReadBack_data();
    void bothFormsAreReadBack();
    void whatIsNoSnapshotIsRefused_data();
    void whatIsNoSnapshotIsRefused();
    void noSecretIsInIt();
    void chartsKeepGapsAndPeaks();
    void comparingTellsWhatChanged();
    void theSameSnapshotIsNoChange();
    void comparingWarnsOfOtherProfilesAndOrder();
};

void TestIncidentSnapshot::holdsEverything()
{
    const QJsonObject document = documentOf(trouble());
    QCOMPARE(document[u"profile"_s].toString(), u"shop"_s);
    QCOMPARE(document[u"findings"_s].toArray().size(), 2);
    QCOMPARE(document[u"findings"_s][0][u"since"_s].toString(), isoText(start - 1min));
    QCOMPARE(document[u"sources"_s].toArray().size(), 3);
    QCOMPARE(document[u"sources"_s][1][u"error"_s].toString(), u"The broker is gone."_s);
    QCOMPARE(document[u"topics"_s][0][u"unpublished"_s][u"quality"_s].toString(), u"at_least"_s);
    const QJsonValue stream = document[u"streams"_s][0];
    QCOMPARE(stream[u"groups"_s].toArray().size(), 2);
    QCOMPARE(stream[u"groups"_s][0][u"pending"_s][u"value"_s].toInt(), 37);
    QCOMPARE(stream[u"groups"_s][0][u"consumers"_s][0][u"consumer"_s].toString(), u"billing-1"_s);
    QCOMPARE(document[u"numbers"_s][0][u"value"_s].toDouble(), 12'431);
    QCOMPARE(document[u"deeds"_s][0][u"who"_s].toString(), u"ada@desk"_s);
    QCOMPARE(document[u"past_findings"_s][0][u"title"_s].toString(), u"Was slow"_s);
}

void TestIncidentSnapshot::unknownIsNull()
{
    const QJsonObject document = documentOf(trouble());
    const QJsonValue lag = document[u"streams"_s][0][u"groups"_s][0][u"lag"_s];
    QVERIFY(lag[u"value"_s].isNull());
    QCOMPARE(lag[u"quality"_s].toString(), u"unknown"_s);
    const QJsonObject dead = documentOf(SnapshotBuilder(start)
                                            .outboxError(Error::Kind::Unreachable)
                                            .brokerError(Error::Kind::Timeout)
                                            .snapshot());
    QVERIFY(dead[u"topics"_s].isNull());
    QVERIFY(dead[u"streams"_s].isNull());
    QVERIFY(dead[u"numbers"_s][0][u"value"_s].isNull());
    QVERIFY(incidentHtml(dead).contains("the broker did not answer"));
}

void TestIncidentSnapshot::thePageHoldsEverythingAndNothingForeign()
{
    const QByteArray html = incidentHtml(documentOf(trouble()));
    for (const char* text :
         {"Relay stalled",
          "relay_stalled",
          "12 rows wait",
          "order.paid",
          "billing-1",
          "The broker is gone.",
          "Was slow",
          "ada@desk",
          "prefers-color-scheme: dark",
          "<svg "})
        QVERIFY2(html.contains(text), text);
    QCOMPARE(html.count("<svg "), 4);
    for (const char* foreign :
         {"http://", "https://", "@import", "url(", "<link", "<iframe", "<img"})
        QVERIFY2(!html.contains(foreign), foreign);
    QCOMPARE(html.count("<script"), 1);
    QVERIFY(!html.contains("detail of the server"));
}

void TestIncidentSnapshot::hostileNamesAreEscaped()
{
    const QByteArray html = incidentHtml(documentOf(trouble()));
    QVERIFY(!html.contains("<img"));
    QVERIFY(html.contains("&lt;img src"));
    QCOMPARE(html.count("</script>"), 1);
    // Turning the writing direction round is shown, not done.
    const qsizetype data = html.indexOf("<script");
    QVERIFY(!html.left(data).contains("\xe2\x80\xae"));
    QVERIFY(html.left(data).contains("\\u202e"));
}

void TestIncidentSnapshot::bothFormsAreReadBack_data()
{
    QTest::addColumn<QString>("name");
    QTest::newRow("a page") << u"a.html"_s;
    QTest::newRow("data") << u"a.json"_s;
}

void TestIncidentSnapshot::bothFormsAreReadBack()
{
    QFETCH(QString, name);
    const QTemporaryDir folder;
    const QJsonObject document = documentOf(trouble());
    QVERIFY(writeIncident(folder.filePath(name), document));
    QCOMPARE(
        QFile::permissions(folder.filePath(name)) & (QFile::ReadGroup | QFile::ReadOther),
        QFile::Permissions());
    const auto read = readIncident(folder.filePath(name));
    QVERIFY(read);
    QCOMPARE(*read, document);
}

void TestIncidentSnapshot::whatIsNoSnapshotIsRefused_data()
{
    QTest::addColumn<QByteArray>("content");
    QTest::newRow("nothing") << QByteArray();
    QTest::newRow("another page") << QByteArray("<html></html>");
    QTest::newRow("other JSON") << QByteArray("{\"format\": \"x\"}");
    QTest::newRow("one of a newer program")
        << QByteArray("{\"format\": \"outboard-incident\", \"version\": 2}");
    QTest::newRow("a page that was cut off") << incidentHtml(documentOf(trouble())).chopped(2'000);
}

void TestIncidentSnapshot::whatIsNoSnapshotIsRefused()
{
    QFETCH(QByteArray, content);
    const QTemporaryDir folder;
    QFile file(folder.filePath(u"x"_s));
    QVERIFY(file.open(QIODevice::WriteOnly));
    file.write(content);
    file.close();
    const auto read = readIncident(file.fileName());
    QVERIFY(!read);
    QCOMPARE(read.error().kind, Error::Kind::Refused);
    QCOMPARE(readIncident(folder.filePath(u"no"_s)).error().kind, Error::Kind::Missing);
}

void TestIncidentSnapshot::noSecretIsInIt()
{
    const QString first = u"Pg-7Kx' \\q%é/Wz"_s;
    const QString second = u"Rd3VnYt"_s;
    Profile profile = FakeBackends::shopProfile();
    profile.outbox.dsn = u"host=db password='Pg-7Kx\\' \\\\q%é/Wz' user=app"_s;
    profile.outbox.monitorDsn = u"postgresql://app:Rd3VnYt@db/x?sslpassword=Rd3VnYt"_s;
    profile.broker.url = u"redis://app:a/Rd3VnYt@host:6379/0"_s; // "/" should have been %2F.
    profile.celery.url = u"redis://:Rd3VnYt@host/1"_s;
    const QJsonObject document = documentOf(trouble(), profile);
    const SecretSearch search({first, second});
    QCOMPARE(search.find(incidentHtml(document)), QString());
    QCOMPARE(search.find(QJsonDocument(document).toJson()), QString());
    QVERIFY(incidentHtml(document).contains("user=app"));
}

void TestIncidentSnapshot::chartsKeepGapsAndPeaks()
{
    const QJsonObject document = documentOf(trouble());
    const QString svg = incidentSvg(
        document[u"charts"_s][0].toObject(), 1'728'000'000'000 - 3'600'000, 1'728'000'000'000);
    // Before the gap, after it, and the round of now.
    QCOMPARE(svg.section(u"<path"_s, 1).count(u'M'), 3);

    StoredHistory stored;
    QList<Sample>& samples = stored.curves[{Series::Backlog, {}}];
    for (int i = 0; i < 20'000; ++i)
        samples.append({start - 20'000s + i * 1s, i == 12'345 ? 9'999.0 : 1.0});
    samples[5'000].value = std::nullopt;
    const auto charts = incidentCharts({}, stored, start - 6h, start);
    const QList<Sample>& shown = charts.first().curves.first().samples;
    QVERIFY(shown.size() <= 600);
    QCOMPARE(std::ranges::max(shown, {}, &Sample::value).value, std::optional(9'999.0));
    QCOMPARE(std::ranges::count(shown, std::optional<double>(), &Sample::value), 1);
}

void TestIncidentSnapshot::comparingTellsWhatChanged()
{
    Snapshot later = trouble();
    later.finishedAt = start + 10min;
    later.findings.removeFirst();
    later.findings.append(finding(u"poison:a"_s, u"Poison"_s));
    later.outbox->unpublished = Count::exact(20);
    later.broker->topics[0].groups[0].pending = Count::exact(3);
    later.broker->topics[0].groups.removeLast();
    const SnapshotComparison comparison =
        compareIncidents(documentOf(trouble()), documentOf(later));
    QCOMPARE(comparison.note, QString());
    QCOMPARE(
        comparison.appeared, (QList<ComparedFinding>{{u"poison:a"_s, u"critical"_s, u"Poison"_s}}));
    QCOMPARE(
        comparison.gone,
        (QList<ComparedFinding>{{u"relay_stalled"_s, u"critical"_s, u"Relay stalled"_s}}));
    const auto has = [&](const ComparedNumber& number) {
        return comparison.changed.contains(number);
    };
    QVERIFY(has({u"Backlog"_s, u"12\u202f431"_s, u"20"_s}));
    QVERIFY(has({u"order.paid / billing: pending"_s, u"37"_s, u"3"_s}));
    const QString gone = u"order.paid / "_s + QString::fromUtf8(hostile) + u": lag"_s;
    QVERIFY(has({gone, u"0"_s, u"–"_s}));
    const QString text = comparisonText(comparison);
    QVERIFY2(text.contains(u"order.paid / billing: pending: 37 → 3"), qPrintable(text));
    QVERIFY(!text.contains(QChar(0x202e)));
    QCOMPARE(comparisonJson(comparison)[u"gone"_s][0][u"id"_s].toString(), u"relay_stalled"_s);
}

void TestIncidentSnapshot::theSameSnapshotIsNoChange()
{
    const SnapshotComparison same = compareIncidents(documentOf(trouble()), documentOf(trouble()));
    QVERIFY(same.isEmpty());
    QVERIFY(comparisonText(same).contains(u"Nothing changed."));
}

void TestIncidentSnapshot::comparingWarnsOfOtherProfilesAndOrder()
{
    Snapshot later = trouble();
    later.finishedAt = start + 10min;
    QVERIFY(compareIncidents(documentOf(later), documentOf(trouble())).note.contains(u"later"));
    Profile other = FakeBackends::shopProfile();
    other.name = u"other"_s;
    QVERIFY(compareIncidents(documentOf(trouble()), documentOf(later, other))
                .note.contains(u"different"));
}

QTEST_GUILESS_MAIN(TestIncidentSnapshot)
#include "tst_incidentsnapshot.moc"
