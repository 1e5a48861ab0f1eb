// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/result.h"
#include "model/reconciliation.h"
#include "panel.h"

#include <optional>

class QAction;
class QComboBox;

namespace outboard {

class Label;
class ReconcileModel;
class TablePane;

/// Compares outbox, streams and ledgers over a time; what contradicts goes to Replay or is
/// acknowledged.
class ReconcilePanel final : public Panel
{
    Q_OBJECT

public:
    explicit ReconcilePanel(PanelHost host, QWidget* parent = nullptr);

    void present(const SnapshotPtr& snapshot) override;
    void focusFilter() override;
    bool apply(const Remedy& remedy) override;
    QList<QAction*> panelActions() const override;

private:
    void buildChoices();
    void buildActions();
    void compare();
    void show(const Result<Reconciliation>& found);
    void showEmpty();
    void showHeadline();
    void applyFilter();
    void updateActions();
    QList<ReconcileItem> meant(const std::function<bool(const ReconcileItem&)>& fits) const;
    void inspect();
    void planChosen();
    void openAcknowledge();
    void traceSelected();

    ReconcileModel* m_model;
    TablePane* m_pane;
    Label* m_headline;
    QComboBox* m_time;
    QComboBox* m_kind;
    QAction* m_compare;
    QAction* m_replay;
    QAction* m_acknowledge;
    QAction* m_trace;
    SnapshotPtr m_snapshot;
    std::optional<Reconciliation> m_found;
    std::optional<Error> m_error;
    bool m_isComparing = false;
};

} // namespace outboard
