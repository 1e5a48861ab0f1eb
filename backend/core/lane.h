// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/lanethread.h"
#include "core/result.h"

#include <QCoreApplication>
#include <QFuture>
#include <QPromise>

#include <exception>
#include <functional>
#include <memory>
#include <stop_token>
#include <type_traits>
#include <utility>

namespace outboard {

/// What a lane can hold: something that knows whether its connection still works.
template<class T>
concept LaneSource = requires(const T& source)
{
    {
        source.isUsable()
        } -> std::convertible_to<bool>;
};

/// One thread with one live source (a connection), opened at the first job and reopened at the next
/// job after it broke. Jobs run one after another; the source is created, used and destroyed on the
/// lane's thread only.
template<LaneSource Source>
class Lane
{
public:
    /// Opens the source; runs on the lane's thread. The token is set when the lane closes.
    using Open = std::function<Result<std::unique_ptr<Source>>(std::stop_token)>;

    Lane(const QString& name, Open open)
        : m_live(std::make_shared<Live>(std::move(open)))
        , m_thread(name)
    {}

    /// Queued jobs are answered with Error::Cancelled; the source is destroyed on its thread.
    ~Lane() { close(); }
    Q_DISABLE_COPY_MOVE(Lane)

    /// What the destructor does, without waiting. Whoever owns several lanes closes all of them
    /// before it destroys the first, so that their 3 s run at the same time.
    void close()
    {
        m_thread.close([live = m_live] { live->source.reset(); });
    }

    /// Queues `job(Source&) -> Result<T>`; any thread may call.
    /// The future always finishes: with the job's result, with the error of opening, or Cancelled.
    template<class Job>
    auto run(Job job) -> QFuture<std::invoke_result_t<Job&, Source&>>
    {
        using Answer = std::invoke_result_t<Job&, Source&>;
        auto promise = std::make_shared<QPromise<Answer>>();
        promise->start();
        QFuture<Answer> future = promise->future();
        run(std::move(job), [promise](Answer answer) {
            promise->addResult(std::move(answer));
            promise->finish();
        });
        return future;
    }

    /// The same with `answered(Result<T>)` instead of a future, called on the lane's thread (for a
    /// job that came too late, on the caller's). It stands in for QFuture::then(): in Qt 6.4 that
    /// runs a continuation twice when the future finishes at the same moment.
    template<class Job, class Answered>
    void run(Job job, Answered answered)
    {
        using Answer = std::invoke_result_t<Job&, Source&>;
        m_thread.post([live = m_live,
                       token = m_thread.stopToken(),
                       job = std::move(job),
                       answered = std::move(answered)](bool cancelled) mutable {
            // The one place where an answer is given.
            answered(answer<Answer>(*live, token, cancelled, job));
        });
    }

private:
    struct Live
    {
        explicit Live(Open o)
            : open(std::move(o))
        {}

        Open open;
        std::unique_ptr<Source> source;
    };

    template<class Answer, class Job>
    static Answer answer(Live& live, const std::stop_token& token, bool cancelled, Job& job)
    {
        if (cancelled) {
            return Error{
                Error::Kind::Cancelled,
                QCoreApplication::translate("outboard", "The connection was closed."),
                {}};
        }
        try {
            if (!live.source) {
                auto opened = live.open(token);
                if (!opened)
                    return opened.error();
                live.source = std::move(*opened);
            }
            Answer result = job(*live.source);
            if (!live.source->isUsable())
                live.source.reset();
            return result;
        } catch (const std::exception& exception) {
            live.source.reset();
            return Error{
                Error::Kind::Internal,
                QCoreApplication::translate(
                    "outboard", "Outboard failed unexpectedly. Please report this."),
                QString::fromUtf8(exception.what())};
        }
    }

    std::shared_ptr<Live> m_live;
    LaneThread m_thread;
};

} // namespace outboard
