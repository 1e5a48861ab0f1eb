// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "panel.h"

#include <QWidget>

class QComboBox;
class QPlainTextEdit;

namespace outboard {

/// Where a replay begins: event ids to type, a plan file to open.
class ReplayStart final : public QWidget
{
    Q_OBJECT

public:
    explicit ReplayStart(const PanelHost& host, QWidget* parent = nullptr);

    QList<QAction*> viewActions() const { return {m_openFile}; }

    void focusIds();

signals:
    void planAsked(const outboard::PlanRequest& request);
    void openFileAsked();

private:
    QWidget* makeIds();
    void planTypedIds();

    PanelHost m_host;
    QPlainTextEdit* m_ids;
    QComboBox* m_group;
    QAction* m_openFile;
};

} // namespace outboard
