// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QWidget>

class QLabel;

namespace outboard {

class Label;

/// Stands where data would be: says what would be here and why it is not.
class EmptyState final : public QWidget
{
    Q_OBJECT

public:
    explicit EmptyState(QWidget* parent = nullptr);

    /// `icon` as in parts/icons.h; `what` a short line, `why` one or two sentences.
    void show(const QString& icon, const QString& what, const QString& why);

protected:
    void changeEvent(QEvent* event) override;

private:
    void redraw();

    QString m_iconName;
    QLabel* m_icon;
    Label* m_what;
    Label* m_why;
};

} // namespace outboard
