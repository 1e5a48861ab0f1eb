// SPDX-License-Identifier: GPL-3.0-or-later
#include "parts/payloadview.h"

#include "parts/choice.h"
#include "parts/emptystate.h"
#include "parts/icons.h"
#include "parts/jsonhighlighter.h"
#include "parts/label.h"
#include "parts/textsearch.h"

#include <QClipboard>
#include <QEvent>
#include <QGuiApplication>
#include <QHBoxLayout>
#include <QPlainTextEdit>
#include <QStackedWidget>
#include <QTextBlock>
#include <QToolButton>

namespace outboard {

using namespace Qt::StringLiterals;

PayloadView::PayloadView(QWidget* parent)
    : QWidget(parent)
    , m_text(new QPlainTextEdit(this))
    , m_highlighter(new JsonHighlighter(this))
    , m_search(new TextSearch(m_text, this))
    , m_forms(new Choice(tr("Show payload as"), {tr("JSON"), tr("Text"), tr("Hex")}, this))
    , m_note(new Label(this, Label::Style::Small, Tone::Warning))
    , m_empty(new EmptyState(this))
    , m_tools(buildTools())
    , m_stack(new QStackedWidget(this))
{
    m_text->setObjectName(u"payloadText"_s);
    m_text->setAccessibleName(tr("Payload"));
    m_text->setReadOnly(true);
    // Read-only text is not reached by the keyboard otherwise.
    m_text->setTextInteractionFlags(Qt::TextSelectableByMouse | Qt::TextSelectableByKeyboard);
    m_text->setFont(monoFont());
    m_text->setFrameShape(QFrame::NoFrame);
    m_text->setTabChangesFocus(true);
    m_text->document()->setDocumentMargin(10);
    m_note->setObjectName(u"payloadNote"_s);
    m_note->setWordWrap(true);
    m_note->setContentsMargins(12, 4, 12, 4);
    m_stack->addWidget(m_text);
    m_stack->addWidget(m_empty);
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins({});
    column->setSpacing(0);
    column->addWidget(m_tools);
    column->addWidget(m_note);
    column->addWidget(m_stack, 1);
    connect(m_forms, &Choice::chosen, this, [this](int form) { choose(PayloadForm(form)); });
    show({}, {});
}

QWidget* PayloadView::buildTools()
{
    auto* tools = new QWidget(this);
    auto* wrap = addTool(u"wrap"_s, tr("Wrap long lines"));
    wrap->setCheckable(true);
    wrap->setChecked(true);
    connect(wrap, &QToolButton::toggled, this, [this](bool isOn) {
        m_wrapsLines = isOn;
        wrapLines();
    });
    auto* copyButton = addTool(u"copy"_s, tr("Copy the payload as it is shown here"));
    connect(copyButton, &QToolButton::clicked, this, &PayloadView::copy);
    auto* row = new QHBoxLayout;
    row->addWidget(m_forms);
    row->addStretch();
    row->addWidget(wrap);
    row->addWidget(copyButton);
    auto* column = new QVBoxLayout(tools);
    column->setContentsMargins(12, 4, 12, 6);
    column->setSpacing(6);
    column->addLayout(row);
    column->addWidget(m_search);
    return tools;
}

QToolButton* PayloadView::addTool(const QString& iconName, const QString& name)
{
    auto* button = new QToolButton(this);
    button->setObjectName(iconName + u"Payload"_s);
    button->setIcon(icon(iconName, Tone::Muted));
    button->setToolTip(name);
    button->setAccessibleName(name);
    button->setFocusPolicy(Qt::TabFocus);
    return button;
}

void PayloadView::show(const std::optional<QByteArray>& payload, const QString& note)
{
    m_payload = payload;
    m_payloadNote = note;
    refresh();
}

PayloadForm PayloadView::form() const
{
    return PayloadForm(m_forms->current());
}

void PayloadView::choose(PayloadForm form)
{
    m_chosen = form;
    refresh();
}

void PayloadView::copy() const
{
    if (!m_payload)
        return;
    const bool isText = form() != PayloadForm::Hex && m_payload->isValidUtf8();
    QGuiApplication::clipboard()->setText(
        isText ? QString::fromUtf8(*m_payload) : QString::fromLatin1(m_payload->toHex(' ')));
}

void PayloadView::changeEvent(QEvent* event)
{
    if (event->type() == QEvent::PaletteChange) {
        m_highlighter->rehighlight();
        m_search->refresh();
    }
    QWidget::changeEvent(event);
}

void PayloadView::wrapLines()
{
    // Columns of hex digits make no sense when they are wrapped.
    const bool wraps = m_wrapsLines && form() != PayloadForm::Hex;
    m_text->setLineWrapMode(wraps ? QPlainTextEdit::WidgetWidth : QPlainTextEdit::NoWrap);
}

void PayloadView::refresh()
{
    m_tools->setVisible(m_payload.has_value());
    m_stack->setCurrentWidget(m_payload ? static_cast<QWidget*>(m_text) : m_empty);
    if (!m_payload) {
        m_empty->show(
            u"inspector"_s,
            tr("No payload"),
            m_payloadNote.isEmpty() ? tr("There is none to show.") : m_payloadNote);
        m_note->hide();
        return;
    }
    const PayloadForm form = m_chosen.value_or(bestForm(*m_payload));
    const PayloadText shown = showPayload(*m_payload, form);
    m_forms->setCurrent(int(form));
    wrapLines();
    m_highlighter->setDocument(form == PayloadForm::Json ? m_text->document() : nullptr);
    m_text->setPlainText(shown.text);
    m_search->refresh();
    QStringList notes{m_payloadNote, shown.note};
    notes.removeAll(QString());
    m_note->setText(notes.join(u"; "_s));
    m_note->setVisible(!notes.isEmpty());
}

} // namespace outboard
