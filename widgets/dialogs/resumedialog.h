// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "dialogs/actiondialog.h"
#include "services/session.h"
#include "store/runstore.h"

class QCheckBox;

namespace outboard {

/// Confirms that a run goes on: what is left of it, and a yes of its own for what is in doubt.
class ResumeDialog final : public ActionDialog
{
    Q_OBJECT

public:
    ResumeDialog(Session& session, const StoredRun& run, QWidget* parent = nullptr);

signals:
    void resumed(const outboard::StartedRun& started);

protected:
    void run() override;

private:
    void update();

    StoredRun m_run;
    QCheckBox* m_repeat;
    QCheckBox* m_askAtSteps;
};

} // namespace outboard
