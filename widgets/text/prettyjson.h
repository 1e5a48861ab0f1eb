// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QString>
#include <QStringView>

namespace outboard {

/// JSON set anew with line breaks and two spaces for each level.
struct PrettyJson
{
    enum class End {
        Complete, ///< All of the text was one JSON value.
        Early,    ///< Good so far, but the text ends inside the value.
        Full,     ///< Good so far, but the result became too long.
        Wrong,    ///< Not JSON from `position` on.
        TooDeep,  ///< Nested deeper than anybody can read.
    };

    QString text; ///< What could be set up to there.
    End end = End::Early;
    qsizetype position = 0; ///< Characters that were read.

    static constexpr qsizetype maxDepth = 100;
    static constexpr qsizetype maxCharacters = 1'048'576;
};

/// Copies names, strings and numbers character by character: no digit, order or duplicate is lost.
/// Does not recurse; time and memory are linear in the text.
PrettyJson prettyJson(QStringView text);

} // namespace outboard
