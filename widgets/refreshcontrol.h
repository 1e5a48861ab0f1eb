// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QWidget>

class QComboBox;
class QSettings;

namespace outboard {

class Poller;

/// How often the servers are asked, and a button that asks now. The choice is remembered.
class RefreshControl final : public QWidget
{
    Q_OBJECT

public:
    RefreshControl(Poller& poller, QSettings* settings, QWidget* parent = nullptr);

private:
    void choose(int index);
    void follow();

    Poller& m_poller;
    QSettings* m_settings;
    QComboBox* m_interval;
};

} // namespace outboard
