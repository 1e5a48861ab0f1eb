// SPDX-License-Identifier: GPL-3.0-or-later
#include "net/sshroutes.h"

#include "core/lane.h"
#include "net/sshtunnel.h"

#include <QThread>

#include <algorithm>
#include <chrono>
#include <map>

namespace outboard {

using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

namespace {

using Moment = std::chrono::steady_clock::time_point;

constexpr Milliseconds firstPause{1'000};
constexpr Milliseconds longestPause{5'000};
constexpr unsigned long sliceMs = 5;

/// Lives on the lane's thread.
class Tunnels
{
public:
    Tunnels(SshSettings settings, std::stop_token closing)
        : m_settings(std::move(settings))
        , m_closing(std::move(closing))
    {}

    bool isUsable() const { return true; }

    Result<NetPlace> to(const NetPlace& server, const std::stop_token& stop);
    std::optional<Error> complaint();

private:
    struct Kept
    {
        std::unique_ptr<SshTunnel> tunnel;
        std::optional<Error> failure;
        Milliseconds pause = firstPause;
        Moment notBefore = {};
    };

    SshSettings m_settings;
    std::stop_token m_closing;
    std::map<NetPlace, Kept> m_kept;
};

Result<NetPlace> Tunnels::to(const NetPlace& server, const std::stop_token& stop)
{
    Kept& kept = m_kept[server];
    if (kept.tunnel && kept.tunnel->isUp()) {
        // Old complaints are not about the connection that is made now.
        kept.tunnel->complaint();
        return kept.tunnel->near();
    }
    kept.tunnel.reset();
    if (kept.failure && std::chrono::steady_clock::now() < kept.notBefore)
        return *kept.failure;
    auto opened = SshTunnel::open(m_settings, server, [this, &stop] {
        return !stop.stop_requested() && !m_closing.stop_requested();
    });
    if (opened) {
        kept = Kept();
        kept.tunnel = std::move(*opened);
        return kept.tunnel->near();
    }
    if (opened.error().kind != Error::Kind::Cancelled) {
        kept.notBefore = std::chrono::steady_clock::now() + kept.pause;
        kept.pause = std::min(2 * kept.pause, longestPause);
        kept.failure = opened.error();
    }
    return opened.error();
}

std::optional<Error> Tunnels::complaint()
{
    for (auto& [server, kept] : m_kept) {
        if (!kept.tunnel)
            continue;
        if (auto error = kept.tunnel->complaint())
            return error;
    }
    return std::nullopt;
}

/// The lane answers soon after a stop, but not while it opens a tunnel for somebody else.
template<class T>
Result<T> awaited(const QFuture<Result<T>>& answer, const std::stop_token& stop)
{
    while (!answer.isFinished()) {
        if (stop.stop_requested()) {
            return Error{
                Error::Kind::Cancelled,
                QCoreApplication::translate("outboard", "The connection attempt was stopped."),
                {}};
        }
        QThread::msleep(sliceMs);
    }
    return answer.result();
}

} // namespace

struct SshRoutes::Private
{
    Lane<Tunnels> lane;
};

SshRoutes::SshRoutes(SshSettings settings)
    : d(new Private{Lane<Tunnels>(
        u"ssh"_s,
        [settings =
             std::move(settings)](std::stop_token closing) -> Result<std::unique_ptr<Tunnels>> {
            return std::make_unique<Tunnels>(settings, std::move(closing));
        })})
{}

SshRoutes::~SshRoutes() = default;

Result<NetPlace> SshRoutes::to(const NetPlace& server, const std::stop_token& stop) const
{
    return awaited(
        d->lane.run([server, stop](Tunnels& tunnels) { return tunnels.to(server, stop); }), stop);
}

std::optional<Error> SshRoutes::complaint(const std::stop_token& stop) const
{
    return awaited(
               d->lane.run([](Tunnels& tunnels) -> Result<std::optional<Error>> {
                   return tunnels.complaint();
               }),
               stop)
        .value_or(std::nullopt);
}

} // namespace outboard
