// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QFuture>
#include <QFutureWatcher>
#include <QObject>

#include <utility>

namespace outboard {

/// Calls `fn(const T&)` on `context`'s thread once the future has its answer; never, when `context`
/// died before. (Not QFuture::then(context, ...): Qt 6.4 asserts when the context dies first.)
template<class T, class Fn>
void onAnswer(const QFuture<T>& future, QObject* context, Fn fn)
{
    auto* watcher = new QFutureWatcher<T>(context);
    QObject::connect(
        watcher, &QFutureWatcherBase::finished, context, [watcher, fn = std::move(fn)]() mutable {
            watcher->deleteLater();
            if (watcher->future().resultCount() > 0)
                fn(watcher->result());
        });
    watcher->setFuture(future);
}

} // namespace outboard
