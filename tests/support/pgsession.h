// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/result.h"

#include <QByteArray>
#include <QList>
#include <QString>

#include <memory>

namespace outboard {

/// A plain libpq session for tests: independent of the code under test, and a second client that
/// can hold locks and open transactions against it.
class PgSession
{
public:
    static Result<std::unique_ptr<PgSession>> open(const QString& dsn);
    ~PgSession();
    Q_DISABLE_COPY_MOVE(PgSession)

    /// One or more statements; the error is the server's own text.
    Result<void> exec(const QString& sql);

    /// Rows of text; NULL is a null QByteArray.
    Result<QList<QList<QByteArray>>> rows(const QString& sql);

    /// The first cell; "error: ..." when the statement fails, so that a comparison shows it.
    QByteArray value(const QString& sql);

    int backendPid() const;

private:
    struct Private;
    explicit PgSession(std::unique_ptr<Private> d);
    std::unique_ptr<Private> d;
};

} // namespace outboard
