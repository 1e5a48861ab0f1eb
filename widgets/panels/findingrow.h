// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/time.h"
#include "model/finding.h"

#include <QWidget>

class QLabel;
class QPushButton;

namespace outboard {

class Label;

/// One thing that is wrong: what, the evidence, since when, and the button that mends it.
class FindingRow final : public QWidget
{
    Q_OBJECT

public:
    explicit FindingRow(QWidget* parent = nullptr);

    void show(const Finding& finding, TimePoint now);

signals:
    void chosen(const outboard::Remedy& remedy);

protected:
    void paintEvent(QPaintEvent* event) override;

private:
    Finding m_finding;
    Label* m_title;
    Label* m_evidence;
    Label* m_since;
    QPushButton* m_action;
};

} // namespace outboard
