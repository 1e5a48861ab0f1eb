// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "model/snapshot.h"

#include <QHash>
#include <QString>

namespace outboard {

/// Notices that a source was lost or came back since the last round: what answers then is another
/// connection, and may be another server.
class ConnectionWatch
{
public:
    /// Name of the first source of which that is so; empty when there is none. A source that is
    /// seen for the first time did not change.
    QString changed(const QList<SourceHealth>& sources);

private:
    QHash<QString, bool> m_isConnected;
};

} // namespace outboard
