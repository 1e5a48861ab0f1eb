// SPDX-License-Identifier: GPL-3.0-or-later
#include "parts/inspector.h"

#include "parts/emptystate.h"
#include "parts/factsview.h"
#include "parts/icons.h"
#include "parts/label.h"
#include "parts/payloadview.h"
#include "text/format.h"

#include <QClipboard>
#include <QEvent>
#include <QGuiApplication>
#include <QHBoxLayout>
#include <QPushButton>
#include <QScrollArea>
#include <QStackedWidget>
#include <QToolButton>

#include <utility>

namespace outboard {

using namespace Qt::StringLiterals;

Inspector::Inspector(QWidget* parent)
    : QWidget(parent)
    , m_stack(new QStackedWidget(this))
    , m_title(new Label(this, Label::Style::Strong))
    , m_facts(new FactsView(this))
    , m_headersTitle(new Label(this, Label::Style::Strong))
    , m_headers(new FactsView(this))
    , m_factsArea(new QScrollArea(this))
    , m_maskLine(new QWidget(this))
    , m_maskText(new Label(this, Label::Style::Small, Tone::Muted))
    , m_unmask(new QPushButton(tr("Unmask"), this))
    , m_payload(new PayloadView(this))
    , m_empty(new EmptyState(this))
{
    setObjectName(u"inspector"_s);
    m_empty->show(
        u"inspector"_s,
        tr("Nothing selected"),
        tr("Select an event in a table to see its state, headers and payload here."));
    auto* event = new QWidget(this);
    auto* column = new QVBoxLayout(event);
    column->setContentsMargins({});
    column->setSpacing(0);
    column->addWidget(buildTitle());
    column->addWidget(buildFacts());
    column->addWidget(buildMaskLine());
    column->addWidget(m_payload, 1);
    m_stack->addWidget(event);
    m_stack->addWidget(m_empty);
    auto* all = new QVBoxLayout(this);
    all->setContentsMargins({});
    all->addWidget(m_stack);
    m_stack->setCurrentWidget(m_empty);
}

QWidget* Inspector::buildTitle()
{
    auto* line = new QWidget(this);
    m_title->setObjectName(u"inspectorTitle"_s);
    m_title->setElided(true);
    auto* copy = new QToolButton(this);
    copy->setObjectName(u"copyTitle"_s);
    copy->setIcon(icon(u"copy"_s, Tone::Muted));
    copy->setToolTip(tr("Copy the id"));
    copy->setAccessibleName(tr("Copy the id"));
    copy->setFocusPolicy(Qt::TabFocus);
    connect(copy, &QToolButton::clicked, this, [this] {
        QGuiApplication::clipboard()->setText(m_inspected ? m_inspected->title : QString());
    });
    auto* trace = new QToolButton(this);
    trace->setObjectName(u"traceEvent"_s);
    trace->setIcon(icon(u"trace"_s, Tone::Muted));
    trace->setToolTip(tr("Show the timeline of this event"));
    trace->setAccessibleName(tr("Show the timeline of this event"));
    trace->setFocusPolicy(Qt::TabFocus);
    connect(trace, &QToolButton::clicked, this, [this] {
        if (m_inspected)
            emit traceRequested(m_inspected->title);
    });
    auto* row = new QHBoxLayout(line);
    row->setContentsMargins(12, 6, 12, 4);
    row->addWidget(m_title, 1);
    row->addWidget(trace);
    row->addWidget(copy);
    return line;
}

QWidget* Inspector::buildFacts()
{
    auto* content = new QWidget(this);
    m_headersTitle->setText(tr("Headers"));
    auto* column = new QVBoxLayout(content);
    column->setContentsMargins(12, 0, 12, 8);
    column->setSpacing(6);
    column->addWidget(m_facts);
    column->addWidget(m_headersTitle);
    column->addWidget(m_headers);
    m_factsArea->setObjectName(u"inspectorFacts"_s);
    m_factsArea->setWidgetResizable(true);
    m_factsArea->setFrameShape(QFrame::NoFrame);
    m_factsArea->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    m_factsArea->setWidget(content);
    content->installEventFilter(this);
    return m_factsArea;
}

QWidget* Inspector::buildMaskLine()
{
    m_maskLine->setObjectName(u"maskLine"_s);
    m_maskText->setObjectName(u"maskText"_s);
    m_maskText->setWordWrap(true);
    m_unmask->setObjectName(u"unmaskPayload"_s);
    m_unmask->setToolTip(
        tr("Show this payload as it is until another event is selected; the journal says so"));
    connect(m_unmask, &QPushButton::clicked, this, [this] {
        if (m_inspected)
            emit unmaskRequested(m_inspected->title);
    });
    auto* row = new QHBoxLayout(m_maskLine);
    row->setContentsMargins(12, 0, 12, 4);
    row->addWidget(m_maskText, 1);
    row->addWidget(m_unmask);
    m_maskLine->hide();
    return m_maskLine;
}

void Inspector::setMask(const PayloadMask& mask)
{
    m_mask = mask;
    if (m_inspected)
        showPayload();
}

void Inspector::unmask(const QString& title)
{
    if (!m_inspected || m_inspected->title != title)
        return;
    m_isUnmasked = true;
    showPayload();
}

void Inspector::showPayload()
{
    const PayloadMask mask = m_isUnmasked ? PayloadMask() : m_mask;
    std::optional<QByteArray> payload = m_inspected->payload;
    QString note;
    if (payload) {
        const MaskedPayload masked = mask.masked(*payload);
        payload = masked.bytes;
        note = maskNote(masked);
    }
    QList<Field> headers;
    for (const Field& header : std::as_const(m_inspected->headers))
        headers.append(mask.shown(header));
    const bool hasHidden = !note.isEmpty() || headers != m_inspected->headers;
    m_maskLine->setVisible(hasHidden || m_isUnmasked);
    m_unmask->setVisible(hasHidden);
    if (m_isUnmasked)
        m_maskText->setText(tr("Unmasked until another event is selected"));
    else
        m_maskText->setText(note.isEmpty() ? tr("Headers are masked") : note);
    m_headers->show(headers);
    m_payload->show(payload, m_inspected->payloadNote);
}

void Inspector::show(const std::optional<Inspected>& inspected)
{
    if (inspected == m_inspected)
        return;
    const bool isSame = inspected && m_inspected && inspected->title == m_inspected->title;
    const bool wasUnmasked = std::exchange(m_isUnmasked, m_isUnmasked && isSame);
    const bool hasOtherPayload = !inspected || !m_inspected || wasUnmasked != m_isUnmasked
                                 || inspected->headers != m_inspected->headers
                                 || inspected->payload != m_inspected->payload
                                 || inspected->payloadNote != m_inspected->payloadNote;
    m_inspected = inspected;
    m_stack->setCurrentIndex(inspected ? 0 : 1);
    if (!inspected)
        return;
    const QString title = format::oneLine(inspected->title);
    m_title->setText(title);
    m_title->setToolTip(u"<p>"_s + title.toHtmlEscaped() + u"</p>"_s);
    m_facts->show(inspected->facts);
    if (hasOtherPayload)
        showPayload();
    m_headersTitle->setVisible(!inspected->headers.isEmpty());
    ensurePolished();
    m_factsArea->widget()->layout()->invalidate();
    fitFacts();
}

void Inspector::resizeEvent(QResizeEvent* event)
{
    QWidget::resizeEvent(event);
    fitFacts();
}

bool Inspector::eventFilter(QObject* watched, QEvent* event)
{
    // Facts came or went; only now the layout knows their size.
    if (watched == m_factsArea->widget() && event->type() == QEvent::LayoutRequest)
        fitFacts();
    return QWidget::eventFilter(watched, event);
}

void Inspector::fitFacts()
{
    // As tall as the facts, but the payload keeps more than half.
    const int wanted = m_factsArea->widget()->sizeHint().height();
    m_factsArea->setFixedHeight(std::min(wanted, height() * 45 / 100));
    if (m_factsArea->parentWidget() != nullptr)
        m_factsArea->parentWidget()->layout()->activate();
}

} // namespace outboard
