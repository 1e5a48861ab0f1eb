// SPDX-License-Identifier: GPL-3.0-or-later
#include "store/journal.h"

#include "core/operatorname.h"
#include "store/journal_p.h"

#include <utility>

namespace outboard {

using namespace Qt::StringLiterals;

namespace {

const QList<QStringList>& migrations()
{
    // The head stands apart, so that records cut off at the end are missed.
    static const QList<QStringList> all = {{
        u"CREATE TABLE journal (number INTEGER PRIMARY KEY, kind TEXT NOT NULL,"
        " intent INTEGER NOT NULL, at_us INTEGER NOT NULL, who TEXT NOT NULL,"
        " process TEXT NOT NULL, profile TEXT NOT NULL, environment TEXT NOT NULL,"
        " action TEXT NOT NULL, place TEXT NOT NULL, state TEXT NOT NULL, text TEXT NOT NULL,"
        " id_count INTEGER NOT NULL, counts TEXT NOT NULL, commands TEXT NOT NULL,"
        " ids TEXT NOT NULL, hash BLOB NOT NULL)"_s,
        u"CREATE UNIQUE INDEX journal_result ON journal (intent) WHERE kind = 'result'"_s,
        u"CREATE INDEX journal_part ON journal (intent) WHERE kind = 'part'"_s,
        u"CREATE TABLE journal_head (number INTEGER NOT NULL, hash BLOB NOT NULL)"_s,
        u"INSERT INTO journal_head VALUES (0, zeroblob(32))"_s,
        u"CREATE TRIGGER journal_keeps BEFORE DELETE ON journal BEGIN"
        " SELECT RAISE(ABORT, 'the journal only grows'); END"_s,
        u"CREATE TRIGGER journal_stays BEFORE UPDATE ON journal BEGIN"
        " SELECT RAISE(ABORT, 'the journal only grows'); END"_s,
        u"CREATE TRIGGER journal_grows BEFORE INSERT ON journal"
        " WHEN NEW.number <> (SELECT number + 1 FROM journal_head) BEGIN"
        " SELECT RAISE(ABORT, 'the journal grows at its end'); END"_s,
        u"CREATE TRIGGER journal_head_keeps BEFORE DELETE ON journal_head BEGIN"
        " SELECT RAISE(ABORT, 'the journal only grows'); END"_s,
        u"CREATE TRIGGER journal_head_grows BEFORE UPDATE ON journal_head"
        " WHEN NEW.number <> OLD.number + 1 BEGIN"
        " SELECT RAISE(ABORT, 'the journal only grows'); END"_s,
    }};
    return all;
}

} // namespace

QByteArray journalSeed()
{
    return QByteArray(32, '\0');
}

JournalRecord Journal::Private::record(const QString& kind, qint64 intent, TimePoint at) const
{
    JournalRecord record;
    record.kind = kind;
    record.intent = intent;
    record.atUs = at.time_since_epoch().count();
    record.who = who;
    record.process = process;
    return record;
}

JournalRecord Journal::Private::intentRecord(const JournalIntent& intent, TimePoint at) const
{
    JournalRecord written = record(u"intent"_s, 0, at);
    written.profile = intent.profile;
    written.environment = intent.environment;
    written.action = intent.action;
    written.place = withoutSecrets(intent.place);
    QStringList commands;
    for (const QString& command : intent.commands)
        commands.append(withoutSecrets(command));
    written.commands = journalTexts(commands);
    written.idCount = intent.ids.size();
    written.ids = journalIds(intent.ids);
    return written;
}

JournalRecord Journal::Private::resultRecord(
    qint64 intent, const JournalResult& result, TimePoint at) const
{
    JournalRecord written = record(u"result"_s, intent, at);
    written.state = journalStateName(result.state);
    written.text = withoutSecrets(result.text);
    written.counts = journalCounts(result.counts);
    return written;
}

Result<void> Journal::Private::append(QSqlDatabase& connection, JournalRecord& record) const
{
    auto head = database->query(connection, u"SELECT number, hash FROM journal_head"_s);
    if (!head)
        return head.error();
    head->next();
    record.number = head->value(0).toLongLong() + 1;
    const QByteArray hash = record.hash(head->value(1).toByteArray());
    head->finish();
    const QString insert = u"INSERT INTO journal (%1) VALUES (?%2)"_s.arg(
        journalColumns(), u", ?"_s.repeated(journalColumns().count(u',')));
    if (const auto done = database->query(connection, insert, record.values(hash)); !done)
        return done.error();
    const auto moved = database->query(
        connection, u"UPDATE journal_head SET number = ?, hash = ?"_s, {record.number, hash});
    return moved ? Result<void>() : moved.error();
}

Result<std::shared_ptr<Journal>> Journal::open(const QString& path, const QString& process)
{
    auto database = LocalDatabase::open(path, migrations());
    if (!database)
        return database.error();
    auto d = std::make_unique<Private>();
    d->path = path;
    d->who = operatorName();
    d->process = process;
    d->database = std::move(*database);
    return std::shared_ptr<Journal>(new Journal(std::move(d)));
}

Journal::Journal(std::unique_ptr<Private> data)
    : d(std::move(data))
{}

Journal::~Journal() = default;

const QString& Journal::path() const
{
    return d->path;
}

Result<qint64> Journal::intend(const JournalIntent& intent, TimePoint at)
{
    JournalRecord record = d->intentRecord(intent, at);
    const auto written =
        d->database->write([&](QSqlDatabase& connection) { return d->append(connection, record); });
    if (!written)
        return written.error();
    return record.number;
}

Result<void> Journal::add(qint64 intent, const QList<QByteArray>& ids, TimePoint at)
{
    JournalRecord record = d->record(u"part"_s, intent, at);
    record.idCount = ids.size();
    record.ids = journalIds(ids);
    return d->database->write(
        [&](QSqlDatabase& connection) { return d->append(connection, record); });
}

Result<void> Journal::finish(qint64 intent, const JournalResult& result, TimePoint at)
{
    JournalRecord record = d->resultRecord(intent, result, at);
    return d->database->write(
        [&](QSqlDatabase& connection) { return d->append(connection, record); });
}

Result<void> Journal::note(const JournalIntent& intent, const JournalResult& result, TimePoint at)
{
    JournalRecord first = d->intentRecord(intent, at);
    return d->database->write([&](QSqlDatabase& connection) -> Result<void> {
        if (auto written = d->append(connection, first); !written)
            return written;
        JournalRecord second = d->resultRecord(first.number, result, at);
        return d->append(connection, second);
    });
}

} // namespace outboard
