// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "model/message.h"
#include "model/snapshot.h"
#include "services/planner.h"
#include "theme.h"

#include <QString>
#include <QWidget>

#include <functional>
#include <optional>

class QAction;
class QSettings;

namespace outboard {

class Session;

/// What the inspector shows: one event with all that is known where it was selected.
struct Inspected
{
    QString title; ///< Event id, or row or entry id when there is none.
    std::optional<QByteArray> payload;
    QString payloadNote; ///< Why there is no payload, or that it is cut.
    QList<Field> facts; ///< Name and value, in order: State, Created, Consumer, …; shown escaped.
    QList<Field> headers; ///< Fields of the entry besides the payload.

    friend bool operator==(const Inspected&, const Inspected&) = default;
};

/// How panels reach what is outside them. Copied into each panel.
struct PanelHost
{
    Session* session = nullptr;
    QSettings* settings = nullptr; ///< Remembered columns, splitters and choices.
    std::function<void(const std::optional<Inspected>&)>
        inspect; ///< nullopt empties the inspector.
    std::function<void(const PlanRequest&)>
        planReplay; ///< Opens the Replay panel and freezes this selection.
    std::function<void(const QString&)> trace =
        {}; ///< Opens the Trace panel on an event id, entry id or outbox row id.
    std::function<void(const Remedy&)> applyRemedy; ///< Goes to the panel that mends a finding.
    std::function<void(const QString&)> notify; ///< One line in the status bar for a few seconds.
};

/// One screen of the navigation. Knows snapshots, models and the session; nothing of connections.
class Panel : public QWidget
{
    Q_OBJECT

public:
    explicit Panel(PanelHost host, QWidget* parent = nullptr)
        : QWidget(parent)
        , m_host(std::move(host))
    {}

    /// A finished round; also the latest one right after the panel was made. A source that failed
    /// is an Error in it: keep the old rows, greyed, under a banner.
    virtual void present(const SnapshotPtr& snapshot) = 0;

    /// Puts the keyboard into the filter ("/").
    virtual void focusFilter() {}

    /// A remedy that belongs here: select, filter, open the dialog. False when it is not for this
    /// panel.
    virtual bool apply(const Remedy& remedy)
    {
        Q_UNUSED(remedy)
        return false;
    }

    /// Freezes this selection into a plan. False when this is not the panel that replays.
    virtual bool planReplay(const PlanRequest& request)
    {
        Q_UNUSED(request)
        return false;
    }

    /// Looks for this event id, entry id or outbox row id. False when this is not the panel that
    /// traces.
    virtual bool trace(const QString& what)
    {
        Q_UNUSED(what)
        return false;
    }

    /// The selection of this panel for Replay, for the command palette.
    virtual QList<QAction*> panelActions() const { return {}; }

signals:
    /// What stands beside the navigation entry; empty for nothing.
    void badgeChanged(const QString& text, outboard::Tone tone);

protected:
    const PanelHost& host() const { return m_host; }

private:
    PanelHost m_host;
};

/// One entry of the navigation.
struct PanelKind
{
    QString id;    ///< "overview"; also the panel's object name.
    QString title; ///< Translated.
    QString icon;  ///< Name for parts/icons.h.
    std::function<Panel*(const PanelHost&, QWidget* parent)> make;
};

/// The panels in navigation order. A new panel is one entry in panelkinds.cpp.
const QList<PanelKind>& panelKinds();

} // namespace outboard
