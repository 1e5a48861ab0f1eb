// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QJsonObject>
#include <QList>
#include <QString>

namespace outboard {

struct ComparedFinding
{
    QString id;
    QString severity;
    QString title;

    friend bool operator==(const ComparedFinding&, const ComparedFinding&) = default;
};

/// A number that is not what it was. "–": it, or what it belongs to, was not there.
struct ComparedNumber
{
    QString what; ///< "order.paid / billing: pending"
    QString before;
    QString after;

    friend bool operator==(const ComparedNumber&, const ComparedNumber&) = default;
};

/// What changed between two incident snapshots.
struct SnapshotComparison
{
    QString before; ///< "shop at 2026-03-01T03:14:15.926Z"
    QString after;
    QString note; ///< Translated: that the two are not of one profile, or not in order.
    QList<ComparedFinding> appeared;
    QList<ComparedFinding> gone;
    QList<ComparedNumber> changed;

    bool isEmpty() const { return appeared.isEmpty() && gone.isEmpty() && changed.isEmpty(); }

    friend bool operator==(const SnapshotComparison&, const SnapshotComparison&) = default;
};

/// Both as incidentDocument() makes them.
SnapshotComparison compareIncidents(const QJsonObject& before, const QJsonObject& after);

/// For a terminal or a message; names are escaped.
QString comparisonText(const SnapshotComparison& comparison);

/// {before, after, note, appeared[], gone[], changed[]{what before after}}
QJsonObject comparisonJson(const SnapshotComparison& comparison);

} // namespace outboard
