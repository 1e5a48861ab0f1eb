// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "dialogs/actiondialog.h"
#include "model/plan.h"
#include "services/session.h"

class QCheckBox;
class QDoubleSpinBox;
class QLineEdit;
class QSpinBox;

namespace outboard {

/// Confirms a run of a frozen plan: how many of it run, are skipped and why, and the pace.
class ReplayDialog final : public ActionDialog
{
    Q_OBJECT

public:
    ReplayDialog(Session& session, const Plan& plan, QWidget* parent = nullptr);

signals:
    void runStarted(const outboard::StartedRun& started, const outboard::ReplayOptions& options);

protected:
    void run() override;

private:
    void nameFields();
    void buildForm();
    void connectFields();
    void update();
    void describe(qint64 willRun);
    QString warning() const;
    ReplayOptions options() const;
    std::optional<QList<qint64>> canarySteps() const;

    Plan m_plan;
    QLineEdit* m_canary;
    QDoubleSpinBox* m_rate;
    QSpinBox* m_concurrency;
    QSpinBox* m_stopAfter;
    QSpinBox* m_stopAtPercent;
    QSpinBox* m_watchSeconds;
    QCheckBox* m_askAtSteps;
    QCheckBox* m_includeUnknown;
};

} // namespace outboard
