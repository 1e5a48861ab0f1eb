// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/time.h"
#include "model/finding.h"

#include <QWidget>

class QPushButton;
class QToolButton;

namespace outboard {

class Label;

/// One thing that is wrong: what, the evidence, since when, and the button that mends it. Opens to
/// what it means, the whole evidence, and muting.
class FindingRow final : public QWidget
{
    Q_OBJECT

public:
    explicit FindingRow(QWidget* parent = nullptr);

    void show(const Finding& finding, TimePoint now, bool isOpen, bool canMute);

signals:
    void chosen(const outboard::Remedy& remedy);
    void openWanted(const QString& id, bool isOpen);
    /// Asks to mute it, or, when it is muted, to let it speak again.
    void muteWanted(const outboard::Finding& finding);

protected:
    void paintEvent(QPaintEvent* event) override;
    void mouseReleaseEvent(QMouseEvent* event) override;

private:
    void build();
    void showText(TimePoint now);
    void showDetails(bool canMute);

    Finding m_finding;
    bool m_isOpen = false;
    QToolButton* m_fold;
    Label* m_title;
    Label* m_evidence;
    Label* m_since;
    Label* m_explanation;
    QPushButton* m_action;
    QPushButton* m_mute;
};

} // namespace outboard
