// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/result.h"
#include "core/time.h"

#include <QByteArray>
#include <QByteArrayList>
#include <QString>

#include <functional>
#include <memory>
#include <optional>
#include <variant>

namespace outboard {

struct HttpRequest
{
    QByteArray url;
    QByteArrayList headers; ///< "Name: value"
    QByteArray body;
};

struct HttpAnswer
{
    int status = 0;
    QByteArray body;          ///< Its first 2 KiB.
    bool isWhole = true;      ///< False: the connection broke, or the time ended, inside the body.
    QByteArray redirect = {}; ///< Where a 3xx sends the client.
    std::optional<Milliseconds> retryAfter = {};
};

/// Why there is no answer.
struct HttpFailure
{
    enum class Kind {
        NotConnected, ///< Refused, unreachable, no such host, or no connection in time.
        Tls,          ///< Not agreed on, or the certificate did not verify.
        Timeout,
        HungUp,
        Garbage, ///< What came is not HTTP.
        CutOff,  ///< By the caller.
        Unusable ///< The request cannot be made: its address, the file of the authority.
    };

    Kind kind = Kind::HungUp;
    bool maybeSent = false; ///< False: nothing of the request left this machine.
    QString text = {};      ///< The library's own words.
};

/// Posts, and waits for the answer. Each request has a connection of its own: on a kept one that
/// the server closes meanwhile, the library would send a request that may have been handled again.
/// Nothing is followed or repeated. Certificates are verified. Used on one thread.
class HttpClient
{
public:
    /// `authority` is a PEM file; empty: the system's authorities. `timeout` is for one request
    /// from its beginning to its end; at most 10 s of it for the connection.
    HttpClient(QString authority, Milliseconds timeout);
    ~HttpClient();
    Q_DISABLE_COPY_MOVE(HttpClient)

    using Outcome = std::variant<HttpAnswer, HttpFailure>;

    /// `goesOn` is asked every 50 ms; false cuts the request off.
    Outcome post(const HttpRequest& request, const std::function<bool()>& goesOn);

private:
    struct Private;
    std::unique_ptr<Private> d;
};

} // namespace outboard
