// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/lane.h"
#include "core/onanswer.h"
#include "support/printers.h"

#include <QElapsedTimer>
#include <QTest>
#include <QThread>

#include <atomic>
#include <stdexcept>

using namespace outboard;
using namespace Qt::StringLiterals;

namespace {

/// A connection that can break, and that remembers which thread made and destroyed it.
struct FakeSource
{
    explicit FakeSource(std::atomic<int>* counter)
        : live(counter)
        , maker(QThread::currentThread())
    {
        ++*live;
    }

    ~FakeSource()
    {
        --*live;
        Q_ASSERT(QThread::currentThread() == maker);
    }
    Q_DISABLE_COPY_MOVE(FakeSource)

    bool isUsable() const { return !isBroken; }

    std::atomic<int>* live;
    QThread* maker;
    bool isBroken = false;
};

Error unreachable()
{
    return {Error::Kind::Unreachable, u"gone"_s, {}};
}

} // namespace

class TestLane : public QObject
{
    Q_OBJECT

private slots:
    void runsJobsInOrderOnOneThread();
    void opensOnceAndReopensAfterUnreachable();
    void anErrorOfOpeningIsTheAnswer();
    void anExceptionBecomesAnAnswer();
    void queuedJobsAreCancelledOnClose();
    void aJobSeesTheStopOfItsLane();
    void onAnswerForgetsDeadContexts();
    void onAnswerDeliversOnTheContextsThread();

private:
    std::atomic<int> m_live = 0;
    std::atomic<int> m_opened = 0;

    Lane<FakeSource>::Open opener()
    {
        return [this](std::stop_token) -> Result<std::unique_ptr<FakeSource>> {
            ++m_opened;
            return std::make_unique<FakeSource>(&m_live);
        };
    }
};

void TestLane::runsJobsInOrderOnOneThread()
{
    std::vector<int> order;
    {
        Lane<FakeSource> lane(u"test"_s, opener());
        for (int i = 0; i < 100; ++i) {
            std::ignore = lane.run([&order, i](FakeSource& source) -> Result<int> {
                Q_ASSERT(QThread::currentThread() == source.maker);
                order.push_back(i);
                return i;
            });
        }
        auto last = lane.run([](FakeSource&) -> Result<int> { return -1; });
        QCOMPARE(*last.result(), -1);
    }
    QCOMPARE(order.size(), size_t(100));
    QVERIFY(std::ranges::is_sorted(order));
    QCOMPARE(m_live.load(), 0);
}

void TestLane::opensOnceAndReopensAfterUnreachable()
{
    m_opened = 0;
    Lane<FakeSource> lane(u"test"_s, opener());
    auto ok = [](FakeSource&) -> Result<void> { return {}; };
    QVERIFY_RESULT(lane.run(ok).result());
    QVERIFY_RESULT(lane.run(ok).result());
    QCOMPARE(m_opened.load(), 1);
    const auto broken = lane.run([](FakeSource& source) -> Result<void> {
        source.isBroken = true;
        return unreachable();
    });
    QVERIFY_ERROR(broken.result(), Error::Kind::Unreachable);
    QVERIFY_RESULT(lane.run(ok).result());
    QCOMPARE(m_opened.load(), 2);
    QCOMPARE(m_live.load(), 1);
}

void TestLane::anErrorOfOpeningIsTheAnswer()
{
    Lane<FakeSource> lane(u"test"_s, [](std::stop_token) -> Result<std::unique_ptr<FakeSource>> {
        return unreachable();
    });
    const auto answer = lane.run([](FakeSource&) -> Result<int> { return 1; }).result();
    QVERIFY_ERROR(answer, Error::Kind::Unreachable);
}

void TestLane::anExceptionBecomesAnAnswer()
{
    Lane<FakeSource> lane(u"test"_s, opener());
    const auto answer =
        lane.run([](FakeSource&) -> Result<int> { throw std::runtime_error("oops"); }).result();
    QVERIFY_ERROR(answer, Error::Kind::Internal);
    QCOMPARE(answer.error().detail, u"oops"_s);
    QCOMPARE(*lane.run([](FakeSource&) -> Result<int> { return 2; }).result(), 2);
}

void TestLane::queuedJobsAreCancelledOnClose()
{
    std::atomic<bool> started = false;
    QFuture<Result<int>> running;
    QFuture<Result<int>> queued;
    {
        std::stop_token token;
        Lane<FakeSource> lane(
            u"test"_s, [&](std::stop_token t) -> Result<std::unique_ptr<FakeSource>> {
                token = std::move(t);
                return std::make_unique<FakeSource>(&m_live);
            });
        running = lane.run([&](FakeSource&) -> Result<int> {
            started = true;
            while (!token.stop_requested())
                QThread::yieldCurrentThread();
            return 1;
        });
        queued = lane.run([](FakeSource&) -> Result<int> { return 2; });
        QTRY_VERIFY(started);
    }
    QCOMPARE(*running.result(), 1);
    QVERIFY_ERROR(queued.result(), Error::Kind::Cancelled);
}

void TestLane::aJobSeesTheStopOfItsLane()
{
    LaneThread thread(u"test"_s);
    QVERIFY(!thread.stopToken().stop_requested());
    thread.close({});
    QVERIFY(thread.stopToken().stop_requested());
    bool wasCancelled = false;
    thread.post([&](bool cancelled) { wasCancelled = cancelled; });
    QVERIFY(wasCancelled);
}

void TestLane::onAnswerForgetsDeadContexts()
{
    Lane<FakeSource> lane(u"test"_s, opener());
    std::atomic<bool> go = false;
    bool called = false;
    auto future = lane.run([&](FakeSource&) -> Result<int> {
        while (!go)
            QThread::yieldCurrentThread();
        return 1;
    });
    auto context = std::make_unique<QObject>();
    onAnswer(future, context.get(), [&](const Result<int>&) { called = true; });
    context.reset();
    go = true;
    future.waitForFinished();
    QCoreApplication::processEvents();
    QVERIFY(!called);
}

void TestLane::onAnswerDeliversOnTheContextsThread()
{
    Lane<FakeSource> lane(u"test"_s, opener());
    int answer = 0;
    onAnswer(
        lane.run([](FakeSource&) -> Result<int> { return 7; }),
        this,
        [&](const Result<int>& result) {
            Q_ASSERT(QThread::currentThread() == thread());
            answer = *result;
        });
    QTRY_COMPARE(answer, 7);
}

QTEST_GUILESS_MAIN(TestLane)
#include "tst_lane.moc"
