// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/result.h"

#include <QTest>

namespace outboard {

/// "unreachable: <what> (<detail>)", for test output.
QByteArray describe(const Error& error);

} // namespace outboard

/// Fails the test with the error's own words when a Result holds one.
#define QVERIFY_RESULT(result)                                                                     \
    do {                                                                                           \
        const auto& qverifyResult = (result);                                                      \
        if (!qverifyResult.has_value())                                                            \
            QFAIL(outboard::describe(qverifyResult.error()).constData());                          \
    } while (false)

/// Expects an error of this kind.
#define QVERIFY_ERROR(result, expectedKind)                                                        \
    do {                                                                                           \
        const auto& qverifyResult = (result);                                                      \
        if (qverifyResult.has_value())                                                             \
            QFAIL("an error was expected");                                                        \
        if (qverifyResult.error().kind != (expectedKind))                                          \
            QFAIL(outboard::describe(qverifyResult.error()).constData());                          \
    } while (false)
