// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/time.h"

#include <QtGlobal>

#include <memory>

namespace outboard {

/// Cuts a connection whose server does not answer in time, so that a blocking call always ends:
/// statement_timeout cannot help when the server itself is frozen or the network swallows packets.
/// The cut shows as a broken connection.
class PgDeadline
{
public:
    /// Watches the socket of one connection; keeps a duplicate of the descriptor, so that it never
    /// touches a number that was closed and given to something else.
    explicit PgDeadline(int socket);
    ~PgDeadline();
    Q_DISABLE_COPY_MOVE(PgDeadline)

    /// While it lives, the connection is cut after `limit`. One at a time.
    class Guard
    {
    public:
        Guard(PgDeadline& deadline, Milliseconds limit);
        ~Guard();
        Q_DISABLE_COPY_MOVE(Guard)

    private:
        PgDeadline& m_deadline;
    };

    /// Whether the connection was cut, by a deadline or by cut().
    bool hasCut() const;

    /// Ends the connection now; any thread.
    void cut();

private:
    struct Watch;
    std::unique_ptr<Watch> m_watch;
};

} // namespace outboard
