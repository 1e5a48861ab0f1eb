// SPDX-License-Identifier: GPL-3.0-or-later
// secretwatch start FOLDER BUILD: watches, until "finish FOLDER", every file that a program of the
// build folder writes anywhere, and looks for the tests' passwords in it when it is closed, also
// when it is deleted at once. Then the log of the whole test run is searched as well.
// The kernel lets only root watch all files: else the search is left out, and says so.
#include "support/secretsearch.h"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/fanotify.h>
#include <sys/stat.h>
#include <unistd.h>

#include <QCoreApplication>
#include <QDir>
#include <QFile>
#include <QFileInfo>
#include <QHash>
#include <QProcess>
#include <QThread>

#include <array>
#include <cerrno>
#include <cstdio>
#include <cstring>

using namespace outboard;
using namespace Qt::StringLiterals;

namespace {

constexpr int skipped = 77;
constexpr int startSeconds = 30;
constexpr int finishSeconds = 120;
constexpr off_t largest = 512 << 20;

volatile sig_atomic_t isFinishing = 0;

/// What the passwords of the tests have in common, and those that are hard to write down.
QStringList passwords()
{
    return {u"s3cr3t-word"_s, u"Pg-7Kx' \\q%é/Wz"_s, u"Rd-3Vn\"#&ü:Yt"_s, u"Wr-9Jm@?'ß/Lp"_s};
}

/// What the operator or the owner of a server writes by hand, which tests do for them.
bool isWrittenByHand(const QString& path)
{
    const QString name = QFileInfo(path).fileName();
    return name.contains(u"pgpass"_s) || name == u"redis.conf" || name == u"userlist.txt"
           || name == u"pgbouncer.ini" || path.contains(u"/operator/"_s);
}

/// Tests that run Outboard as a program of its own: what they write themselves, an operator does.
bool isOperator(const QString& program)
{
    const QString name = QFileInfo(program).fileName();
    return name == u"tst_nosecrets" || name == u"tst_leastprivilege" || name == u"tst_climistakes";
}

QString link(const QString& path)
{
    std::array<char, 4096> buffer{};
    const ssize_t length =
        ::readlink(QFile::encodeName(path).constData(), buffer.data(), buffer.size());
    return length > 0 ? QFile::decodeName(QByteArray(buffer.data(), length)) : QString();
}

class Watch
{
public:
    Watch(QString folder, QString build)
        : m_folder(std::move(folder))
        , m_build(std::move(build))
        , m_search(passwords())
    {}

    /// Of the file systems with the build folder, temporary files and the home folder.
    bool open()
    {
        m_events = ::fanotify_init(
            FAN_CLASS_NOTIF | FAN_CLOEXEC | FAN_NONBLOCK | FAN_UNLIMITED_QUEUE,
            O_RDONLY | O_LARGEFILE);
        if (m_events < 0)
            return false;
        for (const QString& place : {m_build, QDir::tempPath(), QDir::homePath()}) {
            if (::fanotify_mark(
                    m_events,
                    FAN_MARK_ADD | FAN_MARK_FILESYSTEM,
                    FAN_CLOSE_WRITE,
                    AT_FDCWD,
                    QFile::encodeName(place).constData())
                < 0)
                return false;
        }
        return true;
    }

    /// Until it is told to finish, or the test run is gone.
    void run(pid_t testRun)
    {
        pollfd events{m_events, POLLIN, 0};
        while (!isFinishing && (::kill(testRun, 0) == 0 || errno == EPERM)) {
            if (::poll(&events, 1, 500) > 0)
                readEvents();
        }
        readEvents();
        report();
    }

private:
    void readEvents()
    {
        alignas(fanotify_event_metadata) std::array<char, 65536> buffer;
        ssize_t length = 0;
        while ((length = ::read(m_events, buffer.data(), buffer.size())) > 0) {
            auto* event = reinterpret_cast<fanotify_event_metadata*>(buffer.data());
            for (; FAN_EVENT_OK(event, length); event = FAN_EVENT_NEXT(event, length)) {
                m_isComplete = m_isComplete && !(event->mask & FAN_Q_OVERFLOW);
                if (event->fd < 0)
                    continue;
                look(event->fd, event->pid);
                ::close(event->fd);
            }
        }
    }

    void look(int fd, pid_t writer)
    {
        const QString program = link(u"/proc/%1/exe"_s.arg(writer));
        if (!program.isEmpty() && (!program.startsWith(m_build) || isOperator(program)))
            return;
        const QString path = link(u"/proc/self/fd/%1"_s.arg(fd));
        if (path.startsWith(m_folder) || isWrittenByHand(path))
            return;
        // A writer that has ended meanwhile cannot be asked: better one file too many.
        const bool isTheirs = QFileInfo(path).fileName() == u"shop.json";
        if (program.isEmpty() && (isTheirs || !isOurPlace(path)))
            return;
        struct stat about = {};
        if (::fstat(fd, &about) != 0 || !S_ISREG(about.st_mode) || about.st_size > largest)
            return;
        QByteArray content(qsizetype(about.st_size), Qt::Uninitialized);
        const ssize_t length = ::pread(fd, content.data(), size_t(content.size()), 0);
        content.truncate(length < 0 ? 0 : length);
        ++m_searched;
        const QString found = m_search.find(content);
        if (!found.isEmpty())
            m_found.insert(path, found + u", written by "_s + QFileInfo(program).fileName());
    }

