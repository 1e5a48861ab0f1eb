// SPDX-License-Identifier: GPL-3.0-or-later
// The part of Session that reads dead letters and keeps remarks on them.
#include "services/connections.h"
#include "services/deadcollector.h"
#include "services/previews.h"
#include "services/session_p.h"

#include <QCoreApplication>

namespace outboard {

namespace {

/// A dead database leaves its rows out; the broker's dead letters are still worth showing.
Result<DeadLetters> collectDead(
    Connections& connections, const DeadRequest& request, const std::stop_token& stop)
{
    const auto broker = connections.broker();
    if (!broker)
        return broker.error();
    const auto outbox = connections.outbox();
    auto letters = DeadCollector(connections.profile(), outbox.value_or(nullptr), **broker)
                       .collect(request, {}, stop);
    if (letters && !outbox)
        letters->outboxError = outbox.error();
    return letters;
}

void addNotes(DeadLetters& letters, const QHash<DeadGroupKey, QString>& notes)
{
    for (DeadGroup& group : letters.groups)
        group.note = notes.value(group.key);
}

Error noStore()
{
    return {
        Error::Kind::Refused,
        QCoreApplication::translate(
            "outboard", "Nothing can be kept on this machine. Check the local store."),
        {}};
}

} // namespace

void Session::setDeadStore(std::shared_ptr<DeadStore> store)
{
    d->deadStore = std::move(store);
}

bool Session::keepsDead() const
{
    return d->deadStore != nullptr;
}

QFuture<Result<DeadLetters>> Session::deadLetters(const DeadRequest& request)
{
    return d->lanes.dead().run(
        [request, store = d->deadStore, stop = d->deadStop.get_token()](
            Connections& connections) -> Result<DeadLetters> {
            auto letters = collectDead(connections, request, stop);
            const auto notes =
                store ? store->notes(connections.profile().name)
                      : Result<QHash<DeadGroupKey, QString>>(QHash<DeadGroupKey, QString>());
            if (letters && notes)
                addNotes(*letters, *notes);
            else if (letters)
                letters->problems.append(notes.error().what);
            return letters;
        });
}

QFuture<Result<QList<DiscardedLetter>>> Session::discardedLetters(qint64 limit)
{
    return d->lanes.previews().run(
        [limit, store = d->deadStore](Connections& connections) -> Result<QList<DiscardedLetter>> {
            return store ? store->discarded(connections.profile().name, limit) : noStore();
        });
}

QFuture<Result<void>> Session::setDeadNote(const DeadGroupKey& group, const QString& note)
{
    return d->lanes.previews().run(
        [group, note, store = d->deadStore](Connections& connections) -> Result<void> {
            return store ? store->setNote(connections.profile().name, group, note) : noStore();
        });
}

QFuture<Result<QStringList>> Session::discardDeadCommands(const QList<DeadLetter>& letters)
{
    return d->lanes.previews().run([letters, store = d->deadStore](Connections& connections) {
        return preview::discardDead(connections, letters, store.get());
    });
}

QFuture<Result<QStringList>> Session::restoreDeadCommands(const QList<DeadLetter>& letters)
{
    return d->lanes.previews().run([letters, store = d->deadStore](Connections& connections) {
        return preview::restoreDead(connections, letters, store.get());
    });
}

} // namespace outboard
