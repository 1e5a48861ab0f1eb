// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QDialog>

class QPlainTextEdit;

namespace outboard {

/// Asks for a remark of a few lines.
class NoteDialog final : public QDialog
{
    Q_OBJECT

public:
    /// `about` says what it is about.
    NoteDialog(const QString& about, const QString& note, QWidget* parent = nullptr);

signals:
    void noted(const QString& note);

private:
    QPlainTextEdit* m_text;
};

} // namespace outboard
