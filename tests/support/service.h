// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "support/printers.h"

#include <QTest>

/// For initTestCase of a test that starts its own server: without the server the test is skipped
/// with the reason, but in CI it fails, because there the server must be installed.
#define REQUIRE_SERVICE(result)                                                                    \
    do {                                                                                           \
        const auto& requiredService = (result);                                                    \
        if (!requiredService.has_value()) {                                                        \
            const QByteArray reason = outboard::describe(requiredService.error());                 \
            if (qEnvironmentVariableIsSet("CI"))                                                   \
                QFAIL(reason.constData());                                                         \
            QSKIP(reason.constData());                                                             \
        }                                                                                          \
    } while (false)
