// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "model/finding.h"
#include "settings/profile.h"

#include <QColor>
#include <QFont>
#include <QPalette>

#include <array>

class QApplication;

namespace outboard {

/// What a colour means; panels never name colours themselves.
enum class Tone { Neutral, Muted, Good, Notice, Warning, Critical, Accent };

enum class ColorMode { System, Light, Dark };

/// Colours of one mode on top of Fusion. Text on surfaces has a contrast of at least 4.5:1.
struct Theme
{
    bool isDark = false;
    QPalette palette;
    QColor surface;               ///< Cards and tables.
    QColor sunken;                ///< Navigation and context bar.
    QColor border;                ///< Hairlines.
    QColor muted;                 ///< Secondary text.
    std::array<QColor, 6> curves; ///< Charts; told apart also by the colour-blind.

    /// For text, icons and lines on `surface`.
    QColor color(Tone tone) const;
    /// Soft background behind text of the same tone.
    QColor fill(Tone tone) const;
    /// The environment band, and the text on it.
    QColor band(Environment environment) const;
    QColor bandText(Environment environment) const;
};

/// The theme in use; changes with applyTheme(), which sends every widget a PaletteChange event.
const Theme& currentTheme();

/// Fusion style, palette, fonts and the few style-sheet rules; `System` follows the desktop.
void applyTheme(QApplication& app, ColorMode mode);

Tone toneOf(Severity severity);

/// Fixed pitch, for ids, payloads and commands.
QFont monoFont();

} // namespace outboard
