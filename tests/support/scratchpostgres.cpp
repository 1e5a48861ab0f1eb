// SPDX-License-Identifier: GPL-3.0-or-later
#include "support/scratchpostgres.h"

#include <grp.h>
#include <pwd.h>
#include <signal.h>
#include <sys/prctl.h>
#include <unistd.h>

#include <QDeadlineTimer>
#include <QDir>
#include <QFile>
#include <QProcess>
#include <QTcpServer>
#include <QTemporaryDir>
#include <QThread>

#include <optional>

namespace outboard {

using namespace Qt::StringLiterals;

namespace {

/// The user that the server runs as when the test runs as root, which PostgreSQL refuses.
std::optional<passwd> serverUser()
{
    if (geteuid() != 0)
        return std::nullopt;
    const passwd* entry = getpwnam("postgres");
    return entry ? std::optional(*entry) : std::nullopt;
}

QString newestBinaries()
{
    const QDir root(u"/usr/lib/postgresql"_s);
    int newest = 0;
    for (const QString& version : root.entryList(QDir::Dirs | QDir::NoDotAndDotDot))
        newest = std::max(newest, version.toInt());
    return newest > 0 ? root.filePath(QString::number(newest) + u"/bin"_s) : QString();
}

/// Runs between fork and exec: only async-signal-safe calls.
void becomeServer(const std::optional<passwd>& user, int deathSignal)
{
    for (int number = 1; number < 32; ++number)
        signal(number, SIG_DFL);
    if (user
        && (setgroups(0, nullptr) != 0 || setgid(user->pw_gid) != 0 || setuid(user->pw_uid) != 0))
        _exit(126);
    prctl(PR_SET_PDEATHSIG, deathSignal);
}

void giveAway(const QString& path, const std::optional<passwd>& user)
{
    if (user && chown(QFile::encodeName(path).constData(), user->pw_uid, user->pw_gid) != 0)
        qWarning("chown failed for a scratch file");
}

Result<quint16> freePort()
{
    QTcpServer probe;
    if (!probe.listen(QHostAddress::LocalHost))
        return Error{Error::Kind::Refused, u"No free TCP port."_s, probe.errorString()};
    return probe.serverPort();
}

bool writeFile(const QString& path, const QByteArray& text)
{
    QFile file(path);
    return file.open(QIODevice::WriteOnly) && file.write(text) == text.size();
}

} // namespace

struct ScratchPostgres::Private
{
    QTemporaryDir folder{QDir::tempPath() + u"/ob-pg-XXXXXX"_s};
    std::optional<passwd> user = serverUser();
    QString binaries = newestBinaries();
    Options options;
    quint16 port = 5432;
    ScratchCertificates certificates;
    std::unique_ptr<QProcess> server;

    QString data() const { return folder.filePath(u"data"_s); }

    std::unique_ptr<QProcess> process(int deathSignal) const
    {
        auto made = std::make_unique<QProcess>();
        made->setWorkingDirectory(folder.path());
        made->setStandardOutputFile(QProcess::nullDevice());
        made->setStandardErrorFile(folder.filePath(u"server.log"_s), QIODevice::Append);
        made->setChildProcessModifier(
            [user = user, deathSignal] { becomeServer(user, deathSignal); });
        return made;
    }

    QString log() const
    {
        QFile file(folder.filePath(u"server.log"_s));
        return file.open(QIODevice::ReadOnly) ? QString::fromUtf8(file.readAll().right(2000))
                                              : QString();
    }

