// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QWidget>

class QButtonGroup;

namespace outboard {

/// A few words side by side of which one holds.
class Choice final : public QWidget
{
    Q_OBJECT

public:
    Choice(const QString& accessibleName, const QStringList& words, QWidget* parent = nullptr);

    int current() const;
    void setCurrent(int index);

signals:
    void chosen(int index);

private:
    QButtonGroup* m_group;
};

} // namespace outboard
