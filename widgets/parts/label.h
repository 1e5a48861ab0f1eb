// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "theme.h"

#include <QLabel>

namespace outboard {

/// Plain text in a colour that means something and follows the theme. Never rich text.
class Label final : public QLabel
{
    Q_OBJECT

public:
    enum class Style { Body, Small, Strong, Heading, Value };

    explicit Label(QWidget* parent = nullptr, Style style = Style::Body, Tone tone = Tone::Neutral);

    /// Same as setText(), for a label that may be too narrow: the end becomes an ellipsis.
    void setElided(bool isElided);

    void setTone(Tone tone);

    /// Also gives it the tone's soft background.
    void setFilled(bool isFilled);

    Tone tone() const { return m_tone; }

    QSize minimumSizeHint() const override;

protected:
    void changeEvent(QEvent* event) override;
    void paintEvent(QPaintEvent* event) override;

private:
    void recolor();

    Tone m_tone;
    bool m_isElided = false;
    bool m_isFilled = false;
};

} // namespace outboard
