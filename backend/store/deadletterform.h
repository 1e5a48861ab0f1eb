// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/result.h"
#include "model/deadletter.h"

#include <QByteArray>

namespace outboard {

/// How the store keeps a dead letter: CBOR, so that no byte of it changes.
QByteArray deadLetterToCbor(const DeadLetter& letter);

/// Error::Refused for what is none.
Result<DeadLetter> deadLetterFromCbor(const QByteArray& cbor);

} // namespace outboard