    /// Where Outboard and its tests write, and not servers and compilers, which end soon as well.
    bool isOurPlace(const QString& path) const
    {
        if (path.contains(u"/ob-") || QFileInfo(path).fileName().startsWith(u"cc"))
            return false;
        return path.startsWith(QDir::tempPath()) || path.startsWith(QDir::homePath() + u"/."_s)
               || path.startsWith(m_build);
    }

    void report() const
    {
        QFile file(m_folder + u"/report"_s);
        if (!file.open(QIODevice::WriteOnly))
            return;
        file.write(QByteArray::number(m_searched) + (m_isComplete ? "\n" : " incomplete\n"));
        for (auto at = m_found.begin(); at != m_found.end(); ++at)
            file.write((at.key() + u": "_s + at.value() + u'\n').toUtf8());
    }

    QString m_folder;
    QString m_build;
    SecretSearch m_search;
    int m_events = -1;
    qint64 m_searched = 0;
    bool m_isComplete = true;
    QHash<QString, QString> m_found; ///< By path.
};

void write(const QString& path, const QByteArray& text)
{
    QFile file(path);
    if (file.open(QIODevice::WriteOnly))
        file.write(text);
}

QByteArray contentOf(const QString& path)
{
    QFile file(path);
    return file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray();
}

/// What the other two talk to.
int watch(const QString& folder, const QString& build, pid_t testRun)
{
    Watch watch(folder, build);
    if (!watch.open()) {
        write(folder + u"/refused"_s, strerror(errno));
        return 1;
    }
    ::signal(SIGTERM, [](int) { isFinishing = 1; });
    write(folder + u"/pid"_s, QByteArray::number(::getpid()));
    watch.run(testRun);
    return 0;
}

int start(const QString& folder, const QString& build)
{
    QDir(folder).removeRecursively();
    QDir().mkpath(folder);
    QProcess process;
    process.setProgram(QCoreApplication::applicationFilePath());
    process.setArguments({u"watch"_s, folder, build, QString::number(::getppid())});
    // Whoever started the test run waits for its pipes to be closed.
    process.setStandardInputFile(QProcess::nullDevice());
    process.setStandardOutputFile(QProcess::nullDevice());
    process.setStandardErrorFile(QProcess::nullDevice());
    if (!process.startDetached())
        return 1;
    for (int i = 0; i < startSeconds * 10; ++i) {
        if (QFile::exists(folder + u"/pid"_s))
            return 0;
        if (const QByteArray why = contentOf(folder + u"/refused"_s); !why.isEmpty()) {
            std::printf("Files cannot be watched: %s\n", why.constData());
            return 0;
        }
        QThread::msleep(100);
    }
    std::puts("The watch over written files does not start.");
    return 1;
}

int finish(const QString& folder, const QString& build)
{
    if (const QByteArray why = contentOf(folder + u"/refused"_s); !why.isEmpty()) {
        std::printf("Not searched, because files cannot be watched: %s\n", why.constData());
        return skipped;
    }
    const pid_t watch = contentOf(folder + u"/pid"_s).toInt();
    if (watch <= 0 || ::kill(watch, SIGTERM) != 0) {
        std::puts("The watch over written files has ended too early.");
        return 1;
    }
    for (int i = 0; i < finishSeconds * 10 && ::kill(watch, 0) == 0; ++i)
        QThread::msleep(100);
    const QByteArray report = contentOf(folder + u"/report"_s);
    const qsizetype lineEnd = report.indexOf('\n');
    const QByteArray searched = report.left(lineEnd);
    QByteArray found = report.mid(lineEnd + 1);
    const SecretSearch search(passwords());
    // The run before left the one without the suffix, perhaps with what was found then.
    const QString logs = build + u"/Testing/Temporary/"_s;
    const bool isRunning = QFile::exists(logs + u"LastTest.log.tmp"_s);
    const QString name = isRunning ? u"LastTest.log.tmp"_s : u"LastTest.log"_s;
    const QByteArray log = contentOf(logs + name);
    if (const QString secret = search.find(log); !secret.isEmpty())
        found += (name + u": "_s + secret + u'\n').toUtf8();
    std::printf(
        "%s written files and %lld bytes of logged text searched.\n%s",
        searched.constData(),
        static_cast<long long>(log.size()),
        found.constData());
    return lineEnd > 0 && found.isEmpty() && !searched.endsWith("incomplete") ? 0 : 1;
}

} // namespace

int main(int argc, char** argv)
{
    const QCoreApplication app(argc, argv);
    const QStringList words = QCoreApplication::arguments();
    const QString verb = words.value(1);
    if (verb == u"start" && words.size() == 4)
        return start(words[2], words[3]);
    if (verb == u"watch" && words.size() == 5)
        return watch(words[2], words[3], words[4].toInt());
    if (verb == u"finish" && words.size() == 4)
        return finish(words[2], words[3]);
    std::puts("secretwatch start|finish FOLDER BUILD");
    return 2;
}
