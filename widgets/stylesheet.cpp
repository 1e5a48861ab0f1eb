// SPDX-License-Identifier: GPL-3.0-or-later
#include "stylesheet.h"

#include "theme.h"

#include <array>
#include <utility>

namespace outboard {

using namespace Qt::StringLiterals;

namespace {

// Names in [brackets] are replaced by colours. Buttons take their meaning from a property:
// class="primary", "danger" or "quiet".
constexpr auto rules = R"(
QToolTip { background: [surface]; color: [text]; border: 1px solid [border]; padding: 4px 6px; }

QPushButton, QToolButton[class="button"] {
    background: [surface]; color: [text]; border: 1px solid [border]; border-radius: 5px;
    padding: 4px 12px; min-height: 18px; }
QPushButton:hover, QToolButton[class="button"]:hover { background: [hover]; }
QPushButton:pressed, QToolButton[class="button"]:pressed { background: [border]; }
QPushButton:focus, QToolButton:focus { border: 1px solid [accent]; }
QPushButton:disabled { color: [disabled]; background: [sunken]; }
QPushButton[class="primary"] { background: [primary]; color: white; border-color: [primary]; }
QPushButton[class="primary"]:hover { background: [primaryHover]; }
QPushButton[class="danger"] { background: [danger]; color: white; border-color: [danger]; }
QPushButton[class="danger"]:hover { background: [dangerHover]; }
QPushButton[class="primary"]:focus, QPushButton[class="danger"]:focus { border: 2px solid [text]; padding: 3px 11px; }
QPushButton[class="primary"]:disabled, QPushButton[class="danger"]:disabled {
    background: [sunken]; color: [disabled]; border-color: [border]; }
QToolButton { border: 1px solid transparent; border-radius: 5px; padding: 4px; color: [text]; }
QToolButton::menu-indicator { image: none; }
QToolButton:hover, QPushButton[class="quiet"]:hover { background: [hover]; }
QToolButton:checked { background: [selected]; color: [selectedText]; }
QPushButton[class="quiet"] { background: transparent; border-color: transparent; }
QPushButton[class="quiet"]:focus { border-color: [accent]; }

QPushButton[armed="true"] { background: [warningFill]; color: [warning]; border-color: [warning]; }

QLineEdit, QComboBox, QSpinBox, QDoubleSpinBox {
    background: [surface]; color: [text]; border: 1px solid [border]; border-radius: 5px;
    padding: 3px 8px; min-height: 20px; selection-background-color: [selected]; selection-color: [selectedText]; }
QLineEdit:focus, QComboBox:focus, QSpinBox:focus, QDoubleSpinBox:focus { border-color: [accent]; }
QLineEdit:disabled, QComboBox:disabled { color: [disabled]; background: [sunken]; }
QAbstractSpinBox::up-button, QAbstractSpinBox::down-button { border: none; width: 18px; }
QAbstractSpinBox::up-arrow { image: url(:/icons/arrow-up.png); width: 10px; height: 10px; }
QAbstractSpinBox::down-arrow { image: url(:/icons/arrow-down.png); width: 10px; height: 10px; }
QLineEdit[class="fact"] { background: transparent; border: none; padding: 0; min-height: 18px; }
QComboBox::drop-down { border: none; width: 20px; }
QComboBox::down-arrow { image: url(:/icons/arrow-down.png); width: 10px; height: 10px; }
QComboBox QAbstractItemView { background: [surface]; border: 1px solid [border]; outline: none; }

QPlainTextEdit, QTextEdit, QListView, QTreeView, QTableView {
    background: [surface]; color: [text]; border: none;
    selection-background-color: [selected]; selection-color: [selectedText]; }
QTableView, QTreeView { alternate-background-color: [alternate]; gridline-color: [hairline]; }
QTreeView::item, QTableView::item { border: none; padding: 0 6px; }
QTreeView::item:selected, QTableView::item:selected, QListView::item:selected {
    background: [selected]; color: [selectedText]; }
QHeaderView { background: [surface]; border: none; }
QHeaderView::section {
    background: [surface]; color: [muted]; border: none; border-bottom: 1px solid [border];
    padding: 5px 8px; font-weight: 600; }
QTableCornerButton::section { background: [surface]; border: none; }

QAbstractScrollArea::corner { background: [surface]; border: none; }
QScrollArea { border: none; background: transparent; }
QScrollBar:vertical { background: transparent; width: 11px; margin: 0; }
QScrollBar:horizontal { background: transparent; height: 11px; margin: 0; }
QScrollBar::handle { background: [scroll]; border-radius: 4px; margin: 2px; min-height: 28px; min-width: 28px; }
QScrollBar::handle:hover { background: [muted]; }
QScrollBar::add-line, QScrollBar::sub-line { width: 0; height: 0; }
QScrollBar::add-page, QScrollBar::sub-page { background: transparent; }

#commandPalette { background: [surface]; border: 1px solid [border]; }

QMenu { background: [surface]; border: 1px solid [border]; padding: 4px; }
QMenu::item { padding: 5px 24px 5px 12px; border-radius: 4px; }
QMenu::item:selected { background: [selected]; color: [selectedText]; }
QMenu::item:disabled { color: [disabled]; }
QMenu::separator { height: 1px; background: [border]; margin: 4px 6px; }

QTabBar::tab { background: transparent; color: [muted]; padding: 6px 12px; border: none; border-bottom: 2px solid transparent; }
QTabBar::tab:selected { color: [text]; border-bottom-color: [accent]; }
QTabBar::tab:hover { color: [text]; }
QTabWidget::pane { border: none; border-top: 1px solid [border]; }

QProgressBar { background: [border]; border: none; border-radius: 3px; max-height: 6px; min-height: 6px; }
QProgressBar::chunk { background: [primary]; border-radius: 3px; }
QSplitter::handle { background: [border]; }
QSplitter::handle:horizontal { width: 1px; }
QSplitter::handle:vertical { height: 1px; }
QGroupBox { border: 1px solid [border]; border-radius: 6px; margin-top: 10px; padding: 10px 8px 8px 8px; }
QGroupBox::title { subcontrol-origin: margin; left: 10px; padding: 0 4px; color: [muted]; }
)";

QColor between(const QColor& a, const QColor& b)
{
    return {(a.red() + b.red()) / 2, (a.green() + b.green()) / 2, (a.blue() + b.blue()) / 2};
}

} // namespace

