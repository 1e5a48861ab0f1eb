// SPDX-License-Identifier: GPL-3.0-or-later
#include "settings/keychainsecrets.h"

#include "core/log.h"

#include <QCoreApplication>
#include <QThread>
#include <qt6keychain/keychain.h>

#include <atomic>
#include <future>

namespace outboard {

using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

namespace {

constexpr auto deadline = 3s;

QString service()
{
    return u"outboard"_s;
}

/// What a job came to; copied out of it before it deletes itself.
struct Answer
{
    QKeychain::Error error = QKeychain::OtherError;
    QString text;
    QString secret;
};

/// The keychain library runs its jobs one after another on the thread that started the first one,
/// and needs an event loop there. So all of them run on this one thread; it lives as long as the
/// process, because a job that hangs in the session bus cannot be stopped.
QObject* keychainThreadContext()
{
    static QObject* const context = [] {
        auto* const thread = new QThread;
        thread->setObjectName(u"keychain"_s);
        auto* const object = new QObject;
        object->moveToThread(thread);
        thread->start();
        return object;
    }();
    return context;
}

template<class Job>
void startJob(
    Job* job,
    const QString& key,
    QObject* context,
    const std::shared_ptr<std::promise<Answer>>& promise)
{
    job->setKey(key);
    job->setInsecureFallback(false);
    QObject::connect(job, &QKeychain::Job::finished, context, [job, promise](QKeychain::Job*) {
        Answer answer{job->error(), job->errorString(), {}};
        if constexpr (std::is_same_v<Job, QKeychain::ReadPasswordJob>)
            answer.secret = job->textData();
        promise->set_value(answer);
    });
    job->start();
}

Error refused(const Answer& answer)
{
    return {
        Error::Kind::Refused,
        QCoreApplication::translate(
            "outboard",
            "The system's keychain cannot be used. Unlock it or start one, or type the password "
            "when "
            "asked."),
        answer.text};
}

} // namespace

struct KeychainSecrets::Private
{
    mutable std::atomic<bool> isDead = false;

    /// `start` makes and starts the job on the keychain's thread.
    template<class Start>
    Answer run(Start start) const
    {
        if (isDead)
            return {};
        auto promise = std::make_shared<std::promise<Answer>>();
        auto future = promise->get_future();
        QObject* const context = keychainThreadContext();
        QMetaObject::invokeMethod(
            context, [start, context, promise] { start(context, promise); }, Qt::QueuedConnection);
        if (future.wait_for(deadline) == std::future_status::ready)
            return future.get();
        qCWarning(logStore, "the keychain did not answer within 3 s; doing without it");
        isDead = true;
        return {};
    }

    Answer read(const QString& key) const;
};

KeychainSecrets::KeychainSecrets()
    : d(std::make_unique<Private>())
{}

KeychainSecrets::~KeychainSecrets() = default;

Answer KeychainSecrets::Private::read(const QString& key) const
{
    return run([key](QObject* context, const auto& promise) {
        startJob(new QKeychain::ReadPasswordJob(service(), context), key, context, promise);
    });
}

bool KeychainSecrets::isThere() const
{
    const QKeychain::Error error = d->read(u"outboard"_s).error;
    return error == QKeychain::NoError || error == QKeychain::EntryNotFound;
}

std::optional<QString> KeychainSecrets::find(const QString& key) const
{
    const Answer answer = d->read(key);
    if (answer.error == QKeychain::NoError)
        return answer.secret;
    if (answer.error != QKeychain::EntryNotFound)
        qCDebug(logStore, "no keychain: %s", qUtf8Printable(answer.text));
    return std::nullopt;
}

Result<void> KeychainSecrets::store(const QString& key, const QString& secret)
{
    const Answer answer = d->run([key, secret](QObject* context, const auto& promise) {
        auto* const job = new QKeychain::WritePasswordJob(service(), context);
        job->setTextData(secret);
        startJob(job, key, context, promise);
    });
    if (answer.error != QKeychain::NoError)
        return refused(answer);
    return {};
}

Result<void> KeychainSecrets::remove(const QString& key)
{
    const Answer answer = d->run([key](QObject* context, const auto& promise) {
        startJob(new QKeychain::DeletePasswordJob(service(), context), key, context, promise);
    });
    if (answer.error != QKeychain::NoError && answer.error != QKeychain::EntryNotFound)
        return refused(answer);
    return {};
}

} // namespace outboard
