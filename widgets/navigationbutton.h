// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "theme.h"

#include <QAbstractButton>

namespace outboard {

class Badge;

/// One entry of the navigation.
class NavigationButton final : public QAbstractButton
{
    Q_OBJECT

public:
    NavigationButton(QString iconName, const QString& title, QWidget* parent = nullptr);

    void setBadge(const QString& text, Tone tone);

    QSize sizeHint() const override;

protected:
    void paintEvent(QPaintEvent* event) override;

private:
    QString m_iconName;
    Badge* m_badge;
};

} // namespace outboard
