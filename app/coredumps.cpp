// SPDX-License-Identifier: GPL-3.0-or-later
#include "coredumps.h"

#include <sys/resource.h>

namespace outboard {

void forbidCoreDumps()
{
    // systemd's and others' collectors keep to this limit as well.
    const rlimit none{0, 0};
    ::setrlimit(RLIMIT_CORE, &none);
}

} // namespace outboard
