// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "parts/card.h"
#include "theme.h"

#include <QString>

namespace outboard {

class Label;
class Sparkline;

/// One number that is read from across the room: title, value, where, and which way it goes.
class Tile final : public Card
{
    Q_OBJECT

public:
    Tile(const QString& id, const QString& title, QWidget* parent = nullptr);

    /// `isOld` greys the value: it is from before the source stopped answering.
    void show(
        const QString& value, const QString& note, const QString& toolTip, Tone tone, bool isOld);

    Sparkline* sparkline() const { return m_sparkline; }

    QSize sizeHint() const override { return {190, 74}; }

private:
    Label* m_value;
    Label* m_note;
    Sparkline* m_sparkline;
};

} // namespace outboard
