// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QWidget>

class QVBoxLayout;

namespace outboard {

class Operation;
class Session;

/// Bottom of the window: what runs, how far it is, Stop; takes no room while nothing runs.
class OperationsStrip final : public QWidget
{
    Q_OBJECT

public:
    explicit OperationsStrip(Session& session, QWidget* parent = nullptr);

protected:
    void paintEvent(QPaintEvent* event) override;

private:
    void add(Operation* operation);

    Session& m_session;
    QVBoxLayout* m_rows;
};

} // namespace outboard
