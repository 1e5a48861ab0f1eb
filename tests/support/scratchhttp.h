// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "support/scratchcertificates.h"

#include <QByteArray>
#include <QByteArrayList>
#include <QString>

#include <functional>
#include <memory>
#include <optional>
#include <vector>

namespace outboard {

/// A private HTTP server on a free port of 127.0.0.1, each connection on a thread of its own. What
/// it answers is up to the test, byte for byte.
class ScratchHttp
{
public:
    struct Request
    {
        QByteArray line; ///< "POST /events HTTP/1.1"
        QByteArrayList headers;
        QByteArray body;

        /// Empty when there is none.
        QByteArray header(const QByteArray& name) const;
    };

    /// The bytes to send before the server hangs up; runs on the connection's thread and may take
    /// its time. Pieces can be sent by `send` before.
    using Send = std::function<bool(const QByteArray& bytes)>;
    using Answer = std::function<QByteArray(const Request& request, const Send& send)>;

    /// With TLS when there are certificates.
    explicit ScratchHttp(Answer answer, std::optional<ScratchCertificates> certificates = {});
    ~ScratchHttp();
    Q_DISABLE_COPY_MOVE(ScratchHttp)

    quint16 port() const;
    QString url(const QString& host = QStringLiteral("127.0.0.1")) const;

    /// In the order in which they were read.
    std::vector<Request> requests() const;

    /// A whole answer with this status line, e.g. "503 Busy", and body.
    static QByteArray answer(
        const QByteArray& status, const QByteArray& body = {}, const QByteArrayList& headers = {});

private:
    struct Private;
    std::unique_ptr<Private> d;
};

} // namespace outboard
