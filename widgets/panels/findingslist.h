// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/time.h"
#include "model/finding.h"
#include "parts/card.h"

#include <QSet>

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

    /// Whether rows offer to be muted.
    void setCanMute(bool canMute);

signals:
    void chosen(const outboard::Remedy& remedy);
    void muteWanted(const outboard::Finding& finding);

private:
    void redraw();
    void addRow();

    QList<Finding> m_findings;
    TimePoint m_now;
    qsizetype m_room = 3;
    bool m_isOpen = false;
    bool m_canMute = false;
    QSet<QString> m_openRows; ///< Finding ids that show what they mean.
    std::vector<FindingRow*> m_rows;
    QVBoxLayout* m_column;
    QPushButton* m_more;
};

} // namespace outboard
