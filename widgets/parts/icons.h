// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "theme.h"

#include <QIcon>
#include <QRectF>
#include <QString>

class QPainter;

namespace outboard {

/// Drawn line icons by name ("outbox", "refresh", …), sharp at any size and always in the colours
/// of the theme in use. A name that does not exist is a programmer's mistake and draws nothing.
QIcon icon(const QString& name, Tone tone = Tone::Neutral);

/// The same drawing for widgets that paint themselves.
void paintIcon(QPainter& painter, const QRectF& rect, const QString& name, const QColor& color);

/// All names, for tests.
QStringList iconNames();

} // namespace outboard
