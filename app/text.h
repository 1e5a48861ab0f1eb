// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QCoreApplication>

namespace outboard {

/// Text::tr() for code that is no QObject.
struct Text
{
    Q_DECLARE_TR_FUNCTIONS(outboard)
};

} // namespace outboard
