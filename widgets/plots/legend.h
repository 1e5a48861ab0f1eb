// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QColor>
#include <QList>
#include <QWidget>

namespace outboard {

struct LegendItem
{
    QString name;
    QString value;
    QColor color;
    bool isDashed = false;

    friend bool operator==(const LegendItem&, const LegendItem&) = default;
};

/// Colour, name and value of each curve, from the right; what does not fit is counted ("+2").
class Legend final : public QWidget
{
    Q_OBJECT

public:
    explicit Legend(QWidget* parent = nullptr);

    void show(const QList<LegendItem>& items);

    const QList<LegendItem>& items() const { return m_items; }

    QSize sizeHint() const override { return {200, 18}; }

protected:
    void paintEvent(QPaintEvent* event) override;

private:
    int widthOf(const LegendItem& item) const;

    QList<LegendItem> m_items;
};

} // namespace outboard
