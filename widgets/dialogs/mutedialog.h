// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/time.h"

#include <QDialog>

class QLineEdit;

namespace outboard {

class Choice;

/// Asks why, and for how long, a finding is not to count.
class MuteDialog final : public QDialog
{
    Q_OBJECT

public:
    /// `about` is the finding's title.
    explicit MuteDialog(const QString& about, QWidget* parent = nullptr);

signals:
    void muted(const QString& reason, outboard::Milliseconds length);

private:
    QLineEdit* m_reason;
    Choice* m_length;
};

} // namespace outboard
