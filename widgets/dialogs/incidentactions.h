// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/result.h"

#include <QJsonObject>
#include <QList>
#include <QObject>
#include <QString>

#include <functional>

class QAction;
class QWidget;

namespace outboard {

class Session;

/// Saves all that is known now in one file for those who help, and tells what changed since one was
/// saved.
class IncidentActions final : public QObject
{
    Q_OBJECT

public:
    /// Dialogs belong to `window`, which must not outlive the session.
    IncidentActions(Session& session, std::function<void(const QString&)> notify, QWidget* window);

    QAction* save() const { return m_save; }

    QList<QAction*> all() const { return {m_save, m_compare}; }

    /// The document of now, as far back as snapshots reach; refused before the first round.
    void gather(std::function<void(const Result<QJsonObject>&)> done);

    void saveTo(const QString& path);
    /// With the present state.
    void compareWith(const QString& path);

private:
    QWidget* window() const;

    Session& m_session;
    std::function<void(const QString&)> m_notify;
    QAction* m_save;
    QAction* m_compare;
};

} // namespace outboard
