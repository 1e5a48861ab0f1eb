// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "panel.h"

#include <QWidget>

namespace outboard {

class Inspector;

/// Right side of the window: the inspector under a line with a button that closes it.
class InspectorPane final : public QWidget
{
    Q_OBJECT

public:
    explicit InspectorPane(QWidget* parent = nullptr);

    Inspector* inspector() const { return m_inspector; }

    void show(const std::optional<Inspected>& inspected);

signals:
    void closed();

private:
    Inspector* m_inspector;
};

} // namespace outboard
