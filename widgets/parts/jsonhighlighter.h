// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QSyntaxHighlighter>

namespace outboard {

/// Colours pretty JSON as showPayload() makes it: only strings go on in the next line.
class JsonHighlighter final : public QSyntaxHighlighter
{
    Q_OBJECT

public:
    using QSyntaxHighlighter::QSyntaxHighlighter;

protected:
    void highlightBlock(const QString& text) override;

private:
    /// From the first character after the quote; returns where it goes on after the string.
    int highlightString(const QString& text, int start);
};

} // namespace outboard
