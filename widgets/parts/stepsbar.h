// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "theme.h"

#include <QList>
#include <QWidget>

class QHBoxLayout;

namespace outboard {

class Badge;

/// The canary ladder as a row of numbers: those that are done, the one that is under way, those to
/// come, and the rest.
class StepsBar final : public QWidget
{
    Q_OBJECT

public:
    explicit StepsBar(QWidget* parent = nullptr);

    /// `steps` as ReplayOptions::canary, cut to `total` events; `done` of them are settled.
    void show(const QList<qint64>& steps, qint64 done, qint64 total);

    /// Number of the step that takes the event after `done`, from 1; how many there are; how many
    /// events are left in it.
    struct Position
    {
        int step = 1;
        int steps = 1;
        qint64 left = 0;
    };

    static Position position(const QList<qint64>& steps, qint64 done, qint64 total);

private:
    QHBoxLayout* m_layout;
    QList<Badge*> m_badges;
};

} // namespace outboard
