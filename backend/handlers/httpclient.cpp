// SPDX-License-Identifier: GPL-3.0-or-later
#include "handlers/httpclient.h"

#include <curl/curl.h>

#include <QFile>

#include <algorithm>
#include <array>
#include <cstring>

namespace outboard {

namespace {

constexpr qsizetype bodyKept = 2 * 1024;
constexpr qsizetype bodyRead = 64 * 1024;
constexpr qsizetype headRead = 256 * 1024;
constexpr Milliseconds longestConnect{10'000};
constexpr int pollMs = 50;

using Easy = std::unique_ptr<CURL, decltype(&curl_easy_cleanup)>;
using Multi = std::unique_ptr<CURLM, decltype(&curl_multi_cleanup)>;
using Headers = std::unique_ptr<curl_slist, decltype(&curl_slist_free_all)>;

/// What arrives; more than is of use is not taken, which ends the transfer.
struct Received
{
    QByteArray body;
    qsizetype bodyBytes = 0;
    qsizetype headBytes = 0;
    bool isEnough = false;
};

std::size_t takeBody(char* data, std::size_t, std::size_t size, void* into)
{
    auto& received = *static_cast<Received*>(into);
    received.bodyBytes += qsizetype(size);
    const qsizetype room = bodyKept - received.body.size();
    received.body.append(data, std::min(room, qsizetype(size)));
    received.isEnough = received.bodyBytes > bodyRead;
    return received.isEnough ? 0 : size;
}

std::size_t takeHead(char*, std::size_t, std::size_t size, void* into)
{
    auto& received = *static_cast<Received*>(into);
    received.headBytes += qsizetype(size);
    return received.headBytes > headRead ? 0 : size;
}

HttpFailure::Kind kindOf(CURLcode code, bool maybeSent)
{
    switch (code) {
    case CURLE_COULDNT_RESOLVE_PROXY:
    case CURLE_COULDNT_RESOLVE_HOST:
    case CURLE_COULDNT_CONNECT: return HttpFailure::Kind::NotConnected;
    case CURLE_SSL_CONNECT_ERROR:
    case CURLE_PEER_FAILED_VERIFICATION:
    case CURLE_SSL_CACERT_BADFILE:
    case CURLE_SSL_ISSUER_ERROR:
    case CURLE_SSL_INVALIDCERTSTATUS: return HttpFailure::Kind::Tls;
    case CURLE_OPERATION_TIMEDOUT:
        return maybeSent ? HttpFailure::Kind::Timeout : HttpFailure::Kind::NotConnected;
    case CURLE_URL_MALFORMAT: return HttpFailure::Kind::Unusable;
    // Without a status line the library takes an answer for HTTP/0.9, which it does not speak.
    case CURLE_UNSUPPORTED_PROTOCOL:
        return maybeSent ? HttpFailure::Kind::Garbage : HttpFailure::Kind::Unusable;
    case CURLE_WEIRD_SERVER_REPLY:
    case CURLE_WRITE_ERROR:
    case CURLE_BAD_CONTENT_ENCODING: return HttpFailure::Kind::Garbage;
    default: return HttpFailure::Kind::HungUp;
    }
}

} // namespace

struct HttpClient::Private
{
    QByteArray authority;
    Milliseconds timeout;
    Easy easy{nullptr, &curl_easy_cleanup};
    Multi multi{nullptr, &curl_multi_cleanup};
    std::array<char, CURL_ERROR_SIZE> errorText{};

