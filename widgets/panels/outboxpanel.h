// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "panel.h"

class QAction;
class QSplitter;

namespace outboard {

class Label;
class OutboxRowsPane;
class OutboxTopicModel;
class TablePane;

/// The outbox: what waits per topic, and below it the rows.
class OutboxPanel final : public Panel
{
    Q_OBJECT

public:
    explicit OutboxPanel(PanelHost host, QWidget* parent = nullptr);

    void present(const SnapshotPtr& snapshot) override;
    void focusFilter() override;
    bool apply(const Remedy& remedy) override;
    QList<QAction*> panelActions() const override;

protected:
    void showEvent(QShowEvent* event) override;

private:
    void buildTopics();
    void buildSplitter();
    void showHeadline(const OutboxState& state);
    void showBadge(const OutboxState& state);
    void followSelectedTopic();
    void selectTopic(const std::optional<TopicName>& topic);
    QList<TopicName> selectedTopics() const;
    void openRelay(const QList<TopicName>& topics);

    OutboxTopicModel* m_topicModel;
    TablePane* m_topics;
    OutboxRowsPane* m_rows;
    QSplitter* m_splitter;
    Label* m_headline;
    QAction* m_relay;
    QAction* m_copyIndex;
    QString m_indexAdvice;
    bool m_isSelecting = false;
};

} // namespace outboard
