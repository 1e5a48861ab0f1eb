// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "model/outboxrow.h"
#include "panel.h"

#include <QWidget>

#include <optional>

class QAction;
class QComboBox;
class QLineEdit;

namespace outboard {

class OutboxReader;
class OutboxRowModel;
class TablePane;

/// The rows of the outbox that pass a filter, which the server applies.
class OutboxRowsPane final : public QWidget
{
    Q_OBJECT

public:
    explicit OutboxRowsPane(const PanelHost& host, QWidget* parent = nullptr);

    /// A round: its clock for the ages, its topics for the choice.
    void present(const OutboxState& state);
    /// Rows of a server that does not answer stay, greyed.
    void setStale(const std::optional<Error>& error);

    /// Reads again; a search through payloads not more often than every 30 s.
    void refresh();

    void setTopic(const std::optional<TopicName>& topic);
    void setState(std::optional<RowState> state);
    void setNewestFirst(bool isNewestFirst);
    void focusFilter();

    QList<QAction*> rowActions() const { return m_actions; }

signals:
    void topicChosen(const std::optional<outboard::TopicName>& topic);

private:
    void buildFilter();
    void trace();
    void buildActions();
    OutboxFilter filter() const;
    void applyFilter();
    void showRows();
    void showEmpty();
    void inspectCurrent();
    void inspect(const OutboxRow& row);
    void readPayload(const OutboxRow& row);
    void planReplay() const;

    PanelHost m_host;
    OutboxReader* m_reader;
    OutboxRowModel* m_model;
    TablePane* m_pane;
    QComboBox* m_searched = nullptr;
    QLineEdit* m_text = nullptr;
    QComboBox* m_state = nullptr;
    QComboBox* m_topic = nullptr;
    QComboBox* m_age = nullptr;
    QComboBox* m_order = nullptr;
    QAction* m_replay = nullptr;
    QAction* m_trace = nullptr;
    QList<QAction*> m_actions;
    QString m_table;
    std::optional<Error> m_problem;
    std::optional<OutboxRow> m_whole; ///< The last row whose payload was read whole.
    TimePoint m_readAt;
    bool m_isInspecting = false;
    int m_asked = 0;
};

} // namespace outboard
