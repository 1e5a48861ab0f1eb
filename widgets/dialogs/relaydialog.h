// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "dialogs/actiondialog.h"
#include "model/outboxrow.h"
#include "services/relay.h"

#include <QList>

class QComboBox;
class QListWidget;
class QSpinBox;
class QTableWidget;

namespace outboard {

/// Confirms a relay batch: topics, size, durability, the first rows that will go.
class RelayDialog final : public ActionDialog
{
    Q_OBJECT

public:
    /// With no topic preselected, all that have unpublished rows are.
    RelayDialog(Session& session, const QList<TopicName>& preselected, QWidget* parent = nullptr);

protected:
    void run() override;

private:
    void fillTopics(const QList<TopicName>& preselected);
    void buildForm();
    void update();
    RelayRequest request() const;
    QList<TopicName> chosenTopics() const;
    Count available() const;
    void askPreview();
    void showPreview(const QList<OutboxRow>& rows, TimePoint at);

    QList<OutboxTopicState> m_states;
    Count m_total = Count::unknown({});
    QListWidget* m_topics;
    QSpinBox* m_max;
    QSpinBox* m_batch;
    QComboBox* m_durability;
    QSpinBox* m_replicas;
    QTableWidget* m_preview;
    int m_previewAsked = 0;
};

} // namespace outboard
