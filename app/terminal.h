// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QString>

#include <optional>

namespace outboard {

/// The operator's terminal, for questions; they go to standard error so that standard output stays
/// a document.
class Terminal
{
public:
    /// Whether somebody can answer: standard input and standard error are a terminal.
    bool isInteractive() const;

    /// True only for an explicit yes; an interrupt is a no.
    bool confirm(const QString& question) const;

    /// True only when exactly this was typed.
    bool confirmTyped(const QString& question, const QString& expected) const;

    /// Typed without echo; nothing when interrupted or empty.
    std::optional<QString> password(const QString& prompt) const;
};

} // namespace outboard
