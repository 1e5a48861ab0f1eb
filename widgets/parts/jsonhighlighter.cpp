// SPDX-License-Identifier: GPL-3.0-or-later
#include "parts/jsonhighlighter.h"

#include "theme.h"

#include <algorithm>

namespace outboard {

using namespace Qt::StringLiterals;

namespace {

/// A very long string was broken into lines.
constexpr int insideString = 1;

bool isWordCharacter(QChar c)
{
    return c.isLetterOrNumber() || c == u'-' || c == u'+' || c == u'.';
}

} // namespace

void JsonHighlighter::highlightBlock(const QString& text)
{
    const Theme& theme = currentTheme();
    const int length = int(text.size());
    setCurrentBlockState(0);
    int i = 0;
    if (previousBlockState() == insideString)
        i = highlightString(text, 0);
    while (i < length) {
        const int start = i;
        if (text[i] == u'"') {
            i = highlightString(text, i + 1);
            setFormat(start, 1, format(i - 1));
        } else if (isWordCharacter(text[i])) {
            while (i < length && isWordCharacter(text[i]))
                ++i;
            setFormat(start, i - start, theme.color(Tone::Warning));
        } else {
            setFormat(i++, 1, theme.muted);
        }
    }
}

int JsonHighlighter::highlightString(const QString& text, int start)
{
    int end = start;
    while (end < text.size() && text[end] != u'"')
        end += text[end] == u'\\' ? 2 : 1;
    if (end >= text.size())
        setCurrentBlockState(insideString);
    end = std::min(end + 1, int(text.size()));
    const bool isName = QStringView(text).sliced(end).startsWith(u':');
    setFormat(start, end - start, currentTheme().color(isName ? Tone::Accent : Tone::Good));
    return end;
}

} // namespace outboard
