// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QByteArray>
#include <QByteArrayView>

namespace outboard {

/// What stands between the quotes of a JSON string, with its escapes resolved, as UTF-8. An escape
/// that is cut off at the end is left out.
QByteArray unescapedJson(QByteArrayView inside);

/// The text between quotes, escaped as little as JSON allows.
QByteArray quotedJson(QByteArrayView text);

} // namespace outboard
