// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/result.h"
#include "model/trace.h"
#include "panel.h"

#include <optional>

class QAction;
class QLineEdit;

namespace outboard {

class Label;
class TablePane;
class TraceModel;

/// Type an event id, an id of a row or an entry, or a value of the payload; see where it was and
/// where it is.
class TracePanel final : public Panel
{
    Q_OBJECT

public:
    explicit TracePanel(PanelHost host, QWidget* parent = nullptr);

    void present(const SnapshotPtr& snapshot) override;
    void focusFilter() override;
    bool trace(const QString& what) override;
    QList<QAction*> panelActions() const override;

private:
    void buildActions();
    void start(const TraceRequest& request);
    void show(const Result<Trace>& trace);
    void showEmpty();
    void showTitle();
    void inspect();
    void planChosen();

    TraceModel* m_model;
    TablePane* m_pane;
    QLineEdit* m_what;
    Label* m_title;
    QAction* m_look;
    QAction* m_further;
    QAction* m_replay;
    std::optional<Trace> m_trace;
    std::optional<Error> m_error;
    int m_asked = 0; ///< Answers to earlier questions are dropped.
    bool m_isLooking = false;
};

} // namespace outboard
