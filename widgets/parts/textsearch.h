// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QTextCursor>
#include <QWidget>

class QLineEdit;
class QPlainTextEdit;

namespace outboard {

class Label;

/// A line that finds words in a text, marks all of them and goes from one to the next.
class TextSearch final : public QWidget
{
    Q_OBJECT

public:
    explicit TextSearch(QPlainTextEdit* text, QWidget* parent = nullptr);

    /// After the text changed.
    void refresh();

    void focus();
    void goToNext();
    void goToPrevious();

protected:
    bool eventFilter(QObject* watched, QEvent* event) override;

private:
    void goTo(qsizetype match);
    void mark();

    QPlainTextEdit* m_text;
    QLineEdit* m_line;
    Label* m_count;
    QList<QTextCursor> m_matches;
    qsizetype m_current = -1;
};

} // namespace outboard
