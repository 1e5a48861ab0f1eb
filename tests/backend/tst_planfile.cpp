// SPDX-License-Identifier: GPL-3.0-or-later
#include "services/payloadmask.h"
#include "services/planfile.h"
#include "services/planner.h"
#include "store/runstore.h"
#include "support/printers.h"

#include <QTemporaryDir>
#include <QTest>

using namespace outboard;
using namespace Qt::StringLiterals;

namespace {

const QByteArray secret = R"({"email": "Zq7-distinct@example.net", "order_id": 1})";

Plan planOfTwo()
{
    Plan plan;
    plan.id = u"0f6c7a52-6f0e-4f1f-9d0e-0a35a9b1c2d3"_s;
    plan.profile = u"shop"_s;
    plan.handler = u"republish"_s;
    plan.source = u"outbox"_s;
    for (const QByteArray id : {"1", "2"}) {
        PlanItem item;
        item.event.id = EventId(id);
        item.event.topic = TopicName("order.paid");
        if (id == "1")
            item.event.payload = secret;
        item.verdict = Verdict::Run;
        plan.items.append(item);
    }
    return plan;
}

PayloadMask production()
{
    Profile profile;
    profile.environment = Environment::Production;
    return PayloadMask(profile);
}

} // namespace

/// Plans as files, with and without payloads.
class TestPlanFile : public QObject
{
    Q_OBJECT

private slots:
    void init();

    void cleanup() { m_runs.reset(); }

    void withoutAMaskPayloadsAreInIt();
    void aMaskKeepsPayloadsOnThisMachine();
    void elsewhereItCannotBeReplayed();
    void anEditedFileIsRefused();
    void withoutAStoreItIsRefused();

private:
    std::unique_ptr<QTemporaryDir> m_folder;
    std::shared_ptr<RunStore> m_runs;
};

void TestPlanFile::init()
{
    m_folder = std::make_unique<QTemporaryDir>();
    auto runs = RunStore::open(m_folder->filePath(u"runs.sqlite"_s));
    QVERIFY_RESULT(runs);
    m_runs = *runs;
}

void TestPlanFile::withoutAMaskPayloadsAreInIt()
{
    const auto file = planFile(planOfTwo(), PayloadMask(), nullptr);
    QVERIFY_RESULT(file);
    QVERIFY(!hasKeptPayloads(*file));
    const auto read = planFromFile(*file, nullptr);
    QVERIFY_RESULT(read);
    QCOMPARE(*read, planOfTwo());
}

void TestPlanFile::aMaskKeepsPayloadsOnThisMachine()
{
    const auto file = planFile(planOfTwo(), production(), m_runs.get());
    QVERIFY_RESULT(file);
    QVERIFY(hasKeptPayloads(*file));
    QVERIFY(!file->contains("Zq7"));
    QVERIFY(!file->contains(secret.toBase64()));
    const auto read = planFromFile(*file, m_runs.get());
    QVERIFY_RESULT(read);
    // To the byte: what is replayed is never altered.
    QCOMPARE(*read, planOfTwo());
}

void TestPlanFile::elsewhereItCannotBeReplayed()
{
    const auto file = planFile(planOfTwo(), production(), m_runs.get());
    QVERIFY_RESULT(file);
    auto other = RunStore::open(m_folder->filePath(u"other.sqlite"_s));
    QVERIFY_RESULT(other);
    QVERIFY_ERROR(planFromFile(*file, other->get()), Error::Kind::Missing);
    QVERIFY_ERROR(planFromFile(*file, nullptr), Error::Kind::Missing);
}

void TestPlanFile::anEditedFileIsRefused()
{
    auto file = planFile(planOfTwo(), production(), m_runs.get());
    QVERIFY_RESULT(file);
    file->replace("order.paid", "order.sent");
    QVERIFY_ERROR(planFromFile(*file, m_runs.get()), Error::Kind::Refused);
}

void TestPlanFile::withoutAStoreItIsRefused()
{
    QVERIFY_ERROR(planFile(planOfTwo(), production(), nullptr), Error::Kind::Refused);
}

QTEST_GUILESS_MAIN(TestPlanFile)
#include "tst_planfile.moc"
