// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QWidget>

class QLabel;
class QProgressBar;
class QPushButton;
class QToolButton;

namespace outboard {

class Label;
class Operation;

/// One action: title, progress, Stop while it runs; its result until it is dismissed.
class OperationRow final : public QWidget
{
    Q_OBJECT

public:
    explicit OperationRow(Operation* operation, QWidget* parent = nullptr);

signals:
    void dismissed();

private:
    void follow();
    void showRunning();
    void showResult();

    Operation* m_operation;
    QLabel* m_icon;
    Label* m_title;
    Label* m_text;
    QProgressBar* m_bar;
    QPushButton* m_stop;
    QToolButton* m_dismiss;
};

} // namespace outboard
