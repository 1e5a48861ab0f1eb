// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "theme.h"

#include <QApplication>
#include <QLocale>
#include <QStandardPaths>
#include <QTest>

/// main() of a test with widgets: no display, C locale, UTC, settings nobody else sees, Outboard's
/// theme.
#define OUTBOARD_OFFSCREEN_MAIN(TestClass)                                                         \
    int main(int argc, char** argv)                                                                \
    {                                                                                              \
        qputenv("QT_QPA_PLATFORM", "offscreen");                                                   \
        qputenv("TZ", "UTC");                                                                      \
        QLocale::setDefault(QLocale::c());                                                         \
        QStandardPaths::setTestModeEnabled(true);                                                  \
        QApplication app(argc, argv);                                                              \
        QApplication::setQuitOnLastWindowClosed(false);                                            \
        outboard::applyTheme(app, outboard::ColorMode::Light);                                     \
        TestClass test;                                                                            \
        return QTest::qExec(&test, argc, argv);                                                    \
    }