QString styleSheetOf(const Theme& theme)
{
    const QPalette& palette = theme.palette;
    const QColor primary(0x1f5fc4);
    const QColor danger(0xbd1f2a);
    const std::array<std::pair<QString, QColor>, 19> colors{{
        {u"surface"_s, theme.surface},
        {u"sunken"_s, theme.sunken},
        {u"border"_s, theme.border},
        {u"hairline"_s, between(theme.border, theme.surface)},
        {u"muted"_s, theme.muted},
        {u"scroll"_s, between(theme.border, theme.muted)},
        {u"text"_s, palette.color(QPalette::Text)},
        {u"disabled"_s, palette.color(QPalette::Disabled, QPalette::Text)},
        {u"alternate"_s, palette.color(QPalette::AlternateBase)},
        {u"hover"_s, between(theme.sunken, theme.border)},
        {u"selected"_s, palette.color(QPalette::Highlight)},
        {u"selectedText"_s, palette.color(QPalette::HighlightedText)},
        {u"accent"_s, theme.color(Tone::Accent)},
        {u"warning"_s, theme.color(Tone::Warning)},
        {u"warningFill"_s, theme.fill(Tone::Warning)},
        {u"primary"_s, primary},
        {u"primaryHover"_s, primary.darker(112)},
        {u"danger"_s, danger},
        {u"dangerHover"_s, danger.darker(112)},
    }};
    QString sheet = QString::fromLatin1(rules);
    for (const auto& [name, color] : colors)
        sheet.replace(u'[' + name + u']', color.name());
    return sheet;
}

} // namespace outboard
