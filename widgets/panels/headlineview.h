// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "panels/overviewnumbers.h"

#include <QWidget>

namespace outboard {

class Label;

/// The first thing that is read: broken or not, since when.
class HeadlineView final : public QWidget
{
    Q_OBJECT

public:
    explicit HeadlineView(QWidget* parent = nullptr);

    void show(const Headline& headline);

protected:
    void paintEvent(QPaintEvent* event) override;

private:
    Headline m_headline;
    Label* m_title;
    Label* m_text;
};

} // namespace outboard
