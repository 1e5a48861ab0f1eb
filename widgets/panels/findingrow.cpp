// SPDX-License-Identifier: GPL-3.0-or-later
#include "panels/findingrow.h"

#include "parts/buttonlook.h"
#include "parts/icons.h"
#include "parts/label.h"
#include "text/format.h"
#include "text/sourcetext.h"
#include "theme.h"

#include <QGridLayout>
#include <QMouseEvent>
#include <QPainter>
#include <QPushButton>
#include <QToolButton>

namespace outboard {

using namespace Qt::StringLiterals;

namespace {

constexpr int iconTop = 12;
constexpr int iconSize = 18;

QString muteText(const Mute& mute, TimePoint now)
{
    return FindingRow::tr("Muted by %1 until %2: %3")
        .arg(format::oneLine(mute.by, 60), format::time(mute.until, now))
        .arg(format::oneLine(mute.reason, 300));
}

} // namespace

FindingRow::FindingRow(QWidget* parent)
    : QWidget(parent)
    , m_fold(new QToolButton(this))
    , m_title(new Label(this, Label::Style::Strong))
    , m_evidence(new Label(this, Label::Style::Body, Tone::Muted))
    , m_since(new Label(this, Label::Style::Small, Tone::Muted))
    , m_explanation(new Label(this, Label::Style::Body))
    , m_action(new QPushButton(this))
    , m_mute(new QPushButton(this))
{
    m_fold->setObjectName(u"findingFold"_s);
    m_title->setObjectName(u"findingTitle"_s);
    m_evidence->setObjectName(u"findingEvidence"_s);
    m_since->setObjectName(u"findingSince"_s);
    m_explanation->setObjectName(u"findingExplanation"_s);
    m_action->setObjectName(u"findingAction"_s);
    m_mute->setObjectName(u"findingMute"_s);
    build();
    connect(m_action, &QPushButton::clicked, this, [this] { emit chosen(m_finding.remedy); });
    connect(m_mute, &QPushButton::clicked, this, [this] { emit muteWanted(m_finding); });
    connect(
        m_fold, &QToolButton::clicked, this, [this] { emit openWanted(m_finding.id, !m_isOpen); });
}

void FindingRow::build()
{
    m_fold->setAutoRaise(true);
    m_title->setElided(true);
    m_evidence->setElided(true);
    m_explanation->setWordWrap(true);
    m_since->setMinimumWidth(92);
    m_since->setAlignment(Qt::AlignRight | Qt::AlignVCenter);
    m_action->setMinimumWidth(148);
    setLook(*m_mute, ButtonLook::Quiet);
    auto* grid = new QGridLayout(this);
    grid->setContentsMargins(44, 6, 14, 6);
    grid->setHorizontalSpacing(12);
    grid->setVerticalSpacing(1);
    grid->addWidget(m_title, 0, 0);
    grid->addWidget(m_evidence, 1, 0);
    grid->addWidget(m_explanation, 2, 0);
    grid->addWidget(m_since, 0, 1, 2, 1);
    grid->addWidget(m_action, 0, 2, 2, 1);
    grid->addWidget(m_fold, 0, 3, 2, 1);
    grid->addWidget(m_mute, 2, 2, 1, 1, Qt::AlignTop);
    grid->setColumnStretch(0, 1);
    setTabOrder(m_action, m_fold);
    setTabOrder(m_fold, m_mute);
}

void FindingRow::show(const Finding& finding, TimePoint now, bool isOpen, bool canMute)
{
    m_finding = finding;
    m_isOpen = isOpen;
    setObjectName(u"finding:"_s + finding.id);
    showText(now);
    showDetails(canMute);
    m_action->setVisible(finding.remedy.kind != RemedyKind::None);
    m_action->setText(finding.remedy.label);
    const bool isUrgent = finding.severity == Severity::Critical && !finding.mute;
    setLook(*m_action, isUrgent ? ButtonLook::Primary : ButtonLook::Plain);
    const QString muted = finding.mute ? tr("muted") + u' ' : QString();
    setAccessibleName(muted + severityName(finding.severity) + u": " + m_title->text());
    setAccessibleDescription(m_evidence->text());
    update();
}

void FindingRow::showText(TimePoint now)
{
    m_title->setText(format::oneLine(m_finding.title, 300));
    m_title->setTone(m_finding.mute ? Tone::Muted : Tone::Neutral);
    const QString evidence = format::oneLine(m_finding.evidence, 1'500);
    m_evidence->setText(m_finding.mute ? muteText(*m_finding.mute, now) : evidence);
    if (m_finding.mute && m_isOpen)
        m_evidence->setText(m_evidence->text() + u'\n' + evidence);
    m_evidence->setToolTip(plainToolTip(evidence));
    m_since->setVisible(m_finding.since.has_value());
    if (!m_finding.since)
        return;
    const auto passed = std::chrono::floor<std::chrono::seconds>(now - *m_finding.since);
    m_since->setText(
        passed.count() < 1 ? tr("just now")
                           : tr("for %1").arg(format::duration(Milliseconds(passed))));
    m_since->setToolTip(tr("Since %1").arg(format::time(m_finding.since, now)));
}

void FindingRow::showDetails(bool canMute)
{
    m_evidence->setElided(!m_isOpen);
    m_evidence->setWordWrap(m_isOpen);
    m_fold->setIcon(icon(m_isOpen ? u"chevron-down"_s : u"chevron-right"_s));
    m_fold->setAccessibleName(m_isOpen ? tr("Hide what this means") : tr("Show what this means"));
    m_fold->setToolTip(m_fold->accessibleName());
    m_explanation->setText(m_finding.explanation);
    m_explanation->setTone(m_finding.mute ? Tone::Muted : Tone::Neutral);
    m_explanation->setVisible(m_isOpen && !m_finding.explanation.isEmpty());
    m_mute->setText(m_finding.mute ? tr("Unmute") : tr("Mute…"));
    m_mute->setVisible(m_isOpen && canMute);
}

void FindingRow::mouseReleaseEvent(QMouseEvent* event)
{
    if (event->button() == Qt::LeftButton && rect().contains(event->pos()))
        emit openWanted(m_finding.id, !m_isOpen);
}

void FindingRow::paintEvent(QPaintEvent*)
{
    const Tone tone = m_finding.mute ? Tone::Muted : toneOf(m_finding.severity);
    const QColor color = currentTheme().color(tone);
    QPainter painter(this);
    painter.fillRect(QRect(1, 6, 3, height() - 12), color);
    const double top = m_isOpen ? iconTop : (height() - iconSize) / 2.0;
    paintIcon(
        painter, QRectF(15, top, iconSize, iconSize), severityName(m_finding.severity), color);
}

} // namespace outboard
