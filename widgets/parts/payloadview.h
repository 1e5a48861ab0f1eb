// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "text/payloadtext.h"

#include <QWidget>

#include <optional>

class QPlainTextEdit;
class QStackedWidget;
class QToolButton;

namespace outboard {

class Choice;
class EmptyState;
class JsonHighlighter;
class Label;
class TextSearch;

/// A payload as pretty JSON, text or hex: always plain text, escaped and bounded.
class PayloadView final : public QWidget
{
    Q_OBJECT

public:
    explicit PayloadView(QWidget* parent = nullptr);

    /// `note` says why there is none, or that it is cut. The form stays the one that was chosen by
    /// hand; before that it is the one that shows most.
    void show(const std::optional<QByteArray>& payload, const QString& note);

    PayloadForm form() const;

    /// The payload that was handed over; as hex when it is no text or shown as hex.
    void copy() const;

protected:
    void changeEvent(QEvent* event) override;

private:
    QWidget* buildTools();
    QToolButton* addTool(const QString& icon, const QString& name);
    void choose(PayloadForm form);
    void wrapLines();
    void refresh();

    std::optional<QByteArray> m_payload;
    QString m_payloadNote;
    std::optional<PayloadForm> m_chosen;
    bool m_wrapsLines = true;
    QPlainTextEdit* m_text;
    JsonHighlighter* m_highlighter;
    TextSearch* m_search;
    Choice* m_forms;
    Label* m_note;
    EmptyState* m_empty;
    QWidget* m_tools;
    QStackedWidget* m_stack;
};

} // namespace outboard
