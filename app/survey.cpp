// SPDX-License-Identifier: GPL-3.0-or-later
#include "survey.h"

#include "commands/mutestorefile.h"
#include "context.h"
#include "services/poller.h"
#include "store/mutestore.h"
#include "text.h"

#include <QEventLoop>
#include <QTimer>

#include <algorithm>
#include <stop_token>

namespace outboard {

using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

namespace {

/// Long enough for a rate, short enough for somebody who waits.
constexpr auto betweenRounds = 500ms;

constexpr int moreTries = 3;

/// "ledger billing_processedevent" is "ledger/billing_processedevent" where secrets are kept.
QString secretSource(const SourceHealth& source)
{
    return QString(source.name).replace(u' ', u'/');
}

SnapshotPtr poll(Context& context, int rounds)
{
    QEventLoop loop;
    Poller poller(context.backends(), systemClock());
    // Without the store everything counts, which is the safe side.
    if (const auto mutes = openMuteStore())
        poller.mutes().use(*mutes);
    int left = rounds;
    QObject::connect(&poller, &Poller::polled, &loop, [&] {
        if (--left > 0)
            QTimer::singleShot(betweenRounds, &poller, &Poller::pollNow);
        else
            loop.quit();
    });
    const std::stop_callback onStop(context.stop(), [&loop] {
        QMetaObject::invokeMethod(&loop, &QEventLoop::quit, Qt::QueuedConnection);
    });
    poller.pollNow();
    if (!context.stop().stop_requested())
        loop.exec();
    return poller.latest();
}

bool askPasswords(Context& context, const Snapshot& snapshot)
{
    bool wasAsked = false;
    for (const SourceHealth& source : snapshot.sources) {
        if (source.error && source.error->kind == Error::Kind::Auth)
            wasAsked = context.askPassword(secretSource(source), *source.error) || wasAsked;
    }
    return wasAsked;
}

/// A monitoring statement gives up after 150 ms and a lock after 50 ms, so that it is never in the
/// way: on a busy server the next one often has its answer. What hangs for longer is not asked
/// twice.
bool isWorthAnotherTry(const Snapshot& snapshot)
{
    const bool wasQuick = snapshot.finishedAt - snapshot.startedAt < 2s;
    return wasQuick && std::ranges::any_of(snapshot.sources, [](const SourceHealth& source) {
               return source.error
                      && (source.error->kind == Error::Kind::Timeout
                          || source.error->kind == Error::Kind::Conflict);
           });
}

} // namespace

Result<SnapshotPtr> survey(Context& context, int rounds)
{
    context.findLedgers();
    SnapshotPtr snapshot = poll(context, rounds);
    if (snapshot && askPasswords(context, *snapshot))
        snapshot = poll(context, rounds);
    for (int i = 0; i < moreTries && snapshot && isWorthAnotherTry(*snapshot); ++i)
        snapshot = poll(context, rounds);
    if (!snapshot || context.stop().stop_requested())
        return Error{Error::Kind::Cancelled, Text::tr("Stopped."), {}};
    return snapshot;
}

ExitCode exitCodeOf(const Snapshot& snapshot)
{
    ExitCode code = ExitCode::Done;
    for (const SourceHealth& source : snapshot.sources) {
        if (source.error)
            code = worse(code, exitCodeOf(*source.error));
    }
    return code;
}

void reportSources(Context& context, const Snapshot& snapshot)
{
    for (const SourceHealth& source : snapshot.sources) {
        if (source.error)
            context.out().message(u"%1: %2"_s.arg(source.name, source.error->what));
    }
}

} // namespace outboard
