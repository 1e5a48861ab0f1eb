// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "panel.h"

#include <QWidget>

#include <vector>

class QAbstractButton;

namespace outboard {

class NavigationButton;

/// The panels by icon, title and badge, in order; Alt+1 … Alt+9 (the shortcuts belong to the
/// window).
class Navigation final : public QWidget
{
    Q_OBJECT

public:
    static constexpr int fullWidth = 184;

    explicit Navigation(const QList<PanelKind>& kinds, QWidget* parent = nullptr);

    /// An entry below the panels, which is pressed rather than chosen; owned by the navigation.
    QAbstractButton* addBelow(const QString& id, const QString& title, const QString& iconName);

    void setCurrent(qsizetype index);
    void setBadge(qsizetype index, const QString& text, Tone tone);

signals:
    void chosen(qsizetype index);

protected:
    void paintEvent(QPaintEvent* event) override;

private:
    std::vector<NavigationButton*> m_buttons;
};

} // namespace outboard
