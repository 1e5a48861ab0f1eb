// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "theme.h"

#include <QList>
#include <QWidget>

#include <optional>

class QHBoxLayout;
class QToolButton;

namespace outboard {

/// "300 will run   200 already processed": numbers by kind as buttons, one of which can be held
/// down to show only that kind.
class TallyBar final : public QWidget
{
    Q_OBJECT

public:
    struct Tally
    {
        int kind = 0;
        qint64 count = 0;
        QString text; ///< Translated, without the number.
        Tone tone = Tone::Neutral;
    };

    explicit TallyBar(QWidget* parent = nullptr);

    /// Kinds without members are left out; what was chosen stays chosen while it is there.
    void setTallies(const QList<Tally>& tallies);

    std::optional<int> chosen() const { return m_chosen; }

signals:
    void chosenChanged();

private:
    void choose(int kind, bool isOn);

    QHBoxLayout* m_layout;
    QList<QToolButton*> m_buttons;
    std::optional<int> m_chosen;
};

} // namespace outboard
