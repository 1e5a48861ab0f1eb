// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/result.h"

#include <QString>
#include <QStringList>

#include <memory>

namespace outboard {

class ScratchPostgres;

/// A private PgBouncer in transaction mode in front of a scratch PostgreSQL, on a unix socket in a
/// scratch folder; stopped and removed with the object, killed with the test. Two sessions are all
/// that its clients share. Create it on the main thread.
class ScratchPgBouncer
{
public:
    /// Error::Missing when PgBouncer is not installed. `settings` are further lines of its
    /// configuration.
    static Result<std::unique_ptr<ScratchPgBouncer>> start(
        const ScratchPostgres& server, const QStringList& settings = {});

    ~ScratchPgBouncer();
    Q_DISABLE_COPY_MOVE(ScratchPgBouncer)

    /// As superuser postgres.
    QString dsn() const;
    QString folder() const;

private:
    struct Private;
    explicit ScratchPgBouncer(std::unique_ptr<Private> d);
    std::unique_ptr<Private> d;
};

} // namespace outboard
