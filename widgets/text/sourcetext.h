// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "model/snapshot.h"

#include <QString>

namespace outboard {

/// How screens call a source of SourceHealth: "Outbox", "Broker", "Ledger billing".
QString sourceTitle(const QString& name);

/// "unreachable", "login refused", …: the end of "Outbox …".
QString troubleWord(Error::Kind kind);

/// "Next try in 4 s"; "Trying now" when its turn has come; empty when no try is planned.
QString nextTryText(const SourceHealth& source, TimePoint now);

/// Everything about one source, for a tool tip; plain text.
QString sourceDetails(const SourceHealth& source, TimePoint now);

/// Plain text as a tool tip: never rich text, lines kept.
QString plainToolTip(const QString& text);

} // namespace outboard
