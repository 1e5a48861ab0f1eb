// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "dialogs/actiondialog.h"
#include "model/plan.h"
#include "services/replayer.h"

#include <QFuture>

class QCheckBox;
class QDoubleSpinBox;
class QLineEdit;
class QSpinBox;

namespace outboard {

class Operation;

/// Confirms a run of a frozen plan: how many of it run, are skipped and why, and the pace.
class ReplayDialog final : public ActionDialog
{
    Q_OBJECT

public:
    ReplayDialog(Session& session, const Plan& plan, QWidget* parent = nullptr);

signals:
    /// The run has begun; `answer` holds its report once it ended.
    void runStarted(
        outboard::Operation* operation,
        const QFuture<outboard::Result<outboard::RunReport>>& answer);

protected:
    void run() override;

private:
    void buildForm();
    void update();
    void describe(qint64 willRun);
    ReplayOptions options() const;
    std::optional<QList<qint64>> canarySteps() const;

    Plan m_plan;
    QLineEdit* m_canary;
    QDoubleSpinBox* m_rate;
    QSpinBox* m_stopAfter;
    QCheckBox* m_includeUnknown;
};

} // namespace outboard
