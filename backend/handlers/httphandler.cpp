// SPDX-License-Identifier: GPL-3.0-or-later
#include "handlers/httphandler.h"

#include "handlers/eventdocument.h"
#include "handlers/httpclient.h"
#include "handlers/outsidewait.h"
#include "settings/connectiontext.h"
#include "text/format.h"

#include <QCoreApplication>
#include <QUrl>

#include <algorithm>
#include <utility>

namespace outboard {

using namespace Qt::StringLiterals;

namespace {

constexpr Milliseconds firstPause{250};
constexpr Milliseconds longestPause{30'000};

/// What one attempt came to, when it was no success.
struct Attempt
{
    Error error;
    bool mayBeApplied = false;
    bool isWorthRetry = false;
    std::optional<Milliseconds> retryAfter = {};
};

/// Visible ASCII stays as it is; "%" does not, so that no two ids become one.
QByteArray headerValue(const QByteArray& bytes)
{
    QByteArray value;
    for (const char c : bytes) {
        if (c > ' ' && c < '\x7f' && c != '%')
            value += c;
        else
            value += '%' + QByteArray(1, c).toHex().toUpper();
    }
    return value;
}

class HttpHandler final : public Handler
{
public:
    HttpHandler(const HandlerSettings& settings, std::stop_token stop)
        : m_settings(settings)
        , m_place(withoutPassword(settings.url))
        , m_stop(std::move(stop))
        , m_client(settings.ca, settings.timeout)
    {}

    QString name() const override { return m_settings.name; }

    Guard guard() const override { return Guard::Ledger; }

    bool isTransactional() const override { return false; }

    Result<void> apply(std::span<const Event> events, SqlTransaction* transaction) override
    {
        for (const Event& event : events) {
            if (auto done = applyOne(event, transaction); !done)
                return done;
        }
        return {};
    }

    QStringList commands() const override
    {
        return {u"POST %1\nIdempotency-Key: :event_id\n\n%2"_s.arg(
            m_place, u"{\"event_id\": …, \"topic\": …, \"payload\": …}"_s)};
    }

private:
    Result<void> applyOne(const Event& event, SqlTransaction* transaction);
    std::optional<Attempt> attempt(const HttpRequest& request, OutsideWait& wait);
    Attempt refused(const HttpAnswer& answer) const;
    Attempt unanswered(const HttpFailure& failure) const;
    Attempt notSent(const HttpFailure& failure) const;
    Error gaveUp(const Attempt& last, qint64 attempts, bool mayBeApplied) const;
    Error stopped(const Attempt& last, bool mayBeApplied) const;

    static bool isWorthWaiting(const Attempt& attempt, Milliseconds pause)
    {
        return attempt.isWorthRetry && attempt.retryAfter.value_or(pause) <= longestPause;
    }

    HandlerSettings m_settings;
    QString m_place; ///< The address as it may be shown.
    std::stop_token m_stop;
    HttpClient m_client;
};

Result<void> HttpHandler::applyOne(const Event& event, SqlTransaction* transaction)
{
    const HttpRequest request{
        m_settings.url.toUtf8(),
        {"Content-Type: application/json",
         "Idempotency-Key: " + headerValue(event.id.bytes()),
         "User-Agent: outboard",
         // Otherwise the library asks first, and waits, before it sends a long body.
         "Expect:"},
        eventDocument(event)};
    OutsideWait wait(m_stop, transaction);
    if (wait.isStopAsked())
        return notSent({.kind = HttpFailure::Kind::CutOff}).error;
    bool mayBeApplied = false;
    Milliseconds pause = firstPause;
    for (qint64 tries = 1;; ++tries) {
        const auto failed = attempt(request, wait);
        if (!failed)
            return {};
        mayBeApplied = mayBeApplied || failed->mayBeApplied;
        if (tries > m_settings.retries || !isWorthWaiting(*failed, pause))
            return gaveUp(*failed, tries, mayBeApplied);
        if (!wait.sleep(failed->retryAfter.value_or(pause)))
            return wait.broken() ? gaveUp(*failed, tries, mayBeApplied)
                                 : stopped(*failed, mayBeApplied);
        pause = std::min(2 * pause, longestPause);
    }
}

/// Nothing when it succeeded.
std::optional<Attempt> HttpHandler::attempt(const HttpRequest& request, OutsideWait& wait)
{
    const auto outcome = m_client.post(request, [&wait] { return wait.goesOn(); });
    if (const auto* failure = std::get_if<HttpFailure>(&outcome))
        return failure->maybeSent ? unanswered(*failure) : notSent(*failure);
    const auto& answer = std::get<HttpAnswer>(outcome);
    const bool isSuccess = answer.status >= 200 && answer.status < 300;
    if (!isSuccess)
        return refused(answer);
    if (answer.isWhole)
        return std::nullopt;
    const QString what = QCoreApplication::translate(
        "outboard", "%1 answered %2, but its answer broke off: it may have applied the event.");
    return Attempt{
        {Error::Kind::Unreachable, what.arg(m_place, QString::number(answer.status)), {}},
        true,
        false};
}

Attempt HttpHandler::refused(const HttpAnswer& answer) const
{
    const bool isGateway = answer.status == 502 || answer.status == 504;
    if (answer.status >= 300 && answer.status < 400) {
        const QString what = QCoreApplication::translate(
            "outboard",
            "%1 answered %2 and sends to \"%3\"; redirects are not followed. Write the address "
            "that handles the events into \"url\" of handler \"%4\".");
        return {
            {Error::Kind::Refused,
             what.arg(
                 m_place,
                 QString::number(answer.status),
                 format::oneLine(answer.redirect),
                 m_settings.name),
             {}}};
    }
    const QString body = format::oneLine(answer.body);
    QString what = QCoreApplication::translate("outboard", "%1 answered %2: %3")
                       .arg(
                           m_place,
                           QString::number(answer.status),
                           body.isEmpty() ? u"-"_s : QString(u'"' + body + u'"'));
    if (answer.retryAfter) {
        what += QCoreApplication::translate("outboard", " It asks to be left alone for %1.")
                    .arg(durationText(*answer.retryAfter));
    }
    if (isGateway) {
        what += QCoreApplication::translate(
            "outboard", " That is a gateway's answer: the event may have been applied behind it.");
    }
    return {
        {Error::Kind::Refused, what, {}},
        isGateway,
        answer.status == 429 || answer.status >= 500,
        answer.retryAfter};
}

Attempt HttpHandler::unanswered(const HttpFailure& failure) const
{
    using Kind = HttpFailure::Kind;
    const auto sentence = [&failure](Error::Kind kind, const QString& what) {
        return Attempt{{kind, what, failure.text}, true, false};
    };
    if (failure.kind == Kind::Timeout) {
        const QString what = QCoreApplication::translate(
            "outboard", "%1 did not answer within %2: it may have applied the event.");
        return sentence(Error::Kind::Timeout, what.arg(m_place, durationText(m_settings.timeout)));
    }
    if (failure.kind == Kind::CutOff) {
        const QString what = QCoreApplication::translate(
            "outboard", "The run was stopped before %1 answered: it may have applied the event.");
        return sentence(Error::Kind::Timeout, what.arg(m_place));
    }
    if (failure.kind == Kind::Garbage) {
        const QString what = QCoreApplication::translate(
            "outboard",
            "%1 answered with something that is not HTTP: it may have applied the event. Check "
            "\"url\" of handler \"%2\".");
        return sentence(Error::Kind::Conflict, what.arg(m_place, m_settings.name));
    }
    const QString what = QCoreApplication::translate(
        "outboard", "%1 hung up without an answer: it may have applied the event.");
    return sentence(Error::Kind::Unreachable, what.arg(m_place));
}

Attempt HttpHandler::notSent(const HttpFailure& failure) const
{
    const QString text = format::oneLine(failure.text);
    if (failure.kind == HttpFailure::Kind::CutOff) {
        return {
            {Error::Kind::Cancelled,
             QCoreApplication::translate("outboard", "The run was stopped before it was sent."),
             {}}};
    }
    if (failure.kind == HttpFailure::Kind::Tls) {
        const QString what = QCoreApplication::translate(
            "outboard",
            "%1 could not be trusted (%2). Nothing was sent. Check its certificate, or name the "
            "authority's file in \"ca\" of handler \"%3\".");
        return {{Error::Kind::Tls, what.arg(m_place, text, m_settings.name), failure.text}};
    }
    const QString what = QCoreApplication::translate(
        "outboard",
        "%1 could not be reached (%2). Nothing was sent. Check \"url\" of handler \"%3\", and "
        "whether the service runs.");
    // Not Unreachable, which would leave it open whether the event was applied.
    return {
        {Error::Kind::Refused, what.arg(m_place, text, m_settings.name), failure.text},
        false,
        failure.kind == HttpFailure::Kind::NotConnected};
}

Error HttpHandler::gaveUp(const Attempt& last, qint64 attempts, bool mayBeApplied) const
{
    Error error = last.error;
    if (mayBeApplied && !last.mayBeApplied) {
        error.what += QCoreApplication::translate(
            "outboard", " An attempt before it may have applied the event.");
    }
    if (mayBeApplied && error.kind != Error::Kind::Timeout
        && error.kind != Error::Kind::Unreachable)
        error.kind = Error::Kind::Conflict;
    if (attempts > 1) {
        error.what +=
            QCoreApplication::translate("outboard", " (%n attempts)", nullptr, int(attempts));
    }
    return error;
}

Error HttpHandler::stopped(const Attempt& last, bool mayBeApplied) const
{
    if (mayBeApplied)
        return gaveUp(last, 1, mayBeApplied);
    return {
        Error::Kind::Cancelled,
        QCoreApplication::translate("outboard", "Stopped before the next attempt. %1")
            .arg(last.error.what),
        {}};
}

} // namespace

Result<std::unique_ptr<Handler>> makeHttpHandler(
    const HandlerSettings& settings, std::stop_token stop)
{
    const QUrl url(settings.url, QUrl::StrictMode);
    const bool isHttp = url.scheme() == u"http"_s || url.scheme() == u"https"_s;
    if (!url.isValid() || !isHttp || url.host().isEmpty()) {
        return Error{
            Error::Kind::Refused,
            QCoreApplication::translate(
                "outboard",
                "Handler \"%1\" needs an http or https address in \"url\". Correct the profile.")
                .arg(settings.name),
            {}};
    }
    return std::unique_ptr<Handler>(std::make_unique<HttpHandler>(settings, std::move(stop)));
}

} // namespace outboard
