// SPDX-License-Identifier: GPL-3.0-or-later
#include "exitcode.h"
#include "output.h"
#include "text.h"
#include "window.h"

namespace outboard {

int openWindow(int& argc, char** argv, const CommandLine&)
{
    const QCoreApplication application(argc, argv);
    Output(Output::Mode::Text)
        .message(Text::tr("This Outboard was built without its window. Give a command; outboard "
                          "--help lists them."));
    return static_cast<int>(ExitCode::Usage);
}

} // namespace outboard
