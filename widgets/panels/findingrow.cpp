// SPDX-License-Identifier: GPL-3.0-or-later
#include "panels/findingrow.h"

#include "parts/buttonlook.h"
#include "parts/icons.h"
#include "parts/label.h"
#include "text/format.h"
#include "text/sourcetext.h"
#include "theme.h"

#include <QGridLayout>
#include <QPainter>
#include <QPushButton>

namespace outboard {

using namespace Qt::StringLiterals;

FindingRow::FindingRow(QWidget* parent)
    : QWidget(parent)
    , m_title(new Label(this, Label::Style::Strong))
    , m_evidence(new Label(this, Label::Style::Body, Tone::Muted))
    , m_since(new Label(this, Label::Style::Small, Tone::Muted))
    , m_action(new QPushButton(this))
{
    m_title->setObjectName(u"findingTitle"_s);
    m_evidence->setObjectName(u"findingEvidence"_s);
    m_since->setObjectName(u"findingSince"_s);
    m_action->setObjectName(u"findingAction"_s);
    m_title->setElided(true);
    m_evidence->setElided(true);
    auto* grid = new QGridLayout(this);
    grid->setContentsMargins(44, 6, 14, 6);
    grid->setHorizontalSpacing(16);
    grid->setVerticalSpacing(1);
    grid->addWidget(m_title, 0, 0);
    grid->addWidget(m_evidence, 1, 0);
    m_since->setMinimumWidth(92);
    m_since->setAlignment(Qt::AlignRight | Qt::AlignVCenter);
    m_action->setMinimumWidth(148);
    grid->addWidget(m_since, 0, 1, 2, 1);
    grid->addWidget(m_action, 0, 2, 2, 1);
    grid->setColumnStretch(0, 1);
    connect(m_action, &QPushButton::clicked, this, [this] { emit chosen(m_finding.remedy); });
}

void FindingRow::show(const Finding& finding, TimePoint now)
{
    m_finding = finding;
    setObjectName(u"finding:"_s + finding.id);
    m_title->setText(format::oneLine(finding.title, 300));
    m_evidence->setText(format::oneLine(finding.evidence, 600));
    m_evidence->setToolTip(plainToolTip(m_evidence->text()));
    m_since->setVisible(finding.since.has_value());
    if (finding.since) {
        const auto elapsed = std::chrono::floor<std::chrono::seconds>(now - *finding.since);
        m_since->setText(
            elapsed.count() < 1 ? tr("just now")
                                : tr("for %1").arg(format::duration(Milliseconds(elapsed))));
        m_since->setToolTip(tr("Since %1").arg(format::time(finding.since, now)));
    }
    m_action->setVisible(finding.remedy.kind != RemedyKind::None);
    m_action->setText(finding.remedy.label);
    const bool isUrgent = finding.severity == Severity::Critical;
    setLook(*m_action, isUrgent ? ButtonLook::Primary : ButtonLook::Plain);
    setAccessibleName(severityName(finding.severity) + u": " + m_title->text());
    setAccessibleDescription(m_evidence->text());
    update();
}

void FindingRow::paintEvent(QPaintEvent*)
{
    const QColor color = currentTheme().color(toneOf(m_finding.severity));
    QPainter painter(this);
    painter.fillRect(QRect(1, 6, 3, height() - 12), color);
    paintIcon(
        painter,
        QRectF(15, (height() - 18) / 2.0, 18, 18),
        severityName(m_finding.severity),
        color);
}

} // namespace outboard
