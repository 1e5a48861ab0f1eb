// SPDX-License-Identifier: GPL-3.0-or-later
#include "parts/icons.h"
#include "parts/label.h"
#include "support/offscreenmain.h"
#include "theme.h"

#include <QImage>
#include <QPainter>

#include <cmath>

using namespace outboard;
using namespace Qt::StringLiterals;

namespace {

double linear(double channel)
{
    return channel <= 0.04045 ? channel / 12.92 : std::pow((channel + 0.055) / 1.055, 2.4);
}

double luminance(const QColor& color)
{
    return 0.2126 * linear(color.redF()) + 0.7152 * linear(color.greenF())
           + 0.0722 * linear(color.blueF());
}

/// As WCAG 2 defines it, 1 … 21.
double contrast(const QColor& a, const QColor& b)
{
    const auto [low, high] = std::minmax({luminance(a), luminance(b)});
    return (high + 0.05) / (low + 0.05);
}

constexpr std::array tones{
    Tone::Neutral,
    Tone::Muted,
    Tone::Good,
    Tone::Notice,
    Tone::Warning,
    Tone::Critical,
    Tone::Accent};

} // namespace

class TestTheme : public QObject
{
    Q_OBJECT

private slots:
    void textCanBeReadInEveryTone_data();
    void textCanBeReadInEveryTone();

    void curvesStandOutFromTheirSurface_data() { textCanBeReadInEveryTone_data(); }

    void curvesStandOutFromTheirSurface();
    void labelsFollowAChangeOfTheme();
    void everyIconDrawsSomething();
};

void TestTheme::textCanBeReadInEveryTone_data()
{
    QTest::addColumn<ColorMode>("mode");
    QTest::newRow("light") << ColorMode::Light;
    QTest::newRow("dark") << ColorMode::Dark;
}

void TestTheme::textCanBeReadInEveryTone()
{
    QFETCH(ColorMode, mode);
    applyTheme(*qApp, mode);
    const Theme& theme = currentTheme();
    QCOMPARE(theme.isDark, mode == ColorMode::Dark);
    for (const Tone tone : tones) {
        for (const QColor& under : {theme.surface, theme.sunken, theme.fill(tone)})
            QVERIFY2(
                contrast(theme.color(tone), under) >= 4.5,
                qPrintable(theme.color(tone).name() + u" on " + under.name()));
    }
    for (const auto environment :
         {Environment::Sandbox,
          Environment::Development,
          Environment::Staging,
          Environment::Production})
        QVERIFY(contrast(theme.bandText(environment), theme.band(environment)) >= 4.5);
    const QPalette& palette = theme.palette;
    QVERIFY(
        contrast(palette.color(QPalette::HighlightedText), palette.color(QPalette::Highlight))
        >= 4.5);
}

void TestTheme::curvesStandOutFromTheirSurface()
{
    QFETCH(ColorMode, mode);
    applyTheme(*qApp, mode);
    for (const QColor& curve : currentTheme().curves)
        QVERIFY2(contrast(curve, currentTheme().surface) >= 3, qPrintable(curve.name()));
}

void TestTheme::labelsFollowAChangeOfTheme()
{
    applyTheme(*qApp, ColorMode::Light);
    Label label(nullptr, Label::Style::Body, Tone::Critical);
    QCOMPARE(label.palette().color(QPalette::WindowText), currentTheme().color(Tone::Critical));

    applyTheme(*qApp, ColorMode::Dark);

    QTRY_COMPARE(label.palette().color(QPalette::WindowText), currentTheme().color(Tone::Critical));
    applyTheme(*qApp, ColorMode::Light);
    Label filled(nullptr, Label::Style::Body, Tone::Warning);
    filled.setFilled(true);
    QCOMPARE(filled.palette().color(QPalette::Window), currentTheme().fill(Tone::Warning));
    const QColor before = filled.palette().color(QPalette::Window);
    applyTheme(*qApp, ColorMode::Dark);
    QTRY_COMPARE(filled.palette().color(QPalette::Window), currentTheme().fill(Tone::Warning));
    QVERIFY(filled.palette().color(QPalette::Window) != before);
}

void TestTheme::everyIconDrawsSomething()
{
    for (const QString& name : iconNames()) {
        QImage image(32, 32, QImage::Format_ARGB32_Premultiplied);
        image.fill(Qt::transparent);
        QPainter painter(&image);
        paintIcon(painter, QRectF(0, 0, 32, 32), name, Qt::black);
        painter.end();
        QImage nothing(image.size(), image.format());
        nothing.fill(Qt::transparent);
        QVERIFY2(image != nothing, qPrintable(name));
    }
}

OUTBOARD_OFFSCREEN_MAIN(TestTheme)
#include "tst_theme.moc"
