// SPDX-License-Identifier: GPL-3.0-or-later
#include "theme.h"

#include "stylesheet.h"

#include <QApplication>
#include <QFontDatabase>
#include <QGuiApplication>
#include <QStyleFactory>
#include <QStyleHints>

namespace outboard {

using namespace Qt::StringLiterals;

namespace {

Theme g_theme;

QColor mix(const QColor& over, const QColor& under, float share)
{
    const auto blend = [share](float a, float b) { return a * share + b * (1 - share); };
    return QColor::fromRgbF(
        blend(over.redF(), under.redF()),
        blend(over.greenF(), under.greenF()),
        blend(over.blueF(), under.blueF()));
}

struct Inks
{
    QColor text;
    QColor link;
    QColor selected;
    QColor selectedText;
    QColor disabled;
};

QPalette paletteOf(const Theme& theme, const Inks& inks)
{
    QPalette palette(theme.surface, theme.sunken);
    const auto set = [&palette](QPalette::ColorRole role, const QColor& color) {
        palette.setColor(QPalette::All, role, color);
    };
    set(QPalette::Window, theme.sunken);
    set(QPalette::Base, theme.surface);
    set(QPalette::AlternateBase, mix(theme.sunken, theme.surface, 0.5F));
    set(QPalette::Button, theme.surface);
    set(QPalette::ToolTipBase, theme.surface);
    set(QPalette::Highlight, inks.selected);
    set(QPalette::HighlightedText, inks.selectedText);
    set(QPalette::Link, inks.link);
    set(QPalette::LinkVisited, inks.link);
    set(QPalette::PlaceholderText, theme.muted);
    set(QPalette::Mid, theme.border);
    set(QPalette::Midlight, theme.border);
    set(QPalette::Light, theme.surface);
    set(QPalette::Dark, theme.border);
    set(QPalette::Shadow, theme.border);
    for (const auto role :
         {QPalette::WindowText, QPalette::Text, QPalette::ButtonText, QPalette::ToolTipText}) {
        set(role, inks.text);
        palette.setColor(QPalette::Disabled, role, inks.disabled);
    }
    set(QPalette::BrightText, inks.text);
    return palette;
}

Theme lightTheme()
{
    Theme theme;
    theme.surface = QColor(0xffffff);
    theme.sunken = QColor(0xf3f4f6);
    theme.border = QColor(0xdfe2e7);
    theme.muted = QColor(0x5a6472);
    theme.curves = {0x0072b2, 0xd55e00, 0x008a64, 0xb0568c, 0x9c7400, 0x4a5bc4};
    theme.palette =
        paletteOf(theme, {0x1b2028, 0x1f5fc4, QColor(0xd6e4fb), QColor(0x10254a), 0x9aa2ae});
    return theme;
}

Theme darkTheme()
{
    Theme theme;
    theme.isDark = true;
    theme.surface = QColor(0x1b1f26);
    theme.sunken = QColor(0x12151a);
    theme.border = QColor(0x2e343e);
    theme.muted = QColor(0x9aa4b2);
    theme.curves = {0x56b4e9, 0xff9a5c, 0x3fc79a, 0xe79cc6, 0xf0c24b, 0x9aa6ff};
    theme.palette =
        paletteOf(theme, {0xe6e9ee, 0x7fb2ff, QColor(0x27446f), QColor(0xf2f6fc), 0x626c7a});
    return theme;
}

bool desktopIsDark()
{
#if QT_VERSION >= QT_VERSION_CHECK(6, 5, 0)
    const auto scheme = QGuiApplication::styleHints()->colorScheme();
    if (scheme != Qt::ColorScheme::Unknown)
        return scheme == Qt::ColorScheme::Dark;
#endif
    // The palette as the platform gave it: after the first call it would be our own.
    static const QPalette platform = QGuiApplication::palette();
    return platform.color(QPalette::Window).lightness()
           < platform.color(QPalette::WindowText).lightness();
}

QFont baseFont()
{
    QFont font = QFontDatabase::systemFont(QFontDatabase::GeneralFont);
    font.setFamilies({font.family(), u"Inter"_s, u"DejaVu Sans"_s});
    font.setPixelSize(13);
#if QT_VERSION >= QT_VERSION_CHECK(6, 7, 0)
    font.setFeature("tnum", 1); // Digits of one width, so that numbers do not dance.
#endif
    return font;
}

void followDesktop(QApplication& app, ColorMode mode)
{
#if QT_VERSION >= QT_VERSION_CHECK(6, 5, 0)
    static QMetaObject::Connection connection;
    QObject::disconnect(connection);
    if (mode == ColorMode::System)
        connection = QObject::connect(
            QGuiApplication::styleHints(), &QStyleHints::colorSchemeChanged, &app, [&app] {
                applyTheme(app, ColorMode::System);
            });
#else
    Q_UNUSED(app)
    Q_UNUSED(mode)
#endif
}

} // namespace

QColor Theme::color(Tone tone) const
{
    switch (tone) {
    case Tone::Neutral: return palette.color(QPalette::Text);
    case Tone::Muted: return muted;
    case Tone::Good: return isDark ? 0x5ecb8c : 0x17733b;
    case Tone::Notice: return isDark ? 0x72b8f2 : 0x1a659f;
    case Tone::Warning: return isDark ? 0xf2b455 : 0x8a5200;
    case Tone::Critical: return isDark ? 0xff8580 : 0xbd1f2a;
    case Tone::Accent: return isDark ? 0x7fb2ff : 0x1f5fc4;
    }
    return muted;
}

QColor Theme::fill(Tone tone) const
{
    return mix(color(tone), surface, isDark ? 0.16F : 0.10F);
}

QColor Theme::band(Environment environment) const
{
    switch (environment) {
    case Environment::Sandbox: return 0x0b6e66;
    case Environment::Development: return 0x2459b8;
    case Environment::Staging: return 0x8a5200;
    case Environment::Production: return 0xb01c28;
    }
    return sunken;
}

QColor Theme::bandText(Environment) const
{
    return Qt::white;
}

const Theme& currentTheme()
{
    return g_theme;
}

void applyTheme(QApplication& app, ColorMode mode)
{
    const bool systemIsDark = desktopIsDark(); // Asked always, see there.
    const bool isDark = mode == ColorMode::Dark || (mode == ColorMode::System && systemIsDark);
    g_theme = isDark ? darkTheme() : lightTheme();
    app.setStyle(QStyleFactory::create(u"Fusion"_s));
    app.setFont(baseFont());
    app.setPalette(g_theme.palette);
    app.setStyleSheet(styleSheetOf(g_theme));
    followDesktop(app, mode);
}

Tone toneOf(Severity severity)
{
    switch (severity) {
    case Severity::Notice: return Tone::Notice;
    case Severity::Warning: return Tone::Warning;
    case Severity::Critical: return Tone::Critical;
    }
    return Tone::Neutral;
}

QFont monoFont()
{
    QFont font = QFontDatabase::systemFont(QFontDatabase::FixedFont);
    font.setFamilies({font.family(), u"DejaVu Sans Mono"_s});
    font.setStyleHint(QFont::Monospace);
    font.setPixelSize(12);
    return font;
}

} // namespace outboard
