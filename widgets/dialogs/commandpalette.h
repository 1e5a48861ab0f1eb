// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QDialog>
#include <QList>

class QAction;
class QLineEdit;
class QTreeWidget;

namespace outboard {

/// Every action by name: type some letters, Enter runs the first one. Ctrl+K.
class CommandPalette final : public QDialog
{
    Q_OBJECT

public:
    CommandPalette(QList<QAction*> actions, QWidget* parent);

protected:
    bool eventFilter(QObject* watched, QEvent* event) override;

private:
    void filter(const QString& text);
    void move(int step);
    void run();

    QList<QAction*> m_actions;
    QLineEdit* m_text;
    QTreeWidget* m_list;
};

} // namespace outboard
