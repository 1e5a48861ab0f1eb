// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QString>

namespace outboard::incident {

/// What stands around the document inside a page, so that it can be read back.
inline const auto dataBegin =
    QByteArrayLiteral("<script type=\"application/json\" id=\"outboard-incident\">");
inline const auto dataEnd = QByteArrayLiteral("</script>");

} // namespace outboard::incident