    Result<void> prepare();
    Result<void> copy(const Private& primary);
    Result<void> prepareTls();
    Result<void> run();
    void end(int signalNumber);
};

Result<void> ScratchPostgres::Private::prepare()
{
    if (binaries.isEmpty())
        return Error{Error::Kind::Missing, u"PostgreSQL is not installed."_s, {}};
    if (geteuid() == 0 && !user)
        return Error{
            Error::Kind::Missing, u"There is no user postgres to run the server as."_s, {}};
    giveAway(folder.path(), user);
    const auto initdb = process(SIGKILL);
    initdb->start(
        QString(binaries + u"/initdb"),
        {u"--no-sync"_s,
         u"-A"_s,
         u"trust"_s,
         u"-U"_s,
         u"postgres"_s,
         u"--locale=C"_s,
         u"-E"_s,
         u"UTF8"_s,
         u"-D"_s,
         data()});
    if (!initdb->waitForFinished(60'000) || initdb->exitCode() != 0)
        return Error{Error::Kind::Refused, u"initdb failed."_s, log()};
    return options.tls ? prepareTls() : Result<void>();
}

Result<void> ScratchPostgres::Private::copy(const Private& primary)
{
    giveAway(folder.path(), user);
    const auto backup = process(SIGKILL);
    backup->start(
        QString(binaries + u"/pg_basebackup"),
        {u"-h"_s,
         primary.folder.path(),
         u"-p"_s,
         QString::number(primary.port),
         u"-U"_s,
         u"postgres"_s,
         u"-c"_s,
         u"fast"_s,
         u"--no-sync"_s,
         u"--write-recovery-conf"_s,
         u"-D"_s,
         data()});
    if (!backup->waitForFinished(60'000) || backup->exitCode() != 0)
        return Error{Error::Kind::Refused, u"pg_basebackup failed."_s, log()};
    return {};
}

Result<void> ScratchPostgres::Private::prepareTls()
{
    auto made = ScratchCertificates::make(folder.path());
    if (!made)
        return made.error();
    certificates = *made;
    if (options.expiredCertificate) {
        const auto expired =
            ScratchCertificates::issue(folder.path(), {.name = u"localhost"_s, .expired = true});
        if (!expired)
            return expired.error();
        certificates.serverCertificate = expired->certificate;
        certificates.serverKey = expired->key;
    }
    QFile::setPermissions(certificates.serverKey, QFile::ReadOwner | QFile::WriteOwner);
    giveAway(certificates.serverKey, user);
    const QByteArray rules =
        "local all all trust\n"
        + (options.rules.isEmpty() ? QByteArray("host all all 127.0.0.1/32 scram-sha-256\n")
                                   : options.rules);
    if (!writeFile(data() + u"/pg_hba.conf"_s, rules))
        return Error{Error::Kind::Internal, u"pg_hba.conf cannot be written."_s, {}};
    const auto found = freePort();
    if (!found)
        return found.error();
    port = *found;
    return {};
}

Result<void> ScratchPostgres::Private::run()
{
    QStringList settings{
        options.tls ? u"listen_addresses=127.0.0.1"_s : u"listen_addresses="_s,
        u"unix_socket_directories="_s + folder.path(),
        u"port="_s + QString::number(port),
        u"fsync=off"_s,
        u"shared_buffers=32MB"_s,
        u"max_connections=40"_s,
        u"autovacuum=off"_s};
    if (options.tls) {
        settings << u"ssl=on"_s << u"ssl_cert_file="_s + certificates.serverCertificate
                 << u"ssl_key_file="_s + certificates.serverKey
                 << u"ssl_ca_file="_s + certificates.authority;
    }
    QStringList arguments{u"-D"_s, data()};
    for (const QString& setting : settings + options.settings)
        arguments << u"-c"_s << setting;
    server = process(SIGQUIT);
    server->start(QString(binaries + u"/postgres"), arguments);
    const QDeadlineTimer deadline(30'000);
    while (!deadline.hasExpired() && server->state() != QProcess::NotRunning) {
        const QString dsn = u"host="_s + folder.path() + u" port="_s + QString::number(port)
                            + u" user=postgres dbname=postgres"_s;
        if (PgSession::open(dsn))
            return {};
        server->waitForFinished(20);
    }
    return Error{Error::Kind::Refused, u"The scratch PostgreSQL did not start."_s, log()};
}

void ScratchPostgres::Private::end(int signalNumber)
{
    if (!server || server->state() == QProcess::NotRunning)
        return;
    kill(static_cast<pid_t>(server->processId()), signalNumber);
    if (!server->waitForFinished(20'000)) {
        server->kill();
        server->waitForFinished();
    }
}

Result<std::unique_ptr<ScratchPostgres>> ScratchPostgres::start(const Options& options)
{
    auto d = std::make_unique<Private>();
    d->options = options;
    if (auto prepared = d->prepare(); !prepared)
        return prepared.error();
    auto made = std::unique_ptr<ScratchPostgres>(new ScratchPostgres(std::move(d)));
    if (auto running = made->d->run(); !running)
        return running.error();
    return made;
}

Result<std::unique_ptr<ScratchPostgres>> ScratchPostgres::standby(const QStringList& settings) const
{
    auto copied = std::make_unique<Private>();
    copied->options.settings = settings;
    if (auto done = copied->copy(*d); !done)
        return done.error();
    auto made = std::unique_ptr<ScratchPostgres>(new ScratchPostgres(std::move(copied)));
    if (auto running = made->d->run(); !running)
        return running.error();
    return made;
}

ScratchPostgres::ScratchPostgres(std::unique_ptr<Private> priv)
    : d(std::move(priv))
{}

ScratchPostgres::~ScratchPostgres()
{
    d->end(SIGQUIT);
}

QString ScratchPostgres::dsn(const QString& user) const
{
    return u"host=%1 port=%2 dbname=postgres user=%3"_s.arg(d->folder.path())
        .arg(d->port)
        .arg(user);
}

QString ScratchPostgres::tcpDsn(const QString& user, const QString& password) const
{
    return u"host=localhost hostaddr=127.0.0.1 port=%1 dbname=postgres user=%2 password='%3'"_s
        .arg(d->port)
        .arg(user, password);
}

quint16 ScratchPostgres::port() const
{
    return d->port;
}

QString ScratchPostgres::authorityFile() const
{
    return d->certificates.authority;
}

QString ScratchPostgres::foreignAuthorityFile() const
{
    return d->certificates.foreignAuthority;
}

const ScratchCertificates& ScratchPostgres::certificates() const
{
    return d->certificates;
}

Result<ScratchKeyPair> ScratchPostgres::issue(const ScratchCertificates::Wish& wish) const
{
    return ScratchCertificates::issue(d->folder.path(), wish);
}

QString ScratchPostgres::socketFolder() const
{
    return d->folder.path();
}

Result<void> ScratchPostgres::exec(const QString& sql) const
{
    auto opened = session();
    return opened ? (*opened)->exec(sql) : Result<void>(opened.error());
}

Result<QList<QList<QByteArray>>> ScratchPostgres::rows(const QString& sql) const
{
    auto opened = session();
    if (!opened)
        return opened.error();
    return (*opened)->rows(sql);
}

QByteArray ScratchPostgres::value(const QString& sql) const
{
    auto opened = session();
    return opened ? (*opened)->value(sql) : "error: " + opened.error().what.toUtf8();
}

Result<std::unique_ptr<PgSession>> ScratchPostgres::session() const
{
    return PgSession::open(dsn());
}

Result<void> ScratchPostgres::createSeedSchema(bool withUnpublishedIndex) const
{
    const QString ledger =
        u"CREATE TABLE %1 (id bigserial PRIMARY KEY, event_id varchar(64) NOT NULL UNIQUE,"
        " created_at timestamptz NOT NULL);"_s;
    QString sql =
        u"CREATE TABLE orders_outboxevent (id bigserial PRIMARY KEY, topic varchar(100) NOT NULL,"
        " payload jsonb NOT NULL, created_at timestamptz NOT NULL, published_at timestamptz NULL);"_s
        + ledger.arg(u"billing_processedevent"_s) + ledger.arg(u"email_processedevent"_s);
    if (withUnpublishedIndex)
        sql += u"CREATE INDEX ON orders_outboxevent (id) WHERE published_at IS NULL;"_s;
    return exec(sql);
}

Result<void> ScratchPostgres::wipe() const
{
    return exec(u"DO $$ DECLARE s text; BEGIN FOR s IN SELECT nspname FROM pg_namespace"
                " WHERE nspname NOT LIKE 'pg\\_%' AND nspname <> 'information_schema'"
                " LOOP EXECUTE format('DROP SCHEMA %I CASCADE', s); END LOOP; END $$;"
                "CREATE SCHEMA public; GRANT ALL ON SCHEMA public TO PUBLIC"_s);
}

Result<void> ScratchPostgres::addEvents(const QString& topic, qint64 count) const
{
    return exec(u"INSERT INTO orders_outboxevent (topic, payload, created_at)"
                " SELECT '%1', jsonb_build_object('order_id', n),"
                " now() - make_interval(secs => %2 - n) FROM generate_series(1, %2) n"_s.arg(topic)
                    .arg(count));
}

Result<void> ScratchPostgres::terminateSessions() const
{
    return exec(u"SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity"
                " WHERE pid <> pg_backend_pid() AND backend_type = 'client backend'"_s);
}

void ScratchPostgres::stop()
{
    d->end(SIGINT);
}

void ScratchPostgres::crash()
{
    d->end(SIGQUIT);
}

Result<void> ScratchPostgres::restart()
{
    d->end(SIGINT);
    return d->run();
}

} // namespace outboard
