// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/result.h"
#include "model/journal.h"
#include "model/snapshot.h"
#include "services/incidentcharts.h"
#include "settings/profile.h"

#include <QByteArray>
#include <QJsonObject>
#include <QString>

namespace outboard {

/// What an incident snapshot is made of. No payloads are in it.
struct IncidentSource
{
    const Snapshot& snapshot;
    const Profile& profile; ///< Of its connection strings nothing secret is taken.
    const History& live;    ///< The rounds up to the snapshot.
    StoredHistory stored = {};
    QList<JournalEntry> deeds = {}; ///< Newest first.
    QString madeBy;                 ///< user@host
    TimePoint from;                 ///< Where the charts begin.
};

/// All of it as one document, "format": "outboard-incident": numbers, findings, sources, topics,
/// streams with groups and consumers, charts, deeds, past findings. Unknown is null.
QJsonObject incidentDocument(const IncidentSource& source);

/// The document as a page that needs nothing else: light and dark, charts as inline SVG, the
/// document itself inside as data.
QByteArray incidentHtml(const QJsonObject& document);

/// HTML for a name that ends in .html or .htm, else JSON. All or no file; mode 0600.
/// Error::Refused when it cannot be written.
Result<void> writeIncident(const QString& path, const QJsonObject& document);

/// The document of either form. Error::Missing or Refused when it is none.
Result<QJsonObject> readIncident(const QString& path);

} // namespace outboard
