// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "dialogs/actiondialog.h"
#include "model/brokerstate.h"
#include "model/pending.h"
#include "services/planner.h"

#include <functional>
#include <vector>

class QButtonGroup;
class QComboBox;
class QSpinBox;

namespace outboard {

/// Asks for the effect of a claim, not for a command: hand to a consumer, take for replay here, or
/// make available to the next auto-claim.
class ClaimDialog final : public ActionDialog
{
    Q_OBJECT

public:
    using PlanReplay = std::function<void(const PlanRequest&)>;

    ClaimDialog(
        Session& session,
        const BrokerTopic& topic,
        const GroupState& group,
        std::vector<PendingEntry> entries,
        PlanReplay planReplay,
        QWidget* parent = nullptr);

protected:
    void run() override;

private:
    void buildForm();
    void update();
    ClaimEffect effect() const;
    ClaimRequest request() const;
    void describe(const ClaimRequest& request);
    QString consumerActivity() const;

    BrokerTopic m_topic;
    GroupState m_group;
    std::vector<PendingEntry> m_entries;
    PlanReplay m_planReplay;
    QButtonGroup* m_effects;
    QComboBox* m_consumer;
    QSpinBox* m_minIdle;
};

} // namespace outboard
