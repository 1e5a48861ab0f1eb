// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QDialog>
#include <QJsonObject>

class QPlainTextEdit;

namespace outboard {

class Label;

/// What changed between an incident snapshot and now, or another one.
class IncidentCompareDialog final : public QDialog
{
    Q_OBJECT

public:
    IncidentCompareDialog(QJsonObject before, QJsonObject after, QWidget* parent = nullptr);

    /// In place of the second one.
    void showFile(const QString& path);

private:
    void redraw();

    QJsonObject m_before;
    QJsonObject m_after;
    Label* m_problem;
    QPlainTextEdit* m_text;
};

} // namespace outboard
