// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QString>

namespace outboard {

/// An error's text without what differs from event to event, so that equal failures are told as
/// one: numbers become <n>, uuids <uuid>, hexadecimal ids <hex>, network and mail addresses <addr>,
/// quoted values '<value>'. Of a traceback only the exception that ended it counts. One line, at
/// most 200 characters; empty for an empty text.
QString errorKindOf(const QString& error);

} // namespace outboard
