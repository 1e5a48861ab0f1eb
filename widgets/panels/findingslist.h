// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/time.h"
#include "model/finding.h"
#include "parts/card.h"

#include <vector>

class QPushButton;
class QVBoxLayout;

namespace outboard {

class FindingRow;

/// What is wrong, worst first. The first ones stand there; the rest opens on a click, so that
/// findings never push the numbers out of sight.
class FindingsList final : public Card
{
    Q_OBJECT

public:
    explicit FindingsList(QWidget* parent = nullptr);

    void show(const QList<Finding>& findings, TimePoint now);

    /// How many rows stand there before the rest is folded.
    void setRoom(qsizetype rows);

signals:
    void chosen(const outboard::Remedy& remedy);

private:
    void redraw();

    QList<Finding> m_findings;
    TimePoint m_now;
    qsizetype m_room = 3;
    bool m_isOpen = false;
    std::vector<FindingRow*> m_rows;
    QVBoxLayout* m_column;
    QPushButton* m_more;
};

} // namespace outboard
