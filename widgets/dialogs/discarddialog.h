// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "dialogs/actiondialog.h"
#include "model/deadletter.h"
#include "store/deadstore.h"

class QLineEdit;

namespace outboard {

/// Confirms discarding exactly these dead letters, and asks for the reason.
class DiscardDialog final : public ActionDialog
{
    Q_OBJECT

public:
    DiscardDialog(Session& session, QList<DeadLetter> letters, QWidget* parent = nullptr);

protected:
    void run() override;

private:
    void checkReason();

    QList<DeadLetter> m_letters;
    QLineEdit* m_reason;
};

/// Confirms putting discarded dead letters back.
class RestoreDialog final : public ActionDialog
{
    Q_OBJECT

public:
    RestoreDialog(Session& session, QList<DiscardedLetter> rows, QWidget* parent = nullptr);

protected:
    void run() override;

private:
    QList<DiscardedLetter> m_rows;
};

} // namespace outboard
