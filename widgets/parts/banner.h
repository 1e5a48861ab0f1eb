// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "theme.h"

#include <QWidget>

class QPushButton;

namespace outboard {

class Label;

/// What is wrong as long as it is wrong: it goes by itself and cannot be dismissed.
class Banner final : public QWidget
{
    Q_OBJECT

public:
    explicit Banner(QWidget* parent = nullptr);

    struct Content
    {
        QString title;  ///< "Outbox unreachable since 03:14:15 (2 min 05 s)"
        QString text;   ///< What to do.
        QString side;   ///< "Next try in 4 s"
        QString detail; ///< Tool tip: the server's own words.
        QString action; ///< What a button offers to do; empty: no button.
        Tone tone = Tone::Critical;

        friend bool operator==(const Content&, const Content&) = default;
    };

    void show(const Content& content);

    const Content& content() const { return m_content; }

signals:
    void actionWanted();

protected:
    void paintEvent(QPaintEvent* event) override;

private:
    Content m_content;
    Label* m_title;
    Label* m_text;
    Label* m_side;
    QPushButton* m_action;
};

} // namespace outboard
