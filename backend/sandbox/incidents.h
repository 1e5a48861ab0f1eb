// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/result.h"

#include <QObject>
#include <QString>
#include <QStringList>

#include <vector>

namespace outboard {

class Traffic;
struct SandboxOptions;
struct TrafficSwitches;

/// Something that goes wrong in the sandbox on demand.
struct Incident
{
    QString name;        ///< For the command line: "relay-stopped".
    QString title;       ///< Translated, for a menu.
    QString description; ///< Translated: what happens, and what the screens then show.
    void (*start)(TrafficSwitches&, qint64 scale);
    void (*end)(TrafficSwitches&);
    qint64 scale = 0; ///< Orders or entries, as the incident takes it.
};

/// Starts and ends incidents; several can be active at once. Returns at once: the state that an
/// incident promises comes about within seconds, through the servers.
class Incidents final : public QObject
{
    Q_OBJECT

public:
    /// `scale` numbers come from the options. `traffic` must outlive this object.
    Incidents(Traffic& traffic, const SandboxOptions& options, QObject* parent = nullptr);

    /// All, in the order in which they should be shown.
    const std::vector<Incident>& all() const { return m_all; }

    QStringList names() const;

    bool isActive(const QString& name) const { return m_active.contains(name); }

    /// Names, in the order in which they were started.
    QStringList active() const { return m_active; }

    /// Error::Missing for a name that does not exist; Refused when it is active, or without
    /// traffic.
    Result<void> start(const QString& name);

    /// Back to normal operation. Error::Missing for a name that does not exist; Refused when not
    /// active.
    Result<void> end(const QString& name);

    void endAll();

signals:
    void activeChanged();

private:
    Result<const Incident*> find(const QString& name) const;

    Traffic& m_traffic;
    std::vector<Incident> m_all;
    QStringList m_active;
};

} // namespace outboard
