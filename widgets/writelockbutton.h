// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/time.h"

#include <QPushButton>

namespace outboard {

class Session;

/// "Read-only", or "Armed 14:32" while actions may write. One click asks to arm; one click locks
/// again.
class WriteLockButton final : public QPushButton
{
    Q_OBJECT

public:
    explicit WriteLockButton(Session& session, QWidget* parent = nullptr);

    /// Shows how long it stays armed; call every second.
    void tick();

    /// Opens the dialog that arms, or locks.
    void toggle();

private:
    Session& m_session;
};

} // namespace outboard