    void prepare(const HttpRequest& request, curl_slist* headers, Received& received);
    std::optional<CURLcode> transfer(const std::function<bool()>& goesOn) const;
    Outcome outcome(CURLcode code, const Received& received) const;
    HttpAnswer answer(int status, bool isWhole, const Received& received) const;
    bool maybeSent() const;
};

void HttpClient::Private::prepare(
    const HttpRequest& request, curl_slist* headers, Received& received)
{
    CURL* handle = easy.get();
    // Forgets the last request, keeps resolved names and TLS sessions.
    curl_easy_reset(handle);
    errorText.front() = '\0';
    const auto set = [handle](CURLoption option, auto value) {
        curl_easy_setopt(handle, option, value);
    };
    set(CURLOPT_URL, request.url.constData());
    set(CURLOPT_PROTOCOLS_STR, "http,https");
    set(CURLOPT_HTTP_VERSION, long(CURL_HTTP_VERSION_1_1));
    set(CURLOPT_HTTPHEADER, headers);
    set(CURLOPT_POST, 1L);
    set(CURLOPT_POSTFIELDS, request.body.constData());
    set(CURLOPT_POSTFIELDSIZE_LARGE, curl_off_t(request.body.size()));
    set(CURLOPT_FRESH_CONNECT, 1L);
    set(CURLOPT_FORBID_REUSE, 1L);
    set(CURLOPT_FOLLOWLOCATION, 0L);
    set(CURLOPT_NOSIGNAL, 1L);
    set(CURLOPT_TIMEOUT_MS, long(timeout.count()));
    set(CURLOPT_CONNECTTIMEOUT_MS, long(std::min(timeout, longestConnect).count()));
    set(CURLOPT_SSL_VERIFYPEER, 1L);
    set(CURLOPT_SSL_VERIFYHOST, 2L);
    if (!authority.isEmpty())
        set(CURLOPT_CAINFO, authority.constData());
    set(CURLOPT_ERRORBUFFER, errorText.data());
    set(CURLOPT_WRITEFUNCTION, &takeBody);
    set(CURLOPT_WRITEDATA, &received);
    set(CURLOPT_HEADERFUNCTION, &takeHead);
    set(CURLOPT_HEADERDATA, &received);
}

/// Nothing when the caller cut it off.
std::optional<CURLcode> HttpClient::Private::transfer(const std::function<bool()>& goesOn) const
{
    int running = 1;
    while (true) {
        if (curl_multi_perform(multi.get(), &running) != CURLM_OK)
            return CURLE_FAILED_INIT;
        if (running == 0)
            break;
        curl_multi_poll(multi.get(), nullptr, 0, pollMs, nullptr);
        if (!goesOn())
            return std::nullopt;
    }
    int left = 0;
    const CURLMsg* message = curl_multi_info_read(multi.get(), &left);
    return message && message->msg == CURLMSG_DONE ? message->data.result : CURLE_FAILED_INIT;
}

bool HttpClient::Private::maybeSent() const
{
    long bytes = 0;
    curl_easy_getinfo(easy.get(), CURLINFO_REQUEST_SIZE, &bytes);
    return bytes > 0;
}

HttpAnswer HttpClient::Private::answer(int status, bool isWhole, const Received& received) const
{
    HttpAnswer answer{.status = status, .body = received.body, .isWhole = isWhole};
    const char* redirect = nullptr;
    curl_easy_getinfo(easy.get(), CURLINFO_REDIRECT_URL, &redirect);
    answer.redirect = redirect;
    curl_off_t seconds = 0;
    curl_easy_getinfo(easy.get(), CURLINFO_RETRY_AFTER, &seconds);
    if (seconds > 0)
        answer.retryAfter = Milliseconds(std::min<qint64>(seconds, 1'000'000) * 1'000);
    return answer;
}

HttpClient::Outcome HttpClient::Private::outcome(CURLcode code, const Received& received) const
{
    long status = 0;
    curl_easy_getinfo(easy.get(), CURLINFO_RESPONSE_CODE, &status);
    // 1xx only promises an answer; a head without end is none either.
    const bool isAnswered = status >= 200 && received.headBytes <= headRead;
    if (isAnswered && (code == CURLE_OK || received.isEnough))
        return answer(int(status), true, received);
    if (isAnswered)
        return answer(int(status), false, received);
    const bool sent = maybeSent();
    const char* text = errorText.front() == '\0' ? curl_easy_strerror(code) : errorText.data();
    return HttpFailure{kindOf(code, sent), sent, QString::fromUtf8(text)};
}

HttpClient::HttpClient(QString authority, Milliseconds timeout)
    : d(std::make_unique<Private>())
{
    // Once for the process, by whoever comes first; thread-safe as every static's beginning is.
    static const CURLcode ready = curl_global_init(CURL_GLOBAL_DEFAULT);
    Q_UNUSED(ready)
    d->authority = QFile::encodeName(authority);
    d->timeout = timeout;
    d->easy.reset(curl_easy_init());
    d->multi.reset(curl_multi_init());
}

HttpClient::~HttpClient() = default;

HttpClient::Outcome HttpClient::post(
    const HttpRequest& request, const std::function<bool()>& goesOn)
{
    if (!d->easy || !d->multi)
        return HttpFailure{HttpFailure::Kind::Unusable, false, QStringLiteral("libcurl")};
    Headers headers{nullptr, &curl_slist_free_all};
    for (const QByteArray& header : request.headers)
        headers.reset(curl_slist_append(headers.release(), header.constData()));
    Received received;
    d->prepare(request, headers.get(), received);
    curl_multi_add_handle(d->multi.get(), d->easy.get());
    const auto code = d->transfer(goesOn);
    const Outcome outcome =
        code ? d->outcome(*code, received)
             : Outcome(HttpFailure{HttpFailure::Kind::CutOff, d->maybeSent(), {}});
    curl_multi_remove_handle(d->multi.get(), d->easy.get());
    return outcome;
}

} // namespace outboard
