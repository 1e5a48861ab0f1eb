// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "dialogs/actiondialog.h"
#include "services/session.h"

class QButtonGroup;

namespace outboard {

/// Confirms acknowledging: exactly the selected entries, or all that the ledger says are done.
class AcknowledgeDialog final : public ActionDialog
{
    Q_OBJECT

public:
    AcknowledgeDialog(
        Session& session,
        const BrokerTopic& topic,
        const GroupState& group,
        QList<PendingDetail> selected,
        QWidget* parent = nullptr);

protected:
    void run() override;

private:
    void update();
    void describeSelected();
    bool isLedgerDone() const;
    std::vector<EntryId> ids() const;

    BrokerTopic m_topic;
    GroupState m_group;
    QList<PendingDetail> m_selected;
    QButtonGroup* m_choice;
};

} // namespace outboard
