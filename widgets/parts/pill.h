// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "theme.h"

#include <QAbstractButton>

namespace outboard {

/// State of one thing: a dot in the colour of its tone, a name, and a value ("Outbox 0.4 ms").
class Pill final : public QAbstractButton
{
    Q_OBJECT

public:
    explicit Pill(QWidget* parent = nullptr);

    void show(const QString& name, const QString& value, Tone tone);

    Tone tone() const { return m_tone; }

    const QString& value() const { return m_value; }

    QSize sizeHint() const override;

    QSize minimumSizeHint() const override { return sizeHint(); }

protected:
    void paintEvent(QPaintEvent* event) override;

private:
    QString m_value;
    Tone m_tone = Tone::Muted;
};

} // namespace outboard
