// SPDX-License-Identifier: GPL-3.0-or-later
#include "parts/buttonlook.h"

#include <QPushButton>
#include <QStyle>
#include <QVariant>

namespace outboard {

using namespace Qt::StringLiterals;

namespace {

QString className(ButtonLook look)
{
    switch (look) {
    case ButtonLook::Plain: return u"plain"_s;
    case ButtonLook::Quiet: return u"quiet"_s;
    case ButtonLook::Primary: return u"primary"_s;
    case ButtonLook::Danger: return u"danger"_s;
    }
    return {};
}

} // namespace

void setLook(QPushButton& button, ButtonLook look)
{
    if (button.property("class").toString() == className(look))
        return;
    button.setProperty("class", className(look));
    // The style sheet looks at properties only when it is applied.
    button.style()->unpolish(&button);
    button.style()->polish(&button);
}

} // namespace outboard
