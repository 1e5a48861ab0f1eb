// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "model/message.h"

#include <QWidget>

class QGridLayout;

namespace outboard {

/// Names and values under each other; every value can be selected and copied.
class FactsView final : public QWidget
{
    Q_OBJECT

public:
    explicit FactsView(QWidget* parent = nullptr);

    /// Values of the same names change in place, so that a selection in them is not lost.
    void show(const QList<Field>& facts);

    const QList<Field>& facts() const { return m_facts; }

private:
    void build(const QList<Field>& facts);

    QGridLayout* m_grid;
    QList<Field> m_facts;
};

} // namespace outboard
