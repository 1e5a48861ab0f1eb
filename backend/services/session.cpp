// SPDX-License-Identifier: GPL-3.0-or-later
#include "services/session_p.h"
#include "text/format.h"

namespace outboard {

using namespace Qt::StringLiterals;

Session::Session(
    BackendsPtr backends,
    std::shared_ptr<RunStore> runs,
    OpenedJournal journal,
    Clock clock,
    QObject* parent)
    : QObject(parent)
    , d(std::make_unique<Private>(
          std::move(backends), std::move(runs), std::move(journal), std::move(clock)))
{
    connect(&d->lock, &WriteLock::changed, this, [this] { noteLock(isArmed()); });
    connect(&d->lock, &WriteLock::changed, this, &Session::armedChanged);
    connect(&d->poller, &Poller::polled, this, &Session::lockWhenConnectionsChange);
    connect(&d->runner, &ActionRunner::started, this, &Session::operationStarted);
}

Session::~Session()
{
    if (isArmed())
        noteLock(false);
    d->deadStop.request_stop();
    // All at once, so that the waits for servers that do not answer run side by side.
    d->poller.closeLanes();
    d->lanes.close();
    d->runner.close();
    d->journal.close();
}

const Profile& Session::profile() const
{
    return d->backends->profile();
}

Poller& Session::poller()
{
    return d->poller;
}

const Clock& Session::clock() const
{
    return d->clock;
}

RunStore* Session::runs() const
{
    return d->runs.get();
}

bool Session::isArmed() const
{
    return d->lock.isArmed();
}

std::optional<TimePoint> Session::armedUntil() const
{
    return d->lock.armedUntil();
}

Result<void> Session::arm(const QString& typedName)
{
    auto armed = d->lock.arm(typedName);
    if (!armed)
        note(intentOn(profile(), u"arm"_s, {}), journalResult(armed.error()));
    return armed;
}

void Session::disarm()
{
    d->lock.disarm();
}

const QList<Operation*>& Session::operations() const
{
    return d->runner.operations();
}

void Session::dismiss(Operation* operation)
{
    d->runner.dismiss(operation);
}

void Session::note(const JournalIntent& intent, const JournalResult& result)
{
    onAnswer(
        d->journal.note(intent, result),
        this,
        [this, isArming = intent.action == u"arm"_s](const Result<void>& written) {
            if (written)
                return;
            if (isArming)
                disarm();
            emit journalFailed(written.error());
        });
}

void Session::noteLock(bool isOpen)
{
    note(
        intentOn(profile(), isOpen ? u"arm"_s : u"lock"_s, {}),
        {JournalState::Done,
         isOpen ? tr("Writing is unlocked for 15 min.") : tr("Writing is locked."),
         {}});
}

void Session::lockWhenConnectionsChange(const SnapshotPtr& snapshot)
{
    const QString changed = d->connections.changed(snapshot->sources);
    if (changed.isEmpty() || !isArmed())
        return;
    disarm();
    emit lockedByChange(
        tr("Writing is locked: the connection to %1 changed. Look again before you unlock it.")
            .arg(changed));
}

QFuture<Result<void>> Session::unmask(const QString& event)
{
    JournalIntent intent = intentOn(profile(), u"unmask"_s, {});
    intent.ids = {event.toUtf8()};
    return d->journal.note(
        intent,
        {JournalState::Done,
         tr("Unmasked the payload of event %1.").arg(format::oneLine(event)),
         {}});
}

// The journal.

QFuture<Result<JournalPage>> Session::journalPage(
    const JournalFilter& filter, std::optional<qint64> before, qint64 limit)
{
    return d->journal.page(filter, before, limit);
}

QFuture<Result<JournalDetails>> Session::journalDetails(qint64 number)
{
    return d->journal.details(number);
}

QFuture<Result<JournalCheck>> Session::checkJournal(const JournalMark& from)
{
    return d->journal.check(from);
}

QFuture<Result<qint64>> Session::exportJournal(
    const QString& path, JournalFormat format, const JournalFilter& filter)
{
    return d->journal.exportTo(path, format, filter);
}

// Reading.

QFuture<Result<OutboxPage>> Session::outboxPage(
    const OutboxFilter& filter, const std::optional<OutboxRowId>& after, qint64 limit)
{
    return d->lanes.outbox().run([=](Connections& connections) -> Result<OutboxPage> {
        const auto outbox = connections.outbox();
        return outbox ? (*outbox)->page(filter, after, limit) : outbox.error();
    });
}

QFuture<Result<QList<OutboxRow>>> Session::outboxRows(std::vector<OutboxRowId> ids)
{
    return d->lanes.outbox().run(
        [ids = std::move(ids)](Connections& connections) -> Result<QList<OutboxRow>> {
            const auto outbox = connections.outbox();
            return outbox ? (*outbox)->rows(ids) : outbox.error();
        });
}

QFuture<Result<PendingDetails>> Session::pending(const PendingQuery& query)
{
    return d->lanes.broker().run([query, clock = d->clock](Connections& connections) {
        return readPending(connections, query, clock);
    });
}

QFuture<Result<QList<Message>>> Session::messages(const MessageRange& range)
{
    return d->lanes.broker().run([range](Connections& connections) -> Result<QList<Message>> {
        const auto broker = connections.broker();
        return broker ? (*broker)->read(range) : broker.error();
    });
}

QFuture<Result<QList<Message>>> Session::fetch(const BrokerTopic& topic, std::vector<EntryId> ids)
{
    return d->lanes.broker().run(
        [topic, ids = std::move(ids)](Connections& connections) -> Result<QList<Message>> {
            const auto broker = connections.broker();
            return broker ? (*broker)->fetch(topic, ids) : broker.error();
        });
}

} // namespace outboard
